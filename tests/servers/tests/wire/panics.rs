//! Handlers that panic: one request fails, and nothing else; the session is as it was.

use super::*;

const PLACES: [&str; 5] = ["read", "write", "update", "retain", "serialize"];

/// The old cookie has the old session, over both protocols.
async fn expect_untouched(at: SocketAddr, cookie: &str) {
    for mut client in Client::both(at).await {
        expect_read(&client.get("/read", &[cookie]).await, "Cookie ada", &"the old cookie");
        expect_set(&client.get("/count", &[cookie]).await, "ada 1", &"the old cookie");
    }
    expect_alive(at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_nobody_catches_end_the_connection_or_the_stream() {
    let at = server().await;
    let ada = cookie_of("ada");
    for place in PLACES {
        let path = format!("/panic/{place}");
        let mut client = Http1::connect(at).await.unwrap();
        assert!(client.get(&path, &[&ada]).await.is_err(), "{place}: an answer");
        assert!(client.is_over().await, "{place}");

        let client = Http2::connect(at).await.unwrap();
        let (before, _) = client.send("/slow/100", &[cookie_of("bob")], true).await.unwrap();
        assert!(client.get(&path, &[&ada]).await.is_err(), "{place}: an answer");
        // Another's stream on the same connection lives on, and so does the connection.
        assert_eq!(before.await.unwrap().status(), StatusCode::OK, "{place}");
        let next = client.get("/who", &[&ada]).await.unwrap();
        expect_read(&next, "ada", &place);
    }
    expect_untouched(at, &ada).await;
}

/// The layer is dropped with its response: there is nothing that a cookie could be put on.
#[tokio::test(flavor = "multi_thread")]
async fn caught_outside_of_the_session_is_500_without_a_cookie() {
    let at = server().await;
    let ada = cookie_of("ada");
    for mut client in Client::both(at).await {
        for place in PLACES {
            let answer = client.get(&format!("/caught-outside/panic/{place}"), &[&ada]).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{place}");
            assert_eq!(answer.lines(header::SET_COOKIE), [""; 0], "{place}");
            expect_read(&client.get("/who", &[&ada]).await, "ada", &"on this connection");
        }
    }
    expect_untouched(at, &ada).await;
}

/// The layer sees a response of 500 like any other: what was written before the panic is kept, and
/// nothing that was half done.
#[tokio::test(flavor = "multi_thread")]
async fn caught_inside_of_the_session_is_500_with_what_was_written() {
    let at = server().await;
    let ada = cookie_of("ada");
    for mut client in Client::both(at).await {
        for place in PLACES {
            let answer = client.get(&format!("/caught-inside/panic/{place}"), &[&ada]).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{place}");
            assert_eq!(answer.lines(header::VARY), ["Cookie"], "{place}");
            match answer.cookie() {
                Some(written) => {
                    assert_eq!(place, "write");
                    let next = client.get("/who", &[written]).await;
                    expect_read(&next, "half-written", &place);
                }
                None => assert_eq!(answer.lines(header::SET_COOKIE), [""; 0], "{place}"),
            }
        }
    }
    expect_untouched(at, &ada).await;
}

/// A handler that catches its own panic has the session that it had, and can go on with it.
#[tokio::test(flavor = "multi_thread")]
async fn survived_by_the_handler_leave_the_session_usable() {
    let at = server().await;
    let ada = cookie_of("ada");
    for mut client in Client::both(at).await {
        for place in PLACES {
            let name = if place == "write" { "half-written" } else { "ada" };
            let answer = client.get(&format!("/survived/{place}"), &[&ada]).await;
            let cookie = expect_set(&answer, &format!("true {name}"), &place);
            expect_read(&client.get("/who", &[cookie]).await, name, &place);
        }
    }
    expect_untouched(at, &ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_of_them_disturb_nobody() {
    let at = server().await;
    let mut panicking = tokio::task::JoinSet::new();
    for n in 0..40 {
        panicking.spawn(async move {
            let name = format!("visitor-{n}");
            let cookie = cookie_of(&name);
            for place in PLACES {
                let mut client =
                    if n % 2 == 0 { Client::one(at).await } else { Client::two(at).await };
                let path = format!("/panic/{place}");
                assert!(client.try_get(&path, &[&cookie]).await.is_err());
                let mut client = Client::one(at).await;
                let next = client.get("/who", &[&cookie]).await;
                expect_read(&next, &name, &place);
            }
        });
    }
    while let Some(ended) = panicking.join_next().await {
        ended.unwrap();
    }
    expect_alive(at).await;
}
