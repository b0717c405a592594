use super::*;
use crate::codec::golden::{self, Counts, Row};

fn rows() -> Vec<Row> {
    golden::rows(include_str!("../../../tests/golden/django.json"))
}

fn codec(row: &Row) -> Django {
    Django::new(row.ring())
}

#[test]
fn decides_as_django_does() {
    let design = [
        // Numbers are kept as the text that they are.
        ("body-num-nan", "ok"),
        ("body-num-inf", "ok"),
        ("body-num-ninf", "ok"),
        ("body-num-2p64", "ok"),
        ("body-num-m2p63", "ok"),
        ("body-num-1e30", "ok"),
        ("body-num-4300", "ok"),
        // So are halves of surrogate pairs, and any depth.
        ("body-sur-high", "ok"),
        ("body-sur-low", "ok"),
        ("body-sur-swapped", "ok"),
        ("body-sur-key", "ok"),
        ("body-deep-130", "ok"),
        // A time that is not in its shortest form is refused before its age is looked at.
        ("rts-neg-now-max", "malformed"),
        // A second of the year 2011 in its shortest form, and no limit.
        ("rts-case-nomax", "ok"),
    ];
    assert_eq!(
        golden::decide_all(&rows(), codec, &design),
        Counts { accepted: 49, refused: 127, compared: 35, by_design: 14, free: 4 }
    );
}

#[test]
fn writes_what_django_writes() {
    // Those that another zlib does not make shorter stay as they are.
    assert_eq!(golden::write_all(&rows(), codec, &["django-pos-unicode-astral"]), (12, 9));
}
