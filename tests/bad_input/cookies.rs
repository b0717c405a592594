//! R1 to R10 and R23 to R32: Cookie headers as browsers, proxies and attackers send them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use base64::prelude::BASE64_STANDARD_NO_PAD;
use http::{HeaderValue, Method, Version, header::COOKIE};
use tower_cookie_session::Payload;

use super::*;

/// Counts how many tokens come as far as the codec, and so to a hash.
#[derive(Clone, Debug)]
struct Counting(Signed, Arc<AtomicUsize>);

impl Codec for Counting {
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection> {
        self.1.fetch_add(1, Relaxed);
        self.0.decode(token, companions)
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.0.encode(json, issued, room, token)
    }

    fn prepare(&mut self, cookie_name: &str) {
        self.0.prepare(cookie_name);
    }
}

/// Where the Cookie lines leave the session, and how many tokens were decoded for it.
fn counted(cookie_lines: &[impl AsRef<[u8]>]) -> (Origin, usize) {
    let decoded = Arc::new(AtomicUsize::new(0));
    let layer = layer_of(Counting(Signed::new(key(SECRET)), Arc::clone(&decoded)));
    (look(&layer, request(cookie_lines)), decoded.load(Relaxed))
}

#[test]
fn r01_r02_no_cookie_of_ours_is_a_new_session() {
    assert_eq!(look(&layer(), request(&[""; 0])), NONE, "R1: no header");
    for header in ["", ";", ";;;", " ", "\t", "=", "==", "=;=", " ;\t= ; "] {
        expect("R1", header, NONE);
    }
    for header in ["theme=dark", "theme=dark; lang=en", "theme=session; lang=ession=x"] {
        expect("R2", header, NONE);
    }
}

#[test]
fn r03_r04_r31_foreign_cookies_are_ignored() {
    let valid = sealed(ADA);
    let rows: [(&str, &[u8]); 16] = [
        ("R3", b"name=\xe9"),
        ("R3", "name=caf\u{e9}".as_bytes()),
        ("R3", b"\xff\xfe=\x80"),
        ("R3", b"name=\xc3"),
        ("R4", b"name=\"open"),
        ("R4", b"name=open\""),
        ("R4", b"name=\"a\\\"b"),
        ("R4", b"json={\"session\":[1,\"x\"]}"),
        ("R4", b"$Version=1"),
        ("R4", b"$Version=\"1\", $Path=/"),
        ("R4", b"a=1, b=2, session=3"),
        ("R4", b"nameless"),
        ("R4", b"=__Host-session=x"),
        ("R31", b"Path=/"),
        ("R31", b"Path=/; Secure; HttpOnly; SameSite=Lax"),
        ("R31", b"$Path=/; $Domain=example.com"),
    ];
    for (row, foreign) in rows {
        let ours = valid.as_bytes();
        expect(row, [foreign, b"; ", ours].concat(), Origin::Cookie);
        expect(row, [ours, b"; ", foreign].concat(), Origin::Cookie);
        expect(row, [foreign, b";", ours, b";", foreign].concat(), Origin::Cookie);
    }
}

#[test]
fn r05_r06_r07_other_names_are_not_ours() {
    let token = &sealed(ADA)["session=".len()..];
    let rows: [(&str, &[u8]); 18] = [
        ("R5", "\u{2000}session=".as_bytes()),
        ("R5", "\u{a0}session=".as_bytes()),
        ("R5", "\u{3000}session=".as_bytes()),
        ("R5", "\u{feff}session=".as_bytes()),
        ("R5", "session\u{a0}=".as_bytes()),
        ("R5", b"\xa0session="),
        ("R5", b"\x85session="),
        ("R6", b"=session="),
        ("R6", b"==session="),
        ("R6", b"= session="),
        ("R7", b"Session="),
        ("R7", b"SESSION="),
        ("R7", b"session2="),
        ("R7", b"my-session="),
        ("R7", b"%73ession="),
        ("R7", b"\"session\"="),
        ("R7", b"$session="),
        ("R7", b"a=1, session="),
    ];
    for (row, name) in rows {
        expect(row, [name, token.as_bytes()].concat(), NONE);
        expect(row, [b"theme=dark; ", name, token.as_bytes()].concat(), NONE);
    }
}

#[test]
fn r08_r09_r10_values_are_taken_as_they_stand() {
    let valid = sealed(r#"{"user":"ada","odd":"???>>>"}"#);
    let token = valid.strip_prefix("session=").unwrap();
    let standard = token.replace('-', "+").replace('_', "/");
    assert_ne!(standard, token, "the token has a letter in which the alphabets differ");
    let (signed, mac) = token.rsplit_once('.').unwrap();
    let rows = [
        ("R8", "session".to_owned(), NONE),
        ("R8", "session; theme=dark".to_owned(), NONE),
        ("R8", "session=".to_owned(), FORGED),
        ("R8", "session=; theme=dark".to_owned(), FORGED),
        ("R9", format!("session=\"{token}\""), FORGED),
        ("R9", format!("session='{token}'"), FORGED),
        ("R10", format!("session={}", token.replace('.', "%2E")), FORGED),
        ("R10", format!("session=%65{}", &token[1..]), FORGED),
        ("R10", format!("session={token}="), FORGED),
        ("R10", format!("session={token}=="), FORGED),
        ("R10", format!("session={signed}=.{mac}"), FORGED),
        ("R10", format!("session={standard}"), FORGED),
    ];
    for (row, header, expected) in rows {
        expect(row, header, expected);
    }
}

/// Were these accepted, one session would have many tokens, and the key holder's would not be it.
#[test]
fn r10_even_a_signature_does_not_make_other_base64_valid() {
    let json = r#"{"user":"ada","odd":"???>>>"}"#;
    let standard = BASE64_STANDARD_NO_PAD.encode(json);
    let canonical = b64(r#"{"user":1}"#);
    assert!(canonical.ends_with('Q'), "10 bytes: the last letter has four spare bits");
    for payload in [
        standard.clone(),
        format!("{}==", canonical),
        format!("{}R", canonical.trim_end_matches('Q')),
        format!("{canonical} "),
        canonical.replace('e', "%65"),
    ] {
        let time = b64(&NOW.to_be_bytes()[4..]);
        let token = sign(SECRET, SALT, &format!("{payload}.{time}"));
        expect("R10", format!("session={token}"), MALFORMED);
    }
}

#[test]
fn r23_a_cookie_longer_than_browsers_keep_is_not_even_hashed() {
    let padded = |len: usize| {
        let json = format!(r#"{{"user":"ada"{}}}"#, " ".repeat(len - ADA.len()));
        sealed(json)
    };
    let (fits, too_long) = (padded(3028), padded(3029));
    assert_eq!((fits.len(), too_long.len()), (4097, 4098), "the `=` is not counted");
    assert_eq!(counted(&[&fits]), (Origin::Cookie, 1), "R23: 4096 bytes");
    let refused = Origin::Rejected(Rejection::TooLong);
    assert_eq!(counted(&[&too_long]), (refused, 0), "R23: 4097 bytes");
    assert_eq!(counted(&[&format!("session={}", "a".repeat(60_000))]), (refused, 0), "R23");
}

#[test]
fn r24_long_headers_of_foreign_cookies_are_read_through() {
    let long = format!("long={}", "x".repeat(60_000));
    let many: Vec<_> = (0..1000).map(|n| format!("cookie{n}=value")).collect();
    let semicolons = ";".repeat(20_000);
    for foreign in [long, many.join("; "), semicolons] {
        let header = format!("{foreign}; {}; {foreign}", sealed(ADA));
        assert_eq!(counted(&[header]), (Origin::Cookie, 1), "R24: {}", &foreign[..20]);
        assert_eq!(counted(&[foreign]), (NONE, 0), "R24: without ours");
    }
}

/// The table asks for the first that verifies. The design decides: the latest issued, for after a
/// change of Domain or Path browsers send the stale one first.
#[test]
fn r25_of_several_valid_cookies_the_latest_issued_counts() {
    let ada = sealed(ADA);
    let stale = sealed_at(r#"{"user":"eve"}"#, NOW - 1);
    let expired = sealed_at(r#"{"user":"eve"}"#, NOW - 10_000_000);
    for header in [
        format!("{ada}; {stale}"),
        format!("{stale}; {ada}"),
        format!("{stale}; {ada}; {stale}"),
        format!("{expired}; session=junk; {ada}"),
    ] {
        expect("R25", header, Origin::Cookie);
    }
}

#[test]
fn r26_eight_candidates_are_looked_at() {
    let junk = |n: usize| "session=junk; ".repeat(n);
    let valid = sealed(ADA);
    assert_eq!(counted(&[junk(7) + &valid]), (Origin::Cookie, 8), "R26: the eighth");
    assert_eq!(counted(&[junk(8) + &valid]), (FORGED, 8), "R26: the ninth");
    assert_eq!(counted(&[junk(7), valid.clone()]), (Origin::Cookie, 8), "R26: over two lines");
    assert_eq!(counted(&[junk(8), valid.clone()]), (FORGED, 8), "R26: over two lines");
    let foreign = "theme=dark; ".repeat(8);
    assert_eq!(counted(&[foreign + &valid]), (Origin::Cookie, 1), "R26: others do not count");
}

#[test]
fn r27_the_session_may_be_in_any_line() {
    let valid = sealed(ADA);
    for place in 0..4 {
        let mut lines = vec!["a=1", "b=\"", "c=2; d=3"];
        lines.insert(place, &valid);
        assert_eq!(look(&layer(), request(&lines)), Origin::Cookie, "R27: line {place}");
    }
    assert_eq!(look(&layer(), request(&["session=junk", &valid])), Origin::Cookie, "R27: junk");
}

#[test]
fn r28_a_pair_does_not_continue_on_the_next_line() {
    let valid = sealed(ADA);
    for cut in 1..valid.len() {
        let (start, end) = valid.split_at(cut);
        let origin = look(&layer(), request(&[start, end]));
        assert_ne!(origin, Origin::Cookie, "R28: {start} | {end}");
    }
}

/// Servers refuse these bytes with a 400; here is what remains, should one let them through.
#[test]
fn r29_control_bytes_never_make_a_session() {
    for byte in (0..0x20).chain([0x7f]).filter(|byte| *byte != b'\t') {
        let header = [sealed(ADA).as_bytes(), b"; a=", &[byte]].concat();
        assert!(HeaderValue::from_bytes(&header).is_err(), "R29: {byte:#x}");
        assert_eq!(layer().open(&header).origin(), NONE, "R29: {byte:#x}");
    }
    expect("R29", sealed(ADA) + "; a=\t", Origin::Cookie);
}

/// Servers hand all of these over as the same `http::Request`, so no server is needed here.
#[test]
fn r30_method_and_version_do_not_matter() {
    for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::CONNECT, Method::POST] {
            let mut request = request(&[sealed(ADA)]);
            request.headers_mut().insert("content-type", "application/grpc".parse().unwrap());
            (*request.version_mut(), *request.method_mut()) = (version, method.clone());
            assert_eq!(look(&layer(), request), Origin::Cookie, "R30: {method} {version:?}");
        }
    }
}

/// Trailers come at the end of a body, and bodies go by unread, whatever they are.
#[test]
fn r32_a_cookie_in_trailers_is_not_read() {
    let trailers = HeaderMap::from_iter([(COOKIE, sealed(ADA).parse().unwrap())]);
    let handler = service_fn(|request: Request<HeaderMap>| {
        assert_eq!(session_of(&request).origin(), NONE, "R32");
        answer(request.into_body())
    });
    let response = run(layer().layer(handler).oneshot(Request::new(trailers.clone()))).unwrap();
    assert_eq!(response.into_body(), trailers, "R32");
}
