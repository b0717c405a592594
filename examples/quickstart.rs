//! A login that lives in a signed cookie: `cargo run --example quickstart --features axum`.
//!
//! The secret comes from the environment variable `SECRET_KEY`; without it one is made, and
//! sessions end with the process. `--insecure` is for plain http from another machine, where
//! browsers drop Secure cookies; `--port 3000` is the default.

use std::error::Error as StdError;

use axum::{
    Form, Router,
    response::{Html, Redirect},
    routing::{get, post},
};
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_cookie_session::{
    ConfigError, Error, SecretKey, Session, SessionCookie, SessionLayer, Signed,
};

async fn index(session: Session) -> Result<Html<String>, Error> {
    let notes: String = session
        .take_flashes()?
        .iter()
        .map(|flash| format!("<p><em>{}</em></p>", escape(&flash.message)))
        .collect();
    let page = match session.get::<String>("username")? {
        Some(name) => format!("<p>Logged in as {}</p>{LOGOUT}", escape(&name)),
        None => format!("<p>You are not logged in</p>{LOGIN}"),
    };
    Ok(Html(format!("<!doctype html><title>Quickstart</title>{notes}{page}\n")))
}

const LOGIN: &str = r#"<form method="post" action="/login">
<label>Name <input name="username" required maxlength="100"></label> <button>Log in</button></form>"#;
const LOGOUT: &str = r#"<form method="post" action="/logout"><button>Log out</button></form>"#;

#[derive(Deserialize)]
struct Login {
    username: String,
}

async fn login(session: Session, Form(login): Form<Login>) -> Result<Redirect, Error> {
    session.renew()?;
    session.insert("username", login.username)?;
    session.flash("success", "Welcome")?;
    Ok(Redirect::to("/"))
}

async fn logout(session: Session) -> Result<Redirect, Error> {
    session.clear()?;
    session.flash("success", "Goodbye")?;
    Ok(Redirect::to("/"))
}

fn app(sessions: SessionLayer) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .layer(sessions)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let (mut insecure, mut port) = (false, 3000);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--insecure" => insecure = true,
            "--port" => port = arguments.next().ok_or("--port needs a number")?.parse()?,
            other => return Err(format!("unknown argument `{other}`").into()),
        }
    }
    let key = match SecretKey::from_env("SECRET_KEY") {
        Err(ConfigError::KeyMissing { .. }) => {
            eprintln!("SECRET_KEY is not set: sessions will not survive a restart");
            SecretKey::generate()
        }
        key => key.map_err(|error| error.to_string())?,
    };
    let mut sessions = SessionLayer::new(Signed::new(key));
    if insecure {
        sessions = sessions.cookie(SessionCookie::new("session")?.secure(false)?);
    }
    let host = if insecure { "0.0.0.0" } else { "127.0.0.1" };
    let listener = TcpListener::bind((host, port)).await?;
    println!("Open http://localhost:{}", listener.local_addr()?.port());
    axum::serve(listener, app(sessions)).await?;
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
