//! The house, held against the code: CONTRIBUTING.md draws it.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// From the ground up. A unit, which is a file or a folder, imports from lower floors only.
const FLOORS: [&[&str]; 8] = [
    &["error"],
    &["encoding", "json", "key", "trace"],
    &["flask", "payload", "signer"],
    &["cookie", "expiry"],
    &["codec"],
    &["session"],
    &["flash", "middleware"],
    &["axum", "_documentation"],
];

/// Where types of `http` may appear.
const HTTP: [&str; 4] = ["cookie/header.rs", "session/wire/", "middleware/", "axum.rs"];

const LONGEST_FILE: usize = 300;

/// Each source file without its comments and its tests, by its path below `src`.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && !path.ends_with("tests.rs")
                && !path.ends_with("golden.rs")
            {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().lines();
                let code = code.filter(|line| !line.trim_start().starts_with("//"));
                files.push((name, code.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    assert!(files.len() > 20);
    files
}

fn unit(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The units that `code` names behind `crate::`, in groups too.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for tail in code.split("crate::").skip(1) {
        let mut depth = 0_usize;
        let mut top = String::new();
        for letter in tail.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                letter if depth <= 1 => top.push(letter),
                _ => {}
            }
            if depth == 0 && !(letter.is_alphanumeric() || letter == '_') {
                break;
            }
        }
        let names = top.split(',').map(|path| path.split("::").next().unwrap());
        found
            .extend(names.map(|name| name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()));
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn imports_are_found() {
    let code = "use crate::{\n    codec::{AnyCodec, Codec},\n    json::{self, Member},\n    error::Error,\n};\ncrate::cookie::NameFinder; pub(crate) fn";
    assert_eq!(
        imports(code),
        BTreeSet::from(["codec", "cookie", "error", "json"].map(String::from))
    );
}

#[test]
fn imports_run_downwards() {
    let floor = |unit: &str| FLOORS.iter().position(|floor| floor.contains(&unit));
    let mut seen = BTreeSet::new();
    for (file, code) in sources() {
        let unit = unit(&file).to_owned();
        if unit == "lib" {
            continue;
        }
        let Some(here) = floor(&unit) else { panic!("{file} stands on no floor") };
        for import in imports(&code).into_iter().filter(|import| *import != unit) {
            let Some(there) = floor(&import) else {
                panic!("{file} imports {import}, from no floor")
            };
            assert!(there < here, "{file} imports {import}, which is not on a lower floor");
        }
        seen.insert(unit);
    }
    assert_eq!(seen.len(), FLOORS.concat().len(), "every unit of the drawing is there: {seen:?}");
}

#[test]
fn lib_has_no_logic() {
    let (_, lib) = sources().into_iter().find(|(file, _)| file == "lib.rs").unwrap();
    for line in lib.lines().filter(|line| !line.trim().is_empty()) {
        let known = [
            "mod ",
            "pub mod flask;",
            "pub mod _documentation;",
            "pub use ",
            "#[cfg(",
            "#![",
            "#[doc",
            "struct ",
        ];
        assert!(known.iter().any(|start| line.starts_with(start)), "{line}");
    }
}

#[test]
fn http_stays_in_its_rooms() {
    for (file, code) in sources() {
        let allowed = HTTP.iter().any(|room| file.starts_with(room));
        assert!(allowed || !code.contains("http::"), "{file} names a type of http");
    }
}

#[test]
fn files_are_short() {
    for (file, code) in sources() {
        let lines = code.lines().count();
        assert!(lines <= LONGEST_FILE, "{file} has {lines} lines, and is asking to be two");
    }
}
