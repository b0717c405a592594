//! The routes and their pages.

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tower_cookie_session::{ConfigError, Origin, Rejection, SecretKey, Session, SessionLayer};
use tower_http::csrf::CsrfLayer;

use crate::{
    accounts::Accounts,
    feed::{Ended, Feed},
    sessions::{self, Clock},
    valid_since::ValidSince,
};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct App {
    sessions: SessionLayer,
    accounts: Accounts,
    copy: ValidSince,
    feed: Feed,
}

impl App {
    pub(crate) fn new(
        key: SecretKey,
        accounts: Accounts,
        copy: ValidSince,
        feed: Feed,
        clock: Clock,
    ) -> Result<Self, ConfigError> {
        let sessions = sessions::layer(key, copy.clone(), clock)?;
        Ok(Self { sessions, accounts, copy, feed })
    }
}

pub(crate) fn router(app: App) -> Router {
    let sessions = app.sessions.clone();
    Router::new()
        .route("/", get(index))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/log-out-everywhere", post(log_out_everywhere))
        .route("/password", post(password))
        .layer(sessions)
        // Otherwise any site could press the button for its visitors.
        .layer(CsrfLayer::new())
        .with_state(app)
}

async fn index(session: Session) -> Result<Html<String>, Failure> {
    let flashes = session.take_flashes()?;
    let notes: String = flashes.iter().map(|flash| format!("<p>{}</p>", flash.message)).collect();
    let ended = session.origin() == Origin::Rejected(Rejection::Refused);
    let ended = if ended { ENDED } else { "" };
    let page = match sessions::user(&session)? {
        // The name is that of a known account, so it needs no escaping.
        Some(user) => format!("<p>Logged in as {user}</p>{LOGGED_IN}"),
        None => format!("<p>You are not logged in</p>{ended}{LOG_IN}"),
    };
    Ok(Html(format!("<!doctype html><title>Log out everywhere</title>{notes}{page}\n")))
}

const ENDED: &str = "<p>Your session was ended, or nobody can say now that it was not.</p>";
const LOG_IN: &str = r#"<form method="post" action="/login">
<label>Name <input name="user" value="ada" autocomplete="username"></label>
<label>Password <input name="password" value="correct horse" autocomplete="current-password"></label>
<button>Log in</button></form>"#;
const LOGGED_IN: &str = r#"<form method="post" action="/log-out-everywhere">
<button>Log out everywhere else</button></form>
<form method="post" action="/password">
<label>Old password <input name="old" type="password" autocomplete="current-password"></label>
<label>New password <input name="new" type="password" autocomplete="new-password"></label>
<button>Change the password, and log out everywhere else</button></form>
<form method="post" action="/logout"><button>Log out here</button></form>"#;

#[derive(Deserialize)]
struct Login {
    user: String,
    password: String,
}

async fn login(
    State(app): State<App>,
    session: Session,
    Form(form): Form<Login>,
) -> Result<Response, Failure> {
    if !app.copy.admits_anyone() {
        let text = "Nobody can log in here now, for Redis is away. Please try again.";
        return Ok(page(StatusCode::SERVICE_UNAVAILABLE, text));
    }
    if !app.accounts.check(&form.user, &form.password)? {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, "Name or password is wrong."));
    }
    sessions::enter(&session, &form.user, app.copy.of(&form.user))?;
    Ok(Redirect::to("/").into_response())
}

async fn logout(session: Session) -> Result<Redirect, Failure> {
    session.clear()?;
    Ok(Redirect::to("/"))
}

async fn log_out_everywhere(State(app): State<App>, session: Session) -> Result<Response, Failure> {
    let Some(user) = sessions::user(&session)? else { return Ok(log_in_first()) };
    app.end_others(&session, user, "").await
}

#[derive(Deserialize)]
struct Passwords {
    old: String,
    new: String,
}

async fn password(
    State(app): State<App>,
    session: Session,
    Form(form): Form<Passwords>,
) -> Result<Response, Failure> {
    let Some(user) = sessions::user(&session)? else { return Ok(log_in_first()) };
    if !app.accounts.check(&user, &form.old)? {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, "This is not your old password."));
    }
    if !app.accounts.set_password(&user, &form.new)? {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, "This is no password."));
    }
    // After the password, so that a login with the old one in the meantime is ended too.
    app.end_others(&session, user, "Your password is changed. ").await
}

impl App {
    /// Ends all sessions of `user` but this one, in which `done` says what was done before.
    async fn end_others(
        &self,
        session: &Session,
        user: String,
        done: &str,
    ) -> Result<Response, Failure> {
        let Some(outlives) = sessions::outlives(session) else { return Ok(log_in_first()) };
        let (feed, name) = (self.feed.clone(), user.clone());
        // A task of its own, which finishes even if the visitor does not wait for it.
        let ended = tokio::spawn(async move { feed.end_sessions(&name, outlives).await }).await?;
        Ok(match ended {
            Ended::Everywhere(since) => {
                sessions::enter(session, &user, since)?;
                session.flash("success", format!("{done}{EVERYWHERE}"))?;
                Redirect::to("/").into_response()
            }
            Ended::OnlyHere(since) => {
                sessions::enter(session, &user, since)?;
                page(StatusCode::SERVICE_UNAVAILABLE, &format!("{done}{ONLY_HERE}"))
            }
            Ended::AlreadyOut => {
                session.clear()?;
                log_in_first()
            }
        })
    }
}

const EVERYWHERE: &str = "Your other sessions are ended, on every server.";
const ONLY_HERE: &str = "Your other sessions are ended on this server only, for Redis is away. The \
    other servers will hear of it when it is back.";

fn log_in_first() -> Response {
    page(StatusCode::UNAUTHORIZED, "Please log in first.")
}

fn page(status: StatusCode, text: &str) -> Response {
    let back = r#"<p><a href="/">Back</a></p>"#;
    (status, Html(format!("<!doctype html><title>{text}</title><p>{text}</p>{back}\n")))
        .into_response()
}

/// Errors that no visitor can do anything about.
struct Failure(Box<dyn std::error::Error>);

impl<E: Into<Box<dyn std::error::Error>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::error!(error = %self.0, "a page failed");
        page(StatusCode::INTERNAL_SERVER_ERROR, "That was our fault.")
    }
}
