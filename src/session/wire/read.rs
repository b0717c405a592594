//! Headers to session.

use std::sync::Arc;

use super::Incoming;
use crate::{
    cookie::{NAME_AND_VALUE_MAX, NameFinder},
    error::Rejection,
    expiry::Expiry,
    payload::Payload,
    session::{
        Config, Session, Source,
        state::{Came, Open, Origin},
    },
    trace,
};

/// At most this many cookies of one name are looked at.
const CANDIDATES_MAX: usize = 8;

/// Reads the session of a request. Runs `validate`, so it must not be called under the lock.
pub(in crate::session) fn open(config: &Arc<Config>, incoming: &Incoming) -> Open {
    let reader = Reader { config, incoming, now: config.now() };
    let own = reader.best(&config.own, &config.expiry);
    let also = config.also_read.iter().map(|(source, _)| reader.came(source)).collect();
    let came = Came { own: own.came, also };
    if let Some(payload) = own.accepted {
        let persistent = config.own.is_persistent(&payload);
        let due = config.expiry.renewal_due(payload.issued_at(), persistent, reader.now);
        let reissue = due || payload.is_outdated();
        return Open::accepted(payload, reissue, came, reader.now);
    }
    let mut furthest = own.furthest;
    // A cookie of ours that was signed and refused ends the search: the old one must not outlive it.
    if furthest < Some(Rejection::Malformed) {
        for (source, limits) in &config.also_read {
            let limits = limits.map_or(config.expiry, |theirs| theirs.under(&config.expiry));
            let other = reader.best(source, &limits);
            if let Some(payload) = other.accepted {
                return Open::accepted(payload, true, came, reader.now);
            }
            furthest = furthest.max(other.furthest);
        }
    }
    Open::new(furthest.map_or(Origin::New, Origin::Rejected), came, reader.now)
}

/// What the cookies of one name came to.
#[derive(Default)]
struct Found {
    came: bool,
    accepted: Option<Payload>,
    furthest: Option<Rejection>,
}

/// A request that is being read.
struct Reader<'a> {
    config: &'a Arc<Config>,
    incoming: &'a Incoming,
    now: u64,
}

impl<'a> Reader<'a> {
    /// The values of one name: the first few.
    fn candidates(&self, finder: &'a NameFinder) -> impl Iterator<Item = &'a [u8]> {
        self.incoming.lines().flat_map(|line| finder.values(line)).take(CANDIDATES_MAX)
    }

    /// Which cookies came in that are removed when ours is written or removed.
    fn came(&self, source: &'a Source) -> [bool; 2] {
        let came = |finder| self.candidates(finder).next().is_some();
        let companion = source.companion.as_ref();
        [came(&source.finder), companion.is_some_and(|companion| came(&companion.finder))]
    }

    /// Of several accepted cookies, the one issued last: after a change of Domain or Path, browsers
    /// send the stale one first.
    fn best(&self, source: &'a Source, limits: &Expiry) -> Found {
        let companions = source.companion.iter();
        let companions: Vec<_> =
            companions.flat_map(|companion| self.candidates(&companion.finder)).collect();
        let mut found = Found::default();
        for token in self.candidates(&source.finder) {
            found.came = true;
            match self.judge(source, limits, token, &companions) {
                Ok(payload) => {
                    let best = found.accepted.as_ref();
                    if best.is_none_or(|best| payload.issued_at() > best.issued_at()) {
                        found.accepted = Some(payload);
                    }
                }
                Err(rejection) => {
                    trace::refused(source.cookie.name(), rejection);
                    found.furthest = found.furthest.max(Some(rejection));
                }
            }
        }
        found
    }

    fn judge(
        &self,
        source: &Source,
        limits: &Expiry,
        token: &[u8],
        companions: &[&[u8]],
    ) -> Result<Payload, Rejection> {
        if source.cookie.name().len() + token.len() > NAME_AND_VALUE_MAX {
            return Err(Rejection::TooLong);
        }
        let mut payload = source.codec.decode(token, companions)?;
        limits.admits(&payload, source.is_persistent(&payload), self.now)?;
        self.config.own.adopt(&mut payload, source);
        let Some(validate) = &self.config.validate else { return Ok(payload) };
        let session = Session::candidate(Arc::clone(self.config), payload.clone(), self.now);
        if validate(&session) { Ok(payload) } else { Err(Rejection::Refused) }
    }
}
