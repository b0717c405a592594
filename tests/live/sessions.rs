//! Sessions of every kind that a framework and Rust can both hold.
//!
//! All are in the plain notation of `flask_app.py`, which only Flask's differ by.

use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use crate::{
    SECRET,
    framework::Framework,
    typed::{self, moment},
};

const GENERATED: usize = 200;
/// Sizes of cookies near the limit of 4096, with room for two short keys more.
const NEAR_THE_LIMIT: [usize; 6] = [3840, 3880, 3920, 3960, 4000, 4016];

pub(crate) fn all(framework: Framework) -> Vec<Value> {
    let mut runner = TestRunner::deterministic();
    let mut sessions = by_hand(framework);
    let session = session(framework);
    sessions.extend((0..GENERATED).map(|_| session.new_tree(&mut runner).unwrap().current()));
    sessions.extend(near_the_limit(framework, &mut runner));
    if framework.compresses() {
        let items: Vec<_> = (0..999).map(|n| json!({"n": n % 7, "é": "😀"})).collect();
        sessions.extend([json!({"mi": "mi ".repeat(7000)}), json!({ "items": items })]);
    }
    // A session that held something, and is emptied.
    sessions.push(json!({}));
    sessions
}

/// Texts that only a peer writes, for Rust's own types cannot hold them.
pub(crate) fn beyond_rust(framework: Framework) -> Vec<&'static str> {
    let half_a_pair = r#"{"half":"\ud83d","halves":["\ude00\ud83d","x"]}"#;
    if framework.is_javascript() {
        return vec![half_a_pair];
    }
    let digits = r#"{"2^70":1180591620717411303424,"more":[-98765432109876543210987654321098765]}"#;
    vec![half_a_pair, digits, r#"{"nan":NaN,"infinite":[Infinity,-Infinity]}"#]
}

/// The session as JSON with its members in an order that no sorted dictionary has.
pub(crate) fn unsorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(key, value)| format!("{}:{}", json!(key), unsorted(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(unsorted).collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// Whether both are the same session; JavaScript has one type of number, Python has two.
pub(crate) fn same(framework: Framework, one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(a, b)| a.0 == b.0 && same(framework, a.1, b.1))
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(a, b)| same(framework, a, b))
        }
        (Value::Number(one), Value::Number(other)) if framework.is_javascript() => {
            one.as_f64() == other.as_f64()
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            one.as_f64().map(f64::to_bits) == other.as_f64().map(f64::to_bits)
        }
        (one, other) => one == other,
    }
}

fn by_hand(framework: Framework) -> Vec<Value> {
    let integers = if framework.is_javascript() {
        json!([0, -1, 9_007_199_254_740_991_i64, -9_007_199_254_740_991_i64])
    } else {
        json!([0, -1, i64::MIN, i64::MAX, u64::MAX, 9_007_199_254_740_993_i64])
    };
    let small = [-0.0, 5e-324, f64::MIN_POSITIVE, 1e-7, 1e-6, 1e-5, 0.0001, 0.1, 1.0, -2.5];
    let large = [1e15, 123_456_789_012_345_680.0, 1e16, 1e20, 1e21, 1e22, f64::MAX, f64::MIN];
    let controls: String =
        ('\0'..' ').chain(['\u{7f}', '\u{80}', '\u{2028}', '\u{ffff}']).collect();
    let deep = (0..30).fold(json!([]), |inner, _| json!([{ "é": inner }, {}]));
    vec![
        json!({}),
        json!({"": ""}),
        json!({"": {"": [[], {}, null]}, " ": [true, false]}),
        json!({"integers": integers, "small": small, "large": large}),
        json!({ "controls": controls, controls.as_str(): 1 }),
        json!({"quotes": "\"\\/\\\"'`", "\"": "\\", "\\": "\"", "separators": "a.b:c;d,e=f g"}),
        json!({"2": 1, "10": 2, "b": {"1": [], "01": {}, "4294967294": 0, "4294967295": 0}, "a": 0}),
        json!({"日本語": "Ελληνικά, עברית, हिन्दी, e\u{301}", "😀": "𝄞👩‍👩‍👧"}),
        json!({ "deep": deep }),
        json!({}),
    ]
}

fn session(framework: Framework) -> impl Strategy<Value = Value> {
    let layer = framework.layer(&[SECRET]);
    prop::collection::btree_map(key(), value(framework), 1..6)
        .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>()))
        .prop_filter("fits", move |session| {
            layer.seal(&typed::tagged(session)).is_ok_and(|line| line.len() < 3700)
        })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        "(mi ){50,200}",
        "[a-zé😀\\\\\"]{0,9}",
        "[\\x00-\\x1f\\x7f\u{2028}\u{2029}\u{feff}]{0,5}",
        "[α-ωא-ת一-龥]{0,20}",
        "[😀-🙏𝄞𐍈]{0,6}",
    ]
}

/// No key that is a tag, a reserved one, or one that every JavaScript object has.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,8}",
        1 => "[0-9]{1,4}",
        1 => "[A-Z!#%-/][ -~]{0,6}",
        1 => "[é\"\\\\α-ω😀\\x01\\n]{0,4}",
    ]
}

fn value(framework: Framework) -> impl Strategy<Value = Value> {
    // JavaScript holds integers below 2^53.
    let spare_bits = if framework.is_javascript() { 11 } else { 0 };
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(move |integer| (integer >> spare_bits).into()),
        any::<u64>().prop_map(move |integer| (integer >> spare_bits).into()),
        (prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let leaf = match framework {
        Framework::Flask => prop_oneof![3 => leaf, 2 => tagged_leaf()].boxed(),
        _ => leaf.boxed(),
    };
    leaf.prop_recursive(4, 16, 4, move |inner| {
        let object = prop::collection::btree_map(key(), inner.clone(), 0..4);
        let list = prop::collection::vec(inner, 0..4).prop_map(Value::from);
        let object = object.prop_map(|members| members.into_iter().collect::<Map<_, _>>().into());
        match framework {
            Framework::Flask => {
                let tuple = list.clone().prop_map(|items| json!({ "$tuple": items }));
                prop_oneof![list, object, tuple].boxed()
            }
            _ => prop_oneof![list, object].boxed(),
        }
    })
}

/// What Flask tags.
fn tagged_leaf() -> impl Strategy<Value = Value> {
    let seconds = moment("1000-01-01T00:00:00Z")..moment("9999-12-31T23:59:59Z");
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20)
            .prop_map(|bytes| json!({ "$bytes": BASE64_STANDARD.encode(bytes) })),
        text().prop_map(|text| json!({ "$markup": text })),
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}".prop_map(|text| json!({ "$uuid": text })),
        seconds.prop_map(|seconds| json!({ "$datetime": typed::iso(seconds) })),
    ]
}

/// Sessions whose cookies are of the sizes above: as they are, and where they must be compressed.
fn near_the_limit(framework: Framework, runner: &mut TestRunner) -> Vec<Value> {
    let layer = framework.layer(&[SECRET]);
    let mut of_size = |size: usize, mut shortest: usize, mut longest: usize| {
        let text = "[ -~]{4000}".new_tree(runner).unwrap().current();
        let session = |len: usize| json!({ "text": &text[..len] });
        let fits = |len| layer.seal(&session(len)).is_ok_and(|line| cookie_len(&line) <= size);
        while shortest < longest {
            let middle = (shortest + longest).div_ceil(2);
            if fits(middle) { shortest = middle } else { longest = middle - 1 }
        }
        session(shortest)
    };
    let mut sessions: Vec<_> =
        NEAR_THE_LIMIT.into_iter().map(|size| of_size(size, 2000, 2900)).collect();
    if framework.compresses() {
        sessions.extend(NEAR_THE_LIMIT.into_iter().map(|size| of_size(size, 3200, 4000)));
    }
    sessions
}

/// Bytes of the first cookie's name and value.
fn cookie_len(line: &str) -> usize {
    line.split(';').next().unwrap().len() - 1
}
