//! R24 and R29, and what else only the bytes of HTTP/1 can bring.

use super::{
    odd::{ADA, FORGED, NONE, expect, one},
    *,
};

/// The status of the answer to a Cookie header of these bytes, and what it says.
async fn sent_as_they_are(at: SocketAddr, header: &[u8]) -> (StatusCode, String) {
    let mut client = Http1::connect(at).await.unwrap();
    let request = [b"GET /read HTTP/1.1\r\nHost: test\r\nCookie:", header, b"\r\n\r\n"].concat();
    client.send(request).await.unwrap();
    let answer = timeout(LONG_ENOUGH, client.answer()).await.unwrap().unwrap();
    assert_eq!(answer.lines(header::SET_COOKIE), [""; 0]);
    (answer.status, answer.text().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn r24_long_headers_are_read_through() {
    let mut client = Client::one(server().await).await;
    let long = format!("long={}", "x".repeat(60_000));
    let many: Vec<_> = (0..1000).map(|n| format!("cookie{n}=value")).collect();
    let semicolons = ";".repeat(20_000);
    for foreign in [long, many.join("; "), semicolons] {
        let header = format!("{foreign}; {}; {foreign}", cookie_of("ada"));
        expect(&mut client, one("R24", header, ADA)).await;
        expect(&mut client, one("R24 without ours", foreign, NONE)).await;
    }
    let lines = |count| {
        let lines = (0..count).map(|n| format!("c{n}=value").into_bytes());
        lines.chain([cookie_of("ada").into_bytes()]).collect()
    };
    expect(&mut client, ("R24 lines", lines(90), ADA)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r24_what_hyper_takes_no_more_is_431() {
    let at = server().await;
    let ours = cookie_of("ada");
    let padded = |len: usize| format!(" {ours}; a={}", "x".repeat(len));
    let (status, seen) = sent_as_they_are(at, padded(400_000).as_bytes()).await;
    assert_eq!((status, &*seen), (StatusCode::OK, ADA));
    // The server may hang up before all of a larger one is sent.
    let mut client = Client::one(at).await;
    let large = client.try_get("/read", &[padded(1_000_000)]).await;
    assert!(large.is_err() || large.unwrap().status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let mut client = Client::one(at).await;
    let lines = client.get("/read", &vec![ours; 100]).await;
    assert_eq!(lines.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "100 lines");
    expect_alive(at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r29_control_bytes_are_refused() {
    let at = server().await;
    let ours = cookie_of("ada");
    for byte in (0..0x20).chain([0x7f]).filter(|byte| !b"\t\n".contains(byte)) {
        for header in [
            [b" ", ours.as_bytes(), b"; a=", &[byte]].concat(),
            [b" ", &[byte], ours.as_bytes()].concat(),
            [b" ", ours.as_bytes(), &[byte], b"; a=1"].concat(),
        ] {
            let (status, seen) = sent_as_they_are(at, &header).await;
            assert_eq!((status, &*seen), (StatusCode::BAD_REQUEST, ""), "R29 {byte:#x}");
        }
    }
    expect_alive(at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r29_a_line_that_is_folded_or_ends_early_is_no_way_in() {
    let at = server().await;
    let ours = cookie_of("ada");
    let (start, end) = ours.split_at(40);
    let rows = [
        ("folded", format!(" {start}\r\n {end}"), StatusCode::BAD_REQUEST, ""),
        ("folded with a tab", format!(" a=1;\r\n\t{ours}"), StatusCode::BAD_REQUEST, ""),
        ("a bare line feed", format!(" a=1\nCookie: {ours}"), StatusCode::OK, ADA),
        ("a line feed in the token", format!(" {start}\n{end}"), StatusCode::BAD_REQUEST, ""),
    ];
    for (row, header, status, seen) in rows {
        let answer = sent_as_they_are(at, header.as_bytes()).await;
        assert_eq!((answer.0, &*answer.1), (status, seen), "R29 {row}");
    }
}

/// Blanks around a header's value are the protocol's, and not the cookie's.
#[tokio::test(flavor = "multi_thread")]
async fn blanks_around_the_header() {
    let at = server().await;
    let ours = cookie_of("ada");
    for (header, expected) in [
        (ours.clone(), ADA),
        (format!("\t \t{ours} \t"), ADA),
        (format!(" \t; \t{ours}\t ;\t"), ADA),
        (format!(" {ours}\t\t; theme=dark"), ADA),
        (format!(" {NAME}=\t{}", &ours[NAME.len() + 1..]), FORGED),
        ("\t".to_owned(), NONE),
        (String::new(), NONE),
    ] {
        let (status, seen) = sent_as_they_are(at, header.as_bytes()).await;
        assert_eq!((status, &*seen), (StatusCode::OK, expected), "{header:?}");
    }
}

/// Of HTTP/1 only, header names have no case.
#[tokio::test(flavor = "multi_thread")]
async fn the_headers_name_has_no_case() {
    let at = server().await;
    for name in ["cookie", "COOKIE", "cOoKiE"] {
        let mut client = Http1::connect(at).await.unwrap();
        let ours = cookie_of("ada");
        let request = format!("GET /read HTTP/1.1\r\nHost: test\r\n{name}: {ours}\r\n\r\n");
        client.send(request).await.unwrap();
        expect_read(&client.answer().await.unwrap(), ADA, &name);
    }
}
