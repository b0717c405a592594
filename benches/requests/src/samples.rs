//! The sessions that are measured.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use serde_json::{Map, Value, json};

/// What a handler reads.
pub const NAME: &str = "name";
pub const ADA: &str = "ada lovelace";
/// What a handler writes; 41 in every sample.
pub const NUMBER: &str = "n";
/// Where Flask and our crate keep flash messages; to the peers a key like others.
pub const FLASHES: &str = "_flashes";

/// A session of a known size.
#[derive(Clone, Debug)]
pub struct Sample {
    pub size: &'static str,
    pub members: Vec<(&'static str, Value)>,
}

/// Small, typical and large: 55, 234 and 2219 bytes of JSON.
pub fn samples() -> [Sample; 3] {
    let small = vec![(NUMBER, json!(41)), (NAME, json!(ADA)), ("csrf", json!(""))];
    let typical = vec![
        (NUMBER, json!(41)),
        ("user", json!(1815)),
        (NAME, json!(ADA)),
        ("roles", json!(["reader", "editor"])),
        ("cart", json!([{"id": 7, "n": 1}, {"id": 23, "n": 2}, {"id": 108, "n": 1}])),
        ("csrf", json!("")),
        (FLASHES, json!([{" t": ["success", "Saved"]}])),
    ];
    let history: Vec<_> = (10..50)
        .map(|page| json!({"at": 1_700_000_000 + page, "url": format!("/toys/{page}?q=\"réd\"")}))
        .collect();
    let large = vec![
        (NUMBER, json!(41)),
        ("user", json!(1815)),
        (NAME, json!(ADA)),
        ("note", json!("naïve café\nline two\t\"quoted\" \\ slash")),
        ("history", json!(history)),
        ("csrf", json!("")),
    ];
    [("small", small, 55), ("typical", typical, 234), ("large", large, 2219)]
        .map(|(size, members, len)| Sample { size, members }.filled(len))
}

impl Sample {
    pub fn json(&self) -> String {
        let members: Vec<String> =
            self.members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }

    /// As the peers without a session of their own keep it.
    pub fn map(&self) -> Map<String, Value> {
        self.members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    /// With a `csrf` that makes the JSON `len` bytes long.
    pub fn filled(mut self, len: usize) -> Self {
        let missing = len.checked_sub(self.json().len()).expect("there is room for the csrf token");
        let csrf = self.members.iter_mut().find(|(key, _)| *key == "csrf");
        let token: String = "0a5f1c9e".chars().cycle().take(missing).collect();
        csrf.expect("every sample has one").1 = token.into();
        assert_eq!(self.json().len(), len);
        self
    }
}

/// 42 or 43, in turns: never what is stored, also where the store keeps what was written.
pub fn next_number() -> u8 {
    static NEXT: AtomicU8 = AtomicU8::new(42);
    let number = NEXT.load(Relaxed);
    NEXT.store(85 - number, Relaxed);
    number
}
