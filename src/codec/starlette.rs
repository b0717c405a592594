//! The session cookie of Starlette, and so of FastAPI.

use std::fmt;

use sha1::Sha1;

use super::{
    Codec, Defaults,
    timed::{Body, Timed},
};
use crate::{
    cookie::SessionCookie,
    encoding::STANDARD,
    error::Rejection,
    expiry::Expiry,
    json,
    key::KeyRing,
    payload::Payload,
    signer::{Derivation, Signer},
};

/// The session cookie of [Starlette](https://www.starlette.io)'s `SessionMiddleware`, which
/// FastAPI uses too.
///
/// Comes with Starlette's cookie, `session`, which outlives the browser, and its lifetime of 14
/// days idle. The key is the middleware's `secret_key`. Starlette accepts one key only, so to
/// rotate it, let this side [accept](KeyRing::accept) both before Starlette changes.
///
/// ```
/// use tower_cookie_session::{SecretKey, SessionLayer, Starlette};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let secret_key = "dev";
/// let sessions = SessionLayer::new(Starlette::new(SecretKey::legacy(secret_key)?));
/// # Ok(())
/// # }
/// ```
///
/// # What crosses the border
/// All of the dictionary. Starlette has no flash messages, and no key of its own for a session
/// that ends with the browser: its handlers see what this crate keeps for these (`_flashes`,
/// `_permanent`, `_session`) as ordinary keys, and should leave them alone.
///
/// What Starlette stored stays as it was, byte for byte, until it is changed.
#[derive(Clone)]
pub struct Starlette {
    keys: KeyRing,
    timed: Timed,
}

impl Starlette {
    /// Signs with the ring's current key; all keys of the ring verify.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        let signer = Signer::new::<Sha1>(&keys, Derivation::DjangoConcat("itsdangerous.Signer"));
        Self { keys, timed: Timed::itsdangerous(signer) }
    }
}

/// As `json.dumps` writes it.
fn body(json: &str) -> Body<'static> {
    Body::new(&STANDARD, json::ascii(&json::spaced(json)).into_owned())
}

impl Codec for Starlette {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        self.timed.decode(token, |payload| STANDARD.read(payload))
    }

    fn encode(&self, json: &str, issued: u64, _room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.timed.encode(&body(json), issued, token);
        None
    }

    fn encoded_len(&self, json: &str, issued: u64, _room: usize) -> usize {
        self.timed.len(&body(json), issued)
    }

    fn defaults(&self) -> Option<Defaults> {
        let cookie = SessionCookie::named("session").persistent(true);
        Some(Defaults::new(cookie, Expiry::default()))
    }
}

impl fmt::Debug for Starlette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Starlette").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
