//! The configuration of a session, applied to services.

use std::{fmt, sync::Arc};

use serde::Serialize;
use time::OffsetDateTime;
use tower_layer::Layer;

use super::{
    SessionService,
    scoped::{self, Place},
};
use crate::{
    codec::Codec,
    cookie::SessionCookie,
    error::{ConfigError, Error},
    expiry::Expiry,
    session::{Config, Session, Source},
};

/// Gives every request a [`Session`], in the request's extensions.
///
/// Clones are cheap and share the configuration.
///
/// ```
/// use std::time::Duration;
/// use tower_cookie_session::{Expiry, KeyRing, SecretKey, SessionCookie, SessionLayer, Signed};
///
/// # fn main() -> Result<(), tower_cookie_session::ConfigError> {
/// # let (new, old) = (SecretKey::generate(), SecretKey::generate());
/// let sessions = SessionLayer::new(Signed::new(KeyRing::new(new).accept(old)))
///     .cookie(SessionCookie::host().max_size(3000)?)
///     .expiry(Expiry::default().absolute(Duration::from_secs(90 * 24 * 60 * 60)))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct SessionLayer {
    config: Arc<Config>,
    place: Place,
}

impl SessionLayer {
    /// Sessions in the codec's format, with the cookie and the lifetime that it comes with; for
    /// [`Signed`](crate::Signed), these are [`SessionCookie::host`] and 14 days idle.
    ///
    /// `Secure`, `HttpOnly` and `SameSite=Lax` are set whatever the codec's framework does.
    pub fn new(codec: impl Codec) -> Self {
        Self { config: Arc::new(Config::new(codec)), place: scoped::place }
    }

    /// Keeps the session in this cookie. The codec's keys are derived for its name. It replaces the
    /// framework's cookie entirely: name, path, and persistence, which has to be set again (as with
    /// `persistent(true)` for Starlette).
    pub fn cookie(self, cookie: SessionCookie) -> Self {
        self.with(|config| config.own = config.own.with_cookie(cookie))
    }

    /// Ends sessions by these limits.
    ///
    /// # Errors
    /// [`ConfigError::Expiry`] for limits under a second, an idle limit over the absolute one, a
    /// renewal threshold that is not under the idle limit, and idle or absolute limits if the
    /// codec's tokens bear no time.
    pub fn expiry(self, expiry: Expiry) -> Result<Self, ConfigError> {
        expiry.check(self.config.own.codec.bears_time())?;
        Ok(self.with(|config| config.expiry = expiry))
    }

    /// Reads another cookie too, where none of our own bears a valid signature: the last step of a
    /// migration from another format, name or domain.
    ///
    /// What it holds is then written as ours, and whenever ours is written or removed, the other
    /// is removed, with `cookie`'s own Path and Domain. A framework's tokens are judged by the
    /// framework's lifetime and this layer's absolute limit and clock skew; tokens of our own
    /// formats, by all of this layer's limits. What outlived the browser there does so here. May be
    /// called for several.
    ///
    /// This brings back the other cookie's weaknesses: an old, perhaps weak key, and a name that
    /// sub-domains can plant. While routes still live in the old framework, use its codec as the
    /// layer's own.
    pub fn also_read(self, cookie: SessionCookie, codec: impl Codec) -> Self {
        let defaults = codec.defaults();
        let persists = defaults.as_ref().is_some_and(|defaults| defaults.cookie.is_persistent());
        let cookie = if persists { cookie.persistent(true) } else { cookie };
        let limits = defaults.map(|defaults| defaults.expiry);
        self.with(|config| config.also_read.push((Source::new(cookie, codec), limits)))
    }

    /// Asks the application about every session that comes in: if it says no, the session
    /// begins empty, with [`Rejection::Refused`](crate::Rejection::Refused) as the reason.
    ///
    /// The hook sees a closed session: reads work, changes are [`Error::Closed`]. It is not asked
    /// about a new session, nor before signature and expiry are found good. For stored types that
    /// changed shape, and for logging out everywhere by [`created_at`](Session::created_at), as in
    /// [the security model](crate::_documentation::security_model#log-out-everywhere).
    ///
    /// ```
    /// use tower_cookie_session::{SecretKey, SessionLayer, Signed};
    ///
    /// // Releases before this one stored a name.
    /// let sessions = SessionLayer::new(Signed::new(SecretKey::generate()))
    ///     .validate(|session| session.get::<u64>("user").is_ok());
    /// ```
    pub fn validate(self, admits: impl Fn(&Session) -> bool + Send + Sync + 'static) -> Self {
        self.with(|config| config.validate = Some(Arc::new(admits)))
    }

    /// Takes the time from `clock` instead of the system: for tests, and for WebAssembly in a page
    /// or a worker (`wasm32-unknown-unknown`), where there is no system clock and Rust's own
    /// panics.
    pub fn clock(self, clock: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.with(|config| config.clock = Some(Arc::new(clock)))
    }

    /// Hands the session over as a [`Scoped<T>`](crate::Scoped) instead of a [`Session`], so that an
    /// application can have several: an admin area with its own cookie, key and limits. `T` is any
    /// type of the application.
    ///
    /// The layers nest in any order, and each needs a cookie name of its own: if two share one,
    /// a response that sets both cookies loses the first. This is noticed when a request passes,
    /// and traced once (feature `tracing`).
    pub fn scoped<T: 'static>(self) -> Self {
        Self { place: scoped::place_scoped::<T>, ..self }
    }

    /// The Cookie header, `name=value`, that brings `value` as a session: for tests and tools.
    /// (For a format of two cookies, it holds both.)
    ///
    /// It is a session in which only keys were stored: without flash messages, not persistent
    /// unless the layer's are, and without [`created_at`](Session::created_at) unless there is an
    /// absolute limit. For any other, send a request through the application, and take the cookie
    /// that it sets.
    ///
    /// ```
    /// use serde_json::json;
    /// use tower_cookie_session::{Error, SecretKey, SessionLayer, Signed};
    ///
    /// let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    /// // For `Request::get("/").header("cookie", cookie)`.
    /// let cookie = sessions.seal(&json!({ "user": 7 }))?;
    /// assert_eq!(sessions.open(&cookie).get("user")?, Some(7));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unserializable`] if `value` is not an object, [`Error::ReservedKey`],
    /// [`Error::TooLarge`].
    pub fn seal<T: Serialize + ?Sized>(&self, value: &T) -> Result<String, Error> {
        Session::sealed(&self.config, value)
    }

    /// The session in a Cookie header, or in a Set-Cookie line (whose attributes it takes for other
    /// cookies), outside of any request: for tests and tools. Changes work, but go nowhere.
    #[must_use]
    pub fn open(&self, cookie_header: impl AsRef<[u8]>) -> Session {
        Session::of_cookie_header(&self.config, cookie_header.as_ref())
    }

    fn with(mut self, set: impl FnOnce(&mut Config)) -> Self {
        set(Arc::make_mut(&mut self.config));
        self
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService::new(inner, Arc::clone(&self.config), self.place)
    }
}

/// Shows the configuration without a byte of a key.
impl fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").field("config", &self.config).finish()
    }
}
