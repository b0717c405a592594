//! The formats that are tried, in this order.

use tower_cookie_session::{
    ConfigError, Digest, Django, Express, Flask, Private, SecretKey, SessionCookie, SessionLayer,
    Signed, Starlette,
};

pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// The cookie that it is in, unless told otherwise.
    pub(crate) cookie: &'static str,
    layer: fn(SecretKey) -> SessionLayer,
}

pub(crate) static FORMATS: [Format; 7] = [
    Format {
        name: "Signed",
        cookie: "__Host-session",
        layer: |key| SessionLayer::new(Signed::new(key)),
    },
    Format {
        name: "Private",
        cookie: "__Host-session",
        layer: |key| SessionLayer::new(Private::new(key)),
    },
    Format { name: "Flask", cookie: "session", layer: |key| SessionLayer::new(Flask::new(key)) },
    Format {
        name: "Flask, SHA-512",
        cookie: "session",
        layer: |key| SessionLayer::new(Flask::new(key).digest(Digest::Sha512)),
    },
    Format {
        name: "Django",
        cookie: "sessionid",
        layer: |key| SessionLayer::new(Django::new(key)),
    },
    Format {
        name: "Starlette",
        cookie: "session",
        layer: |key| SessionLayer::new(Starlette::new(key)),
    },
    Format {
        name: "Express",
        cookie: "session",
        layer: |key| SessionLayer::new(Express::new(key)),
    },
];

impl Format {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn layer(&self, secret: &str, cookie: &str) -> Result<SessionLayer, ConfigError> {
        let layer = (self.layer)(SecretKey::legacy(secret)?);
        Ok(layer.cookie(SessionCookie::new(cookie)?))
    }
}
