//! The life of a session in one request: unread, open, closed; and what becomes of its cookie.

use super::config::Config;
use crate::{
    error::{Error, Rejection},
    payload::Payload,
};

/// Where a session comes from; see [`Session::origin`](super::Session::origin).
///
/// A refused cookie stays in the browser, and is refused again at each request, until something is
/// stored or [`clear`](super::Session::clear) removes it. Nothing here tells whose it was, whether
/// anybody was logged in, or which limit ended it. A cookie that the browser itself has dropped, as
/// it does with a persistent one at its end, is [`New`](Self::New).
///
/// ```
/// use tower_cookie_session::{Origin, Rejection, Session};
///
/// fn why_logged_out(session: &Session) -> Option<&'static str> {
///     match session.origin() {
///         Origin::Rejected(Rejection::Expired) => Some("Your session has ended."),
///         Origin::Rejected(_) => Some("Your session is not valid any more."),
///         _ => None,
///     }
/// }
/// # assert_eq!(why_logged_out(&Session::detached()), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The request brought no cookie of the session's name.
    New,
    /// The request brought a cookie that was accepted.
    Cookie,
    /// The request brought a cookie that was refused, and the session began empty.
    Rejected(Rejection),
}

/// A session, once it is read, and whether its response is on the way.
#[derive(Default)]
pub(super) struct State {
    pub(super) open: Option<Open>,
    pub(super) closed: bool,
}

/// A session that has been read.
pub(super) struct Open {
    payload: Payload,
    /// What came in, once there is something else.
    original: Option<Original>,
    /// When it was read, in seconds since 1970.
    read_at: u64,
    origin: Origin,
    came: Came,
    /// The token should be replaced although nothing in it changed.
    reissue: bool,
    cleared: bool,
    renewed: bool,
}

struct Original {
    json: String,
    alive: bool,
}

/// Which cookies came in, accepted or not.
#[derive(Default)]
pub(super) struct Came {
    pub(super) own: bool,
    /// For each `also_read`, and for its companion.
    pub(super) also: Vec<[bool; 2]>,
}

impl Came {
    fn any(&self) -> bool {
        self.own || self.also.as_flattened().contains(&true)
    }
}

/// What becomes of the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Keep,
    Write,
    /// The same content in a new token.
    Reissue,
    Remove,
}

impl Open {
    pub(super) fn new(origin: Origin, came: Came, read_at: u64) -> Self {
        Self {
            payload: Payload::empty(),
            original: None,
            read_at,
            origin,
            came,
            reissue: false,
            cleared: false,
            renewed: false,
        }
    }

    pub(super) fn accepted(payload: Payload, reissue: bool, came: Came, read_at: u64) -> Self {
        Self { payload, reissue, ..Self::new(Origin::Cookie, came, read_at) }
    }

    pub(super) fn payload(&self) -> &Payload {
        &self.payload
    }

    pub(super) fn origin(&self) -> Origin {
        self.origin
    }

    pub(super) fn came(&self) -> &Came {
        &self.came
    }

    /// Puts `changed` in the place of the session, if the cookie can carry it.
    ///
    /// # Errors
    /// As [`Config::fits`]; the session is then as it was.
    pub(super) fn commit(&mut self, changed: Payload, config: &Config) -> Result<(), Error> {
        if changed.json() == self.payload.json() { Ok(()) } else { self.put(changed, config) }
    }

    /// Like [`commit`](Self::commit), for what is sent even if it equals what came in.
    pub(super) fn commit_renewed(
        &mut self,
        changed: Payload,
        config: &Config,
    ) -> Result<(), Error> {
        self.put(changed, config)?;
        self.renewed = true;
        Ok(())
    }

    fn put(&mut self, changed: Payload, config: &Config) -> Result<(), Error> {
        if changed.is_alive() {
            config.fits(&changed, self.read_at)?;
        }
        let old = std::mem::replace(&mut self.payload, changed);
        self.original
            .get_or_insert_with(|| Original { alive: old.is_alive(), json: old.into_json() });
        Ok(())
    }

    /// Ends the session; what is stored from now on belongs to a new one.
    pub(super) fn clear(&mut self) {
        self.payload = Payload::empty();
        (self.cleared, self.renewed) = (true, false);
    }

    pub(super) fn outcome(&self) -> Outcome {
        let original = self.original.as_ref();
        if self.payload.is_alive() {
            let changed = original.is_some_and(|original| original.json != self.payload.json());
            return match (self.cleared || self.renewed || changed, self.reissue) {
                (true, _) => Outcome::Write,
                (false, true) => Outcome::Reissue,
                (false, false) => Outcome::Keep,
            };
        }
        let ended = self.cleared || original.is_some_and(|original| original.alive);
        if ended && self.came.any() { Outcome::Remove } else { Outcome::Keep }
    }
}
