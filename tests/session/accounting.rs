//! What `encoded_len` says is what is sent, by every format: compressed or not, signed anew, and up
//! to the byte at which a session no longer fits.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use tower_cookie_session::{Codec, Error, Expiry, KeyRing, SecretKey, Session, SessionLayer};

use crate::{
    every_codec::{ForEach, for_each_codec, layers, sent_back},
    support::*,
};

#[derive(Clone, Debug)]
enum Act {
    Insert(String, Value),
    Remove(String),
    Flash(String),
    Persist(bool),
    Deadline(i64),
    Id,
    Renew,
}

impl Act {
    fn run(&self, session: &Session) -> Result<(), Error> {
        match self {
            Self::Insert(key, value) => session.insert(key, value),
            Self::Remove(key) => session.remove(key).map(drop),
            Self::Flash(message) => session.flash("info", message),
            Self::Persist(persistent) => session.set_persistent(*persistent),
            Self::Deadline(seconds) => session.expire_at(instant(NOW + seconds)),
            Self::Id => session.id().map(drop),
            Self::Renew => session.renew(),
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => (keys(), values()).prop_map(|(key, value)| Act::Insert(key, value)),
        2 => keys().prop_map(Act::Remove),
        1 => ".{0,60}".prop_map(Act::Flash),
        1 => any::<bool>().prop_map(Act::Persist),
        1 => (0_i64..1 << 33).prop_map(Act::Deadline),
        1 => Just(Act::Id),
        1 => Just(Act::Renew),
    ];
    prop::collection::vec(act, 1..8)
}

fn keys() -> impl Strategy<Value = String> {
    "[a-c]|é| t|\""
}

/// What formats spell in their own ways: letters beyond ASCII, numbers, blanks, what repeats.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        ".{0,20}".prop_map(Value::from),
        "[é😀\\\\/<\u{7f}\u{2028}]{0,40}".prop_map(Value::from),
        "(mi ){0,2000}".prop_map(Value::from),
        "[!-~]{500,4000}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            inner.prop_map(|value| serde_json::json!({ " t": value })),
        ]
    })
}

fn limits() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(4096_usize), 1 => 64_usize..4096]
}

/// With an absolute limit, where the format can keep one.
fn absolute(layer: SessionLayer) -> SessionLayer {
    let limit = Expiry::never().absolute(Duration::from_secs(90 * 86_400));
    layer.clone().expiry(limit).unwrap_or(layer)
}

/// Bytes of name and value of the first cookie, its `=` not counted.
fn sent(reply: &Reply) -> usize {
    let lines = reply.set_cookies();
    lines[0].split(';').next().unwrap().len() - 1
}

/// A text to be written by every codec.
#[derive(Debug)]
struct Written {
    json: String,
    issued: u64,
    room: usize,
}

impl ForEach for Written {
    fn codec(&mut self, codec: impl Codec) {
        let mut token = b"before".to_vec();
        codec.encode(&self.json, self.issued, self.room, &mut token);
        let len = codec.encoded_len(&self.json, self.issued, self.room);
        assert_eq!(token.len(), b"before".len() + len, "{codec:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_codec_weighs_what_it_writes(
        members in prop::collection::btree_map(keys(), values(), 0..3),
        issued in prop_oneof![any::<u64>(), 0_u64..4_000_000_000],
        room in prop_oneof![0_usize..5000, Just(0), Just(usize::MAX)],
    ) {
        let json = serde_json::to_string(&members).unwrap();
        for_each_codec(&key().into(), &mut Written { json, issued, room });
    }

    #[test]
    fn every_change_is_weighed_as_it_is_sent(
        acts in acts(),
        name in "[a-z]{1,20}",
        limit in limits(),
        limited in any::<bool>(),
    ) {
        let cookie = cookie(&name).max_size(limit).unwrap();
        let rotated = KeyRing::new(SecretKey::generate()).accept(key());
        let renewing = layers(&rotated, &cookie);
        for (layer, renewing) in layers(&key().into(), &cookie).into_iter().zip(renewing) {
            let layer = if limited { absolute(layer) } else { layer };
            let mut len = 0;
            let reply = respond(&layer, "", |session| {
                for act in &acts {
                    let before = (session.encoded_len(), session.keys());
                    match act.run(session) {
                        Ok(()) => assert!(session.encoded_len() <= limit, "{act:?}"),
                        Err(Error::TooLarge { size, limit: told, .. }) => {
                            assert!(size > limit && told == limit, "{size} of {told}");
                            assert_eq!((session.encoded_len(), session.keys()), before);
                        }
                        Err(error) => panic!("{act:?}: {error}"),
                    }
                }
                len = session.encoded_len();
            });
            prop_assert_eq!(reply.set_cookies().is_empty(), len == 0, "{:?}", layer);
            if len == 0 {
                continue;
            }
            prop_assert_eq!(sent(&reply), len, "{:?}", layer);

            // Read again as it is, and signed anew as it is.
            let cookies = sent_back(&reply);
            prop_assert_eq!(layer.open(&cookies).encoded_len(), len, "{:?}", layer);
            let again = respond(&renewing, &cookies, |session| {
                assert!(!session.is_new());
                len = session.encoded_len();
            });
            prop_assert_eq!(sent(&again), len, "{:?}", renewing);
        }
    }

    #[test]
    fn the_limit_is_kept_to_the_byte(value in values(), name in "[a-z]{1,20}") {
        let at_most = |limit| layers(&key().into(), &cookie(&name).max_size(limit).unwrap());
        for (which, layer) in at_most(4096).into_iter().enumerate() {
            let mut stored = Ok(());
            let reply = respond(&layer, "", |session| stored = session.insert("key", &value));
            if let Err(error) = stored {
                let too_large = matches!(error, Error::TooLarge { size: 4097.., limit: 4096, .. });
                prop_assert!(too_large, "{}", error);
                continue;
            }
            let size = sent(&reply);
            // The limit itself has a limit.
            if size <= 64 {
                continue;
            }
            let exact = respond(&at_most(size)[which], "", |s| s.insert("key", &value).unwrap());
            prop_assert_eq!(sent(&exact), size, "{:?}", layer);
            let under = &at_most(size - 1)[which];
            let mut refused = None;
            let reply = respond(under, "", |session| match session.insert("key", &value) {
                Err(Error::TooLarge { size, .. }) => refused = Some(size),
                other => other.unwrap(),
            });
            match refused {
                Some(told) => prop_assert_eq!(told, size, "{:?}", layer),
                // Where it did not fit, it is compressed.
                None => prop_assert!(sent(&reply) < size, "{:?}", layer),
            }
        }
    }
}
