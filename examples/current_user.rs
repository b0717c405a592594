//! A login, and an extractor `CurrentUser` that sends whoever is not logged in to the login page.
//!
//! `cargo run --example current_user --features axum`

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router, body::Body, extract::FromRequestParts};
use http::{Request, header, request::Parts};
use serde::Deserialize;
use tower::{BoxError, ServiceExt};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};

struct CurrentUser(String);

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state).await;
        let user = session.map_err(IntoResponse::into_response)?.get("user");
        let user: Option<String> = user.map_err(IntoResponse::into_response)?;
        user.map(Self).ok_or_else(|| Redirect::to("/login").into_response())
    }
}

#[derive(Deserialize)]
struct Login {
    user: String,
}

/// (The password is checked here.)
async fn login(session: Session, Form(login): Form<Login>) -> Result<Redirect, Error> {
    // A new id, and the absolute limit starts over.
    session.renew()?;
    session.insert("user", login.user)?;
    Ok(Redirect::to("/"))
}

async fn home(CurrentUser(user): CurrentUser) -> String {
    format!("Hello {user}")
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let app = Router::new().route("/", get(home)).route("/login", post(login)).layer(sessions);

    let stranger = app.clone().oneshot(Request::get("/").body(Body::empty())?).await?;
    assert_eq!(stranger.headers()[header::LOCATION], "/login");

    let form = Request::post("/login").header("content-type", "application/x-www-form-urlencoded");
    let logged_in = app.clone().oneshot(form.body(Body::from("user=Ada"))?).await?;
    let cookie = logged_in.headers()[header::SET_COOKIE].to_str()?.split(';').next();
    let request = Request::get("/").header(header::COOKIE, cookie.unwrap_or_default());
    let home = app.oneshot(request.body(Body::empty())?).await?;
    println!("{}", home.status());
    assert_eq!(home.status(), 200);
    Ok(())
}
