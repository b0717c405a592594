//! A fifth format, written outside of the crate: what Rails' `ActiveSupport::MessageVerifier` makes
//! with its JSON serializer, `base64(json)--hex(HMAC-SHA256(secret, base64(json)))`.
//!
//! It shows all that a format with keys needs: a ring of keys, pre-keyed once; nothing parsed before
//! the MAC holds; defaults of a framework; no time in the token.
#![allow(clippy::unwrap_used)]

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tower_cookie_session::{
    Codec, Defaults, Expiry, KeyRing, Origin, Payload, Rejection, SecretKey, SessionCookie,
    SessionLayer,
};

/// A Rails application's messages.
#[derive(Clone)]
struct Rails {
    current: Hmac<Sha256>,
    previous: Vec<Hmac<Sha256>>,
}

impl Rails {
    fn new(keys: impl Into<KeyRing>) -> Self {
        let keys = keys.into();
        let keyed = |key: &SecretKey| Hmac::new_from_slice(key.expose_secret()).unwrap();
        Self {
            current: keyed(keys.current()),
            previous: keys.previous().iter().map(keyed).collect(),
        }
    }
}

impl Codec for Rails {
    fn decode(&self, token: &[u8], _companions: &[&[u8]]) -> Result<Payload, Rejection> {
        let signature = |text: &[u8]| unhex(text).ok_or(Rejection::BadSignature);
        let cut = token.windows(2).rposition(|pair| pair == b"--");
        let (message, rest) = token.split_at(cut.ok_or(Rejection::BadSignature)?);
        let tag = signature(rest.strip_prefix(b"--").unwrap_or_default())?;

        // `verify_slice` compares in constant time.
        let made =
            |key: &Hmac<Sha256>| key.clone().chain_update(message).verify_slice(&tag).is_ok();
        let outdated = if made(&self.current) {
            false
        } else if self.previous.iter().any(made) {
            true
        } else {
            return Err(Rejection::BadSignature);
        };
        let json = STANDARD.decode(message).map_err(|_| Rejection::Malformed)?;
        Ok(Payload::from_json(json)?.outdated(outdated))
    }

    fn encode(
        &self,
        json: &str,
        _issued: u64,
        _room: usize,
        token: &mut Vec<u8>,
    ) -> Option<String> {
        let message = STANDARD.encode(json);
        let tag = self.current.clone().chain_update(&message).finalize().into_bytes();
        token.extend_from_slice(message.as_bytes());
        token.extend_from_slice(b"--");
        tag.iter().for_each(|byte| token.extend_from_slice(format!("{byte:02x}").as_bytes()));
        None
    }

    fn defaults(&self) -> Option<Defaults> {
        let cookie = SessionCookie::new("_store_session").unwrap();
        Some(Defaults::new(cookie, Expiry::never()))
    }

    fn bears_time(&self) -> bool {
        false
    }
}

/// Two hexadecimal digits for each byte, in lower case only: a token has one text.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

/// Shows no key.
impl fmt::Debug for Rails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rails").finish_non_exhaustive()
    }
}

fn key(text: &str) -> SecretKey {
    SecretKey::new(text).unwrap()
}

const SECRET: &str = "a secret of Rails: 0123456789 abcdef";

/// Made by ActiveSupport 6.1.7.10:
/// `MessageVerifier.new(SECRET, digest: "SHA256", serializer: JSON).generate({"user" => "ada", "n" => 1})`
const GOLDEN: &str = "eyJ1c2VyIjoiYWRhIiwibiI6MX0=--\
                      f3c6d96af4cb74634cc055387b880e3ba9d04c8fa7c97cdbd43b92972afe0620";

#[test]
fn rails_messages_are_sessions() {
    let sessions = SessionLayer::new(Rails::new(key(SECRET)));
    let session = sessions.open(format!("_store_session={GOLDEN}"));
    assert_eq!(session.origin(), Origin::Cookie);
    assert_eq!((session.get("user"), session.get("n")), (Ok(Some("ada".to_owned())), Ok(Some(1))));

    let mut written = Vec::new();
    Rails::new(key(SECRET)).encode(r#"{"user":"ada","n":1}"#, 0, 4096, &mut written);
    assert_eq!(String::from_utf8(written).unwrap(), GOLDEN);
}

#[test]
fn keys_rotate_and_forgeries_fail() {
    let new = key("another secret: 9876543210 fedcba");
    let open = |keys: KeyRing, token: &str| {
        SessionLayer::new(Rails::new(keys)).open(format!("_store_session={token}")).origin()
    };
    let both = KeyRing::new(new.clone()).accept(key(SECRET));
    assert_eq!(open(both, GOLDEN), Origin::Cookie);
    let refused = Origin::Rejected(Rejection::BadSignature);
    assert_eq!(open(new.into(), GOLDEN), refused);
    for forged in [
        GOLDEN.replacen("eyJ1", "eyJ2", 1),
        GOLDEN.replace("--f3", "--F3"),
        GOLDEN.replace("--", "-"),
        GOLDEN.trim_end_matches('0').to_owned(),
        "--".to_owned(),
        String::new(),
    ] {
        assert_eq!(open(key(SECRET).into(), &forged), refused, "{forged}");
    }
}
