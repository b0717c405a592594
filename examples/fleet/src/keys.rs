//! The keys of a server, from its environment: what a step of a rotation changes, and all of it.

use std::env;

use tower_cookie_session::{ConfigError, KeyRing, SecretKey};

use crate::Failure;

/// `SECRET_KEY` signs; `SECRET_KEY_ACCEPT` holds further keys that verify, with commas between them.
pub(crate) fn from_env() -> Result<KeyRing, Failure> {
    let current = SecretKey::from_env("SECRET_KEY")?;
    let further = env::var("SECRET_KEY_ACCEPT").unwrap_or_default();
    ring(current, &further).map_err(|reason| format!("SECRET_KEY_ACCEPT: {reason}").into())
}

pub(crate) fn ring(current: SecretKey, further: &str) -> Result<KeyRing, ConfigError> {
    let further = further.split(',').map(str::trim).filter(|key| !key.is_empty());
    further.into_iter().try_fold(KeyRing::new(current), |ring, key| {
        SecretKey::new(key).map(|key| ring.accept(key))
    })
}
