//! Split cookies, as browsers send them over HTTP/2: a field for each.

use super::{
    odd::{ADA, NONE, expect},
    *,
};

#[tokio::test(flavor = "multi_thread")]
async fn r27_crumbs() {
    let mut client = Client::two(server().await).await;
    let ours = cookie_of("ada");
    for place in 0..=100 {
        let mut crumbs: Vec<_> = (0..100).map(|n| format!("c{n}=value").into_bytes()).collect();
        crumbs.insert(place, ours.clone().into_bytes());
        expect(&mut client, ("R27 one of 101", crumbs, ADA)).await;
    }
    let crumbs = (0..100).map(|n| format!("c{n}=value").into_bytes()).collect();
    expect(&mut client, ("R27 none of 100", crumbs, NONE)).await;
}

/// What HPACK remembers of one request is not read in the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_header_is_not_another_visitors() {
    let client = Http2::connect(server().await).await.unwrap();
    for round in 0..20 {
        for name in ["ada", "bob", "eve"] {
            let crumbs = [format!("n={name}"), cookie_of(name), "theme=dark".to_owned()];
            let answer = client.get("/read", &crumbs).await.unwrap();
            expect_read(&answer, &format!("Cookie {name}"), &round);
            let stranger = client.get("/read", &["theme=dark"]).await.unwrap();
            expect_read(&stranger, NONE, &round);
        }
    }
}

/// hyper refuses more than 16 KiB of headers with 431; the connection and its sessions live on.
#[tokio::test(flavor = "multi_thread")]
async fn r24_what_hyper_takes_no_more_is_431() {
    let at = server().await;
    let client = Http2::connect(at).await.unwrap();
    let ours = cookie_of("ada");
    for (fields, of, status) in [
        (1, 14_000, StatusCode::OK),
        (200, 20, StatusCode::OK),
        (1, 16_400, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        (400, 20, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    ] {
        let mut crumbs = vec![ours.clone()];
        crumbs.extend((0..fields).map(|n| format!("c{n}={}", "x".repeat(of))));
        let answer = client.get("/read", &crumbs).await.unwrap();
        assert_eq!(answer.status, status, "{fields} of {of} bytes");
        assert_eq!(answer.lines(header::SET_COOKIE), [""; 0]);
        let next = client.get("/read", &[&ours]).await.unwrap();
        expect_read(&next, ADA, &"the next on this connection");
    }
    expect_alive(at).await;
}
