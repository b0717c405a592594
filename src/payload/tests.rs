use super::*;

fn payload(json: &str) -> Payload {
    Payload::from_json(json.as_bytes().to_vec()).unwrap()
}

#[test]
fn only_objects_are_payloads() {
    for json in [&b"[]"[..], b"", b"{\"a\":\"\xff\"}", b"\xef\xbb\xbf{}", b"{} "] {
        assert_eq!(Payload::from_json(json.to_vec()).is_ok(), json == b"{} ");
    }
}

#[test]
fn reserved_keys_do_not_show() {
    let all = payload(
        r#"{"_permanent":true,"a":1,"\u005fflashes":[],"_session":{},"b":2,"a":3,"_id":4}"#,
    );
    assert_eq!(all.keys(), ["a", "b", "_id"]);
    assert_eq!(all.dictionary(), r#"{"a":3,"b":2,"_id":4}"#);
    assert_eq!((all.get("_permanent"), all.get("a")), (None, Some("3")));
    let reserved = |key: &str| Err(Error::ReservedKey { key: key.to_owned() });
    assert_eq!(all.with("_session", "1").map(drop), reserved("_session"));
    let replaced = |by: &str| all.replaced(by.to_owned(), Persistence::Permanent);
    assert_eq!(replaced(r#"{"\u005fpermanent":1}"#).map(drop), reserved("_permanent"));
    assert_eq!(
        replaced(r#"{"x":1}"#).unwrap().json(),
        r#"{"x":1,"_permanent":true,"\u005fflashes":[],"_session":{}}"#
    );
    let django = payload(r#"{"_session_expiry":0,"a":1}"#);
    for (by, persistence, json) in [
        (r#"{"b":2}"#, Persistence::SessionExpiry, r#"{"b":2,"_session_expiry":0}"#),
        (r#"{"b":2}"#, Persistence::Permanent, r#"{"b":2}"#),
        (r#"{"_session_expiry":9}"#, Persistence::SessionExpiry, r#"{"_session_expiry":9}"#),
    ] {
        assert_eq!(django.replaced(by.to_owned(), persistence).unwrap().json(), json);
    }
    assert_eq!(
        all.without(|_| true).json(),
        r#"{"_permanent":true,"\u005fflashes":[],"_session":{}}"#
    );
}

#[test]
fn what_keeps_a_session_alive() {
    let rows = [
        ("{}", false),
        (r#"{"a":null}"#, true),
        (r#"{"_permanent":true}"#, false),
        (r#"{"_session":{"created":1,"deadline":2}}"#, false),
        (r#"{"_session":{"id":"x"}}"#, true),
        (r#"{"_session":{"theirs":1}}"#, true),
        (r#"{"_session":["x",1,2]}"#, true),
        (r#"{"_session":7}"#, true),
        (r#"{"_flashes":[]}"#, false),
        (r#"{"_flashes":[ ]}"#, false),
        (r#"{"_flashes":[["a","b"]]}"#, true),
        (r#"{"_flashes":"odd"}"#, true),
        (r#"{"_flashes":[[]]}"#, true),
        (r#"{"_flashes":[["a","b"]],"_flashes":[]}"#, false),
        (r#"{"_session":{"id":"x"},"_session":{}}"#, false),
    ];
    for (json, alive) in rows {
        assert_eq!(payload(json).is_alive(), alive, "{json}");
    }
}

#[test]
fn own_data_are_read_and_written_in_one_shape() {
    let own = payload(r#"{"_session":{"deadline":5}}"#);
    let mut read = own.own().unwrap();
    assert_eq!((read.deadline, read.created, read.id.as_deref()), (Some(5), None, None));
    read.created = Some(3);
    assert_eq!(own.with_own(&read).json(), r#"{"_session":{"created":3,"deadline":5}}"#);
    assert_eq!(own.with_own(&Own::default()).json(), "{}");
    for theirs in [r#"{"id":1}"#, "[]", "null", r#"{"x":1}"#, r#"{"created":1.5}"#] {
        let theirs = payload(&format!(r#"{{"_session":{theirs}}}"#));
        assert!(matches!(theirs.own(), Err(Error::ReservedKey { .. })), "{theirs:?}");
    }
}

#[test]
fn persistence_is_kept_where_the_framework_keeps_it() {
    let flag = |json: &str, convention| payload(json).persistence(convention);
    let flask = Persistence::Permanent;
    assert_eq!(flag("{}", flask), None);
    assert_eq!(flag(r#"{"_permanent":true}"#, flask), Some(true));
    assert_eq!(flag(r#"{"_permanent":false}"#, flask), Some(false));
    assert_eq!(flag(r#"{"_permanent":1}"#, flask), None);
    let set = |json: &str, persistent, setting, convention| {
        payload(json).with_persistence(persistent, setting, convention).json().to_owned()
    };
    assert_eq!(set("{}", true, false, flask), r#"{"_permanent":true}"#);
    assert_eq!(set("{}", false, true, flask), r#"{"_permanent":false}"#);
    assert_eq!(set(r#"{"_permanent":true,"a":1}"#, false, false, flask), r#"{"a":1}"#);
    assert_eq!(set(r#"{"_permanent":false}"#, true, true, flask), "{}");
    let django = Persistence::SessionExpiry;
    assert_eq!(flag("{}", django), Some(true));
    assert_eq!(flag(r#"{"_session_expiry":300}"#, django), Some(true));
    assert_eq!(flag(r#"{"_session_expiry":0}"#, django), Some(false));
    assert_eq!(set("{}", false, false, django), r#"{"_session_expiry":0}"#);
    assert_eq!(set(r#"{"_session_expiry":0}"#, true, false, django), "{}");
}

#[test]
fn the_largest_keys_are_named() {
    let json = r#"{"a":1,"big":"xxxxxxxx","_flashes":["xxxxxxxxxxxxxxxxxxx"],"b":22,"c":333}"#;
    assert_eq!(payload(json).largest(), ["big", "c", "b"]);
}

#[test]
fn debug_shows_no_content() {
    let shown = format!("{:?}", payload(r#"{"secret":"value"}"#).issued(7));
    assert_eq!(shown, "Payload { len: 18, issued: Some(7), outdated: false, .. }");
}
