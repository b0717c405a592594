//! Where the session comes from, how long it lives, and what it weighs.

use std::borrow::Cow;

use time::OffsetDateTime;

use super::{
    Session,
    state::{Origin, Outcome},
};
use crate::{encoding, error::Error, key, payload::Own};

impl Session {
    /// Whether the browser brought a session, or why not.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.with(|open, _| open.origin())
    }

    /// Whether the browser brought no session that was accepted.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.origin() != Origin::Cookie
    }

    /// Whether the response would carry a change. (A token issued anew because of its age or a new
    /// key is not a change; [`renew`](Self::renew) makes one.)
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.with(|open, _| matches!(open.outcome(), Outcome::Write | Outcome::Remove))
    }

    /// How many bytes the cookie's name and value would take if sent now, to compare with
    /// [`max_size`](crate::SessionCookie::max_size); 0 if nothing is stored, as nothing would be
    /// sent. Unread flash messages count. In a format of two cookies, only the first counts.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let config = self.config();
        self.read(|payload| {
            if !payload.is_alive() {
                return 0;
            }
            let now = config.now();
            config.size(&config.stamped(payload, now).unwrap_or(Cow::Borrowed(payload)), now)
        })
    }

    /// Whether the cookie outlives the browser ("remember me"). It then lives for as long as the
    /// server accepts it, but at most 400 days. A choice that equals the cookie's own setting is
    /// not stored, so it follows if that setting changes later.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Closed`], [`Error::ReservedKey`].
    pub fn set_persistent(&self, persistent: bool) -> Result<(), Error> {
        let source = &self.config().own;
        self.change(|payload| {
            let mut changed = payload.clone();
            source.persist(&mut changed, persistent);
            Ok((changed, ()))
        })
    }

    /// Whether the cookie outlives the browser.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.read(|payload| self.config().own.is_persistent(payload))
    }

    /// Gives this session a deadline of its own, to the second, which the server enforces: after it
    /// the session has expired, at once if it has already passed. It never extends what the layer's
    /// [`Expiry`](crate::Expiry) allows. [`renew`](Self::renew) keeps it, [`clear`](Self::clear)
    /// removes it, and a later one replaces it. (`cargo add time` for its type.)
    ///
    /// ```
    /// use time::{Duration, OffsetDateTime};
    /// # let session = tower_cookie_session::Session::detached();
    /// session.expire_at(OffsetDateTime::now_utc() + Duration::hours(12))?;
    /// # Ok::<(), tower_cookie_session::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Closed`], [`Error::ReservedKey`].
    pub fn expire_at(&self, deadline: OffsetDateTime) -> Result<(), Error> {
        self.change(|payload| {
            let own = Own { deadline: Some(deadline.unix_timestamp()), ..payload.own()? };
            Ok((payload.with_own(&own), ()))
        })
    }

    /// Makes a new session of the old one's data, at login and wherever rights change: drops the
    /// [id](Self::id) and sets [`created_at`](Self::created_at) to now. Data, flash messages,
    /// persistence and deadline stay. It is always sent, unless the session is empty.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Closed`], [`Error::ReservedKey`].
    #[doc(alias("cycle_id", "regenerate"))]
    pub fn renew(&self) -> Result<(), Error> {
        let config = self.config();
        self.edit(|open| {
            let payload = open.payload();
            let created = i64::try_from(config.now()).ok();
            let own = Own { id: None, created, ..payload.own()? };
            let renewed = payload.with_own(&own);
            open.commit_renewed(renewed, config)
        })
    }

    /// A random name for this session: 128 bits as 22 characters, made when it is first asked for
    /// and kept until [`renew`](Self::renew) or [`clear`](Self::clear). For logs and for data that
    /// the application keeps elsewhere; the session itself needs none.
    ///
    /// # Errors
    /// If there is none yet: [`Error::TooLarge`], [`Error::Closed`], [`Error::ReservedKey`].
    ///
    /// # Panics
    /// If the operating system has no random bytes to give.
    pub fn id(&self) -> Result<String, Error> {
        let stored = self.read(|payload| Ok(payload.own()?.id.map(Cow::into_owned)))?;
        if let Some(id) = stored {
            return Ok(id);
        }
        let fresh = encoding::URL_SAFE.text(&key::random::<16>());
        self.change(|payload| {
            let own = payload.own()?;
            // Another clone of the session may have come first.
            let id = own.id.clone().unwrap_or(Cow::Borrowed(&fresh));
            let changed = payload.with_own(&Own { id: Some(id.clone()), ..own });
            Ok((changed, id.into_owned()))
        })
    }

    /// When the session was created, if that is stored: [`renew`](Self::renew) stores it at once,
    /// and an absolute limit with the response. Otherwise `None`.
    #[must_use]
    pub fn created_at(&self) -> Option<OffsetDateTime> {
        let created = self.read(|payload| payload.own().ok().and_then(|own| own.created))?;
        OffsetDateTime::from_unix_timestamp(created).ok()
    }

    /// When the token that came in was issued; `None` for a new session, and where the format's
    /// tokens bear no time.
    #[must_use]
    pub fn issued_at(&self) -> Option<OffsetDateTime> {
        instant(self.read(|payload| payload.issued_at())?)
    }

    /// The last second in which the server accepts the session, as it would be sent now: the earliest
    /// of the idle limit, the absolute limit and its own deadline. `None` if it has no end, or
    /// nothing is stored.
    #[must_use]
    pub fn expires_at(&self) -> Option<OffsetDateTime> {
        let config = self.config();
        let end = self.with(|open, _| {
            let payload = open.payload();
            if !payload.is_alive() {
                return None;
            }
            let now = config.now();
            let issued = match open.outcome() {
                Outcome::Write | Outcome::Reissue => now,
                Outcome::Keep | Outcome::Remove => payload.issued_at().unwrap_or(now),
            };
            let stamped = config.stamped(payload, now).unwrap_or(Cow::Borrowed(payload));
            let own = stamped.own().unwrap_or_default();
            config.expiry.ends(&own, issued, config.own.is_persistent(payload))
        });
        instant(end?)
    }
}

fn instant(seconds: u64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()
}
