//! Secret keys: one signs, and all keys of the ring verify.

use std::{env, env::VarError, fmt, sync::Arc};

use zeroize::Zeroizing;

use crate::error::ConfigError;

const MIN_BYTES: usize = 32;
const MIN_DISTINCT: usize = 8;

/// A secret that sessions are signed with.
///
/// The bytes are held once, shared by clones, shown by no `Debug`, and overwritten when the last
/// clone is dropped. They are used as they are, not decoded: text that spells a key in hex or
/// base64 is a key of that many characters, and just as good.
///
/// ```
/// use tower_cookie_session::SecretKey;
///
/// let key = SecretKey::generate();
/// assert_eq!(format!("{key:?}"), "SecretKey");
/// assert!(SecretKey::new("too short").is_err());
/// ```
#[derive(Clone)]
pub struct SecretKey(Arc<Zeroizing<Vec<u8>>>);

impl SecretKey {
    /// A key of at least 32 bytes, at least eight of them different. Every byte counts, even the
    /// newline at the end of a file: trim it, so that the key is the one that
    /// [`from_env`](Self::from_env) would make of the same text.
    ///
    /// # Errors
    /// [`ConfigError::KeyTooShort`] or [`ConfigError::KeyTooUniform`].
    pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let bytes = bytes.as_ref();
        if bytes.len() < MIN_BYTES {
            return Err(ConfigError::KeyTooShort { len: bytes.len() });
        }
        let distinct = (0..=u8::MAX).filter(|byte| bytes.contains(byte)).count();
        if distinct < MIN_DISTINCT {
            return Err(ConfigError::KeyTooUniform { distinct });
        }
        Self::legacy(bytes)
    }

    /// Another framework's secret, of any length but 0: for sessions that are shared with a Flask,
    /// Django, Starlette or Express application, whatever its secret is worth.
    ///
    /// # Errors
    /// [`ConfigError::KeyEmpty`].
    pub fn legacy(bytes: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        match bytes.as_ref() {
            [] => Err(ConfigError::KeyEmpty),
            bytes => Ok(Self(Arc::new(Zeroizing::new(bytes.to_vec())))),
        }
    }

    /// 32 random bytes from the operating system. Sessions end when the process does.
    ///
    /// # Panics
    /// If the operating system has no random bytes to give.
    #[must_use]
    pub fn generate() -> Self {
        Self(Arc::new(Zeroizing::new(random::<32>().to_vec())))
    }

    /// The text of an environment variable, less one newline at its end: at least 32 bytes, such as
    /// `openssl rand -hex 32` prints. A variable that is set and empty is too short, not missing.
    ///
    /// # Errors
    /// [`ConfigError::KeyMissing`] and [`ConfigError::KeyVariable`] name the variable.
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        Self::of_variable(variable, env::var(variable))
    }

    fn of_variable(variable: &str, text: Result<String, VarError>) -> Result<Self, ConfigError> {
        let wrong = |reason| ConfigError::KeyVariable {
            variable: variable.to_owned(),
            reason: Box::new(reason),
        };
        let text = text.map(Zeroizing::new).map_err(|error| match error {
            VarError::NotPresent => ConfigError::KeyMissing { variable: variable.to_owned() },
            VarError::NotUnicode(_) => wrong(ConfigError::KeyNotUnicode),
        })?;
        let line = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(&text);
        Self::new(line).map_err(wrong)
    }

    /// The key itself, for a [`Codec`](crate::Codec) of your own.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

/// The key that signs, and others that only verify.
///
/// To rotate over a fleet of servers without losing a session: let every server
/// [`accept`](Self::accept) the new key, then let every server sign with it and accept the old one,
/// and drop the old one when the longest session has ended. A session that an old key signed is
/// signed anew when it is next read; so after a leak, drop the key at once instead of keeping it in
/// the ring.
/// [Step by step](crate::_documentation::scaling#to-rotate-the-key), with keys
/// [from the environment or a file](crate::_documentation::scaling#one-key-and-nothing-else).
///
/// A cookie costs a MAC for each key up to the one that signed it; a forged one, one for every key.
///
/// ```
/// use tower_cookie_session::{KeyRing, SecretKey, Signed};
///
/// let (new, old) = (SecretKey::generate(), SecretKey::generate());
/// let codec = Signed::new(KeyRing::new(new).accept(old));
/// ```
#[derive(Clone)]
pub struct KeyRing {
    current: SecretKey,
    previous: Vec<SecretKey>,
}

impl KeyRing {
    /// A ring of one key, which signs and verifies.
    #[must_use]
    pub fn new(current: SecretKey) -> Self {
        Self { current, previous: Vec::new() }
    }

    /// Adds a key that verifies but never signs. The order does not matter.
    #[must_use]
    pub fn accept(mut self, previous: SecretKey) -> Self {
        self.previous.push(previous);
        self
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> &SecretKey {
        &self.current
    }

    /// The keys that verify only.
    #[must_use]
    pub fn previous(&self) -> &[SecretKey] {
        &self.previous
    }
}

impl From<SecretKey> for KeyRing {
    fn from(current: SecretKey) -> Self {
        Self::new(current)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("previous", &self.previous.len()).finish_non_exhaustive()
    }
}

/// Random bytes from the operating system.
///
/// # Panics
/// If it has none to give: nothing that this crate makes of them would be safe without.
#[expect(clippy::expect_used, reason = "no input reaches this, and there is no safe way on")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "0123456789abcdefghijklmnopqrstuv";

    #[test]
    fn weak_keys_are_refused() {
        assert_eq!(SecretKey::new(&GOOD[1..]).unwrap_err(), ConfigError::KeyTooShort { len: 31 });
        assert_eq!(SecretKey::new("").unwrap_err(), ConfigError::KeyTooShort { len: 0 });
        assert!(SecretKey::new(GOOD).is_ok());
        assert!(SecretKey::new(GOOD.repeat(9)).is_ok(), "longer than a block of the hash");
        for demo in [[0; 64], [b'a'; 64]] {
            let error = SecretKey::new(demo).unwrap_err();
            assert_eq!(error, ConfigError::KeyTooUniform { distinct: 1 });
        }
        for demo in ["secret", "changeme", "abcdefg"] {
            assert!(SecretKey::new(demo.repeat(9)).is_err(), "{demo}");
        }
        assert!(SecretKey::new("abcdefgh".repeat(4)).is_ok(), "eight different bytes");
        assert_eq!(SecretKey::legacy([]).unwrap_err(), ConfigError::KeyEmpty);
        assert!(SecretKey::legacy("x").is_ok());
    }

    #[test]
    fn keys_come_from_the_environment() {
        // Cargo sets these for every test.
        let key = SecretKey::from_env("CARGO_PKG_DESCRIPTION").unwrap();
        assert_eq!(key.expose_secret(), env!("CARGO_PKG_DESCRIPTION").as_bytes());
        let error = SecretKey::from_env("CARGO_PKG_VERSION_MAJOR").unwrap_err();
        let reason = Box::new(ConfigError::KeyTooShort { len: 1 });
        let variable = "CARGO_PKG_VERSION_MAJOR".to_owned();
        assert_eq!(error, ConfigError::KeyVariable { variable, reason });
        let unset = "NO_SUCH_VARIABLE_HERE".to_owned();
        let error = SecretKey::from_env(&unset).unwrap_err();
        assert_eq!(error, ConfigError::KeyMissing { variable: unset });
    }

    #[test]
    fn a_variable_that_is_no_text_is_not_taken_for_a_missing_one() {
        let variable = "KEY".to_owned();
        let no_text = Err(VarError::NotUnicode("bytes".into()));
        let error = SecretKey::of_variable(&variable, no_text).unwrap_err();
        let reason = Box::new(ConfigError::KeyNotUnicode);
        assert_eq!(error, ConfigError::KeyVariable { variable, reason });
    }

    #[test]
    fn generated_keys_differ_and_pass() {
        let (one, two) = (SecretKey::generate(), SecretKey::generate());
        assert_ne!(one.expose_secret(), two.expose_secret());
        assert!(SecretKey::new(one.expose_secret()).is_ok());
    }

    #[test]
    fn debug_shows_no_byte() {
        let ring = KeyRing::new(SecretKey::new(GOOD).unwrap()).accept(SecretKey::generate());
        assert_eq!(format!("{ring:?}"), "KeyRing { previous: 1, .. }");
        assert_eq!(format!("{:?}", ring.current()), "SecretKey");
    }
}
