//! The six formats of the crate under one set of names and keys, and under a fixed clock.

use time::{Duration, OffsetDateTime};
use tower_cookie_session::{
    Codec, Django, Express, Flask, KeyRing, Private, SecretKey, SessionCookie, SessionLayer,
    Signed, Starlette,
};

pub const CURRENT_KEY: &str = "current key, 0123456789abcdefghij";
pub const PREVIOUS_KEY: &str = "previous key, 0123456789abcdefghi";
pub const OLD_KEY: &str = "the old cookie's key, 0123456789";
pub const STRANGERS_KEY: &str = "a stranger's key, 0123456789abcd";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Signed,
    Private,
    Flask,
    Django,
    Starlette,
    Express,
}

/// Runs `$body` with the codec of a format, each of which is a type of its own.
macro_rules! with_codec {
    ($format:expr, $keys:expr, |$codec:ident| $body:expr) => {
        match $format {
            Format::Signed => {
                let $codec = Signed::new($keys).compress(true);
                $body
            }
            Format::Private => {
                let $codec = Private::new($keys);
                $body
            }
            Format::Flask => {
                let $codec = Flask::new($keys);
                $body
            }
            Format::Django => {
                let $codec = Django::new($keys);
                $body
            }
            Format::Starlette => {
                let $codec = Starlette::new($keys);
                $body
            }
            Format::Express => {
                let $codec = Express::new($keys);
                $body
            }
        }
    };
}

/// Appends the token of a text that was issued at a second; returns the companion's value.
pub type Encode = Box<dyn Fn(&str, u64, &mut Vec<u8>) -> Option<String> + Send + Sync>;

impl Format {
    pub const ALL: [Self; 6] =
        [Self::Signed, Self::Private, Self::Flask, Self::Django, Self::Starlette, Self::Express];

    /// One for each byte; the digits `0` to `5` are in the order of [`ALL`](Self::ALL).
    pub fn of(byte: u8) -> Self {
        Self::ALL[usize::from(byte) % Self::ALL.len()]
    }

    pub fn layer(self, keys: impl Into<KeyRing>) -> SessionLayer {
        with_codec!(self, keys, |codec| SessionLayer::new(codec))
    }

    pub fn also_read(self, layer: SessionLayer, name: &str, secret: &str) -> SessionLayer {
        with_codec!(self, key(secret), |codec| layer.also_read(cookie(name), codec))
    }

    /// The codec itself, bound to a cookie that may take `room` bytes.
    pub fn encode(self, name: &str, secret: &str, room: usize) -> Encode {
        with_codec!(self, key(secret), |codec| {
            let mut codec = codec;
            codec.prepare(name);
            Box::new(move |json, issued, token| codec.encode(json, issued, room, token))
        })
    }

    /// Whether its tokens say when they were issued.
    pub fn bears_time(self) -> bool {
        self != Self::Express
    }

    /// Whether a session that does not fit is compressed.
    pub fn compresses(self) -> bool {
        matches!(self, Self::Signed | Self::Flask | Self::Django)
    }

    /// The name of the cookie that bears the signature, where it is not in the token.
    pub fn companion(self, name: &str) -> Option<String> {
        (self == Self::Express).then(|| format!("{name}.sig"))
    }

    /// The cookies of `name`, as a Cookie header has them.
    pub fn header(self, name: &str, token: &[u8], companion: &[u8]) -> Vec<u8> {
        let mut header = [name.as_bytes(), b"=", token].concat();
        if let Some(name) = self.companion(name) {
            header.extend([b"; ", name.as_bytes(), b"=", companion].concat());
        }
        header
    }
}

pub fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(1_700_000_000)
}

pub fn key(secret: &str) -> SecretKey {
    SecretKey::new(secret).expect("32 bytes of some variety")
}

pub fn cookie(name: &str) -> SessionCookie {
    SessionCookie::new(name).expect("the name is a token")
}
