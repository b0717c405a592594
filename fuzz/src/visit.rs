//! One request, and what the handler does to its session, each call held against the rules.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use serde_json::{Value, json, value::RawValue};
use time::OffsetDateTime;
use tower_cookie_session::{Error, Origin, Session};

use crate::rules::{Own, Setup, Stored};

const KEYS: [&str; 5] = ["a", "b", "user", "a,b:", "_session"];
const VALUES: [&str; 6] = ["1", "null", "\"x, y: \\\" z\"", "{\"a\":[1,true]}", "\"\"", "[]"];

/// What becomes of the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Keep,
    Write,
    Reissue,
    Remove,
}

/// What the rules say of a session while it is open.
pub struct Visit<'a> {
    pub name: &'a str,
    pub setup: &'a Setup,
    pub now: i64,
    /// Whether a cookie came, accepted or not.
    pub came: bool,
    pub origin: Origin,
    /// Whether the token should be replaced although nothing changed.
    pub due: bool,
    pub began: Stored,
    pub stored: Stored,
    pub touched: bool,
    pub cleared: bool,
    pub renewed: bool,
}

impl Visit<'_> {
    pub fn outcome(&self) -> Outcome {
        let changed = self.cleared || self.renewed || self.began.members != self.stored.members;
        match (self.stored.is_alive(), changed, self.due) {
            (true, true, _) => Outcome::Write,
            (true, false, true) => Outcome::Reissue,
            (false, ..) if self.came && (self.cleared || self.began.is_alive()) => Outcome::Remove,
            _ => Outcome::Keep,
        }
    }

    /// Makes one call of `u`'s choice.
    pub fn call(&mut self, session: &Session, u: &mut Unstructured<'_>) -> Result<()> {
        self.touched = true;
        let (key, value) = (*u.choose(&KEYS)?, *u.choose(&VALUES)?);
        let (stored, setup) = (self.stored.clone(), self.setup);
        match u.int_in_range(0..=12)? {
            0..=2 => {
                let raw: &RawValue = serde_json::from_str(value).expect("JSON");
                let result = session.insert(key, raw);
                if key.starts_with('_') {
                    let refused = matches!(result, Err(Error::ReservedKey { .. }));
                    assert!(refused, "{key}: {result:?}");
                } else {
                    self.agree(result, stored.put(key, value.to_owned(), setup));
                }
            }
            3 => {
                let next = if key.starts_with('_') { stored } else { stored.without(key) };
                self.agree(session.remove(key), next);
            }
            4 => {
                session.clear().expect("it is open");
                (self.cleared, self.renewed, self.stored) = (true, false, Stored::default());
            }
            5 => {
                let list = stored.get("_flashes").unwrap_or("[]");
                let comma = if stored.flashes().is_empty() { "" } else { "," };
                let list = list.strip_suffix(']').expect("a list");
                let list = format!("{list}{comma}{}]", json!({ " t": ["c", key] }));
                self.agree(session.flash("c", key), stored.put("_flashes", list, setup));
            }
            6 => self.agree(session.take_flashes(), stored.without("_flashes")),
            7 => {
                let on = u.arbitrary()?;
                self.agree(session.set_persistent(on), stored.with_persistence(on, setup));
            }
            8 => {
                let deadline = self.now + i64::from(u.arbitrary::<i16>()?);
                let own = Own { deadline: Some(deadline), ..stored.own() };
                self.agree(session.expire_at(instant(deadline)), stored.with_own(&own, setup));
            }
            9 => {
                let own = Own { id: None, created: Some(self.now), ..stored.own() };
                let result = session.renew();
                self.renewed |= result.is_ok();
                self.agree(result, stored.with_own(&own, setup));
            }
            10 => {
                let raw: &RawValue = serde_json::from_str(value).expect("JSON");
                let result = session.replace(&BTreeMap::from([("b", raw), (key, raw)]));
                if key.starts_with('_') {
                    let refused = matches!(result, Err(Error::ReservedKey { .. }));
                    assert!(refused, "{key}: {result:?}");
                } else {
                    let mut dictionary = [(key, value), ("b", value)];
                    dictionary.sort_unstable();
                    self.agree(result, stored.replaced(&dictionary, setup));
                }
            }
            11 => {
                let cut: Vec<_> = stored.keys().into_iter().filter(|kept| *kept != key).collect();
                let next = cut.iter().fold(stored.clone(), |next, key| next.without(key));
                self.agree(session.retain(|kept| kept == key), next);
            }
            _ => {
                let result = session.id();
                // What a new one is to be called, nobody can tell.
                let given = result.clone().unwrap_or_else(|_| "0123456789012345678901".to_owned());
                assert_eq!(given.len(), 22);
                let id = stored.own().id.unwrap_or(given);
                let own = Own { id: Some(id.clone()), ..stored.own() };
                let next = if stored.own() == own { stored } else { stored.with_own(&own, setup) };
                assert!(result.as_ref().map_or(true, |given| *given == id));
                self.agree(result, next);
            }
        }
        Ok(())
    }

    /// Takes over the next state, unless the call failed; and it fails for size, and for nothing else.
    fn agree<T: std::fmt::Debug>(&mut self, result: std::result::Result<T, Error>, next: Stored) {
        let weighed = next.is_alive() && next.members != self.stored.members;
        let size = next.size(self.name, self.setup, self.now);
        let too_large = weighed && size > self.setup.max_size;
        match result {
            Ok(_) => {
                assert!(!too_large || self.setup.format.compresses(), "{size}: {next:?}");
                self.stored = next;
            }
            Err(error) => {
                assert!(matches!(error, Error::TooLarge { .. }), "{error}: {next:?}");
                assert!(too_large, "{error}: {size} for {next:?}");
            }
        }
    }

    /// All that can be read is as the rules have it.
    pub fn read(&mut self, session: &Session) {
        self.touched = true;
        let (stored, setup) = (&self.stored, self.setup);
        assert_eq!(session.origin(), self.origin);
        assert_eq!(session.keys(), stored.keys());
        for key in stored.keys() {
            let value = session.get::<Value>(key).expect("any JSON");
            assert_eq!(value, stored.get(key).and_then(|text| serde_json::from_str(text).ok()));
        }
        assert_eq!(session.peek_flashes().expect("ours").len(), stored.flashes().len());
        assert_eq!(session.is_persistent(), stored.is_persistent(setup));
        assert_eq!(session.created_at(), stored.own().created.map(instant));
        assert_eq!(session.issued_at(), stored.issued.map(instant));
        let outcome = self.outcome();
        let modified = matches!(outcome, Outcome::Write | Outcome::Remove);
        assert_eq!(session.is_modified(), modified, "{stored:?}");

        let renewed = matches!(outcome, Outcome::Write | Outcome::Reissue);
        let issued = stored.issued.filter(|_| !renewed).unwrap_or(self.now);
        let stamped = stored.stamped(setup, self.now);
        let end = stamped.ends(setup, issued, stored.is_persistent(setup));
        let end = end.filter(|_| stored.is_alive());
        assert_eq!(session.expires_at(), end.map(instant), "{stored:?}");

        let size = if stored.is_alive() { stored.size(self.name, setup, self.now) } else { 0 };
        let small = !setup.format.compresses() || size <= setup.max_size;
        assert!(session.encoded_len() == size || !small, "{size}: {stored:?}");
    }
}

fn instant(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).expect("a time of ours")
}
