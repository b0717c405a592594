//! Several sessions in one application, told apart by their types.

use std::{fmt, marker::PhantomData, ops::Deref};

use http::Extensions;

use crate::session::Session;

/// The session of a layer that is [scoped](crate::SessionLayer::scoped) to `T`: a [`Session`] with
/// a cookie, a key and limits of its own, next to the application's other one.
///
/// `T` is any type of the application; no value of it is made. This does all that a session does.
/// In a unit test of a handler, `Session::detached().into()` makes one.
///
/// ```
/// use std::time::Duration;
/// use tower_cookie_session::{
///     ConfigError, Error, Expiry, Scoped, SecretKey, Session, SessionCookie, SessionLayer, Signed,
/// };
///
/// struct Admin;
///
/// fn may_delete(visitor: &Session, admin: &Scoped<Admin>) -> Result<bool, Error> {
///     Ok(visitor.get::<u64>("user")? == admin.get::<u64>("user")? && !admin.is_new())
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (key, admin_key) = (SecretKey::generate(), SecretKey::generate());
/// let sessions = SessionLayer::new(Signed::new(key));
/// let admin_sessions = SessionLayer::new(Signed::new(admin_key))
///     .cookie(SessionCookie::new("__Secure-admin")?.path("/admin")?)
///     .expiry(Expiry::never().idle(Duration::from_secs(15 * 60)))?
///     .scoped::<Admin>();
/// # assert!(!may_delete(&Session::detached(), &Session::detached().into())?);
/// # Ok(())
/// # }
/// ```
pub struct Scoped<T> {
    session: Session,
    scope: PhantomData<fn() -> T>,
}

impl<T> Deref for Scoped<T> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl<T> From<Session> for Scoped<T> {
    fn from(session: Session) -> Self {
        Self { session, scope: PhantomData }
    }
}

impl<T> Clone for Scoped<T> {
    fn clone(&self) -> Self {
        self.session.clone().into()
    }
}

/// Shows the session's state, and nothing of its content.
impl<T> fmt::Debug for Scoped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.session.fmt(f)
    }
}

/// Hands a session over to the inner services.
pub(super) type Place = fn(&mut Extensions, Session);

/// As a [`Session`].
pub(super) fn place(extensions: &mut Extensions, session: Session) {
    register(extensions, &session, false);
    extensions.insert(session);
}

/// As a [`Scoped`].
pub(super) fn place_scoped<T: 'static>(extensions: &mut Extensions, session: Session) {
    register(extensions, &session, true);
    extensions.insert(Scoped::<T>::from(session));
}

/// The sessions of a request, from the outermost layer inwards; kept only where one of them is
/// scoped, or there are several.
#[derive(Clone)]
struct Sessions(Vec<Session>);

/// Tells of two sessions in one cookie: each would overwrite the other.
fn register(extensions: &mut Extensions, session: &Session, scoped: bool) {
    let mut sessions = match extensions.get::<Sessions>() {
        Some(Sessions(sessions)) => sessions.clone(),
        None => extensions.get::<Session>().cloned().into_iter().collect(),
    };
    if sessions.iter().any(|other| other.cookie_name() == session.cookie_name()) {
        session.tell_of_namesake();
    }
    if scoped || !sessions.is_empty() {
        sessions.push(session.clone());
        extensions.insert(Sessions(sessions));
    }
}
