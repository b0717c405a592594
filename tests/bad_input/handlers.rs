//! H1 to H6 and H24: the values and keys that handlers store.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer, ser::Error as _};

use super::*;

/// A value whose `Serialize` does what it is told.
struct Odd(fn() -> Result<u8, &'static str>);

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0().map_err(S::Error::custom)?)
    }
}

#[track_caller]
fn assert_key(row: &str, error: &Error, expected: &str) {
    let (Error::WrongType { key, .. } | Error::Unserializable { key, .. }) = error else {
        panic!("{row}: {error}")
    };
    assert_eq!(key, expected, "{row}");
}

/// The table refuses H1 and H2; the design stores null, as serde_json does, and every digit.
#[test]
fn h01_h02_numbers_that_json_may_not_have() {
    let headers = visit(&layer(), "", |session| {
        for (key, odd) in [("nan", f64::NAN), ("inf", f64::INFINITY)] {
            session.insert(key, odd).unwrap();
            assert_eq!(session.get::<Option<f64>>(key).unwrap(), Some(None), "H1: {key}");
        }
        session.insert("big", u128::MAX).unwrap();
        session.insert("low", i128::MIN).unwrap();
    });
    let numbers = format!(r#""big":{},"low":{}"#, u128::MAX, i128::MIN);
    assert_eq!(stored(&headers), format!(r#"{{"nan":null,"inf":null,{numbers}}}"#), "H1, H2");
    let session = layer().open(returned(&headers));
    assert_eq!(session.get::<u128>("big").unwrap(), Some(u128::MAX), "H2");
}

#[test]
fn h03_keys_of_maps_are_text() {
    let session = layer().open(sealed(ADA));
    let error = session.insert("map", HashMap::from([((1, 2), 3)])).unwrap_err();
    assert_key("H3: a tuple", &error, "map");
    let error = session.replace(&HashMap::from([(vec![1], 2)])).unwrap_err();
    assert_key("H3: the whole session", &error, "");
    assert!(!session.is_modified(), "H3");
    session.insert("map", BTreeMap::from([(7, "seven")])).unwrap();
    let read: HashMap<String, String> = session.get("map").unwrap().unwrap();
    assert_eq!(read["7"], "seven", "H3: an integer becomes text");
}

#[test]
fn h04_a_serialize_that_fails_or_panics_changes_nothing() {
    let headers = visit(&layer(), sealed(ADA), |session| {
        let error = session.insert("user", Odd(|| Err("no"))).unwrap_err();
        assert_key("H4: error", &error, "user");
        assert!(panics(|| session.insert("user", Odd(|| panic!("H4")))), "H4: a panic passes");
        assert!(panics(|| session.update("user", |_: &mut String| panic!("H4"))), "H4: here too");
        assert!(!session.is_modified(), "H4");
        session.insert("odd", Odd(|| Ok(1))).unwrap();
    });
    assert_eq!(stored(&headers), r#"{"user":"ada","odd":1}"#, "H4: and the session goes on");
}

#[test]
fn h05_a_value_of_another_type_stays() {
    let session = layer().open(sealed(ADA));
    for result in [
        session.get::<u8>("user"),
        session.pop::<u8>("user"),
        session.get_or_insert_with("user", || 1).map(Some),
        session.update("user", |n: &mut u8| *n).map(Some),
    ] {
        assert_key("H5", &result.unwrap_err(), "user");
    }
    assert_key("H5: as a whole", &session.to::<Vec<u8>>().unwrap_err(), "");
    assert!(!session.is_modified(), "H5");
    assert_eq!(session.get::<String>("user").unwrap().unwrap(), "ada", "H5");
}

/// The table finds out at the response; the design tells it at the change, which is not made.
#[test]
fn h06_a_change_that_does_not_fit_is_an_error_at_once() {
    let big = || "x".repeat(4000);
    let too_large = |result: Result<(), Error>, limit: usize| match result.unwrap_err() {
        Error::TooLarge { size, limit: told, largest, .. } => {
            assert!(
                size > limit && told == limit && largest[0] == "big",
                "H6: {size}, {largest:?}"
            );
        }
        error => panic!("H6: {error}"),
    };
    let headers = visit(&layer(), sealed(ADA), |session| {
        session.insert("n", 1).unwrap();
        too_large(session.insert("big", big()), 4096);
        too_large(session.replace(&HashMap::from([("big", big())])), 4096);
        too_large(session.update("big", |text: &mut String| *text = big()), 4096);
        assert!(matches!(session.flash("a", big()), Err(Error::TooLarge { .. })), "H6: flash");
    });
    assert_eq!(stored(&headers), r#"{"user":"ada","n":1}"#, "H6: what fitted before is sent");
    let headers = visit(&layer(), sealed(ADA), |s| too_large(s.insert("big", big()), 4096));
    assert_eq!(set_cookies(&headers), [""; 0], "H6: else nothing");

    let fitting = sealed(ADA).len() - 1;
    let exact = |limit| layer().cookie(cookie().max_size(limit).unwrap());
    let insert = |session: Session| session.insert("user", "ada");
    assert_eq!(insert(exact(fitting).open("")), Ok(()), "H6: as large as allowed");
    assert!(insert(exact(fitting - 1).open("")).is_err(), "H6: a byte more");
}

#[test]
fn h24_odd_keys_are_keys_like_others() {
    let long = "k".repeat(2500);
    let odd = [
        "",
        " ",
        "__proto__",
        "constructor",
        "\0",
        "\u{1f36a}",
        "\u{202e}",
        "\"",
        "\\",
        "\n\u{7f}",
        "a.b",
        "a;b=c",
        "{}",
        "_",
        "_session2",
        &long,
    ];
    let headers = visit(&layer(), "", |session| {
        odd.iter().enumerate().for_each(|(n, key)| session.insert(key, n).unwrap());
    });
    let session = layer().open(returned(&headers));
    assert_eq!(session.keys(), odd, "H24");
    for (n, key) in odd.iter().enumerate().rev() {
        assert_eq!(session.pop::<usize>(key).unwrap(), Some(n), "H24: {key:?}");
        assert_eq!(session.keys(), odd[..n], "H24: {key:?}");
    }
    let error = session.insert("k".repeat(4096), 1).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "H24: 4 KB are no odd key, but too many");
}
