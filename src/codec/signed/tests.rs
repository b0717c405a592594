use super::*;
use crate::{
    codec::golden::{self, Counts, Row},
    key::SecretKey,
};

/// The rows that have the same layout as ours.
fn rows() -> Vec<Row> {
    let rows = golden::rows(include_str!("../../../tests/golden/itsdangerous.json"));
    let ours = |row: &Row| row.key_derivation == "hmac" && row.digest == "sha256";
    let rows: Vec<Row> = rows.into_iter().filter(ours).collect();
    assert_eq!(rows.len(), 187);
    rows
}

/// A codec with the row's salt in place of ours.
fn codec(row: &Row) -> Signed {
    let mut codec = Signed::new(row.ring());
    let salt = Derivation::Hmac(row.salt.as_ref().unwrap());
    codec.timed = Timed::itsdangerous(Signer::new::<Sha256>(&codec.keys, salt));
    codec
}

#[test]
fn decides_as_itsdangerous_does() {
    let design = [
        // Numbers are kept as the text that they are.
        ("body-num-nan", "ok"),
        ("body-num-ninf", "ok"),
        ("body-num-2p64", "ok"),
        ("body-num-m2p63", "ok"),
        ("body-num-1e30", "ok"),
        // A time that is not in its shortest form is refused before its age is looked at.
        ("rts-neg-max", "malformed"),
    ];
    let (compressed, plain): (Vec<_>, Vec<_>) =
        rows().into_iter().partition(|row| row.token().starts_with(b"."));
    let counts = Counts { accepted: 39, refused: 121, compared: 34, by_design: 6, free: 0 };
    assert_eq!(golden::decide_all(&plain, codec, &design), counts);

    #[cfg(feature = "compress")]
    {
        let counts = Counts { accepted: 10, refused: 17, compared: 10, by_design: 0, free: 0 };
        assert_eq!(golden::decide_all(&compressed, codec, &[]), counts);
    }
    #[cfg(not(feature = "compress"))]
    for row in compressed {
        assert!(row.decide(&codec(&row)).unwrap_err() <= Rejection::Malformed, "{}", row.id);
    }
}

#[test]
fn writes_what_itsdangerous_writes() {
    #[cfg(feature = "compress")]
    assert_eq!(golden::write_all(&rows(), |row| codec(row).compress(true), &[]), (15, 8));
    #[cfg(not(feature = "compress"))]
    {
        let plain: Vec<_> =
            rows().into_iter().filter(|row| !row.token().starts_with(b".")).collect();
        assert_eq!(golden::write_all(&plain, codec, &[]), (15, 0));
    }
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

#[cfg(feature = "compress")]
#[test]
fn compressed_only_where_that_is_shorter() {
    let codec = Signed::new(SecretKey::generate()).compress(true);
    let mut even = 0;
    for len in 0..100 {
        let json = format!("{{\"a\":\"0123456789abcdefghijklmnopqrstuvwxyz{}\"}}", "0".repeat(len));
        let compressed = 1 + crate::encoding::deflate(json.as_bytes()).unwrap().len();
        even += usize::from(compressed == json.len());
        let mut token = Vec::new();
        codec.encode(&json, 1_700_000_000, 0, &mut token);
        assert_eq!(token.starts_with(b"."), compressed < json.len(), "{len}");
    }
    assert!(even > 0, "the text that is as long either way is among them");
}
