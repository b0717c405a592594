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
            let limits = limits.map_or(config.expiry, |theirs| theirs.under(&config.expiry));
            let other = best(config, source, &limits, incoming, now);
            if let Some(payload) = other.accepted {
                return Open::accepted(payload, true, came, now);
            }
            furthest = furthest.max(other.furthest);
        }
    }
    Open::new(furthest.map_or(Origin::New, Origin::Rejected), came, now)
}

/// Whether a cookie came that goes when ours is written or removed.
fn came(source: &Source, incoming: &Incoming) -> bool {
    let mut came = false;
    candidates(&source.finder, incoming, |_| came = true);
    came
}

/// Looks at the values of one name: the first few.
fn candidates<'a>(finder: &NameFinder, incoming: &'a Incoming, mut look: impl FnMut(&'a [u8])) {
    let mut left = CANDIDATES_MAX;
    for line in incoming.lines() {
        for value in finder.values(line) {
            if left == 0 {
                return;
            }
            left -= 1;
            look(value);
        }
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
    let mut companions = Vec::new();
    if let Some(companion) = &source.companion {
        candidates(&companion.finder, incoming, |value| companions.push(value));
    }
    let mut found = Found::default();
    candidates(&source.finder, incoming, |token| {
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
    });
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
    let mut payload = source.codec.decode(token, companions)?;
    limits.admits(&payload, source.is_persistent(&payload), now)?;
    config.own.adopt(&mut payload, source);
    match &config.validate {
        Some(validate) if !validate(&Session::candidate(Arc::clone(config), payload.clone())) => {
            Err(Rejection::Refused)
        }
        _ => Ok(payload),
    }
}
