//! The session's cookie: its name and attributes, checked where they are set.

mod header;

pub(crate) use header::{NAME_AND_VALUE_MAX, NameFinder, render};

use crate::error::ConfigError;

/// Browsers ignore an attribute longer than this, in bytes (RFC 6265bis, section 5.6).
const ATTRIBUTE_MAX: usize = 1024;
const NAME_MAX: usize = 256;
const SIZE_MIN: usize = 64;

/// Which requests from other sites carry the cookie (RFC 6265bis, section 5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// None, not even a click on a link: logins that return by another site's redirect do not work.
    Strict,
    /// Only when the visitor follows a link. The default.
    Lax,
    /// All; needs Secure.
    None,
}

/// The cookie that a session lives in.
///
/// By default `Path=/; Secure; HttpOnly; SameSite=Lax`, until the browser is closed. A cookie whose
/// attributes are malformed, or contradict each other or the name, cannot be built.
///
/// ```
/// use tower_cookie_session::{SameSite, SessionCookie};
///
/// # fn main() -> Result<(), tower_cookie_session::ConfigError> {
/// let cookie = SessionCookie::new("sid")?.path("/app")?.same_site(SameSite::Strict)?;
/// assert!(SessionCookie::new("__Host-sid")?.domain("example.com").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    name: String,
    domain: Option<String>,
    path: String,
    secure: bool,
    http_only: bool,
    same_site: SameSite,
    partitioned: bool,
    persistent: bool,
    max_size: usize,
}

impl SessionCookie {
    /// A cookie of this name: a token of RFC 6265, or one with colons, of at most 256 bytes.
    ///
    /// # Errors
    /// [`ConfigError::CookieName`].
    pub fn new(name: impl Into<String>) -> Result<Self, ConfigError> {
        let name = name.into();
        let refuse = |reason| Err(ConfigError::CookieName { reason });
        if name.is_empty() {
            return refuse("is empty");
        }
        if name.len() > NAME_MAX {
            return refuse("is longer than 256 bytes");
        }
        if !name.bytes().all(is_name_byte) {
            return refuse(
                "has a byte that is not allowed: letters, digits and !#$%&'*+-.^_`|~: are",
            );
        }
        Ok(Self::named(name))
    }

    /// `__Host-session`, the default of [`Signed`](crate::Signed): a name that browsers accept
    /// only from this host and over https, so that no other host can plant a session.
    #[must_use]
    pub fn host() -> Self {
        Self::named("__Host-session")
    }

    /// A cookie whose name is known to be good.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            domain: None,
            path: "/".to_owned(),
            secure: true,
            http_only: true,
            same_site: SameSite::Lax,
            partitioned: false,
            persistent: false,
            max_size: NAME_AND_VALUE_MAX,
        }
    }

    /// Sends the cookie to this domain and all below it, for when several hosts read the session (not
    /// for pages that only call this one). A leading dot is dropped, the rest is lowercased. The name
    /// cannot be `__Host-…` (`__Secure-…` has a prefix too), so to a browser it is then another cookie:
    /// with [`also_read`](crate::SessionLayer::also_read) of the old one, nobody is logged out.
    ///
    /// ```
    /// use tower_cookie_session::{SecretKey, SessionCookie, SessionLayer, Signed};
    ///
    /// let codec = Signed::new(SecretKey::generate());
    /// let cookie = SessionCookie::new("__Secure-session")?.domain("example.com")?;
    /// let sessions =
    ///     SessionLayer::new(codec.clone()).cookie(cookie).also_read(SessionCookie::host(), codec);
    /// # Ok::<(), tower_cookie_session::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// [`ConfigError::CookieDomain`] for anything but a host name in ASCII, and
    /// [`ConfigError::CookieConflict`] under a `__Host-` name.
    pub fn domain(mut self, domain: impl AsRef<str>) -> Result<Self, ConfigError> {
        let domain = domain.as_ref();
        let domain = domain.strip_prefix('.').unwrap_or(domain);
        if let Some(reason) = unfit_domain(domain) {
            return Err(ConfigError::CookieDomain { reason });
        }
        self.domain = Some(domain.to_ascii_lowercase());
        self.consistent()
    }

    /// Sends the cookie to this path and all below it; by default `/`.
    ///
    /// # Errors
    /// [`ConfigError::CookiePath`] for a path that does not begin with `/`, is not printable ASCII,
    /// has a `;`, ends with a space or is over 1024 bytes; [`ConfigError::CookieConflict`] under a
    /// `__Host-` name.
    pub fn path(mut self, path: impl Into<String>) -> Result<Self, ConfigError> {
        let path = path.into();
        let refuse = |reason| Err(ConfigError::CookiePath { reason });
        if !path.starts_with('/') {
            return refuse("does not begin with `/`");
        }
        if path.len() > ATTRIBUTE_MAX {
            return refuse("is longer than 1024 bytes");
        }
        if path.bytes().any(|byte| byte == b';' || !(b' '..=b'~').contains(&byte)) {
            return refuse("has a `;` or a byte that is no printable ASCII");
        }
        // Browsers trim the blanks around an attribute's value.
        if path.ends_with(' ') {
            return refuse("ends with a space");
        }
        self.path = path;
        self.consistent()
    }

    /// Whether the cookie travels over https only; by default it does. Browsers drop a Secure
    /// cookie that comes over plain http, except from `localhost`.
    ///
    /// # Errors
    /// [`ConfigError::CookieConflict`] if the name's prefix, `SameSite=None` or Partitioned needs
    /// it.
    pub fn secure(mut self, secure: bool) -> Result<Self, ConfigError> {
        self.secure = secure;
        self.consistent()
    }

    /// Whether the cookie is hidden from scripts in the page; by default it is. Under a name
    /// that begins with `__Http-` or `__Host-Http-` it stays on, since browsers insist.
    #[must_use]
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only || self.has_prefix("__http-") || self.has_prefix("__host-http-");
        self
    }

    /// Which requests from other sites carry the cookie; by default [`SameSite::Lax`].
    ///
    /// # Errors
    /// [`ConfigError::CookieConflict`] for [`SameSite::None`] without Secure.
    pub fn same_site(mut self, same_site: SameSite) -> Result<Self, ConfigError> {
        self.same_site = same_site;
        self.consistent()
    }

    /// Whether each site that embeds this one has a cookie of its own (CHIPS); by default not.
    ///
    /// # Errors
    /// [`ConfigError::CookieConflict`] without Secure.
    pub fn partitioned(mut self, partitioned: bool) -> Result<Self, ConfigError> {
        self.partitioned = partitioned;
        self.consistent()
    }

    /// Whether the cookie outlives the browser if the session itself does not say
    /// ([`Session::set_persistent`](crate::Session::set_persistent)); by default not. (Under
    /// Django, every session does say.)
    #[must_use]
    pub fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    /// The most that name and value may take, 64 to 4096 bytes; by default 4096, beyond which
    /// browsers drop the cookie and keep the one they had.
    ///
    /// # Errors
    /// [`ConfigError::CookieSize`].
    pub fn max_size(mut self, bytes: usize) -> Result<Self, ConfigError> {
        if !(SIZE_MIN..=NAME_AND_VALUE_MAX).contains(&bytes) {
            return Err(ConfigError::CookieSize { limit: bytes });
        }
        self.max_size = bytes;
        Ok(self)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether browsers keep cookies of one name apart by these attributes (RFC 6265bis, section
    /// 5.7).
    pub(crate) fn is_apart_from(&self, other: &Self) -> bool {
        (&self.domain, &self.path, self.partitioned)
            != (&other.domain, &other.path, other.partitioned)
    }

    pub(crate) fn is_persistent(&self) -> bool {
        self.persistent
    }

    pub(crate) fn size_limit(&self) -> usize {
        self.max_size
    }

    /// What follows the value in every Set-Cookie line, including the removal.
    pub(crate) fn attributes(&self) -> String {
        let mut attributes = format!("; Path={}", self.path);
        if let Some(domain) = &self.domain {
            attributes.push_str("; Domain=");
            attributes.push_str(domain);
        }
        for (set, attribute) in [
            (self.secure, "; Secure"),
            (self.http_only, "; HttpOnly"),
            (self.same_site == SameSite::Strict, "; SameSite=Strict"),
            (self.same_site == SameSite::Lax, "; SameSite=Lax"),
            (self.same_site == SameSite::None, "; SameSite=None"),
            (self.partitioned, "; Partitioned"),
        ] {
            if set {
                attributes.push_str(attribute);
            }
        }
        attributes
    }

    /// Like [`attributes`](Self::attributes), for its removal alongside `ours`. Secure and SameSite
    /// do not tell cookies apart, but a browser drops a line whose Secure or SameSite does not suit
    /// the request, so they are as open as those of the one that got through.
    pub(crate) fn attributes_beside(&self, ours: &Self) -> String {
        let none = [self.same_site, ours.same_site].contains(&SameSite::None);
        let open = Self {
            secure: self.secure && ours.secure,
            same_site: if none { SameSite::None } else { self.same_site },
            ..self.clone()
        };
        open.consistent().as_ref().unwrap_or(self).attributes()
    }

    fn consistent(self) -> Result<Self, ConfigError> {
        let host = self.has_prefix("__host-");
        let prefixed = host || self.has_prefix("__secure-") || self.has_prefix("__http-");
        let conflicts = [
            (
                host && self.domain.is_some(),
                "a `__Host-` cookie has no Domain; take a name without the prefix",
            ),
            (
                host && self.path != "/",
                "a `__Host-` cookie has the Path `/`; take a name without the prefix",
            ),
            (
                prefixed && !self.secure,
                "the prefix of the cookie's name needs Secure; take a name without it",
            ),
            (
                self.same_site == SameSite::None && !self.secure,
                "SameSite=None needs Secure, or browsers drop the cookie",
            ),
            (
                self.partitioned && !self.secure,
                "Partitioned needs Secure, or browsers drop the cookie",
            ),
        ];
        match conflicts.into_iter().find(|(conflict, _)| *conflict) {
            Some((_, reason)) => Err(ConfigError::CookieConflict { reason }),
            None => Ok(self),
        }
    }

    /// Browsers compare these prefixes without regard to case.
    fn has_prefix(&self, prefix: &str) -> bool {
        self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&byte)
}

fn unfit_domain(domain: &str) -> Option<&'static str> {
    let labels = || domain.split('.');
    if domain.len() > 253 || labels().any(|label| label.len() > 63) {
        Some("is longer than a host name")
    } else if labels().any(str::is_empty) {
        Some("is empty or has an empty label")
    } else if !domain.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) {
        Some("has a byte that is not allowed: a host's name has letters, digits, `-`, `_` and `.`")
    } else if labels().next_back().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit())) {
        Some("is an address, and not a name")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
