//! Sessions on some routes only, and another session for the admin area.
//!
//! `cargo run --example per_route --features axum`

use std::time::Duration;

use axum::{Router, body::Body, routing::get};
use http::{Request, StatusCode, header};
use tower::{BoxError, ServiceExt};
use tower_cookie_session::{
    Error, Expiry, Scoped, SecretKey, Session, SessionCookie, SessionLayer, Signed,
};

/// Names the admin area's session; any type of your own will do.
struct Admin;

async fn page(session: Session) -> Result<&'static str, Error> {
    session.insert("seen", true)?;
    Ok("page")
}

/// Both sessions: the visitor's, and the admin's.
async fn admin(session: Session, admin: Scoped<Admin>) -> Result<String, Error> {
    admin.insert("user", "root")?;
    Ok(format!("{} keys, {} of the admin's", session.len(), admin.len()))
}

/// Runs with and without a session.
async fn health(session: Option<Session>) -> StatusCode {
    if session.is_none() { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    // Another cookie, another key, half an hour.
    let admins = SessionLayer::new(Signed::new(SecretKey::generate()))
        .cookie(SessionCookie::new("__Host-admin")?)
        .expiry(Expiry::default().idle(Duration::from_secs(30 * 60)))?
        .scoped::<Admin>();
    let app = Router::new()
        .route("/admin", get(admin))
        .route_layer(admins)
        .route("/", get(page))
        // A layer wraps the routes above it, not those below.
        .layer(sessions)
        .route("/health", get(health));

    for (path, cookies) in [("/", 1), ("/admin", 1), ("/health", 0)] {
        let response = app.clone().oneshot(Request::get(path).body(Body::empty())?).await?;
        let lines: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().collect();
        println!("{path}: {}, {lines:?}", response.status());
        assert_eq!((response.status(), lines.len()), (StatusCode::OK, cookies));
    }
    Ok(())
}
