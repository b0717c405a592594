use super::*;
use crate::codec::golden::{self, Counts, Row};

fn rows() -> Vec<Row> {
    golden::rows(include_str!("../../../tests/golden/starlette.json"))
}

fn codec(row: &Row) -> Starlette {
    Starlette::new(row.ring())
}

#[test]
fn decides_as_starlette_does() {
    let design = [
        // Numbers are kept as the text that they are.
        ("body-num-inf", "ok"),
        ("body-num-overflow", "ok"),
        ("body-num-2p64", "ok"),
        ("body-num-m2p63", "ok"),
        ("body-num-1e30", "ok"),
        // So are halves of surrogate pairs, and any depth.
        ("wrote-sur-high", "ok"),
        ("body-sur-key", "ok"),
        ("body-deep-900", "ok"),
        // A token from the future is refused with a limit and without.
        ("age-11", "expired"),
        // The empty text is the second 0 in its shortest form, as in `pos-ts-0`.
        ("rts-empty-nomax", "ok"),
    ];
    assert_eq!(
        golden::decide_all(&rows(), codec, &design),
        Counts { accepted: 43, refused: 128, compared: 35, by_design: 10, free: 7 }
    );
}

#[test]
fn writes_what_starlette_writes() {
    assert_eq!(golden::write_all(&rows(), codec, &[]), (27, 0));
}
