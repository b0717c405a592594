//! What a response does with the cookie, for whatever handlers do to a session over several
//! requests, against a plain model of the table in the crate's documentation.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tower_cookie_session::{Origin, Session};

use crate::support::*;

/// The session's members in the order of its text; what the crate keeps for itself is one of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Content(Vec<(String, Value)>);

const OWN: &str = "_session";

impl Content {
    fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// In the place of the one that is there, or at the end.
    fn put(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    fn dictionary(&self) -> Map<String, Value> {
        self.0.iter().filter(|(name, _)| name != OWN).cloned().collect()
    }

    fn id(&self) -> Option<&Value> {
        self.get(OWN)?.get("id")
    }

    /// Whether it is worth a cookie.
    fn is_alive(&self) -> bool {
        !self.dictionary().is_empty() || self.id().is_some()
    }
}

#[derive(Clone, Debug)]
enum Act {
    Read,
    Insert(&'static str, u8),
    Remove(&'static str),
    Replace(&'static str, u8),
    Id,
    Renew,
    Clear,
}

/// What the browser sends.
#[derive(Clone, Copy, Debug)]
enum Jar {
    Kept,
    Forged,
    Emptied,
}

/// A request as the model sees it.
#[derive(Default)]
struct Request {
    content: Content,
    cleared: bool,
    renewed: bool,
}

impl Request {
    fn run(&mut self, act: &Act, session: &Session) {
        match act {
            Act::Read => {}
            Act::Insert(key, value) => {
                session.insert(key, value).unwrap();
                self.content.put(key, json!(value));
            }
            Act::Remove(key) => {
                assert_eq!(session.remove(key), Ok(self.content.get(key).is_some()));
                self.content.0.retain(|(name, _)| name != key);
            }
            Act::Replace(key, value) => {
                session.replace(&json!({ *key: value })).unwrap();
                let own = self.content.get(OWN).cloned();
                self.content = Content(vec![((*key).to_owned(), json!(value))]);
                own.into_iter().for_each(|own| self.content.put(OWN, own));
            }
            Act::Id => {
                let id = json!(session.id().unwrap());
                assert_eq!(self.content.id().unwrap_or(&id), &id, "it stays");
                let mut own = self.content.get(OWN).cloned().unwrap_or(json!({}));
                own["id"] = id;
                self.content.put(OWN, own);
            }
            Act::Renew => {
                session.renew().unwrap();
                self.content.put(OWN, json!({ "created": NOW }));
                self.renewed = true;
            }
            Act::Clear => {
                session.clear().unwrap();
                *self = Self { cleared: true, ..Self::default() };
            }
        }
        assert_eq!(session.to::<Map<_, _>>(), Ok(self.content.dictionary()), "{act:?}");
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let key = || prop::sample::select(vec!["a", "b", "c"]);
    let act = prop_oneof![
        3 => Just(Act::Read),
        6 => (key(), 0..2_u8).prop_map(|(key, value)| Act::Insert(key, value)),
        6 => key().prop_map(Act::Remove),
        1 => (key(), 0..2_u8).prop_map(|(key, value)| Act::Replace(key, value)),
        1 => Just(Act::Id),
        1 => Just(Act::Renew),
        2 => Just(Act::Clear),
    ];
    prop::collection::vec(act, 0..5)
}

fn jars() -> impl Strategy<Value = Jar> {
    prop_oneof![8 => Just(Jar::Kept), 1 => Just(Jar::Forged), 1 => Just(Jar::Emptied)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_cookie_follows_the_table(requests in prop::collection::vec((jars(), acts()), 1..10)) {
        let layer = layer();
        // What the browser has: the cookie, and what is in it.
        let mut kept: Option<(String, Content)> = None;
        for (jar, acts) in requests {
            let sent = match (jar, &kept) {
                (Jar::Kept, kept) => kept.clone(),
                (Jar::Forged, Some((cookie, _))) => Some((format!("{cookie}x"), Content::default())),
                (Jar::Forged, None) => Some(("sid=x".to_owned(), Content::default())),
                (Jar::Emptied, _) => None,
            };
            let (cookie, came_in) = sent.clone().unwrap_or_default();
            let mut request = Request { content: came_in.clone(), ..Request::default() };
            let reply = respond(&layer, &cookie, |session| {
                for act in &acts {
                    request.run(act, session);
                    assert_eq!(session.origin() == Origin::Cookie, came_in.is_alive());
                }
            });
            let Request { content, cleared, renewed } = request;

            let vary: &[&str] = if acts.is_empty() { &[] } else { &["Cookie"] };
            prop_assert_eq!(reply.vary(), vary);
            let changed = cleared || renewed || content != came_in;
            let written = content.is_alive() && changed;
            let removed = !content.is_alive()
                && sent.is_some()
                && (cleared || came_in.is_alive());
            prop_assert_eq!(reply.set_cookies().len(), usize::from(written || removed), "{:?}", acts);
            let private: &[&str] = if written || removed { &["private"] } else { &[] };
            prop_assert_eq!(reply.cache_control(), private);
            if written {
                kept = Some((reply.cookie(), content));
            } else if removed {
                prop_assert!(reply.is_removal());
                kept = None;
            }
        }
    }
}
