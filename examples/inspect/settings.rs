//! Where the application's layer differs from its format's defaults.

use std::time::Duration;

use tower_cookie_session::{
    ConfigError, Digest, Expiry, SecretKey, SessionCookie, SessionLayer, Signed,
};

#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) salt: Option<String>,
    pub(crate) digest: Option<Digest>,
    /// In seconds.
    pub(crate) idle: Option<u64>,
    /// In seconds.
    pub(crate) absolute: Option<u64>,
    /// In bytes.
    pub(crate) max_size: Option<usize>,
}

impl Settings {
    /// Checks that there can be such a layer.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.cookie("session")?;
        self.limit(SessionLayer::new(Signed::new(SecretKey::generate()))).map(|_| ())
    }

    /// The layer with the limits that are given, if any: it then has no others.
    pub(crate) fn limit(&self, layer: SessionLayer) -> Result<SessionLayer, ConfigError> {
        let never = Expiry::never();
        match (self.idle.map(Duration::from_secs), self.absolute.map(Duration::from_secs)) {
            (None, None) => Ok(layer),
            (Some(idle), None) => layer.expiry(never.idle(idle)),
            (None, Some(absolute)) => layer.expiry(never.absolute(absolute)),
            (Some(idle), Some(absolute)) => layer.expiry(never.idle(idle).absolute(absolute)),
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Result<SessionCookie, ConfigError> {
        let cookie = SessionCookie::new(name)?;
        match self.max_size {
            Some(bytes) => cookie.max_size(bytes),
            None => Ok(cookie),
        }
    }
}
