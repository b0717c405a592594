//! Between tower-http's layers: which go around the session, and which inside.
//!
//! `cargo run -p transports --bin tower_http`

use std::time::Duration;

use axum::{Router, body::Body, http::Request, routing::get};
use tower::{BoxError, ServiceBuilder, ServiceExt};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer,
    timeout::TimeoutLayer,
};

async fn page(session: Session) -> Result<String, Error> {
    session.insert("seen", true)?;
    Ok("page ".repeat(100))
}

async fn panics(session: Session) -> Result<(), Error> {
    session.insert("seen", true)?;
    std::panic::resume_unwind(Box::new("a bug"));
}

async fn hangs(session: Session) -> Result<(), Error> {
    session.insert("seen", true)?;
    std::future::pending().await
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let slow = axum::http::StatusCode::GATEWAY_TIMEOUT;
    let layers = ServiceBuilder::new()
        // Around it: what a visitor gets whose request never came to an end, without its changes.
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(CorsLayer::permissive())
        .layer(sessions)
        // Inside: its answer is a response like any other, with the changes made until then.
        .layer(TimeoutLayer::with_status_code(slow, Duration::from_millis(50)));
    let app = Router::new()
        .route("/", get(page))
        .route("/panics", get(panics))
        .route("/hangs", get(hangs))
        .layer(layers);

    for (path, status, is_sent) in
        [("/", 200, true), ("/panics", 500, false), ("/hangs", 504, true)]
    {
        let request = Request::get(path).header("accept-encoding", "gzip");
        let response = app.clone().oneshot(request.body(Body::empty())?).await?;
        println!("{path}: {} {:?}", response.status(), response.headers());
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key("set-cookie"), is_sent);
    }
    Ok(())
}
