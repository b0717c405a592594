//! The pair of cookies of Express' `cookie-session`.

use std::fmt;

use sha1::Sha1;

use super::{Codec, Defaults};
use crate::{
    cookie::SessionCookie,
    encoding::{STANDARD, Short, URL_SAFE},
    error::Rejection,
    expiry::Expiry,
    json,
    key::KeyRing,
    payload::Payload,
    signer::{Derivation, SignedBy, Signer},
};

/// The session cookies of [Express](https://expressjs.com) with
/// [`cookie-session`](https://github.com/expressjs/cookie-session): the session in one, and its
/// signature in another, `session.sig`.
///
/// Comes with the middleware's cookie, `session`, for as long as the browser is open. The keys are
/// the middleware's `keys`, of which the first signs and the others are [accepted](KeyRing::accept)
/// (`secret` is one key).
///
/// ```
/// use tower_cookie_session::{Express, SecretKey, SessionLayer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let secret = "dev";
/// let sessions = SessionLayer::new(Express::new(SecretKey::legacy(secret)?));
/// # Ok(())
/// # }
/// ```
///
/// # What it cannot do
/// - Its cookies bear no time, so no idle or absolute limit can be kept: whoever copied them can
///   use them for as long as the key is good. [`expire_at`](crate::Session::expire_at) works here,
///   but Express does not look at it.
/// - JavaScript rounds integers beyond 2^53 as soon as Express writes the session.
/// - Express loses keys that every JavaScript object has: `constructor`, `toString`, `__proto__`
///   and the like.
///
/// # What crosses the border
/// All of the dictionary. `cookie-session` has no flash messages: Express sees what this crate
/// keeps for them and for itself (`_flashes`, `_permanent`, `_session`) as ordinary keys, and
/// should leave them alone. The text is the one that Express would write, so it has nothing to
/// rewrite, except integers and floats that JavaScript cannot hold.
#[derive(Clone)]
pub struct Express {
    keys: KeyRing,
    signer: Signer,
    /// What is signed before the value: the cookie's name and `=`.
    prefix: String,
}

impl Express {
    /// Signs with the ring's current key; all keys of the ring verify.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        let signer = Signer::new::<Sha1>(&keys, Derivation::None);
        Self { keys, signer, prefix: "session=".to_owned() }
    }
}

impl Codec for Express {
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection> {
        let tags: Vec<Short> =
            companions.iter().filter_map(|text| URL_SAFE.read_short(text)).collect();
        let by = self.signer.verify(&[self.prefix.as_bytes(), token], &tags);
        let by = by.ok_or(Rejection::BadSignature)?;
        let payload = Payload::from_json(STANDARD.read(token).ok_or(Rejection::Malformed)?)?;
        Ok(payload.outdated(by == SignedBy::Previous))
    }

    fn encode(
        &self,
        json: &str,
        _issued: u64,
        _room: usize,
        token: &mut Vec<u8>,
    ) -> Option<String> {
        let start = token.len();
        STANDARD.push(json::stringified(json).as_bytes(), token);
        let value = token.get(start..).unwrap_or_default();
        Some(URL_SAFE.text(&self.signer.sign(&[self.prefix.as_bytes(), value])))
    }

    fn encoded_len(&self, json: &str, _issued: u64, _room: usize) -> usize {
        STANDARD.len(json::stringified(json).len())
    }

    fn prepare(&mut self, cookie_name: &str) {
        self.prefix = format!("{cookie_name}=");
    }

    fn defaults(&self) -> Option<Defaults> {
        Some(Defaults::new(SessionCookie::named("session"), Expiry::never()))
    }

    fn companion(&self) -> Option<&'static str> {
        Some(".sig")
    }

    fn bears_time(&self) -> bool {
        false
    }
}

impl fmt::Debug for Express {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Express").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
