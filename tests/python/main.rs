//! 200 sessions each way between our own formats and Python: `Signed` and the real itsdangerous,
//! `Private` and libsodium; and the MACs under both, against Python's own.
//!
//! `PYTHON` names an interpreter that has itsdangerous and PyNaCl; by default `python3`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod macs;

use std::{
    env,
    io::Write,
    process::{Command, Stdio},
    thread,
};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Map, Value};
use tower_cookie_session::{Origin, Private, SecretKey, SessionLayer, Signed};

const KEY: &str = "a key for tests, with é: 0123456789 abcdef";
const SESSIONS: usize = 200;

/// A format of ours, and the script that has it in Python.
struct Format {
    script: &'static str,
    layer: SessionLayer,
}

fn formats() -> [Format; 2] {
    let key = || SecretKey::new(KEY).unwrap();
    [
        Format { script: "signed.py", layer: SessionLayer::new(Signed::new(key())) },
        Format { script: "private.py", layer: SessionLayer::new(Private::new(key())) },
    ]
}

/// Sessions of every kind that both sides can hold without a loss, of at most 2.5 kB.
fn sessions() -> Vec<Value> {
    let text =
        || prop_oneof![any::<String>(), "[ -~]{0,40}", "(mi ){50,300}", "[a-zé😀\\\\\"]{0,9}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 12, 4, move |inner| {
        let object = prop::collection::btree_map(text(), inner.clone(), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    });
    let session = prop::collection::btree_map("[a-z]{1,8}|é\"|\\\\", value, 0..6)
        .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>()))
        .prop_filter("fits", |session| session.to_string().len() < 2500);
    let mut runner = TestRunner::deterministic();
    (0..SESSIONS).map(|_| session.new_tree(&mut runner).unwrap().current()).collect()
}

/// Python with a script of this folder.
fn interpreter(script: &str) -> Command {
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let mut command = Command::new(python);
    command.arg(format!("{}/tests/python/{script}", env!("CARGO_MANIFEST_DIR")));
    command
}

/// What the script prints for these lines, line by line.
fn python(script: &str, mode: &str, lines: &[String]) -> Vec<String> {
    let mut child = interpreter(script)
        .args([mode, KEY])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = lines.join("\n");
    let writer = thread::spawn(move || stdin.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{script} failed");
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.lines().map(ToOwned::to_owned).collect();
    assert_eq!(printed.len(), lines.len());
    printed
}

#[test]
fn python_opens_ours() {
    let sessions = sessions();
    for Format { script, layer } in formats() {
        let tokens = sessions.iter().map(|session| layer.seal(session).unwrap());
        let tokens: Vec<_> =
            tokens.map(|line| line.split_once('=').unwrap().1.to_owned()).collect();
        for (session, opened) in sessions.iter().zip(python(script, "open", &tokens)) {
            assert_eq!(*session, serde_json::from_str::<Value>(&opened).unwrap());
        }
        println!("{} sessions of ours opened by {script}", sessions.len());
    }
}

#[test]
fn we_open_pythons() {
    let sessions = sessions();
    let lines: Vec<_> = sessions.iter().map(Value::to_string).collect();
    for Format { script, layer } in formats() {
        let mut compressed = 0;
        for (session, token) in sessions.iter().zip(python(script, "make", &lines)) {
            compressed += usize::from(token.starts_with('.'));
            let opened = layer.open(format!("__Host-session={token}"));
            assert_eq!(opened.origin(), Origin::Cookie, "{session}");
            assert_eq!(opened.to::<Value>().unwrap(), *session);
        }
        println!("{} of {script} opened by us, {compressed} compressed", sessions.len());
    }
}
