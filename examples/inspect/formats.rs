//! The formats that are tried, in this order.

use tower_cookie_session::{
    ConfigError, Digest, Django, Express, Flask, Private, SecretKey, SessionLayer, Signed,
    Starlette,
};

use crate::settings::Settings;

pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// The cookie that holds it, unless told otherwise.
    pub(crate) cookie: &'static str,
    /// How long a session may idle, unless told otherwise; none if tokens bear no time.
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
    /// Those that could have made a cookie under these settings.
    pub(crate) fn tried(settings: &Settings) -> impl Iterator<Item = &'static Self> {
        FORMATS.iter().filter(|format| match (format.kind, settings.digest) {
            (Kind::Flask(digest), Some(asked)) => digest == asked,
            _ => true,
        })
    }

    /// The one to write, in any letter case; Flask with the digest that is asked for.
    pub(crate) fn named(name: &str, settings: &Settings) -> Result<&'static Self, String> {
        let whole = |format: &&Self| format.name.eq_ignore_ascii_case(name);
        let family = |format: &&Self| format.is_flask() && name.eq_ignore_ascii_case("flask");
        let found = Self::tried(settings).find(whole).or(Self::tried(settings).find(family));
        let Some(format) = found else {
            let names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
            return Err(format!("no format `{name}`: there are {}", names.join("; ")));
        };
        if !format.is_flask() && (settings.salt.is_some() || settings.digest.is_some()) {
            return Err("--salt and --digest are for Flask".to_owned());
        }
        Ok(format)
    }

    pub(crate) fn is_flask(&self) -> bool {
        matches!(self.kind, Kind::Flask(_))
    }

    pub(crate) fn is_among(&self, names: &[&str]) -> bool {
        names.contains(&self.name)
    }

    /// Whether the signature is in a cookie of its own.
    pub(crate) fn is_a_pair(&self) -> bool {
        matches!(self.kind, Kind::Express)
    }

    /// Whether a value is worthless under another name.
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
        // As the codec's own cookie; the others' do not persist, and Django's sessions say so.
        let persistent = matches!(self.kind, Kind::Starlette);
        Ok(layer.cookie(settings.cookie(cookie)?.persistent(persistent)))
    }
}
