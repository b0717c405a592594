//! The formats under attack, how their tokens are laid out, and twenty sessions to make tokens of.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE};
use tower_cookie_session::{
    Codec, Digest, Django, Express, Flask, KeyRing, Private, SecretKey, Signed, Starlette,
};

pub(crate) const COOKIE: &str = "session";
/// When the tests take place, in seconds since 1970.
pub(crate) const NOW: u64 = 1_700_000_000;
/// The key that signs.
pub(crate) const SECRET: &str = "a key for tests: 0123456789 abcdef";
/// The key that signed before, and is still accepted.
pub(crate) const EARLIER: &str = "the key before that: 9876543210 zyx";

pub(crate) fn key(secret: impl AsRef<[u8]>) -> SecretKey {
    SecretKey::legacy(secret).unwrap()
}

/// A format, with what an attacker knows of it.
pub(crate) struct Format<C> {
    pub(crate) name: &'static str,
    pub(crate) make: fn(KeyRing) -> C,
    pub(crate) layout: Layout,
    /// What its keys are derived with.
    pub(crate) salt: &'static str,
    /// Whether a token for one cookie is worth nothing under another name.
    pub(crate) binds_name: bool,
}

/// Where the parts of a token are.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Layout {
    /// Payload, time and MAC behind one another.
    Timed { separator: u8 },
    /// The payload in one cookie, its MAC in another.
    Pair,
    /// Nonce, ciphertext and tag as one text.
    Sealed,
}

/// What a browser sends of a session: one cookie's value, and those of a companion.
#[derive(Clone, Debug, Hash, PartialEq)]
pub(crate) struct Token {
    pub(crate) value: Vec<u8>,
    pub(crate) companions: Vec<Vec<u8>>,
}

/// A session to be signed.
#[derive(Clone)]
pub(crate) struct Plain {
    pub(crate) json: String,
    pub(crate) issued: u64,
    pub(crate) secret: &'static str,
    room: usize,
}

/// A valid token, and what it was made of.
pub(crate) struct Minted {
    pub(crate) plain: Plain,
    pub(crate) token: Token,
}

/// Of every length modulo 3, some of them compressed where the format can, a third under the
/// earlier key; the first three are the odd ones.
pub(crate) fn sessions() -> impl Iterator<Item = Plain> {
    (0..20_u64).map(|n| {
        let pad = "x".repeat(3 * n as usize);
        let (json, issued) = match n {
            0 => (r#"{"user":"ada"}"#.to_owned(), NOW),
            1 => (format!(r#"{{"text":"{}"}}"#, "mi ".repeat(60)), 61),
            2 => ("{}".to_owned(), 0),
            3 => (r#"{"user":"Zoë","mood":"😀"}"#.to_owned(), 3844),
            _ => (format!(r#"{{"n":{n},"pad":"{pad}{}"}}"#, n * n), NOW - n * 100_003),
        };
        let secret = if n % 3 == 2 { EARLIER } else { SECRET };
        let room = if n == 1 || n > 15 { 0 } else { 4096 };
        Plain { json, issued, secret, room }
    })
}

impl Plain {
    /// Its token by any codec.
    pub(crate) fn encoded(&self, codec: &impl Codec) -> Token {
        let mut value = Vec::new();
        let companion = codec.encode(&self.json, self.issued, self.room, &mut value);
        Token { value, companions: companion.into_iter().map(String::into_bytes).collect() }
    }
}

impl<C: Codec> Format<C> {
    /// The codec for a cookie's name.
    pub(crate) fn codec(&self, keys: impl Into<KeyRing>, name: &str) -> C {
        let mut codec = (self.make)(keys.into());
        codec.prepare(name);
        codec
    }

    pub(crate) fn mint(&self, plain: Plain) -> Minted {
        let token = plain.encoded(&self.codec(key(plain.secret), COOKIE));
        Minted { plain, token }
    }
}

impl Layout {
    /// A token as the texts that an attacker would cut it into.
    pub(crate) fn texts(self, token: &Token) -> Vec<Vec<u8>> {
        match self {
            Self::Timed { separator } => {
                let parts = token.value.rsplitn(3, |byte| *byte == separator);
                let mut parts: Vec<_> = parts.map(<[u8]>::to_vec).collect();
                parts.reverse();
                parts
            }
            Self::Pair => token.texts().map(<[u8]>::to_vec).collect(),
            Self::Sealed => vec![token.value.clone()],
        }
    }

    pub(crate) fn of_texts(self, texts: &[Vec<u8>]) -> Token {
        match self {
            Self::Timed { separator } => Token::alone(texts.join(&separator)),
            Self::Pair => Token {
                value: texts.first().cloned().unwrap_or_default(),
                companions: texts.iter().skip(1).cloned().collect(),
            },
            Self::Sealed => Token::alone(texts.concat()),
        }
    }

    /// The same for the parts that mean something, which of a sealed token are inside of it.
    pub(crate) fn parts(self, token: &Token) -> Vec<Vec<u8>> {
        if self != Self::Sealed {
            return self.texts(token);
        }
        let sealed = URL_SAFE.decode(&token.value).unwrap();
        let (nonce, rest) = sealed.split_at(24);
        let (content, tag) = rest.split_at(rest.len() - 16);
        [nonce, content, tag].map(<[u8]>::to_vec).to_vec()
    }

    pub(crate) fn of_parts(self, parts: &[Vec<u8>]) -> Token {
        match self {
            Self::Sealed => Token::alone(URL_SAFE.encode(parts.concat())),
            _ => self.of_texts(parts),
        }
    }
}

impl Token {
    pub(crate) fn alone(value: impl Into<Vec<u8>>) -> Self {
        Self { value: value.into(), companions: Vec::new() }
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(&self.value).chain(&self.companions).map(Vec::as_slice)
    }

    /// With another text in one place.
    pub(crate) fn with(&self, place: usize, text: Vec<u8>) -> Self {
        let mut changed = self.clone();
        match place {
            0 => changed.value = text,
            _ => changed.companions[place - 1] = text,
        }
        changed
    }
}

const DOTS: Layout = Layout::Timed { separator: b'.' };

pub(crate) fn signed() -> Format<Signed> {
    let make = |keys| Signed::new(keys).compress(true);
    let salt = "tower-cookie-session:session";
    Format { name: "Signed", make, layout: DOTS, salt, binds_name: true }
}

pub(crate) fn private() -> Format<Private> {
    let (layout, salt) = (Layout::Sealed, "tower-cookie-session private");
    Format { name: "Private", make: |keys| Private::new(keys), layout, salt, binds_name: true }
}

pub(crate) fn flask() -> Format<Flask> {
    let (make, salt): (fn(_) -> _, _) = (|keys| Flask::new(keys), "cookie-session");
    Format { name: "Flask", make, layout: DOTS, salt, binds_name: false }
}

/// The longest MAC of all.
pub(crate) fn flask_sha512() -> Format<Flask> {
    let make = |keys| Flask::new(keys).digest(Digest::Sha512);
    Format { name: "Flask, SHA-512", make, ..flask() }
}

pub(crate) fn django() -> Format<Django> {
    let (make, layout): (fn(_) -> _, _) =
        (|keys| Django::new(keys), Layout::Timed { separator: b':' });
    let salt = "django.contrib.sessions.backends.signed_cookies";
    Format { name: "Django", make, layout, salt, binds_name: false }
}

pub(crate) fn starlette() -> Format<Starlette> {
    let (make, salt): (fn(_) -> _, _) = (|keys| Starlette::new(keys), "itsdangerous.Signer");
    Format { name: "Starlette", make, layout: DOTS, salt, binds_name: false }
}

pub(crate) fn express() -> Format<Express> {
    let (make, layout): (fn(_) -> _, _) = (|keys| Express::new(keys), Layout::Pair);
    Format { name: "Express", make, layout, salt: "session=", binds_name: true }
}
