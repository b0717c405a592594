//! Between tower-http's layers: which go around the session, and which inside.
//!
//! `cargo run -p transports --bin tower_http`

use std::time::Duration;

use axum::{Router, body::Body, extract::Path, http::Request, routing::get};
use tower::{BoxError, ServiceBuilder, ServiceExt};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer, csrf::CsrfLayer,
    timeout::TimeoutLayer,
};

async fn page(session: Session, Path(name): Path<String>) -> Result<String, Error> {
    session.insert("seen", true)?;
    match name.as_str() {
        "panics" => std::panic::resume_unwind(Box::new("a bug")),
        "hangs" => std::future::pending().await,
        _ => Ok("page ".repeat(100)),
    }
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let slow = axum::http::StatusCode::GATEWAY_TIMEOUT;
    let layers = ServiceBuilder::new()
        // Around it: the response to a request that never finished, without its changes.
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(CorsLayer::permissive())
        .layer(CsrfLayer::new())
        .layer(sessions)
        // Inside: its answer is a response like any other, with the changes made until then.
        .layer(TimeoutLayer::with_status_code(slow, Duration::from_millis(50)));
    let app = Router::new().route("/{page}", get(page).post(page)).layer(layers);

    for (request, status, is_sent) in [
        (Request::get("/front"), 200, true),
        (Request::post("/front").header("sec-fetch-site", "cross-site"), 403, false),
        (Request::get("/panics"), 500, false),
        (Request::get("/hangs"), 504, true),
    ] {
        let request = request.header("accept-encoding", "gzip").body(Body::empty())?;
        print!("{} {}: ", request.method(), request.uri());
        let response = app.clone().oneshot(request).await?;
        println!("{} {:?}", response.status(), response.headers());
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key("set-cookie"), is_sent);
    }
    Ok(())
}
