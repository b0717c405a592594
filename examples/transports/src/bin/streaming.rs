//! A streaming response and a WebSocket: when the session can still be changed, and when not.
//!
//! `cargo run -p transports --bin streaming`

use axum::body::{Body, to_bytes};
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::{Router, response::Response, routing::get};
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;
use tokio_tungstenite::connect_async;
use tower::{BoxError, ServiceExt};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};

/// The head has gone when the body is made: a change is sent before it, and is an error in it.
async fn rows(session: Session) -> Result<Body, Error> {
    session.insert("asked", true)?;
    let lines = (0..3).map(move |row| {
        let late = session.insert("row", row);
        Ok::<_, Error>(format!("{row}: {:?}, {late:?}\n", session.get::<bool>("asked")))
    });
    Ok(Body::from_stream(stream::iter(lines)))
}

/// The upgrade's response is the head: the session is as it was then, and can be read for hours.
async fn chat(session: Session, upgrade: WebSocketUpgrade) -> Result<Response, Error> {
    session.insert("chats", true)?;
    Ok(upgrade.on_upgrade(async move |mut socket| {
        let said = format!("{:?}, {:?}", session.get::<bool>("chats"), session.insert("late", 1));
        // The other end may be gone.
        let _ = socket.send(Message::from(said)).await;
    }))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let app = Router::new().route("/rows", get(rows)).route("/chat", get(chat)).layer(sessions);

    let request = axum::http::Request::get("/rows").body(Body::empty())?;
    let response = app.clone().oneshot(request).await?;
    assert!(response.headers().contains_key("set-cookie"));
    let body = to_bytes(response.into_body(), 1000).await?;
    print!("{}", String::from_utf8_lossy(&body));
    assert_eq!(
        body.split(|byte| *byte == b'\n').next(),
        Some(&b"0: Ok(Some(true)), Err(Closed)"[..])
    );

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, app).into_future());
    let (mut socket, head) = connect_async(format!("ws://{address}/chat")).await?;
    println!("{}: {:?}", head.status(), head.headers()["set-cookie"]);
    let said = socket.next().await.ok_or("nothing was said")??;
    println!("{said}");
    assert_eq!(said.to_text()?, "Ok(Some(true)), Err(Closed)");
    Ok(socket.close(None).await?)
}
