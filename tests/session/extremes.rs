//! Clocks from before 1970 to the end of 9999, and limits of a second to the longest there is: no
//! panic, no overflow, and the same rules as elsewhere, in numbers that have room for all.

use std::time::Duration;

use proptest::prelude::*;
use tower_cookie_session::{Expiry, SessionLayer};

use crate::{
    every_codec::{bears_time, layers, sent_back},
    support::*,
};

/// The first and the last second that a clock can show.
const CLOCK: [i64; 2] = [-377_705_116_800, 253_402_300_799];
const LONGEST_COOKIE: i128 = 400 * 86_400;

#[derive(Clone, Debug)]
struct Limits {
    idle: Option<Duration>,
    idle_persistent: Option<Duration>,
    absolute: Option<Duration>,
    renew_after: Option<Duration>,
    clock_skew: Duration,
}

impl Limits {
    fn expiry(&self) -> Expiry {
        let set =
            |expiry: Expiry, limit: Option<Duration>, with: fn(Expiry, Duration) -> Expiry| {
                limit.map_or(expiry, |limit| with(expiry, limit))
            };
        let expiry = set(Expiry::never(), self.idle, Expiry::idle);
        let expiry = set(expiry, self.idle_persistent, Expiry::idle_persistent);
        let expiry = set(expiry, self.absolute, Expiry::absolute);
        set(expiry, self.renew_after, Expiry::renew_after).clock_skew(self.clock_skew)
    }

    fn idle(&self, persistent: bool) -> Option<i128> {
        self.idle_persistent.filter(|_| persistent).or(self.idle).map(seconds)
    }

    /// The last second of what was issued and created then.
    fn ends(&self, token: &Token, issued: i128) -> Option<i128> {
        let idle = self.idle(token.persistent).map(|limit| issued + limit);
        let absolute =
            self.absolute.map(|limit| token.created.unwrap_or(token.issued) + seconds(limit));
        [idle, absolute, token.deadline].into_iter().flatten().min()
    }

    fn is_due(&self, token: &Token, now: i128) -> bool {
        let threshold = match (self.idle(token.persistent), self.renew_after) {
            (_, Some(age)) => seconds(age),
            (Some(limit), None) if token.persistent => limit.min(400 * 86_400) / 10,
            (Some(limit), None) => limit / 10,
            (None, None) if token.persistent => 30 * 86_400,
            (None, None) => return false,
        };
        (now - token.issued).max(0) >= threshold
    }
}

#[derive(Clone, Debug)]
struct Token {
    issued: i128,
    created: Option<i128>,
    deadline: Option<i128>,
    persistent: bool,
}

fn seconds(duration: Duration) -> i128 {
    duration.as_secs().into()
}

/// A clock of before 1970 shows 1970.
fn shown(clock: i64) -> i128 {
    clock.max(0).into()
}

fn clocks() -> impl Strategy<Value = i64> {
    let edges = [CLOCK[0], -1, 0, 1, 59, 60, 61, (1 << 31) - 1, 1 << 31, 1 << 32, CLOCK[1]];
    prop_oneof![
        prop::sample::select(edges.to_vec()),
        CLOCK[0]..=CLOCK[1],
        0..=CLOCK[1],
        NOW..NOW + 1_000_000,
    ]
}

fn durations() -> impl Strategy<Value = Duration> {
    let edges = [
        Duration::MAX,
        Duration::from_secs(u64::MAX),
        Duration::from_secs(i64::MAX as u64),
        Duration::from_secs(i64::MAX as u64 + 1),
        Duration::from_secs(CLOCK[1] as u64),
        Duration::from_secs(400 * 86_400),
        Duration::from_nanos(1_999_999_999),
        Duration::from_secs(1),
        Duration::ZERO,
    ];
    prop_oneof![
        prop::sample::select(edges.to_vec()),
        (0..1_000_000_u64).prop_map(Duration::from_secs),
        any::<u64>().prop_map(Duration::from_secs),
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    let limit = || prop::option::of(durations());
    (limit(), limit(), limit(), limit(), durations()).prop_map(
        |(idle, idle_persistent, absolute, renew_after, clock_skew)| Limits {
            idle,
            idle_persistent,
            absolute,
            renew_after,
            clock_skew,
        },
    )
}

fn max_age(reply: &Reply) -> Option<i128> {
    let lines = reply.set_cookies();
    let (_, rest) = lines[0].split_once("; Max-Age=")?;
    Some(rest.split(';').next().unwrap().parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_clock_and_no_limit_is_too_far(
        limits in limits(),
        [written, read] in [clocks(), clocks()],
        deadline in prop::option::of(clocks()),
        persistent in any::<bool>(),
        renewed in any::<bool>(),
    ) {
        // Limits that contradict each other, or that tokens cannot bear, cannot be configured.
        let limited = |layer: SessionLayer| layer.expiry(limits.expiry()).ok();
        for layer in layers(&key().into(), &cookie("sid")).into_iter().filter_map(limited) {
            let (issued, now) = (shown(written), shown(read));
            let created = (renewed || limits.absolute.is_some()).then_some(issued);
            let token = Token { issued, created, deadline: deadline.map(shown), persistent };

            let mut promised = None;
            let reply = respond(&at(&layer, written), "", |session| {
                session.insert("a", 1).unwrap();
                session.set_persistent(persistent).unwrap();
                if let Some(deadline) = deadline {
                    session.expire_at(instant(deadline)).unwrap();
                }
                if renewed {
                    session.renew().unwrap();
                }
                promised = session.expires_at();
            });
            let ends = limits.ends(&token, issued);
            let as_instant = |end: Option<i128>| {
                end.filter(|end| *end <= CLOCK[1].into()).map(|end| instant(end as i64))
            };
            prop_assert_eq!(promised, as_instant(ends), "{:?}", layer);
            let left = |ends: Option<i128>, now: i128| {
                let left = ends.map_or(LONGEST_COOKIE, |end| (end - now).clamp(0, LONGEST_COOKIE));
                persistent.then_some(left)
            };
            prop_assert_eq!(max_age(&reply), left(ends, issued), "{:?}", layer);

            let bears_time = bears_time(&layer);
            let early = bears_time && issued > now + seconds(limits.clock_skew);
            let alive = !early && ends.is_none_or(|end| now <= end);
            let due = bears_time && limits.is_due(&token, now);
            let again = respond(&at(&layer, read), &sent_back(&reply), |session| {
                assert_eq!(!session.is_new(), alive, "{layer:?}: {ends:?}");
                if alive {
                    let counted = if due { now } else { issued };
                    let counted = if bears_time { counted } else { now };
                    assert_eq!(session.expires_at(), as_instant(limits.ends(&token, counted)));
                    assert_eq!(session.created_at().map(|t| i128::from(t.unix_timestamp())), created);
                }
            });
            prop_assert_eq!(!again.set_cookies().is_empty(), alive && due, "{:?}", layer);
            if alive && due {
                prop_assert_eq!(max_age(&again), left(limits.ends(&token, now), now));
            }
        }
    }
}
