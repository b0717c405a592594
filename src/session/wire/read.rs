//! Headers to session.

use std::{ops::Deref, sync::Arc};

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

/// How many cookies of one name are looked at.
const CANDIDATES_MAX: usize = 8;

/// Reads the session of a request. Runs `validate`, so it must not be called under the lock.
pub(in crate::session) fn open(config: &Arc<Config>, incoming: &Incoming) -> Open {
    let now = config.now();
    let own = best(config, &config.own, &config.expiry, incoming, now);
    let came = Came {
        own: own.came,
        also: config.also_read.iter().map(|(source, _)| came(source, incoming)).collect(),
    };
    if let Some(payload) = own.accepted {
        let persistent = config.own.is_persistent(&payload);
        let due = config.expiry.renewal_due(payload.issued_at(), persistent, now);
        let reissue = due || payload.is_outdated();
        return Open::accepted(payload, reissue, came, now);
    }
    let mut furthest = own.furthest;
    // A cookie of ours that was signed and refused ends the search: the old one must not outlive it.
    if furthest < Some(Rejection::Malformed) {
        for (source, limits) in &config.also_read {
            let limits = limits.as_ref().unwrap_or(&config.expiry);
            let other = best(config, source, limits, incoming, now);
            if let Some(payload) = other.accepted {
                return Open::accepted(config.own.adopt(payload, source), true, came, now);
            }
            furthest = furthest.max(other.furthest);
        }
    }
    Open::new(furthest.map_or(Origin::New, Origin::Rejected), came, now)
}

/// Whether a cookie came that goes when ours is written or removed.
fn came(source: &Source, incoming: &Incoming) -> bool {
    !candidates(&source.finder, incoming).is_empty()
}

/// The values of one name: the first few.
fn candidates<'a>(finder: &NameFinder, incoming: &'a Incoming) -> Candidates<'a> {
    let mut candidates = Candidates::default();
    for line in incoming.lines() {
        finder.values(line).for_each(|value| candidates.push(value));
    }
    candidates
}

#[derive(Default)]
struct Candidates<'a> {
    values: [&'a [u8]; CANDIDATES_MAX],
    len: usize,
}

impl<'a> Candidates<'a> {
    fn push(&mut self, value: &'a [u8]) {
        if let Some(free) = self.values.get_mut(self.len) {
            *free = value;
            self.len += 1;
        }
    }
}

impl<'a> Deref for Candidates<'a> {
    type Target = [&'a [u8]];

    fn deref(&self) -> &[&'a [u8]] {
        self.values.get(..self.len).unwrap_or_default()
    }
}

/// What the cookies of one name came to.
#[derive(Default)]
struct Found {
    came: bool,
    accepted: Option<Payload>,
    furthest: Option<Rejection>,
}

/// Of several accepted cookies the one that was issued last: after a change of Domain or Path
/// browsers send the stale one first.
fn best(
    config: &Arc<Config>,
    source: &Source,
    limits: &Expiry,
    incoming: &Incoming,
    now: u64,
) -> Found {
    let companions = match &source.companion {
        Some(companion) => candidates(&companion.finder, incoming),
        None => Candidates::default(),
    };
    let mut found = Found::default();
    for token in candidates(&source.finder, incoming).iter() {
        found.came = true;
        match judge(config, source, limits, token, &companions, now) {
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
    config: &Arc<Config>,
    source: &Source,
    limits: &Expiry,
    token: &[u8],
    companions: &[&[u8]],
    now: u64,
) -> Result<Payload, Rejection> {
    if source.cookie.name().len() + token.len() > NAME_AND_VALUE_MAX {
        return Err(Rejection::TooLong);
    }
    let payload = source.codec.decode(token, companions)?;
    limits.admits(&payload, source.is_persistent(&payload), now)?;
    match &config.validate {
        Some(validate) if !validate(&Session::candidate(Arc::clone(config), payload.clone())) => {
            Err(Rejection::Refused)
        }
        _ => Ok(payload),
    }
}
