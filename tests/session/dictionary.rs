//! The session as a dictionary.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tower_cookie_session::{Error, Session};

use crate::support::*;

/// The JSON that the response carries, when `handler` ran on a session of `json`.
fn edited(json: &str, handler: impl FnOnce(&Session)) -> String {
    text_of(&respond(&layer(), &token(json), handler).cookie())
}

/// A token of this very text, blanks and all.
pub(crate) fn token(json: &str) -> String {
    use base64::Engine;
    use hmac::{Hmac, KeyInit, Mac};
    let base64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mac = |key: &[u8], text: &[u8]| {
        let mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap().chain_update(text);
        mac.finalize().into_bytes()
    };
    let derived = mac(b"a key for tests: 0123456789 abcdef", b"tower-cookie-session:sid");
    let time = base64.encode(&NOW.to_be_bytes()[4..]);
    let signed = format!("{}.{time}", base64.encode(json));
    format!("sid={signed}.{}", base64.encode(mac(&derived, signed.as_bytes())))
}

fn text_of(cookie: &str) -> String {
    use base64::Engine;
    let payload = cookie.strip_prefix("sid=").unwrap().split('.').next().unwrap();
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    String::from_utf8(text).unwrap()
}

fn session(json: &str) -> Session {
    layer().open(token(json))
}

fn reserved(key: &str) -> Error {
    match Session::detached().insert(key, 1) {
        Err(error @ Error::ReservedKey { .. }) => error,
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn what_is_not_changed_stays_byte_for_byte() {
    let odd = r#"{ "big":1180591620717411303424, "f" : 1.50e+0 ,"nan":NaN, "d":{" d":"Sun, 06 Nov 1994 08:49:37 GMT"},"\u00e9":"\ud800","n":1}"#;
    assert_eq!(edited(odd, |s| s.insert("n", 2).unwrap()), odd.replace("\"n\":1", "\"n\":2"));
    assert_eq!(
        edited(odd, |s| s.insert("m", "é").unwrap()),
        odd.replace("\"n\":1", "\"n\":1,\"m\":\"é\"")
    );
    assert_eq!(
        edited(odd, |s| assert!(s.remove("f").unwrap())),
        odd.replace(", \"f\" : 1.50e+0", "")
    );
    assert_eq!(
        edited(odd, |s| s.retain(|key| key != "big").unwrap()),
        odd.replace("\"big\":1180591620717411303424, ", "")
    );
}

#[test]
fn values_of_every_kind_come_back() -> Result<(), Error> {
    let s = Session::detached();
    s.insert("u128", u128::MAX)?;
    s.insert("i64", i64::MIN)?;
    s.insert("float", 0.1 + 0.2)?;
    s.insert("unit", ())?;
    s.insert("text", "\"\\/\u{8}\n\u{7f}\u{2028}é😀")?;
    s.insert("nested", HashMap::from([("a", vec![Some(1), None])]))?;
    assert_eq!(s.get("u128")?, Some(u128::MAX));
    assert_eq!(s.get("i64")?, Some(i64::MIN));
    assert_eq!(s.get("float")?, Some(0.1 + 0.2));
    assert_eq!(s.get("unit")?, Some(()));
    assert_eq!(s.get::<String>("text")?.unwrap(), "\"\\/\u{8}\n\u{7f}\u{2028}é😀");
    assert_eq!(s.get("nested")?, Some(HashMap::from([("a".to_owned(), vec![Some(1), None])])));
    s.insert("nan", f64::NAN)?;
    assert_eq!(s.get::<Option<f64>>("nan")?, Some(None), "as serde_json documents");
    Ok(())
}

#[test]
fn the_wrong_type_is_an_error_and_the_value_stays() {
    let s = session(r#"{"a":"text","n":NaN,"deep":1}"#);
    let wrong = |key: &str| -> Error { s.get::<u8>(key).unwrap_err() };
    assert!(matches!(wrong("a"), Error::WrongType { key, .. } if key == "a"));
    assert!(matches!(s.get::<f64>("n"), Err(Error::WrongType { .. })), "the reader's matter");
    assert!(matches!(s.pop::<u8>("a"), Err(Error::WrongType { .. })));
    assert!(matches!(s.update("a", |n: &mut u8| *n += 1), Err(Error::WrongType { .. })));
    assert!(matches!(s.get_or_insert_with("a", || 1_u8), Err(Error::WrongType { .. })));
    assert!(matches!(s.to::<Vec<u8>>(), Err(Error::WrongType { key, .. }) if key.is_empty()));
    assert_eq!(s.get::<String>("a").unwrap().unwrap(), "text");
    assert!(!s.is_modified());
}

#[test]
fn what_does_not_serialize_is_an_error_and_changes_nothing() {
    let s = session(r#"{"a":1}"#);
    let odd_keys = HashMap::from([(vec![1], 1)]);
    assert!(
        matches!(s.insert("a", &odd_keys), Err(Error::Unserializable { key, .. }) if key == "a")
    );
    for no_object in [serde_json::json!([]), serde_json::json!("x"), serde_json::json!(null)] {
        assert!(
            matches!(s.replace(&no_object), Err(Error::Unserializable { key, .. }) if key.is_empty())
        );
    }
    assert_eq!((s.get("a"), s.is_modified()), (Ok(Some(1)), false));
}

#[test]
fn of_doubled_keys_the_last_counts_and_insert_leaves_one() {
    let doubled = r#"{"a":1,"b":2,"\u0061":3}"#;
    let s = session(doubled);
    assert_eq!((s.get("a"), s.len(), s.keys()), (Ok(Some(3)), 2, vec!["a".into(), "b".into()]));
    assert_eq!(s.to(), Ok(serde_json::json!({"a": 3, "b": 2})));
    #[derive(Debug, Deserialize, PartialEq)]
    struct Both {
        a: u8,
        b: u8,
    }
    assert_eq!(s.to(), Ok(Both { a: 3, b: 2 }));
    assert_eq!(edited(doubled, |s| s.insert("a", 9).unwrap()), r#"{"a":9,"b":2}"#);
    assert_eq!(edited(doubled, |s| assert!(s.remove("a").unwrap())), r#"{"b":2}"#);
}

#[test]
fn reserved_keys_do_not_show_and_are_refused() {
    let json = r#"{"_permanent":true,"_flashes":[],"a":1,"_session":{"id":"x"}}"#;
    for key in ["_permanent", "_flashes", "_session"] {
        let s = session(json);
        assert!(reserved(key).to_string().contains(key));
        assert_eq!((s.get::<u8>(key), s.contains_key(key)), (Ok(None), false));
        assert_eq!((s.remove(key), s.pop::<u8>(key)), (Ok(false), Ok(None)));
        assert_eq!(s.update(key, |_: &mut u8| ()), Err(reserved(key)));
        assert_eq!(s.get_or_insert_with(key, || 1), Err(reserved(key)));
        assert_eq!(s.replace(&HashMap::from([(key, 1)])), Err(reserved(key)));
        assert_eq!(layer().seal(&HashMap::from([(key, 1)])), Err(reserved(key)));
        assert_eq!((s.len(), s.keys(), s.is_modified()), (1, vec!["a".to_owned()], false));
    }
    let without_a = r#"{"_permanent":true,"_flashes":[],"_session":{"id":"x"}}"#;
    assert_eq!(edited(json, |s| s.retain(|_| false).unwrap()), without_a);
    assert_eq!(
        edited(json, |s| s.replace(&serde_json::json!({"b": 2})).unwrap()),
        r#"{"b":2,"_permanent":true,"_flashes":[],"_session":{"id":"x"}}"#
    );
    for key in ["_id", "_user_id", "_auth_user_id", "_fresh", "_flashes ", "_Session"] {
        assert_eq!(Session::detached().insert(key, 1), Ok(()), "{key} is ordinary");
    }
}

#[test]
fn another_programs_session_key_is_left_alone() {
    let theirs = r#"{"_session":{"theirs":[1, 2]},"a":1}"#;
    let s = session(theirs);
    let refused = Err(reserved("_session"));
    assert_eq!(s.renew(), refused);
    assert_eq!(s.expire_at(instant(NOW)), refused);
    assert_eq!(s.id().map(drop), refused);
    assert_eq!((s.created_at(), s.is_modified()), (None, false));
    assert_eq!(edited(theirs, |s| s.insert("a", 2).unwrap()), theirs.replace(":1}", ":2}"));
    assert_eq!(
        edited(theirs, |s| assert!(s.remove("a").unwrap())),
        r#"{"_session":{"theirs":[1, 2]}}"#
    );
}

#[test]
fn pop_update_and_get_or_insert() -> Result<(), Error> {
    let s = session(r#"{"n":1}"#);
    assert_eq!(
        s.update("n", |n: &mut i32| {
            *n += 1;
            *n
        })?,
        2
    );
    assert_eq!(s.update("new", |list: &mut Vec<u8>| list.push(7))?, ());
    assert_eq!((s.pop("new")?, s.pop::<u8>("new")?), (Some(vec![7]), None));
    assert_eq!(s.get_or_insert_with("n", || 9)?, 2);
    assert_eq!(s.get_or_insert_with("m", || 9)?, 9);
    assert_eq!((s.remove("m")?, s.remove("m")?, s.len()), (true, false, 1));
    Ok(())
}

#[test]
fn the_whole_session_as_one_struct() -> Result<(), Error> {
    #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
    struct Visit {
        user: String,
        cart: Vec<String>,
    }
    let s = Session::detached();
    let visit = Visit { user: "ada".into(), cart: vec!["robot".into()] };
    s.replace(&visit)?;
    s.flash("info", "hi")?;
    assert_eq!(s.to::<Visit>()?, visit);
    s.replace(&Visit::default())?;
    assert_eq!((s.to::<Visit>()?, s.peek_flashes()?.len()), (Visit::default(), 1));
    Ok(())
}

#[test]
fn odd_keys_are_keys() -> Result<(), Error> {
    let s = Session::detached();
    let long = "k".repeat(1000);
    for key in ["", "__proto__", "\0", "a\"b\\", "é", "😀", " t", &long] {
        s.insert(key, key)?;
        assert_eq!(s.get::<String>(key)?.as_deref(), Some(key));
    }
    assert_eq!(s.len(), 8);
    Ok(())
}
