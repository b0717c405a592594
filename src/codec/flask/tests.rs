use super::*;
use crate::{
    codec::golden::{self, Counts, Row},
    key::SecretKey,
};

fn rows() -> Vec<Row> {
    golden::rows(include_str!("../../../tests/golden/flask.json"))
}

fn codec(row: &Row) -> Flask {
    let digest = match &*row.digest {
        "sha1" => Digest::Sha1,
        "sha256" => Digest::Sha256,
        other => panic!("{other}"),
    };
    Flask::new(row.ring()).digest(digest)
}

#[test]
fn decides_as_flask_does() {
    let design = [
        // Numbers are kept as the text that they are.
        ("wrote-bigint", "ok"),
        ("body-num-inf", "ok"),
        ("body-num-ninf", "ok"),
        ("body-num-overflow", "ok"),
        ("body-num-1e30", "ok"),
        ("body-num-4300", "ok"),
        // So are halves of surrogate pairs, and any depth.
        ("wrote-sur-high", "ok"),
        ("body-sur-low", "ok"),
        ("body-sur-swapped", "ok"),
        ("body-deep-900", "ok"),
        // The content of a tag is up to its reader.
        ("tag-t-int", "ok"),
        ("tag-t-null", "ok"),
        ("tag-b-nopad", "ok"),
        ("tag-b-int", "ok"),
        ("tag-b-list", "ok"),
        ("tag-b-nonascii", "ok"),
        ("tag-u-int", "ok"),
        ("tag-d-int", "ok"),
        ("tag-d-list", "ok"),
        ("tag-di-empty", "ok"),
        ("tag-list-in-b", "ok"),
    ];
    assert_eq!(
        golden::decide_all(&rows(), codec, &design),
        Counts { accepted: 123, refused: 150, compared: 76, by_design: 21, free: 26 }
    );
}

#[test]
fn writes_what_flask_writes() {
    // Those that another zlib does not make shorter stay as they are.
    assert_eq!(
        golden::write_all(
            &rows(),
            codec,
            &[
                "flask-pos-flashes",
                "flask-pos-bytes",
                "flask-pos-esc-t-inner",
                "flask-pos-esc-m-inner",
                "flask-pos-esc-d-inner"
            ]
        ),
        (29, 19)
    );
}

#[test]
fn a_tag_twice_is_a_tag() {
    // As Python reads it: of duplicate keys, the last counts.
    let codec = Flask::new(SecretKey::generate());
    let decoded = |json: &str| {
        let mut token = Vec::new();
        let plain = Body::new(&crate::encoding::URL_SAFE, json.as_bytes());
        codec.timed.encode(&plain, 1_700_000_000, &mut token);
        codec.decode(&token, &[]).map(|payload| payload.json().to_owned())
    };
    assert_eq!(decoded(r#"{" t":1,"\u0020t":2}"#), Err(Rejection::Malformed));
    let escaped = r#"{" di":0," di":{" t__":1," t__":2}}"#;
    assert_eq!(decoded(escaped).as_deref(), Ok(r#"{" t":2}"#));
    for odd in
        [r#"{" di":1}"#, r#"{" di":[]}"#, r#"{" di":{"t__":1}}"#, r#"{" di":{" t__":1,"b":2}}"#]
    {
        assert_eq!(decoded(odd), Err(Rejection::Malformed), "{odd}");
    }
    for plain in [r#"{" t":1," b":2}"#, r#"{"t":1}"#, "{}"] {
        assert_eq!(decoded(plain).as_deref(), Ok(plain));
    }
}

#[test]
fn every_digest_signs_as_itsdangerous_does() {
    // URLSafeTimedSerializer("correct horse battery staple", "cookie-session") of {"a": 1}
    let rows = [
        (Digest::Sha1, "6mBMF70P0yZj4GeMHIkXZmMx4fo"),
        (Digest::Sha256, "ZJyUdtThZws3q5kC66gclHWwsTXcMgqQXQVlYvcFevQ"),
        (Digest::Sha384, "JP-1_KoX75hUnpSK7HW4xKo1FSzxOp1RhlJ5Xbj0arzENCtRLUwlfXH467-ufLaX"),
        (
            Digest::Sha512,
            "HAN8S_GirUzAWxVnzfkSe9fqmvVKaUWu7u0dvDSdskXhdQaHpSfBJe2PDpkf8pH0R0hptVa46OFzjc1qxYdfrg",
        ),
    ];
    let key = SecretKey::legacy("correct horse battery staple").unwrap();
    for (digest, tag) in rows {
        let codec = Flask::new(key.clone()).digest(digest);
        let mut token = Vec::new();
        codec.encode("{\"a\":1}", 1_700_000_000, usize::MAX, &mut token);
        assert_eq!(token, format!("eyJhIjoxfQ.ZVPxAA.{tag}").into_bytes(), "{digest:?}");
        assert_eq!(codec.decode(&token, &[]).unwrap().json(), "{\"a\":1}");
    }
}

#[test]
fn salt_and_digest_are_set_in_either_order() {
    let key = SecretKey::legacy("dev").unwrap();
    let flask = || Flask::new(key.clone());
    let token = |flask: Flask| {
        let mut token = Vec::new();
        flask.encode("{}", 1_700_000_000, 4096, &mut token);
        token
    };
    let both = token(flask().salt("s").digest(Digest::Sha512));
    assert_eq!(token(flask().digest(Digest::Sha512).salt("s")), both);
    let [plain, salted, long] =
        [flask(), flask().salt("s"), flask().digest(Digest::Sha512)].map(token);
    assert!(
        plain != salted && plain.len() < long.len() && long.len() == both.len() && long != both
    );
}
