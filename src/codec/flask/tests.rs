use super::*;
use crate::codec::golden::{self, Counts, Row};

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
        // What is in a tag is its reader's matter.
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
    // Those that another zlib makes no shorter stay as they are.
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
