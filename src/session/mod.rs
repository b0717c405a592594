//! The session: a handle to a dictionary that lives in a cookie.

mod config;
mod dictionary;
mod lifetime;
mod state;
mod wire;

pub(crate) use config::{Config, Source};
pub use state::Origin;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use state::{Open, State};
use wire::Incoming;

use crate::{codec::Signed, error::Error, key::SecretKey, payload::Payload, trace};

/// The session of a request: a dictionary from text to whatever serde can write as JSON.
///
/// A cheap handle: clones are the same session. Nothing is verified or parsed until it is first
/// read, and nothing is sent unless it changed or its token is due to be issued anew. Every change is
/// checked when it is made: one that returned `Ok` reaches the browser with the response head,
/// unless the handler failed before there was one.
///
/// ```
/// use tower_cookie_session::{Error, Session};
///
/// fn add_to_cart(session: &Session, toy: &str) -> Result<usize, Error> {
///     session.update("cart", |cart: &mut Vec<String>| {
///         cart.push(toy.to_owned());
///         cart.len()
///     })
/// }
///
/// let session = Session::detached();
/// assert_eq!(add_to_cart(&session, "robot")?, 1);
/// assert_eq!(session.get::<Vec<String>>("cart")?, Some(vec!["robot".to_owned()]));
/// # Ok::<(), Error>(())
/// ```
///
/// # Rules
/// - **The response head closes the session.** After it, reads still work (though a first one is
///   too late for `Vary: Cookie`), and every change is [`Error::Closed`], even one that would
///   change nothing.
/// - **Three keys are reserved**: `_permanent` and `_flashes`, which Flask has too, and `_session`.
///   They do not show here; `insert`, `update` and `replace` refuse them.
/// - **A change that does not fit the cookie is [`Error::TooLarge`]**, and the session is as before.
/// - **An emptied session is removed** with its cookie. An id or a flash message keeps it alive; a
///   deadline or a choice of persistence takes effect when something else is stored. (Under Django,
///   persistence is a key like any other.)
/// - **Two requests at once**: each starts from the cookie that it brought, and the response that
///   reaches the browser last wins.
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    config: Arc<Config>,
    /// What it is read from.
    incoming: Incoming,
    state: Mutex<State>,
}

impl Session {
    /// A session that belongs to no request, for unit tests of handlers: empty, as under
    /// [`Signed`] with a random key and otherwise a layer's defaults. To have your own layer's
    /// clock and limits, use [`layer.open("")`](crate::SessionLayer::open) instead.
    ///
    /// # Panics
    /// If the operating system has no random bytes to give.
    #[must_use]
    pub fn detached() -> Self {
        let config = Config::new(Signed::new(SecretKey::generate()));
        Self::unread(Arc::new(config), Incoming::default())
    }

    fn unread(config: Arc<Config>, incoming: Incoming) -> Self {
        Self(Arc::new(Shared { config, incoming, state: Mutex::default() }))
    }

    /// A closed session over `payload`, for the hook that is to judge it.
    fn candidate(config: Arc<Config>, payload: Payload, now: u64) -> Self {
        let open = Open::accepted(payload, false, state::Came::default(), now);
        let state = State { open: Some(open), closed: true };
        Self(Arc::new(Shared { config, incoming: Incoming::default(), state: Mutex::new(state) }))
    }

    pub(crate) fn cookie_name(&self) -> &str {
        self.config().own.cookie.name()
    }

    /// Traces, once per layer, that another layer's session is in the same cookie.
    pub(crate) fn tell_of_namesake(&self) {
        if !self.config().namesake.swap(true, Ordering::Relaxed) {
            trace::namesake(self.cookie_name());
        }
    }

    fn config(&self) -> &Config {
        &self.0.config
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A change is put in place as a whole, so whatever a panic left behind is sound.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` on the session under its lock, and reads the cookie first if nobody has. No
    /// application code may run in `work`: it could come back here.
    fn with<R>(&self, work: impl FnOnce(&mut Open, bool) -> R) -> R {
        let mut state = self.lock();
        if let State { open: Some(open), closed } = &mut *state {
            return work(open, *closed);
        }
        let late = state.closed;
        // Outside of the lock: `validate` is application code, and event subscribers may be too.
        drop(state);
        if late {
            trace::read_late(self.cookie_name());
        }
        let read = wire::open(&self.0.config, &self.0.incoming);
        let mut state = self.lock();
        let State { open, closed } = &mut *state;
        work(open.get_or_insert(read), *closed)
    }

    /// Runs `read` on what is stored.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&Payload) -> R) -> R {
        self.with(|open, _| read(open.payload()))
    }

    /// Replaces what is stored with what `edit` makes of it.
    ///
    /// # Errors
    /// [`Error::Closed`], `edit`'s own, [`Error::TooLarge`].
    pub(crate) fn change<R>(
        &self,
        edit: impl FnOnce(&Payload) -> Result<(Payload, R), Error>,
    ) -> Result<R, Error> {
        self.edit(|open| {
            let (changed, result) = edit(open.payload())?;
            open.commit(changed, self.config())?;
            Ok(result)
        })
    }

    fn edit<R>(&self, edit: impl FnOnce(&mut Open) -> Result<R, Error>) -> Result<R, Error> {
        let edited = self.with(|open, closed| if closed { Err(Error::Closed) } else { edit(open) });
        if matches!(edited, Err(Error::Closed)) {
            trace::changed_late(self.cookie_name());
        }
        edited
    }

    /// For changes that run application code before they take the lock.
    fn ensure_open(&self) -> Result<(), Error> {
        self.edit(|_| Ok(()))
    }
}

/// Shows the session's state, and nothing of its content.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Session")
            .field("cookie", &self.cookie_name())
            .field("read", &state.open.is_some())
            .field("closed", &state.closed)
            .finish_non_exhaustive()
    }
}
