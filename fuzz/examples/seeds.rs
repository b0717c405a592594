//! Writes those seed corpora that were made by hand. Run it in this directory:
//! `cargo run --example seeds`.

use std::{fs, io, path::Path};

use tower_cookie_session_fuzz::{
    formats::Format,
    minted::{OLD, OWN},
};

fn main() -> io::Result<()> {
    for (digit, format) in ('0'..).zip(Format::ALL) {
        open_any(format, digit)?;
    }
    cookie_header()?;
    json_text()?;
    round_trip()
}

/// A digit for the format, and Cookie lines with a byte for each token, and one for its signature.
fn open_any(format: Format, digit: char) -> io::Result<()> {
    let cookie = |name: &str, token: u8| format.header(name, &[0x10 + token], &[0x80 + token]);
    let all: Vec<_> = (0..16).flat_map(|token| [cookie(OWN, token), b"\n".to_vec()]).collect();
    for (kind, lines) in [
        ("all", all),
        ("older-and-junk", vec![cookie(OWN, 1), b"; sid=x.y.z; sid=; sid".to_vec()]),
        (
            "previous-and-old",
            vec![b"x=y; ".to_vec(), cookie(OWN, 6), b";".to_vec(), cookie(OLD, 7)],
        ),
        ("expired-and-old", vec![cookie(OWN, 8), b"\n".to_vec(), cookie(OLD, 7)]),
        (
            "confused",
            vec![cookie(OWN, 12), b"; ".to_vec(), cookie(OLD, 13), b"; sid=\x1f".to_vec()],
        ),
    ] {
        let input = [digit.to_string().into_bytes(), lines.concat()].concat();
        write("open_any", &format!("{kind}-{digit}"), input)?;
    }
    Ok(())
}

/// A byte for the format, eight for the second, and a text; or what a long one is made of.
fn round_trip() -> io::Result<()> {
    let second = 1_700_000_000_u64.to_be_bytes();
    for (file, byte, text) in [
        (
            "python",
            b'2',
            "{\"a\": NaN, \"b\": [Infinity, 1180591620717411303424], \"c\": \"\\ud800\"}",
        ),
        ("tagged", b'2', "{\" t\":[1,\"\u{e9}\"]}"),
        ("django", b'3', "{\"_session_expiry\":0,\"a\":\"\u{7f}\u{1f600}\"}"),
        ("spaced", b'4', "{ \"a,\\\":\":[1,2 , {\"b\":\"\\\\\"}] }"),
        (
            "javascript",
            b'5',
            "{\"b\":1e21,\"10\":-0.0,\"9\":{\"x\":1.50,\"1\":0},\"c\":\"\\/\\u00e9\"}",
        ),
        ("long", 252, "\u{10}\u{1}xx"),
    ] {
        write("round_trip", file, [&[byte][..], &second, text.as_bytes()].concat())?;
    }
    Ok(())
}

/// A byte for the name (`$` is `s`, `(` is `session`; one more for pieces), and Cookie lines.
fn cookie_header() -> io::Result<()> {
    let candidates = "(".to_owned() + &"session=x; ".repeat(9);
    for (file, input) in [
        ("one", "(session=a"),
        ("among-others", "(theme=dark; session=a ; session2=b;xsession=c; Session=d"),
        ("crumbs", "(session=a\ntheme=dark\n\tsession\t=\tb\t"),
        ("nine", candidates.as_str()),
        ("no-value", "(session; session=; =session=a;session =b=c"),
        ("quoted", "(x=\"; session=a; y=\"; session=\"b; session=c\", session=d"),
        ("unicode-blanks", "(\u{2000}session=a; \u{a0}session=b;\u{feff}session=c\u{3000};é=ü"),
        ("percent", "(%73ession=a; session%3Db; $Version=1; $Path=/; session=%3B"),
        ("name-in-name", "$s=ss=s; ss=s; s s=s; s=s"),
        ("pieces", ")\u{4}\u{c}a\u{8}\u{4}\u{1f}\u{5}\u{0}\u{1f}\u{2}\u{c}b\u{5}\u{10}\u{1}"),
    ] {
        write("cookie_header", file, input)?;
    }
    Ok(())
}

/// A JSON text, a NUL and choices of calls; or choices only.
fn json_text() -> io::Result<()> {
    for (file, input) in [
        ("empty", "{ }\0\u{1}0a"),
        (
            "flask",
            "{\"_permanent\":true,\"user_id\":1,\"_flashes\":[{\" t\":[\"a\",\"b\"]}]}\0abcdef",
        ),
        (
            "python",
            "{\"a\": NaN, \"b\": [Infinity, -Infinity], \"big\": 1180591620717411303424}\0bb",
        ),
        ("escaped", "{\"\\u0061\":1,\"a\":2 , \"\\\\u0061\":3,\"\\ud83d\\ude00\":4}\0d0d1d2"),
        ("half-a-pair", "{\"a\":\"\\ud800\",\"b\":\"\\udc00\\ud800\"}\0e0f1"),
        ("half-a-key", "{\"\\ud800\":1,\"\\ud801\":2}"),
        ("doubled", "{\"a\":1,\"b\":2,\"a\":3,\"b\":{},\"a\":[]}\0\u{1}0\u{4}1"),
        ("reserved", "{\"_session\":{\"id\":\"x\"},\"_session\":7,\"a\":1}\0\u{4}0\u{b}"),
        (
            "laid-out",
            "{\r\n\t\"a\" : 1.50 ,\n\"b\":[ {} , \"]}\" ] , \"c\" : -0.0e+0 }\0\u{4}1\u{1}2",
        ),
        ("broken", "{\"a\":01,}"),
        ("nested", "{\"a\":[[[[[[[[[[[[{\"b\":{}}]]]]]]]]]]]],\"c\":1}\0\u{7}0\u{7}0"),
        ("choices", "03141592653589793238462643383279502884197169399375105820974944592307816406"),
    ] {
        write("json_text", file, input)?;
    }
    let large = format!("{{\"a\":\"{}\",\"b\":1}}\0\u{4}1\u{1}0\u{b}", "x".repeat(400));
    write("json_text", "large", &large)
}

fn write(target: &str, file: &str, input: impl AsRef<[u8]>) -> io::Result<()> {
    let directory = Path::new("corpus").join(target);
    fs::create_dir_all(&directory)?;
    fs::write(directory.join(file), input)
}
