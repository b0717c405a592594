use serde::Deserialize;

use super::*;
use crate::codec::Signed;

/// A row of `tests/golden/private.json`, made with libsodium.
#[derive(Deserialize)]
struct Row {
    id: String,
    secret: String,
    cookie_name: String,
    issued: u64,
    nonce: String,
    json: String,
    cookie: String,
}

fn rows() -> Vec<Row> {
    let rows: Vec<Row> =
        serde_json::from_str(include_str!("../../../tests/golden/private.json")).unwrap();
    assert_eq!(rows.len(), 18);
    rows
}

impl Row {
    fn codec(&self) -> Private {
        named(SecretKey::new(&self.secret).unwrap(), &self.cookie_name)
    }

    fn nonce(&self) -> [u8; NONCE_LEN] {
        std::array::from_fn(|at| u8::from_str_radix(&self.nonce[at * 2..][..2], 16).unwrap())
    }
}

fn named(keys: impl Into<KeyRing>, cookie_name: &str) -> Private {
    let mut codec = Private::new(keys);
    codec.prepare(cookie_name);
    codec
}

fn encoded(codec: &impl Codec, json: &str) -> Vec<u8> {
    let mut token = b"before".to_vec();
    codec.encode(json, 1_700_000_000, 4096, &mut token);
    token.split_off(b"before".len())
}

#[test]
fn golden_tokens_are_opened_and_made() {
    for row in rows() {
        let codec = row.codec();
        let payload = codec.decode(row.cookie.as_bytes(), &[]).unwrap();
        assert_eq!((payload.json(), payload.issued_at()), (&*row.json, Some(row.issued)));
        assert!(!payload.is_outdated());
        let mut token = Vec::new();
        codec.seal(&row.json, row.issued, row.nonce(), &mut token);
        assert_eq!(String::from_utf8(token).unwrap(), row.cookie, "{}", row.id);
        assert_eq!(codec.encoded_len(&row.json, row.issued, 0), row.cookie.len());
    }
}

#[test]
fn every_change_of_a_token_is_refused() {
    let rows = rows();
    let row = &rows[1];
    let codec = row.codec();
    let refused = |token: &[u8]| {
        let decoded = codec.decode(token, &[]);
        assert_eq!(decoded.unwrap_err(), Rejection::BadSignature);
    };
    let sealed = URL_SAFE.read(row.cookie.as_bytes()).unwrap();
    let token = |bytes: &[u8]| {
        let mut token = Vec::new();
        URL_SAFE.push(bytes, &mut token);
        token
    };
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        refused(&token(&changed));
    }
    for len in 0..sealed.len() {
        refused(&token(&sealed[..len]));
        refused(&token(&sealed[len + 1..]));
    }
    refused(&token(&[&sealed[..], b"x"].concat()));
    for text in [format!("{}=", row.cookie), format!(" {}", row.cookie), "!".into(), String::new()]
    {
        refused(text.as_bytes());
    }
}

#[test]
fn the_name_is_bound() {
    let key = SecretKey::generate();
    let token = encoded(&named(key.clone(), "a"), "{}");
    assert!(named(key.clone(), "a").decode(&token, &[]).is_ok());
    for other in ["b", "", "A", "a "] {
        assert!(named(key.clone(), other).decode(&token, &[]).is_err(), "{other}");
    }
}

#[test]
fn no_two_tokens_are_alike() {
    let codec = Private::new(SecretKey::generate());
    let tokens: std::collections::HashSet<_> = (0..1000).map(|_| encoded(&codec, "{}")).collect();
    assert_eq!(tokens.len(), 1000);
}

#[test]
fn all_of_the_ring_open() {
    let [a, b, c] = [(); 3].map(|()| SecretKey::generate());
    let ring = Private::new(KeyRing::new(a.clone()).accept(b.clone()).accept(c.clone()));
    for (key, outdated) in [(a, false), (b, true), (c, true)] {
        let token = encoded(&Private::new(key.clone()), "{\"a\":1}");
        let payload = ring.decode(&token, &[]).unwrap();
        assert_eq!((payload.json(), payload.is_outdated()), ("{\"a\":1}", outdated));
        assert_eq!(Private::new(key).decode(&encoded(&ring, "{}"), &[]).is_ok(), !outdated);
    }
}

#[test]
fn signed_and_private_never_open_each_other() {
    // Also under names that spell the label, as far as a name can.
    for name in ["__Host-session", "private", ":private", "tower-cookie-session:private", ""] {
        let key = SecretKey::generate();
        let mut signed = Signed::new(key.clone());
        signed.prepare(name);
        let private = named(key, name);
        let refused = Rejection::BadSignature;
        let token = encoded(&signed, "{\"a\":1}");
        assert_eq!(private.decode(&token, &[]).unwrap_err(), refused);
        let token = encoded(&private, "{\"a\":1}");
        assert_eq!(signed.decode(&token, &[]).unwrap_err(), refused);
    }
}

#[test]
fn what_only_a_key_holder_can_make() {
    let codec = Private::new(SecretKey::generate());
    for json in ["", "[]", "{\"a\":}", "null"] {
        let decoded = codec.decode(&encoded(&codec, json), &[]);
        assert_eq!(decoded.unwrap_err(), Rejection::Malformed, "{json}");
    }
    // Content too short to bear a time.
    let mut sealed = [vec![7; NONCE_LEN], b"1234567".to_vec()].concat();
    let (nonce, content) = sealed.split_first_chunk_mut::<NONCE_LEN>().unwrap();
    let name = codec.cookie_name.as_bytes();
    let tag = codec.current.encrypt_inout_detached(&(*nonce).into(), name, content.into()).unwrap();
    sealed.extend_from_slice(&tag);
    let mut token = Vec::new();
    URL_SAFE.push(&sealed, &mut token);
    assert_eq!(codec.decode(&token, &[]).unwrap_err(), Rejection::Malformed);
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?}", Private::new(SecretKey::legacy("abc").unwrap()));
    assert_eq!(shown, "Private { keys: KeyRing { previous: 0, .. }, .. }");
}
