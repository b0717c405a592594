//! Django's session cookie, where the session is kept in it.

use std::fmt;

use sha2::Sha256;

use super::{
    Codec, Defaults,
    timed::{Body, Timed},
    zlib,
};
use crate::{
    cookie::SessionCookie,
    encoding::Seconds,
    error::Rejection,
    expiry::Expiry,
    json,
    key::KeyRing,
    payload::{Payload, Persistence},
    signer::{Derivation, Signer},
};

/// Both the engine and its salt.
const ENGINE: &str = "django.contrib.sessions.backends.signed_cookies";

/// The session cookie of [Django](https://www.djangoproject.com) where its `SESSION_ENGINE` is
/// `django.contrib.sessions.backends.signed_cookies`, with the JSON serializer, which is the
/// default.
///
/// Comes with Django's cookie, `sessionid`, which outlives the browser, and its lifetime of 14 days
/// idle. The key is Django's `SECRET_KEY`, and what Django accepts as `SECRET_KEY_FALLBACKS` is
/// accepted here by [`KeyRing::accept`].
///
/// ```
/// use tower_cookie_session::{Django, SecretKey, SessionLayer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let django_secret = "django-insecure-...";
/// let sessions = SessionLayer::new(Django::new(SecretKey::legacy(django_secret)?));
/// # Ok(())
/// # }
/// ```
///
/// # What crosses the border
/// - The login, as ordinary keys: `_auth_user_id`, `_auth_user_backend`, `_auth_user_hash`. Only
///   Django can say whether the hash is still that of the user's password.
/// - `set_expiry(0)`, which is [`set_persistent(false)`](crate::Session::set_persistent); any other
///   `set_expiry` shapes Django's cookies only, and Django itself enforces none. A session that says
///   nothing outlives the browser here, even if `SESSION_EXPIRE_AT_BROWSER_CLOSE` is set there.
///
/// Not carried over: Django's messages framework and the CSRF token, which have cookies of their
/// own. [Flash messages](crate::Session::flash) are ours alone here.
///
/// What Django stored stays as it was, byte for byte, until it is changed. A session is compressed
/// only if it would not fit otherwise.
#[derive(Clone)]
pub struct Django {
    keys: KeyRing,
    timed: Timed,
}

impl Django {
    /// Signs with the ring's current key; all keys of the ring verify.
    #[must_use]
    pub fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        let signer = Signer::new::<Sha256>(&keys, Derivation::DjangoConcat(ENGINE));
        Self { keys, timed: Timed { signer, separator: b':', seconds: Seconds::Base62 } }
    }

    /// In ASCII, since Django reads the text as Latin-1.
    fn body<'a>(&self, json: &'a str, issued: u64, room: usize) -> Body<'a> {
        zlib::fitting(json::ascii(json), &self.timed, issued, room)
    }
}

impl Codec for Django {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        self.timed.decode(token, |payload| zlib::inflated(payload).filter(|json| json.is_ascii()))
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.timed.encode(&self.body(json, issued, room), issued, token);
        None
    }

    fn encoded_len(&self, json: &str, issued: u64, room: usize) -> usize {
        self.timed.len(&self.body(json, issued, room), issued)
    }

    fn defaults(&self) -> Option<Defaults> {
        let cookie = SessionCookie::named("sessionid").persistent(true);
        Some(Defaults::new(cookie, Expiry::default()))
    }

    fn persistence(&self) -> Persistence {
        Persistence::SessionExpiry
    }
}

impl fmt::Debug for Django {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Django").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
