//! The formats that are tried, in this order, and what a layer can say otherwise than they do.

use std::time::Duration;

use tower_cookie_session::{
    ConfigError, Digest, Django, Expiry, Express, Flask, Private, SecretKey, SessionCookie,
    SessionLayer, Signed, Starlette,
};

pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// The cookie that it is in, unless told otherwise.
    pub(crate) cookie: &'static str,
    /// How long a session may idle, unless told otherwise; none where tokens bear no time.
    pub(crate) idle_days: Option<u64>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Signed,
    Private,
    Flask(Digest),
    Django,
    Starlette,
    Express,
}

pub(crate) static FORMATS: [Format; 9] = [
    format("Signed", "__Host-session", Some(14), Kind::Signed),
    format("Private", "__Host-session", Some(14), Kind::Private),
    format("Flask", "session", Some(31), Kind::Flask(Digest::Sha1)),
    format("Flask, SHA-256", "session", Some(31), Kind::Flask(Digest::Sha256)),
    format("Flask, SHA-384", "session", Some(31), Kind::Flask(Digest::Sha384)),
    format("Flask, SHA-512", "session", Some(31), Kind::Flask(Digest::Sha512)),
    format("Django", "sessionid", Some(14), Kind::Django),
    format("Starlette", "session", Some(14), Kind::Starlette),
    format("Express", "session", None, Kind::Express),
];

const fn format(
    name: &'static str,
    cookie: &'static str,
    idle_days: Option<u64>,
    kind: Kind,
) -> Format {
    Format { name, cookie, idle_days, kind }
}

impl Format {
    /// Those that can have made a cookie under these settings.
    pub(crate) fn tried(settings: &Settings) -> impl Iterator<Item = &'static Self> {
        FORMATS.iter().filter(|format| match (format.kind, settings.digest) {
            (Kind::Flask(digest), Some(asked)) => digest == asked,
            _ => true,
        })
    }

    /// The one to write, in any case; Flask with the digest that is asked for.
    pub(crate) fn named(name: &str, settings: &Settings) -> Result<&'static Self, String> {
        let whole = |format: &&Self| format.name.eq_ignore_ascii_case(name);
        let family = |format: &&Self| format.is_flask() && name.eq_ignore_ascii_case("flask");
        let found = Self::tried(settings).find(whole).or(Self::tried(settings).find(family));
        let names = || FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join("; ");
        match found {
            None => Err(format!("no format `{name}`: there are {}", names())),
            Some(format) if settings.is_for_flask() && !format.is_flask() => {
                Err("--salt and --digest are for Flask".to_owned())
            }
            Some(format) => Ok(format),
        }
    }

    pub(crate) fn is_flask(&self) -> bool {
        matches!(self.kind, Kind::Flask(_))
    }

    /// Whether a value is worth nothing under another name.
    pub(crate) fn knows_its_name(&self) -> bool {
        matches!(self.kind, Kind::Signed | Kind::Private | Kind::Express)
    }

    /// A layer with the format's own limits.
    pub(crate) fn layer(
        &self,
        secret: &SecretKey,
        cookie: &str,
        settings: &Settings,
    ) -> Result<SessionLayer, ConfigError> {
        let key = secret.clone();
        let layer = match self.kind {
            Kind::Signed => SessionLayer::new(Signed::new(key)),
            Kind::Private => SessionLayer::new(Private::new(key)),
            Kind::Flask(digest) => {
                let flask = Flask::new(key).digest(digest);
                SessionLayer::new(match &settings.salt {
                    Some(salt) => flask.salt(salt),
                    None => flask,
                })
            }
            Kind::Django => SessionLayer::new(Django::new(key)),
            Kind::Starlette => SessionLayer::new(Starlette::new(key)),
            Kind::Express => SessionLayer::new(Express::new(key)),
        };
        let persistent = matches!(self.kind, Kind::Django | Kind::Starlette);
        Ok(layer.cookie(settings.cookie(cookie)?.persistent(persistent)))
    }
}

/// What the application's layer says otherwise than its format does.
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
    /// Whether there can be such a layer.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.cookie("session")?;
        self.limit(SessionLayer::new(Signed::new(SecretKey::generate()))).map(|_| ())
    }

    /// The layer with the limits that are given, if any is: these are then all that it has.
    pub(crate) fn limit(&self, layer: SessionLayer) -> Result<SessionLayer, ConfigError> {
        let [idle, absolute] = [self.idle, self.absolute].map(|limit| limit.map(Duration::from_secs));
        let expiry = Expiry::never();
        layer_with(layer, match (idle, absolute) {
            (None, None) => return Ok(layer),
            (Some(idle), None) => expiry.idle(idle),
            (None, Some(absolute)) => expiry.absolute(absolute),
            (Some(idle), Some(absolute)) => expiry.idle(idle).absolute(absolute),
        })
    }

    fn cookie(&self, name: &str) -> Result<SessionCookie, ConfigError> {
        let cookie = SessionCookie::new(name)?;
        match self.max_size {
            Some(bytes) => cookie.max_size(bytes),
            None => Ok(cookie),
        }
    }

    fn is_for_flask(&self) -> bool {
        self.salt.is_some() || self.digest.is_some()
    }
}
