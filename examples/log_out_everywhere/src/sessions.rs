//! What a session stores, and the rule by which it is ended.
//!
//! Each user has an instant, *valid since*: when all sessions of that user were last ended. A session
//! holds if it was **created after** that instant, or **created knowing of it**.
//!
//! The first half compares [`created_at`](Session::created_at), which `renew()` sets at login and
//! nothing moves afterwards: not [`issued_at`](Session::issued_at), which moves with every renewal,
//! so that a stolen token would outlive the instant on a server that has not heard of it yet. But a
//! created time is in whole seconds, by the clock of the server where the login was; so "after"
//! means later by more than the clocks may disagree, a minute here. Within that minute the second
//! half decides, and it needs no clock: at login a session stores the instant that its server knows
//! for the user, and the session in which the button was pressed is renewed with the new instant.
//! Each instant of a user is greater than the one before (`feed.rs` sees to it). So a session from
//! before the button was pressed does not know of the new instant, even if it is only a millisecond
//! older or from a server whose clock is fast, and is ended; the one that pressed it knows, and so
//! does a login that follows in the same second on a server that has heard. A login within that
//! minute on a server that has *not* heard is ended when the news arrives, and its user logs in
//! again: where the rule is wrong, it errs on this side. It assumes that no two servers' clocks are
//! more than a minute apart.

use std::{sync::Arc, time::Duration};

use time::OffsetDateTime;
use tower_cookie_session::{ConfigError, Error, Expiry, SecretKey, Session, SessionLayer, Signed};

use crate::valid_since::{Millis, ValidSince};

pub(crate) type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The absolute limit: an instant older than this has no session left to end.
pub(crate) const LONGEST: Duration = DAY.saturating_mul(30);
/// The most that the clocks of two servers may differ.
pub(crate) const CLOCKS_DISAGREE: Duration = Duration::from_secs(60);

/// Who is logged in.
const USER: &str = "user";
/// The user's valid-since instant, as known where and when the session was created.
const KNOWS: &str = "knows";

/// The layer; `copy` is asked about every session that comes in.
pub(crate) fn layer(
    key: SecretKey,
    copy: ValidSince,
    clock: Clock,
) -> Result<SessionLayer, ConfigError> {
    let expiry = Expiry::never().idle(14 * DAY).absolute(LONGEST);
    Ok(SessionLayer::new(Signed::new(key))
        .expiry(expiry)?
        .validate(move |session| holds(session, &copy))
        .clock(move || clock()))
}

/// The hook. It is sync, and all it waits for is a lock.
fn holds(session: &Session, copy: &ValidSince) -> bool {
    match user(session) {
        Ok(None) => true,
        // Without a created time it cannot be known that it was not ended.
        Ok(Some(user)) => outlives(session).is_some_and(|instant| copy.admits(&user, instant)),
        Err(_) => false,
    }
}

pub(crate) fn user(session: &Session) -> Result<Option<String>, Error> {
    session.get(USER)
}

/// The rule, as one number: the latest valid-since instant that the session outlives. `None` if
/// the session has no created time.
pub(crate) fn outlives(session: &Session) -> Option<Millis> {
    let by_time = millis(session.created_at()?).saturating_sub(in_millis(CLOCKS_DISAGREE));
    let by_knowledge = session.get(KNOWS).ok()?.unwrap_or(0);
    Some(by_time.max(by_knowledge))
}

/// Makes this a session of `user` that knows of `valid_since`: at login, and where a session ends
/// all others.
pub(crate) fn enter(session: &Session, user: &str, valid_since: Millis) -> Result<(), Error> {
    session.renew()?;
    session.insert(KNOWS, valid_since)?;
    session.insert(USER, user)
}

pub(crate) fn millis(time: OffsetDateTime) -> Millis {
    Millis::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(0)
}

pub(crate) fn in_millis(duration: Duration) -> Millis {
    duration.as_secs() * 1000
}
