//! Our own format: `base64(json).base64(issued).base64(mac)`.

use std::fmt;

use sha2::Sha256;

#[cfg(feature = "compress")]
use super::zlib;
use super::{
    Codec,
    timed::{Body, Timed},
};
#[cfg(not(feature = "compress"))]
use crate::encoding::URL_SAFE;
use crate::{
    error::Rejection,
    key::KeyRing,
    payload::Payload,
    signer::{Derivation, Signer},
};

/// The session in the open, signed with HMAC-SHA256: whoever has the cookie can read it, and only
/// whoever has the key can make one.
///
/// The layout is that of itsdangerous' timed URL-safe serializer, so Python reads and writes it in
/// four lines (reading what Python compressed needs the feature `compress`):
///
/// ```python
/// import hashlib
/// from itsdangerous import URLSafeTimedSerializer
///
/// options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
/// sessions = URLSafeTimedSerializer(key, salt="tower-cookie-session:__Host-session", signer_kwargs=options)
/// session = sessions.loads(cookie, max_age=1209600)
/// cookie = sessions.dumps(session)
/// ```
///
/// The key is HMAC-SHA256(secret, salt), and the cookie's name is in the salt, so a value
/// signed for one cookie is worthless under another name. Base64 has to be canonical: a token has
/// only one spelling.
///
/// ```
/// use tower_cookie_session::{SecretKey, SessionCookie, SessionLayer, Signed};
///
/// let codec = Signed::new(SecretKey::generate());
/// let sessions = SessionLayer::new(codec).cookie(SessionCookie::new("__Host-shop")?);
/// # Ok::<(), tower_cookie_session::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Signed {
    keys: KeyRing,
    timed: Timed,
    #[cfg(feature = "compress")]
    compress: bool,
}

impl Signed {
    /// Signs with the ring's current key; all keys of the ring verify.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        Self {
            timed: timed(&keys, "__Host-session"),
            keys,
            #[cfg(feature = "compress")]
            compress: false,
        }
    }

    /// Whether a session that would not fit otherwise is compressed with zlib, up to 64 KiB of JSON; by
    /// default not, since the compressed length tells about secrets next to a visitor's text.
    #[cfg(feature = "compress")]
    #[must_use]
    pub fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    #[cfg(feature = "compress")]
    fn body<'a>(&self, json: &'a str, issued: u64, room: usize) -> Body<'a> {
        let room = if self.compress { room } else { usize::MAX };
        zlib::fitting(json.as_bytes(), &self.timed, issued, room)
    }

    #[cfg(not(feature = "compress"))]
    fn body<'a>(&self, json: &'a str, _issued: u64, _room: usize) -> Body<'a> {
        Body::new(&URL_SAFE, json.as_bytes())
    }
}

fn timed(keys: &KeyRing, cookie_name: &str) -> Timed {
    let salt = format!("tower-cookie-session:{cookie_name}");
    Timed::itsdangerous(Signer::new::<Sha256>(keys, Derivation::Hmac(&salt)))
}

impl Codec for Signed {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        // Without the feature a compressed token is not a session.
        #[cfg(feature = "compress")]
        return self.timed.decode(token, zlib::inflated);
        #[cfg(not(feature = "compress"))]
        self.timed.decode(token, |payload| URL_SAFE.read(payload))
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.timed.encode(&self.body(json, issued, room), issued, token);
        None
    }

    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize {
        self.timed.len(&self.body(json, issued, room), issued)
    }

    fn prepare(&mut self, cookie_name: &str) {
        self.timed = timed(&self.keys, cookie_name);
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
