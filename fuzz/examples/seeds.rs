//! Writes the seed corpora, and the dictionary of `open_any`: both hold tokens that are signed with
//! the keys of `minted.rs`. Run it in this directory: `cargo run --example seeds`.

use std::{fs, io, path::Path};

use tower_cookie_session_fuzz::minted::{MINTED, OLD, OWN};

fn main() -> io::Result<()> {
    let pairs: Vec<_> = MINTED.iter().map(|m| format!("{}={}", m.name, m.token)).collect();
    open_any(&pairs)?;

    let tokens = MINTED.iter().map(|minted| format!("\"{}\"\n", minted.token));
    let words = [OWN, OLD].map(|name| format!("\"{name}=\"\n\"; {name}=\"\n"));
    fs::write("open_any.dict", tokens.chain(words).collect::<String>())?;

    cookie_header()?;
    json_text()
}

/// Cookie lines: every token spelled out, and some by their byte in company.
fn open_any(pairs: &[String]) -> io::Result<()> {
    for (index, pair) in pairs.iter().enumerate() {
        write("open_any", &format!("token-{index:02}"), pair)?;
    }
    for (file, input) in [
        ("all", pairs.join("; ").as_str()),
        ("crumbs", &pairs.join("\n")),
        ("shadowed", "sid=junk.AAAA.AAAA; sid=\u{10}; sid="),
        ("previous-and-old", "theme=dark; sid=\u{16};old=\u{17}"),
        ("expired-and-old", "sid=\u{18}\nold=\u{17}"),
        ("names-swapped", "sid=\u{17}; old=\u{10}"),
        ("keys-confused", "sid=\u{1c}; old=\u{1d}"),
    ] {
        write("open_any", file, input)?;
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

fn write(target: &str, file: &str, input: &str) -> io::Result<()> {
    let directory = Path::new("corpus").join(target);
    fs::create_dir_all(&directory)?;
    fs::write(directory.join(file), input)
}
