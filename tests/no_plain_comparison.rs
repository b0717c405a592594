//! A MAC is compared by `hmac` and `chacha20poly1305`, in constant time, and nowhere by ourselves.
//! So that none is by accident, every comparison in the rooms where tags are is on a list.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where tags and MACs are.
const ROOMS: [&str; 2] = ["signer", "codec"];

/// What compares, and may stop at the first difference.
const COMPARISONS: [&str; 16] = [
    "==",
    "!=",
    ".eq(",
    ".ne(",
    "::eq(",
    "::ne(",
    "cmp(",
    "_eq!(",
    "_ne!(",
    "matches!(",
    "contains(",
    "starts_with(",
    "ends_with(",
    "strip_prefix(",
    "strip_suffix(",
    "eq_ignore_ascii_case(",
];

/// The comparisons that there are, none of which has a tag, a MAC or a key as operand.
const ALLOWED: [(&str, &str); 4] = [
    ("codec/express.rs", "by == SignedBy::Previous"),
    ("codec/timed.rs", "by == SignedBy::Previous"),
    ("codec/flask.rs", "value.starts_with('{')"),
    ("codec/zlib.rs", "payload.strip_prefix(MARK.as_bytes())"),
];

/// The files of the rooms without their comments and tests, by their paths below `src`.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths: Vec<PathBuf> =
        ROOMS.iter().flat_map(|room| [root.join(room), root.join(format!("{room}.rs"))]).collect();
    let mut files = Vec::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.exists() && !path.ends_with("tests.rs") && !path.ends_with("golden.rs") {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, code(&fs::read_to_string(&path).unwrap())));
        }
    }
    assert!(files.len() > 8);
    files
}

fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().lines();
    code.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The lines of a file that compare, but for what is allowed there.
fn comparisons(file: &str, code: &str) -> Vec<String> {
    let here = ALLOWED.iter().filter(|(place, _)| *place == file);
    let rest = here.fold(code.to_owned(), |code, (_, allowed)| code.replacen(allowed, "", 1));
    let compares = |line: &&str| COMPARISONS.iter().any(|comparison| line.contains(comparison));
    rest.lines().filter(compares).map(|line| format!("{file}: {}", line.trim())).collect()
}

#[test]
fn plain_comparisons_are_found() {
    for planted in [
        "if *mac == **tag {",
        "let ok = tags.iter().all(|tag| tag != &made);",
        "return mac.as_slice().eq(&tag);",
        "token.ends_with(text.as_bytes())",
        "tags.contains(&made)",
        "tags.iter().any(|tag| PartialEq::eq(&made, tag))",
        "assert_eq!(mac, tag);",
        "if matches!(tag.cmp(&mac), Ordering::Equal) {",
        "(by == SignedBy::Previous && by == SignedBy::Previous)",
    ] {
        assert_eq!(comparisons("codec/timed.rs", planted).len(), 1, "{planted}");
    }
    let lines = "//! a == b\nlet made = mac.verify_slice(tag);\n#[cfg(test)]\nmod tests {\na == b";
    assert!(comparisons("signer.rs", &code(lines)).is_empty());
}

#[test]
fn no_tag_is_compared_by_ourselves() {
    let found: Vec<_> = sources().iter().flat_map(|(file, code)| comparisons(file, code)).collect();
    assert!(found.is_empty(), "compare tags by `Signer::verify`, or add to the list: {found:#?}");
}

#[test]
fn the_list_is_what_there_is() {
    let sources = sources();
    for (place, allowed) in ALLOWED {
        let there = sources.iter().any(|(file, code)| file == place && code.contains(allowed));
        assert!(there, "{place} no longer has `{allowed}`");
    }
}
