//! Our own format: `base64(json).base64(issued).base64(mac)`.

use std::fmt;

use super::Codec;
use crate::{
    encoding,
    error::Rejection,
    key::KeyRing,
    payload::Payload,
    signer::{SignedBy, Signer, TAG_LEN},
};

/// The MAC, in base64.
const MAC_LEN: usize = encoding::base64_len(TAG_LEN);

/// The session in the open, signed with HMAC-SHA256: whoever has the cookie can read it, and only
/// who has the key can make one.
///
/// The layout is that of itsdangerous' timed URL-safe serializer, so Python reads and writes it in
/// four lines (reading what Python compressed takes the feature `compress`):
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
/// The key is HMAC-SHA256(secret, salt), and the cookie's name is in the salt, so that a value
/// signed for one cookie is worth nothing under another name. Base64 has to be canonical: a token
/// has one text only.
#[derive(Clone)]
pub struct Signed {
    keys: KeyRing,
    signer: Signer,
    #[cfg(feature = "compress")]
    compress: bool,
}

impl Signed {
    /// Signs with the ring's current key; all of the ring verify.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        Self {
            signer: signer(&keys, "__Host-session"),
            keys,
            #[cfg(feature = "compress")]
            compress: false,
        }
    }

    /// Whether a session that would not fit otherwise is compressed with zlib; by default not, for
    /// the length of what is compressed tells about secrets beside a visitor's text.
    #[cfg(feature = "compress")]
    #[must_use]
    pub fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// What is written in the place of the JSON, behind a dot, when that would not fit.
    #[cfg(feature = "compress")]
    fn compressed(&self, json: &str, issued: u64, room: usize) -> Option<Vec<u8>> {
        if !self.compress || token_len(encoding::base64_len(json.len()), issued) <= room {
            return None;
        }
        let deflated = encoding::deflate(json.as_bytes());
        (deflated.len() + 1 < json.len()).then_some(deflated)
    }

    #[cfg(not(feature = "compress"))]
    fn compressed(&self, _json: &str, _issued: u64, _room: usize) -> Option<Vec<u8>> {
        None
    }
}

fn signer(keys: &KeyRing, cookie_name: &str) -> Signer {
    Signer::new(keys, &[b"tower-cookie-session:", cookie_name.as_bytes()])
}

fn token_len(payload: usize, issued: u64) -> usize {
    payload + 1 + encoding::seconds_len(issued) + 1 + MAC_LEN
}

impl Codec for Signed {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        let (signed, mac) = rsplit_dot(token).ok_or(Rejection::BadSignature)?;
        let mac = encoding::base64_array(mac).ok_or(Rejection::BadSignature)?;
        let by = self.signer.verify(signed, &mac).ok_or(Rejection::BadSignature)?;

        let (payload, issued) = rsplit_dot(signed).ok_or(Rejection::Malformed)?;
        let issued = encoding::seconds(issued).ok_or(Rejection::Malformed)?;
        let json = match payload.strip_prefix(b".") {
            None => encoding::base64(payload),
            Some(compressed) => inflated(compressed),
        };
        let payload = Payload::from_json(json.ok_or(Rejection::Malformed)?)?;
        Ok(payload.issued(issued)?.outdated(by == SignedBy::Previous))
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        let start = token.len();
        if let Some(compressed) = self.compressed(json, issued, room) {
            token.push(b'.');
            encoding::push_base64(&compressed, token);
        } else {
            encoding::push_base64(json.as_bytes(), token);
        }
        token.push(b'.');
        encoding::push_seconds(issued, token);
        let mac = self.signer.sign(token.get(start..).unwrap_or_default());
        token.push(b'.');
        encoding::push_base64(&mac, token);
        None
    }

    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize {
        let payload = match self.compressed(json, issued, room) {
            Some(compressed) => 1 + encoding::base64_len(compressed.len()),
            None => encoding::base64_len(json.len()),
        };
        token_len(payload, issued)
    }

    fn prepare(&mut self, cookie_name: &str) {
        self.signer = signer(&self.keys, cookie_name);
    }
}

/// Text behind the last dot, and what is before it.
fn rsplit_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = memchr::memrchr(b'.', text)?;
    Some((text.get(..dot)?, text.get(dot + 1..)?))
}

#[cfg(feature = "compress")]
fn inflated(compressed: &[u8]) -> Option<Vec<u8>> {
    encoding::inflate(&encoding::base64(compressed)?)
}

/// Without the feature a compressed token is no session.
#[cfg(not(feature = "compress"))]
fn inflated(_compressed: &[u8]) -> Option<Vec<u8>> {
    None
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
