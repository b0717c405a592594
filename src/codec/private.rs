//! Our own format, encrypted: `base64(nonce ciphertext tag)`.

use std::fmt;

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::AeadInOut};
use sha2::Sha256;

use super::Codec;
use crate::{
    encoding::URL_SAFE,
    error::Rejection,
    key::{self, KeyRing, SecretKey},
    payload::Payload,
    signer::Derivation,
};

/// What the key is derived with; because of its space, no cookie name makes
/// [`Signed`](super::Signed) derive the same.
const LABEL: &str = "tower-cookie-session private";
const NONCE_LEN: usize = 24;
const TIME_LEN: usize = 8;
const TAG_LEN: usize = 16;

/// The session encrypted: whoever has the cookie can neither read it nor make another, and sees only
/// how long the session is.
///
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) over the time of issue, 8 bytes big-endian, and the
/// JSON; under HMAC-SHA256(secret, `tower-cookie-session private`), with a random nonce for every
/// token and the cookie's name as associated data, so a value made for one cookie is worthless
/// under another name. The token is 64 bytes longer than the JSON in base64.
///
/// In all else it is like [`Signed`](super::Signed), and takes over from it or hands back with
/// [`also_read`](crate::SessionLayer::also_read). Neither opens a token of the other, whatever
/// the key.
///
/// ```
/// use tower_cookie_session::{Private, SecretKey, SessionCookie, SessionLayer, Signed};
///
/// let key = SecretKey::generate();
/// let sessions = SessionLayer::new(Private::new(key.clone()))
///     .also_read(SessionCookie::host(), Signed::new(key));
/// ```
///
/// Encryption hides the content from the visitor and from whoever finds the cookie; it does not
/// make the cookie revocable. Nothing is compressed, since the compressed length tells about the
/// content.
#[derive(Clone)]
pub struct Private {
    keys: KeyRing,
    current: XChaCha20Poly1305,
    previous: Vec<XChaCha20Poly1305>,
    /// The associated data.
    cookie_name: String,
}

impl Private {
    /// Encrypts with the ring's current key; all keys of the ring decrypt.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        Self {
            current: cipher(keys.current()),
            previous: keys.previous().iter().map(cipher).collect(),
            keys,
            cookie_name: "__Host-session".to_owned(),
        }
    }

    /// Appends the token with a nonce that must not be used again.
    fn seal(&self, json: &str, issued: u64, nonce: [u8; NONCE_LEN], token: &mut Vec<u8>) {
        let mut sealed = Vec::with_capacity(sealed_len(json));
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&issued.to_be_bytes());
        sealed.extend_from_slice(json.as_bytes());
        let content = sealed.get_mut(NONCE_LEN..).unwrap_or_default().into();
        let name = self.cookie_name.as_bytes();
        // It fails for content beyond 2^38 bytes; an empty token opens nothing.
        if let Ok(tag) = self.current.encrypt_inout_detached(&nonce.into(), name, content) {
            sealed.extend_from_slice(&tag);
            URL_SAFE.push(&sealed, token);
        }
    }

    /// Decrypts `content` in place, and says whether it took a previous key; `None` if it is as it
    /// was.
    fn open(&self, nonce: [u8; NONCE_LEN], content: &mut [u8], tag: [u8; TAG_LEN]) -> Option<bool> {
        let mut opens = |cipher: &XChaCha20Poly1305| {
            let (name, content) = (self.cookie_name.as_bytes(), (&mut *content).into());
            cipher.decrypt_inout_detached(&nonce.into(), name, content, &tag.into()).is_ok()
        };
        if opens(&self.current) {
            return Some(false);
        }
        self.previous.iter().any(opens).then_some(true)
    }
}

fn cipher(secret: &SecretKey) -> XChaCha20Poly1305 {
    let key = Derivation::Hmac(LABEL).key::<Sha256>(secret.expose_secret());
    keyed(&key)
}

#[expect(clippy::expect_used, reason = "the key's length is all that could fail, and it is given")]
fn keyed(key: &[u8]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new_from_slice(key).expect("a SHA-256 is as long as the key")
}

fn sealed_len(json: &str) -> usize {
    NONCE_LEN + TIME_LEN + json.len() + TAG_LEN
}

impl Codec for Private {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        let mut sealed = URL_SAFE.read(token).ok_or(Rejection::BadSignature)?;
        let opened = sealed.split_first_chunk_mut().and_then(|(nonce, rest)| {
            let (content, tag) = rest.split_last_chunk_mut()?;
            self.open(*nonce, content, *tag)
        });
        let outdated = opened.ok_or(Rejection::BadSignature)?;

        sealed.truncate(sealed.len() - TAG_LEN);
        let content = sealed.get(NONCE_LEN..).and_then(<[u8]>::split_first_chunk);
        let (issued, _) = content.ok_or(Rejection::Malformed)?;
        let issued = u64::from_be_bytes(*issued);
        sealed.drain(..NONCE_LEN + TIME_LEN);
        Ok(Payload::from_json(sealed)?.issued(issued).outdated(outdated))
    }

    fn encode(&self, json: &str, issued: u64, _room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.seal(json, issued, key::random(), token);
        None
    }

    fn encoded_len(&self, json: &str, _issued: u64, _room: usize) -> usize {
        URL_SAFE.len(sealed_len(json))
    }

    fn prepare(&mut self, cookie_name: &str) {
        cookie_name.clone_into(&mut self.cookie_name);
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Private").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
