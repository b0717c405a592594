//! Flash messages, in Flask's shape.

use tower_cookie_session::{Error, Flash, Session};

use crate::support::*;

fn pairs(flashes: Result<Vec<Flash>, Error>) -> Vec<(String, String)> {
    flashes.unwrap().into_iter().map(|flash| (flash.category, flash.message)).collect()
}

/// A session whose `_flashes` another program wrote.
fn stored(list: &str) -> Session {
    let layer = layer_of(crate::custom_codec::Plain);
    layer.open(format!(
        "sid={}",
        crate::custom_codec::hex(&format!(r#"{{"_flashes":{list},"a":1}}"#))
    ))
}

#[test]
fn a_message_is_seen_once() {
    let layer = layer();
    let first = respond(&layer, "", |session| {
        session.flash("success", "Saved \"it\"").unwrap();
        session.flash(String::from("info"), "é").unwrap();
    });
    let expected = [("success", "Saved \"it\""), ("info", "é")].map(|(c, m)| (c.into(), m.into()));
    respond(&layer, &first.cookie(), |session| {
        assert_eq!(pairs(session.peek_flashes()), expected);
        assert!(session.is_empty() && !session.is_modified());
    })
    .assert_kept();
    let second = respond(&layer, &first.cookie(), |session| {
        session.insert("a", 1).unwrap();
        assert_eq!(pairs(session.take_flashes()), expected);
        assert_eq!(pairs(session.take_flashes()), []);
    });
    respond(&layer, &second.cookie(), |session| assert_eq!(pairs(session.take_flashes()), []))
        .assert_kept();
}

#[test]
fn written_as_flask_writes_them() {
    let layer = layer_of(crate::custom_codec::Plain);
    let reply = respond(&layer, "", |session| {
        session.flash("message", "a").unwrap();
        session.flash("b", "c").unwrap();
    });
    let json = r#"{"_flashes":[{" t":["message","a"]},{" t":["b","c"]}]}"#;
    assert_eq!(reply.cookie(), format!("sid={}", crate::custom_codec::hex(json)));
}

#[test]
fn read_as_flask_and_others_write_them() {
    let list = r#"[ {" t":["a","b"]} , ["c","d"],{" t":["e",{" m":"<b>f</b>"}]} ]"#;
    let session = stored(list);
    let expected = [("a", "b"), ("c", "d"), ("e", "<b>f</b>")].map(|(c, m)| (c.into(), m.into()));
    assert_eq!(pairs(session.peek_flashes()), expected);
    session.flash("g", "]").unwrap();
    session.flash("h", "i").unwrap();
    let more = [("g", "]"), ("h", "i")].map(|(c, m)| (c.into(), m.into()));
    assert_eq!(pairs(session.take_flashes()), [&expected[..], &more].concat());
    assert_eq!((pairs(session.take_flashes()), session.len()), (vec![], 1));
}

#[test]
fn a_message_is_added_behind_any_list() {
    for list in ["[]", "[ ]", r#"[["a","b"]]"#, r#"[["a","b"] ]"#, r#"[{" t":["a","]"]}]"#] {
        let session = stored(list);
        let mut expected = pairs(session.peek_flashes());
        session.flash("c", "d").unwrap();
        expected.push(("c".into(), "d".into()));
        assert_eq!(pairs(session.take_flashes()), expected, "{list}");
    }
}

#[test]
fn odd_flashes_are_the_wrong_type_and_stay() {
    for odd in [
        "1",
        "\"x\"",
        "{}",
        "null",
        "[1]",
        r#"[["a"]]"#,
        r#"[["a","b","c"]]"#,
        r#"[{" t":["a",1]}]"#,
        r#"[[["a","b"]]]"#,
        r#"[{" t":["a","b"],"x":1}]"#,
        r#"[{" t":["a",["b"]]}]"#,
        r#"[["a",{" m":"b","x":1}]]"#,
        r#"[["a",{" t":"b"}]]"#,
    ] {
        let session = stored(odd);
        for result in [
            session.peek_flashes().map(drop),
            session.take_flashes().map(drop),
            session.flash("a", "b"),
        ] {
            assert!(
                matches!(result, Err(Error::WrongType { key, .. }) if key == "_flashes"),
                "{odd}"
            );
        }
        assert!(!session.is_modified());
    }
    assert_eq!(pairs(stored("[]").take_flashes()), []);
}
