//! How long a session lives: whether it is admitted now, when it ends, when it is due for renewal.

use std::time::Duration;

use crate::{
    error::{ConfigError, Rejection},
    payload::{Own, Payload},
};

const DAY: u64 = 24 * 60 * 60;
/// Browsers keep no cookie for longer (RFC 6265bis, section 5.5), in seconds.
const LONGEST_COOKIE: u64 = 400 * DAY;
/// When a persistent cookie without an idle limit is renewed, in seconds.
const RENEWAL_WITHOUT_LIMIT: u64 = 30 * DAY;

/// The limits that the server itself enforces, whatever the browser does.
///
/// Counted in whole seconds; a session as old as its limit is still alive. The *idle* limit counts
/// from when the token was issued; a session gets a new token whenever it is changed, and when it
/// is read once a tenth of the limit has passed (so it may end a tenth early). The *absolute* limit
/// counts from when the session was created, whatever happens in between.
///
/// ```
/// use std::time::Duration;
/// use tower_cookie_session::Expiry;
///
/// let hour = Duration::from_secs(60 * 60);
/// let expiry = Expiry::never().idle(hour).idle_persistent(30 * 24 * hour).absolute(90 * 24 * hour);
/// ```
///
/// A login that lasts 30 days without a visit with "remember me", and 30 idle minutes but at most
/// 12 hours without it: the first two are limits, and the third is a deadline of that session, for
/// which the application needs the crate `time` (`cargo add time`).
///
/// ```
/// use std::time::Duration;
/// use time::OffsetDateTime;
/// use tower_cookie_session::{Error, Expiry, SecretKey, Session, SessionLayer, Signed};
///
/// const HOUR: Duration = Duration::from_secs(60 * 60);
///
/// let expiry = Expiry::never().idle(HOUR / 2).idle_persistent(30 * 24 * HOUR);
/// let sessions = SessionLayer::new(Signed::new(SecretKey::generate())).expiry(expiry)?;
///
/// fn log_in(session: &Session, user: u64, remember: bool) -> Result<(), Error> {
///     session.renew()?;
///     session.set_persistent(remember)?;
///     // An earlier login's deadline would stay, so each login sets its own.
///     let longest = if remember { 400 * 24 * HOUR } else { 12 * HOUR };
///     session.expire_at(OffsetDateTime::now_utc() + longest)?;
///     // Last: if one of these does not fit, nobody is logged in without it.
///     session.insert("user", user)
/// }
/// # log_in(&Session::detached(), 1, false)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    idle: Option<Duration>,
    idle_persistent: Option<Duration>,
    absolute: Option<Duration>,
    renew_after: Option<Duration>,
    clock_skew: Duration,
}

impl Default for Expiry {
    /// 14 days idle, and no absolute limit.
    fn default() -> Self {
        Self::never().idle(Duration::from_secs(14 * DAY))
    }
}

impl Expiry {
    /// No limit: a token is good for as long as its key is.
    #[must_use]
    pub fn never() -> Self {
        Self {
            idle: None,
            idle_persistent: None,
            absolute: None,
            renew_after: None,
            clock_skew: Duration::from_secs(60),
        }
    }

    /// Ends a session this long after its token was issued; while the session is used, it keeps
    /// getting new ones. At least a second.
    #[must_use]
    pub fn idle(self, limit: Duration) -> Self {
        Self { idle: Some(limit), ..self }
    }

    /// The idle limit of persistent ("remember me") sessions, if it is to differ.
    #[must_use]
    pub fn idle_persistent(self, limit: Duration) -> Self {
        Self { idle_persistent: Some(limit), ..self }
    }

    /// Ends a session this long after it was created, or after
    /// [`renew`](crate::Session::renew), persistent or not. At least a second, and no less
    /// than the idle limits.
    #[must_use]
    pub fn absolute(self, limit: Duration) -> Self {
        Self { absolute: Some(limit), ..self }
    }

    /// Issues the token anew when the session is read and the token is at least this old; less than
    /// the idle limits, and zero does so at every read. By default a tenth of the idle limit, but
    /// at most 40 days for a persistent session; without an idle limit, 30 days for a persistent
    /// session, and never for others. Unrelated to [`Session::renew`](crate::Session::renew).
    #[must_use]
    pub fn renew_after(self, age: Duration) -> Self {
        Self { renew_after: Some(age), ..self }
    }

    /// How far in the future a token may have been issued, because servers' clocks disagree; by
    /// default 60 seconds.
    #[must_use]
    pub fn clock_skew(self, skew: Duration) -> Self {
        Self { clock_skew: skew, ..self }
    }

    /// # Errors
    /// [`ConfigError::Expiry`]
    pub(crate) fn check(&self, tokens_bear_time: bool) -> Result<(), ConfigError> {
        let refuse = |reason| Err(ConfigError::Expiry { reason });
        let idle = [self.idle, self.idle_persistent].into_iter().flatten();
        if idle.clone().chain(self.absolute).any(|limit| limit.as_secs() == 0) {
            return refuse("a limit of less than a second would end every session at once");
        }
        if !tokens_bear_time && (idle.clone().count() > 0 || self.absolute.is_some()) {
            return refuse("this codec's tokens bear no time, so neither limit can be kept");
        }
        let beyond = |idle| idle > self.absolute && self.absolute.is_some();
        if beyond(self.idle) {
            return refuse(
                "the idle limit is longer than the absolute limit, which ends all sessions",
            );
        }
        if beyond(self.idle_persistent) {
            return refuse(
                "the idle limit of persistent sessions is longer than the absolute limit, which ends \
                 all sessions; to end only the others, give them a deadline with `Session::expire_at`",
            );
        }
        if idle.clone().any(|limit| self.renew_after.is_some_and(|age| age >= limit)) {
            return refuse("the renewal threshold is not under the idle limit");
        }
        Ok(())
    }

    /// These limits for sessions that are to become ours: one over our absolute limit would be
    /// issued anew only to be refused, and the clock skew is our servers'.
    pub(crate) fn under(self, ours: &Self) -> Self {
        let absolute = [self.absolute, ours.absolute].into_iter().flatten().min();
        Self { absolute, clock_skew: ours.clock_skew, ..self }
    }

    pub(crate) fn is_absolute(&self) -> bool {
        self.absolute.is_some()
    }

    /// Whether a session is alive at `now`.
    ///
    /// # Errors
    /// [`Rejection::FromTheFuture`] or [`Rejection::Expired`].
    pub(crate) fn admits(
        &self,
        payload: &Payload,
        persistent: bool,
        now: u64,
    ) -> Result<(), Rejection> {
        let issued = payload.issued_at();
        if issued.is_some_and(|issued| issued > now.saturating_add(self.clock_skew.as_secs())) {
            return Err(Rejection::FromTheFuture);
        }
        let own = payload.own().unwrap_or_default();
        match self.ends(&own, issued.unwrap_or(now), persistent) {
            Some(end) if now > end => Err(Rejection::Expired),
            _ => Ok(()),
        }
    }

    /// The last second of a session, in seconds since 1970.
    pub(crate) fn ends(&self, own: &Own<'_>, issued: u64, persistent: bool) -> Option<u64> {
        let after = |limit: Duration, start: u64| start.saturating_add(limit.as_secs());
        let created = own.created.map_or(issued, |created| u64::try_from(created).unwrap_or(0));
        [
            self.idle_limit(persistent).map(|limit| after(limit, issued)),
            self.absolute.map(|limit| after(limit, created)),
            own.deadline.map(|deadline| u64::try_from(deadline).unwrap_or(0)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Whether a session that is read at `now` should be issued anew.
    pub(crate) fn renewal_due(&self, issued: Option<u64>, persistent: bool, now: u64) -> bool {
        let Some(issued) = issued else { return false };
        let threshold = match (self.idle_limit(persistent), self.renew_after) {
            (_, Some(age)) => age.as_secs(),
            // However long the limit is, the cookie has to be renewed before it ends.
            (Some(limit), None) if persistent => limit.as_secs().min(LONGEST_COOKIE) / 10,
            (Some(limit), None) => limit.as_secs() / 10,
            (None, None) if persistent => RENEWAL_WITHOUT_LIMIT,
            (None, None) => return false,
        };
        now.saturating_sub(issued) >= threshold
    }

    /// Seconds that a persistent cookie issued at `now` may promise.
    pub(crate) fn max_age(&self, own: &Own<'_>, now: u64) -> u64 {
        self.ends(own, now, true)
            .map_or(LONGEST_COOKIE, |end| end.saturating_sub(now).min(LONGEST_COOKIE))
    }

    fn idle_limit(&self, persistent: bool) -> Option<Duration> {
        if persistent { self.idle_persistent.or(self.idle) } else { self.idle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn token(age: i64, own: &str) -> Payload {
        let json = format!("{{\"_session\":{{{own}}}}}");
        let issued = NOW.checked_add_signed(-age).unwrap();
        Payload::from_json(json.into_bytes()).unwrap().issued(issued)
    }

    fn verdict(expiry: Expiry, payload: &Payload) -> Result<(), Rejection> {
        expiry.admits(payload, false, NOW)
    }

    #[test]
    fn equal_to_a_limit_is_alive() {
        let idle = Expiry::never().idle(secs(60));
        assert_eq!(verdict(idle, &token(60, "")), Ok(()));
        assert_eq!(verdict(idle, &token(61, "")), Err(Rejection::Expired));
        let absolute = Expiry::never().absolute(secs(60));
        assert_eq!(verdict(absolute, &token(60, "")), Ok(()), "created when it was issued");
        assert_eq!(verdict(absolute, &token(61, "")), Err(Rejection::Expired));
        let created = |ago| format!("\"created\":{}", NOW - ago);
        assert_eq!(verdict(absolute, &token(0, &created(60))), Ok(()));
        assert_eq!(verdict(absolute, &token(0, &created(61))), Err(Rejection::Expired));
        let deadline = |left: i64| format!("\"deadline\":{}", NOW as i64 + left);
        assert_eq!(verdict(Expiry::never(), &token(0, &deadline(0))), Ok(()));
        assert_eq!(verdict(Expiry::never(), &token(0, &deadline(-1))), Err(Rejection::Expired));
        assert_eq!(verdict(Expiry::never(), &token(NOW as i64, "")), Ok(()));
    }

    #[test]
    fn clocks_may_disagree_a_little() {
        let skew = Expiry::never().idle(secs(1));
        assert_eq!(verdict(skew, &token(-60, "")), Ok(()));
        assert_eq!(verdict(skew, &token(-61, "")), Err(Rejection::FromTheFuture));
        assert_eq!(
            verdict(skew.clock_skew(secs(0)), &token(-1, "")),
            Err(Rejection::FromTheFuture)
        );
        assert_eq!(verdict(Expiry::never(), &token(-61, "")), Err(Rejection::FromTheFuture));
        assert_eq!(verdict(skew.clock_skew(Duration::MAX), &token(-9_999, "")), Ok(()));
    }

    #[test]
    fn extreme_times_are_numbers_like_others() {
        let longest = Expiry::never().idle(Duration::MAX).absolute(Duration::MAX);
        assert_eq!(verdict(longest, &token(0, "\"created\":-9223372036854775808")), Ok(()));
        assert_eq!(verdict(longest, &token(0, "\"deadline\":-1")), Err(Rejection::Expired));
        assert_eq!(verdict(longest, &token(0, "\"created\":9223372036854775807")), Ok(()));
        assert_eq!(longest.max_age(&Own::default(), NOW), LONGEST_COOKIE);
        for now in [0, 1 << 31, 1 << 32, u64::MAX] {
            assert!(longest.admits(&Payload::empty().issued(0), true, now).is_ok());
        }
    }

    #[test]
    fn renewal() {
        let due =
            |expiry: Expiry, age, persistent| expiry.renewal_due(Some(NOW - age), persistent, NOW);
        let idle = Expiry::never().idle(secs(1000));
        assert!(!due(idle, 99, false) && due(idle, 100, false));
        assert!(
            !due(idle.renew_after(secs(7)), 6, false) && due(idle.renew_after(secs(7)), 7, false)
        );
        let longer = idle.idle_persistent(secs(5000));
        assert!(!due(longer, 499, true) && due(longer, 500, true));
        assert!(due(idle.renew_after(secs(0)), 0, false));
        let ages = Expiry::never().idle(Duration::MAX);
        assert!(!due(ages, 40 * DAY - 1, true) && due(ages, 40 * DAY, true));
        assert!(!due(ages, NOW, false));
        let never = Expiry::never();
        assert!(!due(never, 10 * 365 * DAY, false));
        let asked = never.absolute(secs(5000)).renew_after(secs(7));
        assert!(!due(asked, 6, false) && due(asked, 7, false), "for no limit, but asked for");
        assert!(!due(never, 30 * DAY - 1, true) && due(never, 30 * DAY, true));
        assert!(!idle.renewal_due(None, true, NOW), "a token without a time");
        assert!(!idle.renewal_due(Some(NOW + 50), true, NOW), "from the future");
    }

    #[test]
    fn a_cookie_promises_no_more_than_the_server_keeps() {
        let own = Own { created: Some(NOW as i64 - 40), ..Own::default() };
        let both = Expiry::never().idle(secs(30)).absolute(secs(50));
        assert_eq!(both.max_age(&own, NOW), 10);
        assert_eq!(both.idle_persistent(secs(5)).max_age(&own, NOW), 5);
        let own = Own { deadline: Some(NOW as i64 + 3), ..own };
        assert_eq!(both.max_age(&own, NOW), 3);
        assert_eq!(both.max_age(&own, NOW + 4), 0);
        assert_eq!(Expiry::never().max_age(&Own::default(), NOW), LONGEST_COOKIE);
    }

    #[test]
    fn contradictions_are_refused() {
        let never = Expiry::never();
        let refused = [
            never.idle(secs(0)),
            never.absolute(Duration::from_millis(999)),
            never.idle_persistent(Duration::ZERO),
            never.idle(secs(61)).absolute(secs(60)),
            never.idle_persistent(secs(61)).absolute(secs(60)),
            never.idle(secs(60)).renew_after(secs(60)),
            never.idle(secs(60)).idle_persistent(secs(30)).renew_after(secs(45)),
        ];
        for expiry in refused {
            assert!(matches!(expiry.check(true), Err(ConfigError::Expiry { .. })), "{expiry:?}");
        }
        for expiry in [never, Expiry::default(), never.idle(secs(60)).absolute(secs(60))] {
            assert_eq!(expiry.check(true), Ok(()));
        }
        assert_eq!(never.check(false), Ok(()));
        for expiry in [never.idle(secs(60)), never.absolute(secs(60))] {
            assert!(expiry.check(false).is_err(), "no time in the token");
        }
    }
}
