use super::*;
use crate::codec::golden::{self, Counts, Row};

fn rows() -> Vec<Row> {
    golden::rows(include_str!("../../../tests/golden/express.json"))
}

fn codec(row: &Row) -> Express {
    let mut codec = Express::new(row.ring());
    codec.prepare(row.name());
    codec
}

#[test]
fn decides_as_express_does() {
    let design = [
        // Numbers are kept as the text that they are.
        ("body-nan", "ok"),
        // So are halves of surrogate pairs, and any depth.
        ("pos-lone-surrogate-a", "ok"),
        ("pos-lone-low-a", "ok"),
        ("pos-lone-low-b", "ok"),
        ("edge-sur-high", "ok"),
        ("edge-deep2000", "ok"),
        // Values are trimmed of blanks, and of nothing else: no quotes.
        ("mut-def-value-tab", "ok"),
        ("mut-b-sig-space", "ok"),
        ("hdr-def-quoted", "bad_signature"),
        ("hdr-b-quoted", "bad_signature"),
        // Of several candidates, the valid one counts.
        ("hdr-b-dup-first-bad", "ok"),
    ];
    assert_eq!(
        golden::decide_all(&rows(), codec, &design),
        Counts { accepted: 48, refused: 65, compared: 37, by_design: 11, free: 2 }
    );
}

#[test]
fn writes_what_express_writes() {
    assert_eq!(golden::write_all(&rows(), codec, &[]), (22, 0));
}
