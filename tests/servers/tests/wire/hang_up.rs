//! Clients that hang up in the middle: the server lives, and nobody's session is lost or another's.

use tokio::time::sleep;

use super::*;

/// The head of a request whose body is announced and does not come.
fn head_of_post(cookie: &str) -> String {
    format!("POST /body HTTP/1.1\r\nHost: test\r\nCookie: {cookie}\r\nContent-Length: 1000\r\n\r\n")
}

/// Waits until so many slow handlers have begun, ended, and been dropped while they waited.
async fn slow_ones(at: SocketAddr, expected: &str) {
    let mut client = Client::one(at).await;
    let seen = async {
        while client.get("/slow", &[""; 0]).await.text() != expected {
            sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(LONG_ENOUGH, seen).await.is_ok(), "not {expected}");
}

/// Ada's session is as she left it, for a request that counts.
async fn expect_untouched(at: SocketAddr, cookie: &str) {
    for mut client in Client::both(at).await {
        expect_set(&client.get("/count", &[cookie]).await, "ada 1", &"the old cookie");
    }
    expect_alive(at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_of_the_head() {
    let at = server().await;
    let ada = cookie_of("ada");
    let whole = format!("GET /count HTTP/1.1\r\nHost: test\r\nCookie: {ada}\r\n\r\n");
    for cut in 0..whole.len() {
        let mut client = Http1::connect(at).await.unwrap();
        client.send(&whole[..cut]).await.unwrap();
        if cut % 2 == 0 {
            client.reset().unwrap();
        }
    }
    expect_untouched(at, &ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_body_has_come() {
    let at = server().await;
    let ada = cookie_of("ada");
    for bytes in 0..50 {
        let mut client = Http1::connect(at).await.unwrap();
        client.send(head_of_post(&ada) + &"x".repeat(bytes)).await.unwrap();
        if bytes % 2 == 0 {
            client.reset().unwrap();
        }
    }
    let client = Http2::connect(at).await.unwrap();
    for _ in 0..10 {
        let (_answer, mut body) = client.send("/body", &[&ada], false).await.unwrap();
        body.send_data("x".into(), false).unwrap();
        body.send_reset(h2::Reason::CANCEL);
    }
    let next = client.get("/who", &[&ada]).await.unwrap();
    expect_read(&next, "ada", &"the next on this connection");
    expect_untouched(at, &ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_head_of_the_answer() {
    let at = server().await;
    let ada = cookie_of("ada");
    let get = format!("GET /long HTTP/1.1\r\nHost: test\r\nCookie: {ada}\r\n\r\n");
    for n in 0..20 {
        let mut client = Http1::connect(at).await.unwrap();
        client.send(&get).await.unwrap();
        let (status, headers) = client.head().await.unwrap();
        // The head has the session, whatever becomes of the body.
        let head = Answer::new(status, headers, Vec::new());
        let cookie = expect_set(&head, "", &"the head");
        if n % 2 == 0 {
            client.reset().unwrap();
        }
        let mut client = Client::one(at).await;
        expect_set(&client.get("/count", &[cookie]).await, "ada 2", &"the new cookie");
    }
    let client = Http2::connect(at).await.unwrap();
    for _ in 0..10 {
        let (answer, _) = client.send("/long", &[&ada], true).await.unwrap();
        // Dropped with its body unread.
        assert_eq!(answer.await.unwrap().status(), StatusCode::OK);
    }
    let next = client.get("/who", &[&ada]).await.unwrap();
    expect_read(&next, "ada", &"the next on this connection");
    expect_untouched(at, &ada).await;
}

/// The handler is dropped with a session that it has read, and was to change.
#[tokio::test(flavor = "multi_thread")]
async fn while_the_handler_works() {
    let at = server().await;
    let ada = cookie_of("ada");
    let get = format!("GET /slow/600000 HTTP/1.1\r\nHost: test\r\nCookie: {ada}\r\n\r\n");
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let mut client = Http1::connect(at).await.unwrap();
        client.send(&get).await.unwrap();
        waiting.push(client);
    }
    let shared = Http2::connect(at).await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..10 {
        streams.push(shared.send("/slow/600000", &[&ada], true).await.unwrap());
    }
    let alone = Http2::connect(at).await.unwrap();
    let (abandoned, _) = alone.send("/slow/600000", &[&ada], true).await.unwrap();
    slow_ones(at, "31 0 0").await;

    // Others come and go while these wait.
    let mut client = Client::Two(shared.clone());
    expect_set(&client.get("/slow/1", &[cookie_of("bob")]).await, "bob bob 1", &"another");
    slow_ones(at, "32 1 0").await;

    for (n, client) in waiting.into_iter().enumerate() {
        if n % 2 == 0 {
            client.reset().unwrap();
        }
    }
    for (answer, mut stream) in streams {
        stream.send_reset(h2::Reason::CANCEL);
        drop(answer);
    }
    drop((alone, abandoned));
    slow_ones(at, "32 1 31").await;

    let next = client.get("/who", &[&ada]).await;
    expect_read(&next, "ada", &"the next on the connection whose streams were reset");
    expect_untouched(at, &ada).await;
}

/// Whoever asks on a connection that sends a second request before it hangs up.
#[tokio::test(flavor = "multi_thread")]
async fn with_requests_in_the_pipe() {
    let at = server().await;
    let [ada, bob] = ["ada", "bob"].map(cookie_of);
    let get = |cookie| format!("GET /count HTTP/1.1\r\nHost: test\r\nCookie: {cookie}\r\n\r\n");
    let mut client = Http1::connect(at).await.unwrap();
    client.send(get(&ada) + &get(&bob) + &get(&ada) + &get(&bob)[..40]).await.unwrap();
    for name in ["ada", "bob", "ada"] {
        let answer = timeout(LONG_ENOUGH, client.answer()).await.unwrap().unwrap();
        expect_set(&answer, &format!("{name} 1"), &"in their order");
    }
    drop(client);
    expect_untouched(at, &ada).await;
}
