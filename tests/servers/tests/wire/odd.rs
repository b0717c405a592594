//! R1 to R10, R23, and R25 to R31: odd Cookie headers that a transport lets through.

use super::*;

/// A row's name, the Cookie lines that are sent, and what the handler sees.
pub(super) type Row = (&'static str, Vec<Vec<u8>>, &'static str);

pub(super) const NONE: &str = "New -";
pub(super) const FORGED: &str = "Rejected(BadSignature) -";
pub(super) const MALFORMED: &str = "Rejected(Malformed) -";
pub(super) const TOO_LONG: &str = "Rejected(TooLong) -";
pub(super) const ADA: &str = "Cookie ada";

pub(super) fn one(name: &'static str, line: impl AsRef<[u8]>, expected: &'static str) -> Row {
    (name, vec![line.as_ref().to_owned()], expected)
}

fn lines<const N: usize>(name: &'static str, lines: [&str; N], expected: &'static str) -> Row {
    (name, lines.map(|line| line.as_bytes().to_owned()).to_vec(), expected)
}

pub(super) fn rows() -> Vec<Row> {
    [nobodys(), foreign(), named_alike(), values(), several()].concat()
}

/// R1, R2
fn nobodys() -> Vec<Row> {
    let empty = ["", ";", ";;;", " ", "\t", "=", "==", "=;=", " ;\t= ; "];
    let others = ["theme=dark", "theme=dark; lang=en", "theme=__Host-session; lang=ession=x"];
    let mut rows = vec![("R1 no header", Vec::new(), NONE)];
    rows.extend(empty.map(|line| one("R1 empty", line, NONE)));
    rows.extend(others.map(|line| one("R2 absent", line, NONE)));
    rows
}

/// R3, R4, R31: before and behind ours
fn foreign() -> Vec<Row> {
    let rows: [(&'static str, &[u8]); 21] = [
        ("R3 obs-text", b"name=\xe9"),
        ("R3 UTF-8", "name=caf\u{e9}".as_bytes()),
        ("R3 obs-text", b"\xff\xfe=\x80"),
        ("R3 cut UTF-8", b"name=\xc3"),
        ("R4 quote", b"name=\"open"),
        ("R4 quote", b"name=open\""),
        ("R4 quote", b"name=\"a\\\"b"),
        ("R4 quoted pair", b"name=\"a; b\""),
        ("R4 JSON", b"json={\"__Host-session\":[1,\"x\"]}"),
        ("R4 $Version", b"$Version=1"),
        ("R4 $Version", b"$Version=\"1\", $Path=/"),
        ("R4 commas", b"a=1, b=2, __Host-session=3"),
        ("R4 nameless", b"nameless"),
        ("R4 nameless", b"=x"),
        ("R4 empty pairs", b";; ;"),
        ("R4 tabs", b"\ta=1\t"),
        ("R4 spaces", b"a = 1"),
        ("R6 nameless", b"=__Host-session=x"),
        ("R31 attribute", b"Path=/"),
        ("R31 attributes", b"Path=/; Secure; HttpOnly; SameSite=Lax"),
        ("R31 attributes", b"$Path=/; $Domain=example.com"),
    ];
    let ours = cookie_of("ada");
    let ours = ours.as_bytes();
    let many: Vec<_> = (0..200).map(|n| format!("c{n}=value")).collect();
    let many = many.join("; ");
    let rows = rows.into_iter().chain([("R24 200 cookies", many.as_bytes())]);
    rows.flat_map(|(name, foreign)| {
        [
            one(name, [foreign, b"; ", ours].concat(), ADA),
            one(name, [ours, b"; ", foreign].concat(), ADA),
            one(name, [foreign, b";", ours, b"\t;", foreign].concat(), ADA),
            (name, vec![foreign.to_owned(), ours.to_owned()], ADA),
            one(name, foreign, NONE),
        ]
    })
    .collect()
}

/// R5, R6, R7
fn named_alike() -> Vec<Row> {
    let ours = cookie_of("ada");
    let token = &ours.as_bytes()[NAME.len() + 1..];
    let names: [(&'static str, &[u8]); 16] = [
        ("R5 U+2000", "\u{2000}__Host-session=".as_bytes()),
        ("R5 no-break space", "\u{a0}__Host-session=".as_bytes()),
        ("R5 U+3000", "\u{3000}__Host-session=".as_bytes()),
        ("R5 U+FEFF", "\u{feff}__Host-session=".as_bytes()),
        ("R5 behind", "__Host-session\u{a0}=".as_bytes()),
        ("R5 Latin-1", b"\xa0__Host-session="),
        ("R5 space before =", b"__Host-session ="),
        ("R5 tab before =", b"__Host-session\t="),
        ("R6", b"=__Host-session="),
        ("R6", b"= __Host-session="),
        ("R7 case", b"__host-session="),
        ("R7 case", b"__HOST-SESSION="),
        ("R7 longer", b"__Host-session2="),
        ("R7 longer", b"my__Host-session="),
        ("R7 percent", b"%5F_Host-session="),
        ("R7 comma", b"a=1, __Host-session="),
    ];
    let rows = names.into_iter().flat_map(|(row, name)| {
        [
            one(row, [name, token].concat(), NONE),
            one(row, [b"theme=dark; ", name, token].concat(), NONE),
        ]
    });
    rows.collect()
}

/// R8, R9, R10, R23
fn values() -> Vec<Row> {
    let ours = with_json(r#"{"name":"ada","odd":"???>>>"}"#);
    let token = &ours[NAME.len() + 1..];
    let standard = token.replace('-', "+").replace('_', "/");
    assert_ne!(standard, token, "the token has a letter in which the alphabets differ");
    let named = |value: String| format!("{NAME}={value}");
    let of_size = |n| with_json(&format!(r#"{{"name":"ada","pad":"{}"}}"#, "a".repeat(n)));
    // The `=` is not counted.
    let fits = (2900..3100).rev().find(|n| of_size(*n).len() <= 4097).unwrap();
    vec![
        one("R8", NAME, NONE),
        one("R8", format!("{NAME}; theme=dark"), NONE),
        one("R8", named(String::new()), FORGED),
        one("R8", named("; theme=dark".to_owned()), FORGED),
        one("R8 space behind =", named(format!(" {token}")), FORGED),
        one("R9", named(format!("\"{token}\"")), FORGED),
        one("R9", named(format!("'{token}'")), FORGED),
        one("R10 percent", named(token.replace('.', "%2E")), FORGED),
        one("R10 padded", named(format!("{token}=")), FORGED),
        one("R10 standard base64", named(standard), FORGED),
        one("R23 4096 bytes", of_size(fits), ADA),
        one("R23 more", of_size(fits + 1), TOO_LONG),
        one("R23", named("a".repeat(10_000)), TOO_LONG),
    ]
}

/// R25 to R28
fn several() -> Vec<Row> {
    let ours = cookie_of("ada");
    let junk = |count: usize| format!("{NAME}=junk; ").repeat(count);
    let (start, end) = ours.split_at(40);
    let stale = layer().clock(|| (std::time::SystemTime::now() - Duration::from_secs(60)).into());
    let stale = stale.seal(&std::collections::BTreeMap::from([("name", "eve")])).unwrap();
    let forged = format!("{}x", cookie_of("mallory"));
    vec![
        one("R25 the latest", format!("{ours}; {stale}"), ADA),
        one("R25 the latest", format!("{stale}; {ours}"), ADA),
        lines("R25 the latest", [&stale, &ours], ADA),
        one("R25 twice", format!("{ours}; {ours}"), ADA),
        one("R26 forged before", format!("{forged}; {ours}"), ADA),
        one("R26 forged behind", format!("{ours}; {forged}"), ADA),
        one("R26 seven", junk(7) + &ours, ADA),
        one("R26 eight", junk(8) + &ours, FORGED),
        lines("R26 seven", [&junk(7), &ours], ADA),
        lines("R26 eight", [&junk(8), &ours], FORGED),
        lines("R27 first", [&ours, "a=1", "b=\"", "c=2; d=3"], ADA),
        lines("R27 amid", ["a=1", "b=\"", &ours, "c=2; d=3"], ADA),
        lines("R27 last", ["a=1", "b=\"", "c=2; d=3", &ours], ADA),
        lines("R27 empty lines", ["", &ours, ""], ADA),
        lines("R27 two of the name", [&forged, &ours], ADA),
        lines("R27 two of the name", [&ours, &forged], ADA),
        lines("R28", [start, end], FORGED),
        lines("R28", [NAME, &ours[NAME.len()..]], NONE),
    ]
}

/// Each row as a read, as a write, and past a handler that does not look; all on one connection, so
/// that none may leave anything behind.
pub(super) async fn expect(client: &mut Client, (name, lines, expected): Row) {
    let shown: Vec<_> = lines.iter().map(|line| line.escape_ascii().to_string()).collect();
    let row = (name, shown);
    expect_read(&client.get("/read", &lines).await, expected, &row);

    let cookie = expect_set(&client.get("/write/bob", &lines).await, "bob", &row);
    expect_read(&client.get("/read", &[cookie]).await, "Cookie bob", &row);

    let untouched = client.get("/untouched", &lines).await;
    assert_eq!((untouched.status, untouched.text()), (StatusCode::OK, "untouched"), "{row:?}");
    for header in [header::VARY, header::SET_COOKIE] {
        assert_eq!(untouched.lines(header), [""; 0], "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_over_http1() {
    let mut client = Client::one(server().await).await;
    for row in rows() {
        expect(&mut client, row).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_over_http2() {
    let mut client = Client::two(server().await).await;
    for row in rows() {
        expect(&mut client, row).await;
    }
}
