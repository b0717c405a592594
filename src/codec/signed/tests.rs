use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::{expiry::Expiry, key::SecretKey};

/// A row of `tests/golden/itsdangerous.json`; its README says what the fields mean.
#[derive(Deserialize)]
struct Row {
    id: String,
    secret: String,
    fallbacks: Vec<String>,
    salt: String,
    digest: String,
    key_derivation: String,
    now: u64,
    cookie: Option<String>,
    cookie_hex: Option<String>,
    payload: Option<Value>,
    check_at: u64,
    max_age: Option<u64>,
    verdict: String,
    detail: Option<String>,
    #[serde(default)]
    stricter: bool,
    crate_verdict: Option<String>,
    #[serde(default)]
    write: String,
}

impl Row {
    /// A codec with the row's salt in the place of ours.
    fn codec(&self) -> Signed {
        let key = |secret: &String| SecretKey::legacy(secret).unwrap();
        let ring = KeyRing::new(key(&self.secret));
        let ring = self.fallbacks.iter().map(key).fold(ring, KeyRing::accept);
        let mut codec = Signed::new(ring);
        codec.signer = Signer::new(&codec.keys, &[self.salt.as_bytes()]);
        codec
    }

    fn token(&self) -> Vec<u8> {
        match &self.cookie {
            Some(text) => text.clone().into_bytes(),
            None => hex(self.cookie_hex.as_ref().unwrap()),
        }
    }

    fn decide(&self) -> Result<Payload, Rejection> {
        let payload = self.codec().decode(&self.token(), &[])?;
        let limit = self.max_age.map(Duration::from_secs);
        let expiry = limit.map_or(Expiry::never(), |limit| Expiry::never().idle(limit));
        expiry.clock_skew(Duration::ZERO).admits(&payload, false, self.check_at)?;
        Ok(payload)
    }

    fn expected(&self) -> &str {
        let design = match self.id.trim_start_matches("itsdangerous-") {
            // Numbers are kept as the text that they are.
            "body-num-nan" | "body-num-ninf" | "body-num-2p64" | "body-num-m2p63"
            | "body-num-1e30" => Some("ok"),
            // A time that is not in its shortest form is refused before its age is looked at.
            "rts-neg-max" => Some("malformed"),
            // A token from the future is refused with a limit and without.
            _ if self.verdict == "ok" && self.now > self.check_at => Some("expired"),
            // Without the feature a compressed token is no session.
            _ if !cfg!(feature = "compress") && self.token().starts_with(b".") => {
                Some("malformed").filter(|_| self.verdict != "bad_signature")
            }
            _ => None,
        };
        let peer = || if self.stricter { self.crate_verdict.as_deref() } else { None };
        design.or_else(peer).unwrap_or(&self.verdict)
    }
}

fn rows() -> Vec<Row> {
    let rows: Vec<Row> =
        serde_json::from_str(include_str!("../../../tests/golden/itsdangerous.json")).unwrap();
    let ours = |row: &Row| row.key_derivation == "hmac" && row.digest == "sha256";
    let rows: Vec<Row> = rows.into_iter().filter(ours).collect();
    assert_eq!(rows.len(), 187);
    rows
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// Equal, where -0 and 0 are the same number.
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

#[test]
fn decides_as_itsdangerous_does() {
    let mut accepted = 0;
    for row in rows() {
        let decided = match row.decide() {
            Ok(_) => "ok",
            Err(Rejection::BadSignature) => "bad_signature",
            Err(Rejection::Malformed) => "malformed",
            Err(Rejection::Expired | Rejection::FromTheFuture) => "expired",
            Err(other) => panic!("{}: {other}", row.id),
        };
        // Too few parts can be called either.
        let either = matches!(row.detail.as_deref(), Some("no_separator" | "timestamp_missing"));
        if !(either && decided != "ok") {
            assert_eq!(decided, row.expected(), "{}", row.id);
        }
        if let (Ok(payload), Some(expected)) = (row.decide(), &row.payload) {
            let read: Value = serde_json::from_str(&payload.dictionary()).unwrap();
            assert!(same(&read, expected), "{}: {read}", row.id);
            accepted += 1;
        }
    }
    assert_eq!(accepted, if cfg!(feature = "compress") { 44 } else { 34 });
}

#[test]
fn writes_what_itsdangerous_writes() {
    let written = |row: &Row, room: usize| {
        let codec = row.codec();
        let json = codec.decode(&row.token(), &[]).unwrap().json().to_owned();
        #[cfg(feature = "compress")]
        let codec = codec.compress(true);
        let mut token = b"before".to_vec();
        codec.encode(&json, row.now, room, &mut token);
        let token = token.split_off(b"before".len());
        assert_eq!(codec.encoded_len(&json, row.now, room), token.len(), "{}", row.id);
        let read = codec.decode(&token, &[]).unwrap();
        assert_eq!((read.json(), read.issued_at()), (&*json, Some(row.now)), "{}", row.id);
        token
    };
    let (mut exact, mut semantic) = (0, 0);
    for row in rows() {
        match &*row.write {
            "exact" => {
                assert_eq!(written(&row, usize::MAX), row.token(), "{}", row.id);
                exact += 1;
            }
            "semantic" if cfg!(feature = "compress") => {
                assert_eq!(written(&row, 0).first(), Some(&b'.'), "{}", row.id);
                assert_ne!(written(&row, usize::MAX).first(), Some(&b'.'), "only when it must");
                semantic += 1;
            }
            _ => {}
        }
    }
    assert_eq!((exact, semantic), (15, if cfg!(feature = "compress") { 8 } else { 0 }));
}

#[test]
fn the_name_is_in_the_signature() {
    let key = SecretKey::generate();
    let named = |name: &str| {
        let mut codec = Signed::new(key.clone());
        codec.prepare(name);
        codec
    };
    let mut token = Vec::new();
    named("a").encode("{}", 1_700_000_000, 4096, &mut token);
    assert!(named("a").decode(&token, &[]).is_ok());
    assert_eq!(named("b").decode(&token, &[]).unwrap_err(), Rejection::BadSignature);
    assert_eq!(Signed::new(key).decode(&token, &[]).unwrap_err(), Rejection::BadSignature);
}

#[test]
fn an_old_key_is_told() {
    let (old, new) = (SecretKey::generate(), SecretKey::generate());
    let mut token = Vec::new();
    Signed::new(old.clone()).encode("{}", 1_700_000_000, 4096, &mut token);
    let ring = KeyRing::new(new.clone()).accept(old.clone());
    assert!(Signed::new(ring).decode(&token, &[]).unwrap().is_outdated());
    assert!(!Signed::new(old).decode(&token, &[]).unwrap().is_outdated());
    assert!(Signed::new(new).decode(&token, &[]).is_err());
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?}", Signed::new(SecretKey::legacy("abc").unwrap()));
    assert_eq!(shown, "Signed { keys: KeyRing { previous: 0, .. }, .. }");
}
