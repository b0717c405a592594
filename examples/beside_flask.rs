//! A page in Rust next to an application in Flask: one login, one session, one cookie.
//!
//! Two commands, in two shells, after `pip install -r examples/beside_flask/requirements.txt`:
//!
//! ```text
//! SECRET_KEY=the-same-in-both flask --app examples/beside_flask/app.py run
//! SECRET_KEY=the-same-in-both cargo run --example beside_flask --features axum,flask
//! ```
//!
//! Then open <http://localhost:5000>. Cookies ignore ports, so the browser sends both the same one;
//! it is Secure, which browsers accept over plain http only from `localhost` (Safari: nowhere).
//! `--port 3000` is the default. `FLASK_URL`, and `RUST_URL` for Flask, say where the other is.

use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Router, routing::get, routing::post};
use tower_cookie_session::{Error, Flask, SecretKey, Session, SessionLayer};

/// Who Flask says the visitor is, and what Flask flashed.
async fn profile(session: Session) -> Result<Response, Error> {
    let Some(user) = session.get::<String>("user")? else { return Ok(to_flask().into_response()) };
    let mut page = format!("<!doctype html><title>Rust</title><p>Rust knows {}</p>", escape(&user));
    for flash in session.take_flashes()? {
        page += &format!("<p><em>{}</em></p>", escape(&flash.message));
    }
    Ok(Html(page + FORM).into_response())
}

const FORM: &str = r#"<form method="post"><button formaction="/profile">Save</button>
<button formaction="/logout">Log out</button></form>"#;

async fn save(session: Session) -> Result<Redirect, Error> {
    session.flash("success", "Saved, says Rust")?;
    Ok(to_flask())
}

async fn logout(session: Session) -> Result<Redirect, Error> {
    session.clear()?;
    Ok(to_flask())
}

fn to_flask() -> Redirect {
    Redirect::to(&std::env::var("FLASK_URL").unwrap_or("http://localhost:5000".to_owned()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("SECRET_KEY").ok().filter(|secret| !secret.is_empty());
    let secret = secret.ok_or("SECRET_KEY is not set: give this the one that Flask has")?;
    let sessions = SessionLayer::new(Flask::new(SecretKey::legacy(secret)?));
    let pages = Router::new().route("/profile", get(profile).post(save));
    let port = std::env::args().skip_while(|argument| argument != "--port").nth(1);
    let at = ("127.0.0.1", port.map_or(Ok(3000), |port| port.parse())?);
    let listener = tokio::net::TcpListener::bind(at).await?;
    Ok(axum::serve(listener, pages.route("/logout", post(logout)).layer(sessions)).await?)
}
