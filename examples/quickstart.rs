//! A login that lives in a signed cookie: `cargo run --example quickstart --features axum`.
//!
//! The port is 3000, or the environment variable `PORT`. `-- --insecure` is for plain http
//! from another machine, where browsers drop Secure cookies.

use axum::{Form, Router, response::Html, response::Redirect, routing::get, routing::post};
use tower_cookie_session::{ConfigError, Error, SecretKey};
use tower_cookie_session::{Session, SessionCookie, SessionLayer, Signed};

async fn index(session: Session) -> Result<Html<String>, Error> {
    Ok(Html(match session.get::<String>("username")? {
        Some(name) => LOGGED_IN.replace("{name}", &name.replace('&', "&amp;").replace('<', "&lt;")),
        None => LOGGED_OUT.to_owned(),
    }))
}

const LOGGED_OUT: &str = "<!doctype html><title>Quickstart</title><p>You are not logged in</p>
<form method=post action=/login><label>Name <input name=username></label> <button>Log in</button></form>\n";
const LOGGED_IN: &str = "<!doctype html><title>Quickstart</title><p>Logged in as {name}</p>
<form method=post action=/logout><button>Log out</button></form>\n";

#[derive(serde::Deserialize)]
struct Login {
    username: String,
}

async fn login(session: Session, Form(login): Form<Login>) -> Result<Redirect, Error> {
    session.renew()?;
    session.insert("username", login.username)?;
    Ok(Redirect::to("/"))
}

async fn logout(session: Session) -> Result<Redirect, Error> {
    session.clear()?;
    Ok(Redirect::to("/"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = match SecretKey::from_env("SECRET_KEY") {
        Err(ConfigError::KeyMissing { .. }) => {
            eprintln!("SECRET_KEY is not set: sessions will not survive a restart");
            SecretKey::generate()
        }
        key => key.map_err(|error| error.to_string())?,
    };
    let mut sessions = SessionLayer::new(Signed::new(key));
    let mut host = "127.0.0.1";
    if std::env::args().any(|argument| argument == "--insecure") {
        sessions = sessions.cookie(SessionCookie::new("session")?.secure(false)?);
        host = "0.0.0.0";
    }
    let app = Router::new().route("/", get(index)).route("/login", post(login));
    let app = app.route("/logout", post(logout)).layer(sessions);
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind((host, port)).await?;
    println!("Open http://localhost:{}", listener.local_addr()?.port());
    Ok(axum::serve(listener, app).await?)
}
