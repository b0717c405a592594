//! Flask's own session cookie.

use std::{fmt, time::Duration};

use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::{
    Codec, Defaults,
    timed::{Body, Timed},
    zlib,
};
use crate::{
    cookie::SessionCookie,
    error::Rejection,
    expiry::Expiry,
    json,
    key::KeyRing,
    payload::Payload,
    signer::{Derivation, Signer},
};

/// The session cookie of [Flask](https://flask.palletsprojects.com): the same users, logged in on
/// both sides.
///
/// Comes with Flask's cookie, `session`, for as long as the browser is open, and its lifetime of 31
/// days idle. The key is Flask's `SECRET_KEY`, and what Flask accepts as `SECRET_KEY_FALLBACKS` is
/// accepted here by [`KeyRing::accept`].
///
/// ```
/// use tower_cookie_session::{Flask, KeyRing, SecretKey, SessionLayer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (flask_secret, last_years_secret) = ("dev", "older");
/// let keys = KeyRing::new(SecretKey::legacy(flask_secret)?)
///     .accept(SecretKey::legacy(last_years_secret)?);
/// let sessions = SessionLayer::new(Flask::new(keys));
/// # Ok(())
/// # }
/// ```
///
/// # What crosses the border
/// - Flash messages, with their categories: [`flash`](crate::Session::flash) here is
///   `get_flashed_messages` there, and the other way round.
/// - `session.permanent`, which is [`set_persistent`](crate::Session::set_persistent).
/// - Flask-Login's `_user_id`, `_fresh` and `_id`, as ordinary keys.
/// - Values that JSON has no type for, which Flask tags: as the types of
///   [`flask`](crate::flask).
///
/// What Flask stored stays as it was, byte for byte, until it is changed; only keys are not sorted
/// again. A session is compressed only if it would not fit otherwise.
#[derive(Clone)]
pub struct Flask {
    keys: KeyRing,
    salt: String,
    digest: Digest,
    timed: Timed,
}

/// The hash of [`Flask`]'s signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digest {
    /// Flask's default. As part of HMAC it is not broken.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Flask {
    /// Signs with the ring's current key; all keys of the ring verify.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let (keys, salt, digest) = (keys.into(), "cookie-session".to_owned(), Digest::Sha1);
        Self { timed: timed(&keys, &salt, digest), keys, salt, digest }
    }

    /// For applications whose session interface has another `salt`.
    #[must_use]
    pub fn salt(self, salt: impl Into<String>) -> Self {
        let salt = salt.into();
        Self { timed: timed(&self.keys, &salt, self.digest), salt, ..self }
    }

    /// For applications whose session interface has another `digest_method`.
    ///
    /// ```
    /// use tower_cookie_session::{Digest, Flask, SecretKey};
    ///
    /// # let key = SecretKey::generate();
    /// // class Interface(SecureCookieSessionInterface):
    /// //     salt = "shop"
    /// //     digest_method = staticmethod(hashlib.sha256)
    /// let codec = Flask::new(key).salt("shop").digest(Digest::Sha256);
    /// ```
    #[must_use]
    pub fn digest(self, digest: Digest) -> Self {
        Self { timed: timed(&self.keys, &self.salt, digest), digest, ..self }
    }

    fn body<'a>(&self, json: &'a str, issued: u64, room: usize) -> Body<'a> {
        let json = match escaped(json) {
            Some(escaped) => json::ascii(&escaped).into_owned().into(),
            None => json::ascii(json),
        };
        zlib::fitting(json, &self.timed, issued, room)
    }
}

fn timed(keys: &KeyRing, salt: &str, digest: Digest) -> Timed {
    let salt = Derivation::Hmac(salt);
    Timed::itsdangerous(match digest {
        Digest::Sha1 => Signer::new::<Sha1>(keys, salt),
        Digest::Sha256 => Signer::new::<Sha256>(keys, salt),
        Digest::Sha384 => Signer::new::<Sha384>(keys, salt),
        Digest::Sha512 => Signer::new::<Sha512>(keys, salt),
    })
}

impl Codec for Flask {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        let payload = self.timed.decode(token, zlib::inflated)?;
        match only_tag(payload.json()) {
            None => Ok(payload),
            Some((ESCAPE, value)) => {
                let dictionary = unescaped(value).ok_or(Rejection::Malformed)?;
                payload.with_text(dictionary)
            }
            // A tuple, a text or anything else in place of a dictionary.
            Some(_) => Err(Rejection::Malformed),
        }
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.timed.encode(&self.body(json, issued, room), issued, token);
        None
    }

    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize {
        self.timed.len(&self.body(json, issued, room), issued)
    }

    fn defaults(&self) -> Option<Defaults> {
        let month = Duration::from_secs(31 * 24 * 60 * 60);
        Some(Defaults::new(SessionCookie::named("session"), Expiry::never().idle(month)))
    }
}

/// Flask's tag for a dictionary whose only key is a tag.
const ESCAPE: &str = " di";
const TAGS: [&str; 6] = [" t", " b", " m", " u", " d", ESCAPE];
/// What is appended to such a key.
const SUFFIX: &str = "__";

/// The member of an object that has only one key; if that is repeated, the last.
fn only_member(json: &str) -> Option<json::Member<'_>> {
    let mut members = json::members(json);
    let first = members.next()?;
    let key = first.key();
    members.try_fold(first, |_, member| member.is(&key).then_some(member))
}

/// The tag that is an object's only key, and its value.
fn only_tag(json: &str) -> Option<(&'static str, &str)> {
    let only = only_member(json)?;
    let tag = TAGS.into_iter().find(|tag| only.is(tag))?;
    Some((tag, only.value()))
}

/// A dictionary as Flask writes it if it would be taken for a tagged value.
fn escaped(json: &str) -> Option<String> {
    let (tag, value) = only_tag(json)?;
    Some(format!("{{\"{ESCAPE}\":{{\"{tag}{SUFFIX}\":{value}}}}}"))
}

/// The dictionary under the escape's tag.
fn unescaped(value: &str) -> Option<String> {
    let only = only_member(value).filter(|_| value.starts_with('{'))?;
    let tag = TAGS.into_iter().find(|tag| only.is(&format!("{tag}{SUFFIX}")))?;
    Some(format!("{{\"{tag}\":{}}}", only.value()))
}

impl fmt::Debug for Flask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flask")
            .field("keys", &self.keys)
            .field("salt", &self.salt)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
