//! What a wire format is: text to session and back, under keys of its own.

#[cfg(feature = "django")]
mod django;
#[cfg(feature = "express")]
mod express;
#[cfg(feature = "flask")]
mod flask;
#[cfg(test)]
mod golden;
#[cfg(feature = "private")]
mod private;
mod signed;
#[cfg(feature = "starlette")]
mod starlette;
mod timed;
#[cfg(any(feature = "compress", feature = "flask", feature = "django"))]
mod zlib;

#[cfg(feature = "django")]
pub use django::Django;
#[cfg(feature = "express")]
pub use express::Express;
#[cfg(feature = "flask")]
pub use flask::{Digest, Flask};
#[cfg(feature = "private")]
pub use private::Private;
pub use signed::Signed;
#[cfg(feature = "starlette")]
pub use starlette::Starlette;

use std::{fmt::Debug, sync::Arc};

use crate::{
    cookie::SessionCookie,
    error::Rejection,
    expiry::Expiry,
    payload::{Payload, Persistence},
};

/// A wire format with its keys: how a session becomes a cookie's value, and how it is read again.
///
/// A codec knows nothing of http, clocks or locks, so that it can be tested and fuzzed alone. To
/// bring a format of your own, implement the two required methods, and whichever of the others the
/// format needs.
///
/// A house's own format: [`Signed`], with a cookie and a lifetime that all its services share.
///
/// ```
/// use tower_cookie_session::{
///     Codec, Defaults, Expiry, Payload, Rejection, SecretKey, SessionCookie, SessionLayer, Signed,
/// };
///
/// #[derive(Clone, Debug)]
/// struct House {
///     signed: Signed,
///     cookie: SessionCookie,
/// }
///
/// impl Codec for House {
///     fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection> {
///         self.signed.decode(token, companions)
///     }
///
///     fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
///         self.signed.encode(json, issued, room, token)
///     }
///
///     fn prepare(&mut self, cookie_name: &str) {
///         self.signed.prepare(cookie_name);
///     }
///
///     fn defaults(&self) -> Option<Defaults> {
///         Some(Defaults::new(self.cookie.clone(), Expiry::default()))
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cookie = SessionCookie::new("house")?.domain("example.com")?;
/// let sessions =
///     SessionLayer::new(House { signed: Signed::new(SecretKey::generate()), cookie });
/// let line = sessions.seal(&serde_json::json!({"user": "ada"}))?;
/// assert!(line.starts_with("house="));
/// # Ok(())
/// # }
/// ```
pub trait Codec: Clone + Debug + Send + Sync + 'static {
    /// The session in `token`, a cookie's value as it came.
    ///
    /// `companions` are the values of the [companion](Self::companion) cookie, at most eight; empty
    /// for a format without one. Nothing may be parsed or inflated before the signature has been
    /// verified.
    ///
    /// # Errors
    /// [`Rejection::BadSignature`] or [`Rejection::TooLong`] for whatever is wrong before the
    /// signature has been verified, [`Rejection::Malformed`] for whatever is wrong after.
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection>;

    /// Appends the token for `json`, one JSON object, issued at a time in seconds since 1970.
    ///
    /// `room` is how many bytes the cookie can carry: a format that can compress does so only if
    /// the token would not fit otherwise. Whether it fits in the end is not for the codec to judge.
    /// Returns the value of the companion cookie, if the format has one.
    ///
    /// Both are put into `Set-Cookie` as they are, so they may hold only what a cookie's value may (RFC
    /// 6265, section 4.1.1): ASCII without blanks, control characters, `"`, `,`, `;` and `\`.
    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String>;

    /// Exactly how many bytes [`encode`](Self::encode) would append; found by encoding, unless the
    /// format has a formula.
    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize {
        let mut token = Vec::new();
        self.encode(json, issued, room, &mut token);
        token.len()
    }

    /// Binds the codec to a cookie's name: the place to derive keys, once. May be called again
    /// with another name.
    fn prepare(&mut self, cookie_name: &str) {
        let _ = cookie_name;
    }

    /// The cookie and the lifetime of the framework that the format comes from, so that a layer
    /// drops in next to it; `None` for a format of its own, which uses the layer's defaults.
    fn defaults(&self) -> Option<Defaults> {
        None
    }

    /// The suffix that makes the first cookie's name that of a second, which carries the signature
    /// (Express: `.sig`).
    fn companion(&self) -> Option<&'static str> {
        None
    }

    /// Whether tokens say when they were issued; if not, no idle or absolute limit can be kept.
    fn bears_time(&self) -> bool {
        true
    }

    /// Where the payload says whether the cookie outlives the browser.
    fn persistence(&self) -> Persistence {
        Persistence::Permanent
    }
}

/// What a framework's sessions use unless told otherwise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Defaults {
    /// The cookie: its name, path and whether it persists.
    pub cookie: SessionCookie,
    /// How long the framework accepts a token.
    pub expiry: Expiry,
}

impl Defaults {
    /// A framework's cookie and lifetime.
    #[must_use]
    pub fn new(cookie: SessionCookie, expiry: Expiry) -> Self {
        Self { cookie, expiry }
    }
}

/// A codec of any type. One virtual call next to a MAC is nothing; a type parameter would be in the
/// signature of every handler.
pub(crate) trait AnyCodec: Debug + Send + Sync {
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection>;
    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String>;
    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize;
    fn prepared(&self, cookie_name: &str) -> Arc<dyn AnyCodec>;
    fn companion(&self) -> Option<&'static str>;
    fn bears_time(&self) -> bool;
    fn persistence(&self) -> Persistence;
}

impl<C: Codec> AnyCodec for C {
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection> {
        Codec::decode(self, token, companions)
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        Codec::encode(self, json, issued, room, token)
    }

    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize {
        Codec::encoded_len(self, json, issued, room)
    }

    fn prepared(&self, cookie_name: &str) -> Arc<dyn AnyCodec> {
        let mut codec = self.clone();
        codec.prepare(cookie_name);
        Arc::new(codec)
    }

    fn companion(&self) -> Option<&'static str> {
        Codec::companion(self)
    }

    fn bears_time(&self) -> bool {
        Codec::bears_time(self)
    }

    fn persistence(&self) -> Persistence {
        Codec::persistence(self)
    }
}
