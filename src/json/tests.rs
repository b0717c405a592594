use std::borrow::Cow;

use proptest::prelude::*;
use serde_json::Value;

use super::{member::members, *};

fn object_of(text: &str) -> Object {
    Object::read(text.to_owned()).unwrap()
}

fn is_object(text: &str) -> bool {
    Object::read(text.to_owned()).is_some()
}

fn find(text: &str, key: &str) -> Option<String> {
    let found = object_of(text).get(key).map(str::to_owned);
    let walked = members(text).filter(|member| member.is(key)).last();
    assert_eq!(found.as_deref(), walked.map(|member| member.value()));
    found
}

/// What an edit made, after a look at whether it knows where its members are.
fn text_of(edited: &Object) -> String {
    assert!(edited.members().eq(members(edited.text())), "{}", edited.text());
    assert!(is_object(edited.text()), "{}", edited.text());
    edited.text().to_owned()
}

fn put(text: &str, key: &str, value: &str) -> String {
    text_of(&object_of(text).with(key, value))
}

fn without(text: &str, cut: impl Fn(&Member<'_>) -> bool) -> String {
    text_of(&object_of(text).without(cut))
}

fn extended(text: &str, other: &str, keep: impl Fn(&Member<'_>) -> bool) -> String {
    text_of(&object_of(text).extended(&object_of(other), keep))
}

#[test]
fn objects() {
    for text in [
        "{}",
        " {\r\n\t} ",
        r#"{"a":1}"#,
        r#"{"a":[{},[],"x",-0.5e+7,0,-0,1E3,10],"b":{"c":null},"":true,"d":false}"#,
        r#"{"a":NaN,"b":Infinity,"c":-Infinity}"#,
        r#"{"a":"\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00\ud800"}"#,
        "{\"a\":\"\u{7f}\u{e9}\u{2028}\u{1f600}\"}",
        r#"{"a":1,"a":2}"#,
        "{ \"a\" :\t[ 1 , 2 ] ,\r\n\"b\":{ } }",
        r#"{"a":1180591620717411303424}"#,
    ] {
        assert!(is_object(text), "{text}");
    }
}

#[test]
fn what_is_no_object() {
    for text in [
        "",
        " ",
        "null",
        "1",
        "\"x\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{}{}",
        "{}x",
        "{}\0",
        "\u{feff}{}",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1}}",
        "{\"a\":[}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "{\"a\":+1}",
        "{\"a\":01}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":0x10}",
        "{\"a\":-}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":Inf}",
        "{\"a\":-NaN}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"}",
        "{\"a\":1\u{b}}",
        "{\"a\":1/*c*/}",
        "{\"a\":1\u{a0}}",
    ] {
        assert!(!is_object(text), "{text}");
    }
}

#[test]
fn depth_is_no_matter() {
    for depth in [1, 63, 64, 65, 100_000] {
        let nested = |open: &str, close: &str| {
            format!("{{\"a\":{}1{},\"b\":2}}", open.repeat(depth), close.repeat(depth))
        };
        let (objects, arrays) = (nested("{\"x\":", "}"), nested("[", "]"));
        for text in [&objects, &arrays] {
            assert!(is_object(text));
            assert_eq!(find(text, "b").as_deref(), Some("2"));
            assert!(!is_object(&text[..text.len() - 1]));
            assert!(!is_object(&text.replacen('1', "", 1).replace('2', "")));
        }
        let crossed = format!("{{\"a\":{}1{}}}", "[{\"x\":".repeat(depth), "]}".repeat(depth));
        assert!(!is_object(&crossed));
        let paired = format!("{{\"a\":{}1{}}}", "[{\"x\":".repeat(depth), "}]".repeat(depth));
        assert!(is_object(&paired));
    }
}

#[test]
fn members_are_walked_as_written() {
    let text =
        "{ \"a\" : [1, {\"b\":\"}]\"}] ,\"\\\"\\u0041\":\"x\\\\\",\"s\":\", }]\",\"c\":NaN }";
    let walked: Vec<_> = members(text).map(|member| (member.key(), member.value())).collect();
    let expected =
        [("a", "[1, {\"b\":\"}]\"}]"), ("\"A", "\"x\\\\\""), ("s", "\", }]\""), ("c", "NaN")];
    assert_eq!(walked, expected.map(|(key, value)| (Cow::Borrowed(key), value)));
    assert_eq!(members("{}").count() + members(" { } ").count(), 0);
}

#[test]
fn many_members_and_long_ones_are_found_too() {
    for (count, len) in [(0, 1), (11, 1), (12, 1), (13, 1), (40, 1), (3, 30_000), (3, 70_000)] {
        let value = "7".repeat(len);
        let members: Vec<_> =
            (0..count).map(|i| format!("\"k\\u003{}{i}\":{value}", i % 10)).collect();
        let text = format!("{{{}}}", members.join(","));
        for i in 0..count {
            let key = format!("k{}{i}", i % 10);
            assert_eq!(find(&text, &key).as_deref(), Some(&*value), "{count} of {len}");
            assert_eq!(find(&put(&text, &key, "8"), &key).as_deref(), Some("8"));
            assert_eq!(find(&without(&text, |member| member.is(&key)), &key), None);
        }
        let more = put(&text, "new", "9");
        assert_eq!(object_of(&more).members().count(), count + 1);
        assert_eq!(find(&more, "new").as_deref(), Some("9"));
    }
}

#[test]
fn keys_compare_unescaped() {
    let text =
        r#"{"\u0061":1,"\ud83d\uDE00":2,"\ud800":3,"\\u0062":4,"a\nb":5,"\ud800\ud83d\ude00":6}"#;
    for (key, value) in [("a", "1"), ("😀", "2"), ("\\u0062", "4"), ("a\nb", "5")] {
        assert_eq!(find(text, key).as_deref(), Some(value), "{key}");
    }
    for absent in ["b", "\u{fffd}", "\\u0061", ""] {
        assert_eq!(find(text, absent), None, "{absent}");
    }
    let keys: Vec<_> = members(text).map(|member| member.key()).collect();
    assert_eq!(keys, ["a", "😀", "\u{fffd}", "\\u0062", "a\nb", "\u{fffd}😀"]);
}

#[test]
fn of_doubled_keys_the_last_counts() {
    let text = r#"{"a":1,"b":2,"\u0061":3,"c":4}"#;
    assert_eq!(find(text, "a").as_deref(), Some("3"));
    assert_eq!(put(text, "a", "9"), r#"{"a":9,"b":2,"c":4}"#);
    assert_eq!(without(text, |member| member.is("a")), r#"{"b":2,"c":4}"#);
}

#[test]
fn edits_leave_the_rest_as_written() {
    let spaced = "{ \"a\" : 1.50,  \"b\" : NaN ,\t\"c\" : 1e400 }";
    assert_eq!(put(spaced, "b", "[]"), "{ \"a\" : 1.50,  \"b\" : [] ,\t\"c\" : 1e400 }");
    assert_eq!(
        put(spaced, "d\"", "0"),
        "{ \"a\" : 1.50,  \"b\" : NaN ,\t\"c\" : 1e400,\"d\\\"\":0 }"
    );
    let cut = |key| without(spaced, move |member| member.is(key));
    assert_eq!(cut("a"), "{ \"b\" : NaN ,\t\"c\" : 1e400 }");
    assert_eq!(cut("b"), "{ \"a\" : 1.50 ,\t\"c\" : 1e400 }");
    assert_eq!(cut("c"), "{ \"a\" : 1.50,  \"b\" : NaN }");
    assert_eq!(cut("x"), spaced);
    assert_eq!(without(spaced, |_| true), "{  }");
    assert_eq!(put("{}", "", "1"), r#"{"":1}"#);
    assert_eq!(put(" { } ", "a", "1"), " { \"a\":1} ");
    assert_eq!(extended(r#"{"a":1}"#, r#"{"x":[ ],"_y":2}"#, |m| m.is("x")), r#"{"a":1,"x":[ ]}"#);
    assert_eq!(extended("{}", r#"{"x":1,"y":2}"#, |_| true), r#"{"x":1,"y":2}"#);
    assert_eq!(extended("{}", r#"{ "x" : 1, "y":2}"#, |m| m.is("x")), r#"{"x" : 1}"#);
    let spaced = r#"{"x": 1, "y": 2, "z": 3}"#;
    assert_eq!(extended(r#"{"a":1}"#, spaced, |m| !m.is("y")), r#"{"a":1,"x": 1, "z": 3}"#);
}

#[test]
fn a_text_that_is_no_object_is_walked_without_harm() {
    for text in
        ["", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\":\"", "[1,2]", "é{\"\\"]
    {
        let _ = members(text).count();
        assert!(!is_object(text));
    }
}

/// JSON values of serde_json, laid out at random: blanks, escapes, doubled keys.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| format!("{f:e}")),
        text(),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let array = prop::collection::vec((inner.clone(), blank()), 0..5).prop_map(|items| {
            let items: Vec<_> =
                items.iter().map(|(item, blank)| format!("{blank}{item}")).collect();
            format!("[{}]", items.join(" ,"))
        });
        prop_oneof![array, object(inner)]
    })
}

fn object(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec((text(), blank(), inner, blank()), 0..6).prop_map(|members| {
        let members: Vec<_> =
            members.iter().map(|(key, a, value, b)| format!("{a}{key}{b}:{a}{value}{b}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn blank() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\t\r\n ")]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            4 => prop::char::range('a', 'c').prop_map(String::from),
            1 => any::<char>().prop_map(|c| serde_json::to_string(&c).unwrap().trim_matches('"').to_owned())
                .prop_filter("quote", |c| !c.is_empty() && c != "\\"),
            1 => Just("\\u0061".to_owned()),
            1 => Just("\\ud83d\\ude00".to_owned()),
            1 => Just("\\\\".to_owned()),
            1 => Just("\\\"".to_owned()),
            1 => Just("{[,:]}".to_owned()),
        ],
        0..6,
    )
    .prop_map(|parts| format!("\"{}\"", parts.concat()))
}

proptest! {
    #[test]
    fn agrees_with_serde_json(text in object(value()), key in text(), new in value()) {
        let key: String = serde_json::from_str(&key).unwrap();
        prop_assert!(is_object(&text));
        let mut reference: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();

        for (key, value) in &reference {
            let found: Value = serde_json::from_str(&find(&text, key).unwrap()).unwrap();
            prop_assert_eq!(&found, value);
        }
        prop_assert_eq!(find(&text, &key).is_some(), reference.contains_key(&key));

        let edited = put(&text, &key, &new);
        prop_assert!(is_object(&edited), "{}", edited);
        reference.insert(key.clone(), serde_json::from_str(&new).unwrap());
        prop_assert_eq!(&serde_json::from_str::<Value>(&edited).unwrap(), &Value::from(reference.clone()));

        let cut = without(&edited, |member| member.is(&key));
        prop_assert!(is_object(&cut), "{}", cut);
        reference.remove(&key);
        prop_assert_eq!(serde_json::from_str::<Value>(&cut).unwrap(), Value::from(reference));
    }

    #[test]
    fn decides_as_serde_json_does(text in "[{}\\[\\]\":,\\\\u0a1e.+ntf -]{0,24}") {
        let text = format!("{{\"\":{text}}}");
        // Strings that are skipped are not decoded, so halves of surrogate pairs pass there too.
        let reference = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(is_object(&text), reference);
    }
}
