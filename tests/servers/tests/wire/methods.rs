//! R30 and R32: every method and version, and cookies where they do not belong.

use axum::http::{HeaderMap, HeaderValue};

use super::{
    odd::{ADA, NONE},
    *,
};

/// The answer to bytes of a head; that to HEAD has no body, and one of HTTP/1.0 ends the connection.
async fn asked(at: SocketAddr, line: &str, more: &str) -> Answer {
    let mut client = Http1::connect(at).await.unwrap();
    let ours = cookie_of("ada");
    let request = format!("{line}\r\nHost: test\r\nCookie: {ours}\r\n{more}\r\n");
    client.send(request).await.unwrap();
    if line.starts_with("HEAD") {
        let (status, headers) = client.head().await.unwrap();
        return Answer::new(status, headers, Vec::new());
    }
    timeout(LONG_ENOUGH, client.answer()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r30_method_and_version_do_not_matter() {
    let at = server().await;
    for version in ["HTTP/1.0", "HTTP/1.1"] {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
            let line = format!("{method} /read {version}");
            expect_read(&asked(at, &line, "").await, ADA, &line);
            let line = format!("{method} /write/bob {version}");
            expect_set(&asked(at, &line, "").await, "bob", &line);
        }
        let line = format!("HEAD /write/bob {version}");
        expect_set(&asked(at, &line, "").await, "", &line);
    }
    let grpc = "Content-Type: application/grpc\r\nTE: trailers\r\n";
    expect_read(&asked(at, "POST /read HTTP/1.1", grpc).await, ADA, &"R30 gRPC");
}

/// A request that would be a tunnel reaches no handler.
#[tokio::test(flavor = "multi_thread")]
async fn r30_connect_is_answered() {
    let at = server().await;
    let answer = asked(at, "CONNECT test:80 HTTP/1.1", "Connection: close\r\n").await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    assert_eq!(answer.cookie(), None);
    expect_alive(at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r32_a_cookie_in_trailers_is_not_read() {
    let at = server().await;
    let ours = cookie_of("ada");

    let mut client = Http1::connect(at).await.unwrap();
    let head = "POST /body HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nTrailer: Cookie";
    let body = format!("6\r\na body\r\n0\r\nCookie: {ours}\r\n\r\n");
    client.send(format!("{head}\r\n\r\n{body}")).await.unwrap();
    let answer = timeout(LONG_ENOUGH, client.answer()).await.unwrap().unwrap();
    expect_set(&answer, "- 1", &"R32");
    expect_read(&client.get("/read", &[""; 0]).await.unwrap(), NONE, &"R32 the next");

    let client = Http2::connect(at).await.unwrap();
    let trailers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&ours).unwrap())]);
    let answer = client.post("/body", &[""; 0], trailers.clone()).await.unwrap();
    expect_set(&answer, "- 1", &"R32");
    let answer = client.post("/body", &[cookie_of("bob")], trailers).await.unwrap();
    expect_set(&answer, "bob 1", &"R32 and another's in the head");
}
