//! In what the four frameworks differ.

use std::{env, fmt, path::Path, process::Command};

use tower_cookie_session::{
    Django, Express, Flask, KeyRing, SecretKey, SessionCookie, SessionLayer, Starlette,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Flask,
    Django,
    Starlette,
    Express,
}

impl Framework {
    pub(crate) fn is_javascript(self) -> bool {
        self == Self::Express
    }

    pub(crate) fn compresses(self) -> bool {
        matches!(self, Self::Flask | Self::Django)
    }

    pub(crate) fn cookie_name(self) -> &'static str {
        if self == Self::Django { "sessionid" } else { "session" }
    }

    /// Our layer for this framework's cookie; the first key signs, all verify.
    pub(crate) fn layer(self, keys: &[&str]) -> SessionLayer {
        let mut keys = keys.iter().map(|key| SecretKey::legacy(key).unwrap());
        let ring = keys.by_ref().take(1).map(KeyRing::new).next().unwrap();
        let ring = keys.fold(ring, KeyRing::accept);
        // The framework's own cookie, but over plain http.
        let cookie = SessionCookie::new(self.cookie_name()).unwrap().secure(false).unwrap();
        match self {
            Self::Flask => SessionLayer::new(Flask::new(ring)).cookie(cookie),
            Self::Django => SessionLayer::new(Django::new(ring)).cookie(cookie.persistent(true)),
            Self::Starlette => {
                SessionLayer::new(Starlette::new(ring)).cookie(cookie.persistent(true))
            }
            Self::Express => SessionLayer::new(Express::new(ring)).cookie(cookie),
        }
    }

    /// What starts the framework's server; the secret is its argument.
    pub(crate) fn command(self) -> Command {
        let (variable, default, script) = match self {
            Self::Flask => ("PYTHON", "python3", "flask_app.py"),
            Self::Django => ("PYTHON", "python3", "django_app.py"),
            Self::Starlette => ("PYTHON", "python3", "starlette_app.py"),
            Self::Express => ("NODE", "node", "express_app.js"),
        };
        let mut command = Command::new(env::var(variable).unwrap_or_else(|_| default.into()));
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live").join(script));
        command.env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}
