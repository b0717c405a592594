//! A flash message: left by one request, shown once by the next.
//!
//! `cargo run --example flash --features axum`

use axum::{
    Router,
    body::{Body, to_bytes},
    response::Redirect,
    routing::{get, post},
};
use http::{Request, header};
use tower::{BoxError, ServiceExt};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};

async fn save(session: Session) -> Result<Redirect, Error> {
    session.flash("success", "Saved.")?;
    Ok(Redirect::to("/"))
}

async fn page(session: Session) -> Result<String, Error> {
    let flashes = session.take_flashes()?;
    let lines = flashes.iter().map(|flash| format!("[{}] {}\n", flash.category, flash.message));
    Ok(lines.collect::<String>() + "The page")
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let app = Router::new().route("/", get(page)).route("/save", post(save)).layer(sessions);

    let mut cookie = String::new();
    for (request, expected) in [
        (Request::post("/save"), ""),
        (Request::get("/"), "[success] Saved.\nThe page"),
        (Request::get("/"), "The page"),
    ] {
        let request = request.header(header::COOKIE, &cookie).body(Body::empty())?;
        let response = app.clone().oneshot(request).await?;
        // Without the last message the session is empty, and its cookie is removed.
        if let Some(line) = response.headers().get(header::SET_COOKIE) {
            cookie = line.to_str()?.split(';').next().unwrap_or_default().to_owned();
        }
        let body = to_bytes(response.into_body(), 1000).await?;
        println!("{}\n", String::from_utf8_lossy(&body));
        assert_eq!(body, expected);
    }
    assert_eq!(cookie, "__Host-session=");
    Ok(())
}
