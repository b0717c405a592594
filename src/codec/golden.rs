//! Cookies that the real libraries made: `tests/golden/README.md` says what the fields mean.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::Codec;
use crate::{
    cookie::NameFinder,
    error::Rejection,
    expiry::Expiry,
    key::{KeyRing, SecretKey},
    payload::Payload,
};

#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) id: String,
    secret: String,
    fallbacks: Vec<String>,
    pub(super) salt: Option<String>,
    pub(super) digest: String,
    pub(super) key_derivation: String,
    cookie_name: Option<String>,
    cookie_header: Option<String>,
    now: f64,
    cookie: Option<String>,
    cookie_hex: Option<String>,
    sig_cookie: Option<String>,
    payload: Option<Value>,
    /// Flask's tags as they are written.
    tagged: Option<Value>,
    check_at: f64,
    max_age: Option<u64>,
    verdict: String,
    detail: Option<String>,
    #[serde(default)]
    stricter: bool,
    #[serde(default)]
    either: bool,
    crate_verdict: Option<String>,
    #[serde(default)]
    write: Option<String>,
}

pub(super) fn rows(json: &str) -> Vec<Row> {
    serde_json::from_str(json).unwrap()
}

/// What became of the rows of a file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) accepted: usize,
    pub(super) refused: usize,
    /// Accepted, and the session compared with the row's.
    pub(super) compared: usize,
    /// Decided as the design says, not as the row does.
    pub(super) by_design: usize,
    /// Either is fine.
    pub(super) free: usize,
}

impl Row {
    pub(super) fn ring(&self) -> KeyRing {
        let key = |secret: &String| SecretKey::legacy(secret).unwrap();
        self.fallbacks.iter().map(key).fold(KeyRing::new(key(&self.secret)), KeyRing::accept)
    }

    pub(super) fn token(&self) -> Vec<u8> {
        match &self.cookie {
            Some(text) => text.clone().into_bytes(),
            None => {
                let hex = self.cookie_hex.as_ref().unwrap();
                let digits = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]);
                digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
            }
        }
    }

    #[cfg(feature = "express")]
    pub(super) fn name(&self) -> &str {
        self.cookie_name.as_deref().unwrap()
    }

    pub(super) fn now(&self) -> u64 {
        self.now as u64
    }

    /// The session in the row's cookie, under its limit and at its time; or why there is none.
    pub(super) fn decide(&self, codec: &impl Codec) -> Result<Payload, Rejection> {
        let values = |name: &str| -> Vec<Vec<u8>> {
            let header = self.cookie_header.as_ref().unwrap();
            NameFinder::new(name).values(header.as_bytes()).map(<[u8]>::to_vec).collect()
        };
        let (tokens, companions) = match self.cookie_name {
            None => (vec![self.token()], Vec::new()),
            Some(ref name) => (values(name), values(&format!("{name}.sig"))),
        };
        let companions: Vec<_> = companions.iter().map(Vec::as_slice).collect();
        let decided = tokens.iter().map(|token| codec.decode(token, &companions));
        let payload = decided.reduce(Result::or).unwrap_or(Err(Rejection::BadSignature))?;
        let limit = self.max_age.map(Duration::from_secs);
        let expiry = limit.map_or(Expiry::never(), |limit| Expiry::never().idle(limit));
        expiry.clock_skew(Duration::ZERO).admits(&payload, false, self.check_at as u64)?;
        Ok(payload)
    }

    /// What the row's library decided, if this crate is not to be stricter.
    fn verdict(&self) -> &str {
        self.crate_verdict.as_deref().filter(|_| self.stricter).unwrap_or(&self.verdict)
    }

    /// Too few parts can be called by either name.
    fn is_cut(&self) -> bool {
        let cut = ["no_separator", "timestamp_missing", "empty_value", "no_signature", "no_cookie"];
        self.detail.as_ref().is_some_and(|detail| cut.contains(&detail.as_str()))
    }
}

/// Decides all rows, and compares what they hold. `design` names those that are decided differently
/// from what the row says, and how.
pub(super) fn decide_all<C: Codec>(
    rows: &[Row],
    codec: impl Fn(&Row) -> C,
    design: &[(&str, &str)],
) -> Counts {
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for row in rows {
        let decided = row.decide(&codec(row));
        let class = match &decided {
            Ok(_) => "ok",
            Err(Rejection::BadSignature) => "bad_signature",
            Err(Rejection::Malformed) => "malformed",
            Err(Rejection::Expired | Rejection::FromTheFuture) => "expired",
            Err(other) => panic!("{}: {other}", row.id),
        };
        let by_design = design.iter().find(|(id, _)| row.id.ends_with(&format!("-{id}")));
        counts.by_design += usize::from(by_design.is_some());
        let expected = by_design.map_or(row.verdict(), |(_, expected)| expected);
        if row.either && by_design.is_none() {
            counts.free += 1;
        } else if class != expected && !(row.is_cut() && class != "ok") {
            wrong.push(format!("{}: {class}, and not {expected}", row.id));
        }
        let Ok(payload) = decided else {
            counts.refused += 1;
            continue;
        };
        counts.accepted += 1;
        let expected = [&row.tagged, &row.payload].map(Option::as_ref);
        if expected.iter().any(Option::is_some) && !row.either {
            let read: Value = serde_json::from_str(payload.json()).unwrap();
            if !expected.into_iter().flatten().any(|expected| same(&read, expected)) {
                wrong.push(format!("{}: {read}", row.id));
            }
            counts.compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    counts
}

/// Writes what the row holds again: `exact` rows byte for byte, and `semantic` ones, which are
/// compressed, to the same text. Returns how many of each.
pub(super) fn write_all<C: Codec>(
    rows: &[Row],
    codec: impl Fn(&Row) -> C,
    otherwise: &[&str],
) -> (usize, usize) {
    let (mut exact, mut semantic) = (0, 0);
    let mut wrong = Vec::new();
    for row in rows {
        let codec = codec(row);
        let written = |room: usize| {
            let json = codec.decode(&row.token(), &companions(row)).unwrap().json().to_owned();
            let mut token = b"before".to_vec();
            let companion = codec.encode(&json, row.now(), room, &mut token);
            let token = token.split_off(b"before".len());
            assert_eq!(codec.encoded_len(&json, row.now(), room), token.len(), "{}", row.id);
            assert_eq!(companion, row.sig_cookie, "{}", row.id);
            let read = codec.decode(&token, &companions(row)).unwrap();
            assert_eq!(read.json(), json, "{}", row.id);
            token
        };
        match row.write.as_deref() {
            Some("exact") => {
                if written(usize::MAX) != row.token() {
                    wrong.push(&*row.id);
                }
                exact += 1;
            }
            Some("semantic") => {
                if written(0).first() != Some(&b'.') {
                    wrong.push(&*row.id);
                }
                assert_ne!(written(usize::MAX).first(), Some(&b'.'), "only when it must");
                semantic += 1;
            }
            _ => {}
        }
    }
    assert_eq!(wrong, otherwise);
    (exact, semantic)
}

fn companions(row: &Row) -> Vec<&[u8]> {
    row.sig_cookie.iter().map(String::as_bytes).collect()
}

/// Equality in which -0 and 0 are the same number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
