//! The session through hyper, over loopback. Rows are named as in the table of bad inputs that
//! `tests/bad_input` holds in process; here they come as bytes of HTTP/1 and as fields of HTTP/2.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails here fails a test")]

mod forged;
mod hang_up;
mod many;
mod methods;
mod odd;
mod over_http1;
mod over_http2;
mod panics;
mod raw_http2;

use std::{fmt::Debug, net::SocketAddr, time::Duration};

use axum::http::{StatusCode, header};
use servers::{Answer, Failure, Http1, Http2, KEY, NAME, serve, sessions};
use tokio::{net::TcpListener, time::timeout};
use tower_cookie_session::{Codec as _, SecretKey, SessionLayer, Signed};

/// What nothing here takes.
const LONG_ENOUGH: Duration = Duration::from_secs(20);

/// Starts a server, which ends with the test's runtime.
async fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move { serve(listener, &sessions(4096).unwrap()).await });
    at
}

fn layer() -> SessionLayer {
    sessions(4096).unwrap()
}

/// The cookie of a session that holds a name.
fn cookie_of(name: &str) -> String {
    with_json(&format!(r#"{{"name":"{name}"}}"#))
}

/// A cookie with a signature that holds, whatever it signs.
fn with_json(json: &str) -> String {
    with_json_by(KEY, json)
}

fn with_json_by(key: &str, json: &str) -> String {
    let issued = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut codec = Signed::new(SecretKey::new(key).unwrap());
    codec.prepare(NAME);
    let mut cookie = format!("{NAME}=").into_bytes();
    codec.encode(json, issued, 4096, &mut cookie);
    String::from_utf8(cookie).unwrap()
}

/// A connection of either protocol.
#[derive(Debug)]
enum Client {
    One(Http1),
    Two(Http2),
}

impl Client {
    /// One of each.
    async fn both(at: SocketAddr) -> [Self; 2] {
        [Self::one(at).await, Self::two(at).await]
    }

    async fn one(at: SocketAddr) -> Self {
        Self::One(Http1::connect(at).await.unwrap())
    }

    async fn two(at: SocketAddr) -> Self {
        Self::Two(Http2::connect(at).await.unwrap())
    }

    async fn try_get(
        &mut self,
        path: &str,
        cookies: &[impl AsRef<[u8]>],
    ) -> Result<Answer, Failure> {
        let answer = async {
            match self {
                Self::One(client) => Ok(client.get(path, cookies).await?),
                Self::Two(client) => client.get(path, cookies).await,
            }
        };
        timeout(LONG_ENOUGH, answer).await?
    }

    async fn get(&mut self, path: &str, cookies: &[impl AsRef<[u8]>]) -> Answer {
        self.try_get(path, cookies).await.unwrap()
    }
}

/// What must hold of the answer to a request that only read: it was 200, says so, and sets nothing.
#[track_caller]
fn expect_read(answer: &Answer, expected: &str, row: &dyn Debug) {
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, expected), "{row:?}");
    assert_eq!(answer.lines(header::VARY), ["Cookie"], "{row:?}");
    assert_eq!(answer.lines(header::SET_COOKIE), [""; 0], "{row:?}");
}

/// The cookie that an answer sets; it must be of that text, and for nobody else.
#[track_caller]
fn expect_set(answer: &Answer, expected: &str, row: &dyn Debug) -> String {
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, expected), "{row:?}");
    assert_eq!(answer.lines(header::VARY), ["Cookie"], "{row:?}");
    assert_eq!(answer.lines(header::CACHE_CONTROL), ["private"], "{row:?}");
    answer.cookie().unwrap_or_else(|| panic!("{row:?}: not one Set-Cookie: {answer:?}"))
}

/// The server answers a stranger, and knows Ada, over both protocols.
async fn expect_alive(at: SocketAddr) {
    for mut client in Client::both(at).await {
        expect_read(&client.get("/read", &[""; 0]).await, "New -", &"a stranger");
        let ada = client.get("/read", &[cookie_of("ada")]).await;
        expect_read(&ada, "Cookie ada", &"Ada");
    }
}
