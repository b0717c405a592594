//! Limits, deadlines, persistence and renewal in every combination, over several requests and a
//! clock that jumps, against a plain model of the rules.

use std::time::Duration;

use proptest::prelude::*;
use tower_cookie_session::{Expiry, SessionLayer};

use crate::support::*;

/// Seconds that a token may come from the future.
const SKEW: i64 = 60;
const LONGEST_COOKIE: i64 = 400 * 86_400;

#[derive(Clone, Copy, Debug)]
struct Limits {
    idle: Option<i64>,
    idle_persistent: Option<i64>,
    absolute: Option<i64>,
    renew_after: Option<i64>,
    persistent_by_default: bool,
}

impl Limits {
    fn layer(&self) -> Option<SessionLayer> {
        let seconds = |limit: i64| Duration::from_secs(limit as u64);
        let mut expiry = Expiry::never();
        if let Some(limit) = self.idle {
            expiry = expiry.idle(seconds(limit));
        }
        if let Some(limit) = self.idle_persistent {
            expiry = expiry.idle_persistent(seconds(limit));
        }
        if let Some(limit) = self.absolute {
            expiry = expiry.absolute(seconds(limit));
        }
        if let Some(age) = self.renew_after {
            expiry = expiry.renew_after(seconds(age));
        }
        layer().cookie(cookie("sid").persistent(self.persistent_by_default)).expiry(expiry).ok()
    }

    fn idle(&self, persistent: bool) -> Option<i64> {
        self.idle_persistent.filter(|_| persistent).or(self.idle)
    }
}

/// A token as the rules see it.
#[derive(Clone, Copy, Debug)]
struct Token {
    issued: i64,
    created: Option<i64>,
    deadline: Option<i64>,
    persistent: bool,
}

impl Token {
    /// The last second.
    fn ends(&self, limits: &Limits) -> i64 {
        let idle = limits.idle(self.persistent).map(|limit| self.issued + limit);
        let absolute = limits.absolute.map(|limit| self.created.unwrap_or(self.issued) + limit);
        [idle, absolute, self.deadline].into_iter().flatten().min().unwrap_or(i64::MAX)
    }

    fn is_alive(&self, limits: &Limits, now: i64) -> bool {
        self.issued <= now + SKEW && now <= self.ends(limits)
    }

    fn is_due(&self, limits: &Limits, now: i64) -> bool {
        let threshold = match (limits.idle(self.persistent), limits.renew_after) {
            (_, Some(age)) => age,
            (Some(limit), None) => limit / 10,
            (None, None) if self.persistent => 30 * 86_400,
            (None, None) => return false,
        };
        (now - self.issued).max(0) >= threshold
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Read,
    Write,
    Persist(bool),
    /// A deadline that many seconds from now.
    Deadline(i64),
    Renew,
    ClearAndWrite,
}

/// The token after the response, if the response sets one.
fn expected(token: Option<Token>, act: Act, limits: &Limits, now: i64) -> Option<Token> {
    let default = limits.persistent_by_default;
    let new = Token { issued: now, created: None, deadline: None, persistent: default };
    let written = match (act, token) {
        (Act::Write, None) | (Act::ClearAndWrite, _) => new,
        (Act::Write, Some(token)) => token,
        (Act::Persist(persistent), Some(token)) if persistent != token.persistent => {
            Token { persistent, ..token }
        }
        (Act::Deadline(left), Some(token)) if token.deadline != Some(now + left) => {
            Token { deadline: Some(now + left), ..token }
        }
        (Act::Renew, Some(token)) => Token { created: Some(now), ..token },
        (_, Some(token)) if token.is_due(limits, now) => token,
        _ => return None,
    };
    let created = written.created.or(limits.absolute.map(|_| written.issued));
    Some(Token { issued: now, created, ..written })
}

fn limits() -> impl Strategy<Value = Limits> {
    let limit = || prop::option::of(1_i64..2000);
    let long = prop_oneof![limit(), Just(Some(i64::from(u32::MAX)))];
    (limit(), limit(), long, prop::option::of(0_i64..500), any::<bool>()).prop_map(
        |(idle, idle_persistent, absolute, renew_after, persistent_by_default)| Limits {
            idle,
            idle_persistent,
            absolute,
            renew_after,
            persistent_by_default,
        },
    )
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let act = prop_oneof![
        4 => Just(Act::Read),
        3 => Just(Act::Write),
        2 => any::<bool>().prop_map(Act::Persist),
        2 => (-10_i64..3000).prop_map(Act::Deadline),
        2 => Just(Act::Renew),
        1 => Just(Act::ClearAndWrite),
    ];
    let jump = prop_oneof![5 => 0_i64..300, 1 => -200_i64..0, 1 => 0_i64..100_000_000];
    prop::collection::vec((jump, act), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn as_the_model_says(limits in limits(), acts in acts(), begun in any::<bool>()) {
        // Limits that contradict each other cannot be configured.
        let Some(layer) = limits.layer() else { return Ok(()) };
        let (mut now, mut cookies, mut token) = (NOW, String::new(), None::<Token>);
        if begun {
            // From the days before there was an absolute limit: without a created time.
            cookies = seal(&self::layer(), r#"{"n":-1}"#);
            let persistent = limits.persistent_by_default;
            token = Some(Token { issued: NOW, created: None, deadline: None, persistent });
        }
        for (count, (jump, act)) in acts.into_iter().enumerate() {
            now = (now + jump).max(0);
            let alive = token.filter(|token| token.is_alive(&limits, now));
            let reply = respond(&at(&layer, now), &cookies, |session| {
                assert_eq!(!session.is_new(), alive.is_some(), "{now} {token:?}");
                assert_eq!(session.created_at(), alive.and_then(|t| t.created).map(instant));
                let persistent = alive.map_or(limits.persistent_by_default, |t| t.persistent);
                assert_eq!(session.is_persistent(), persistent);
                match act {
                    Act::Read => {}
                    Act::Write => session.insert("n", count).unwrap(),
                    Act::Persist(persistent) => session.set_persistent(persistent).unwrap(),
                    Act::Deadline(left) => session.expire_at(instant(now + left)).unwrap(),
                    Act::Renew => session.renew().unwrap(),
                    Act::ClearAndWrite => {
                        session.clear().unwrap();
                        session.insert("n", count).unwrap();
                    }
                }
            });
            let expected = expected(alive, act, &limits, now);
            prop_assert_eq!(reply.set_cookies().len(), usize::from(expected.is_some()), "{:?}", act);
            let Some(sent) = expected else { continue };

            // The cookie promises what the server keeps, to the second and up to 400 days.
            let line = reply.set_cookie();
            let max_age: Option<i64> =
                line.split_once("; Max-Age=").map(|(_, rest)| rest.split(';').next().unwrap().parse().unwrap());
            prop_assert_eq!(max_age.is_some(), sent.persistent);
            let accepted = |time: i64| !at(&layer, time).open(reply.cookie()).is_new();
            if let Some(max_age) = max_age {
                prop_assert_eq!(max_age, (sent.ends(&limits) - now).clamp(0, LONGEST_COOKIE));
                prop_assert!(max_age == 0 || accepted(now + max_age));
                prop_assert!(max_age == LONGEST_COOKIE || !accepted(now + max_age + 1));
            }
            (cookies, token) = (reply.cookie(), Some(sent));
        }
    }
}
