//! The keys of a server, from its environment: all that a step of a rotation changes.

use std::env::{self, VarError};

use tower_cookie_session::{ConfigError, KeyRing, SecretKey};

use crate::Failure;

/// `SECRET_KEY` signs; `SECRET_KEY_ACCEPT` holds further keys that verify, separated by commas.
pub(crate) fn from_env() -> Result<KeyRing, Failure> {
    let current = SecretKey::from_env("SECRET_KEY")?;
    let further = match env::var("SECRET_KEY_ACCEPT") {
        Ok(further) => further,
        Err(VarError::NotPresent) => String::new(),
        // Its own message would show the key.
        Err(VarError::NotUnicode(_)) => return Err("SECRET_KEY_ACCEPT is not text".into()),
    };
    ring(current, &further).map_err(|reason| format!("SECRET_KEY_ACCEPT: {reason}").into())
}

pub(crate) fn ring(current: SecretKey, further: &str) -> Result<KeyRing, ConfigError> {
    let mut further = further.split(',').filter(|key| !key.is_empty());
    further.try_fold(KeyRing::new(current), |ring, key| {
        SecretKey::new(key).map(|key| ring.accept(key))
    })
}
