//! The routes and the layers around them.

use std::time::Duration;

use axum::{
    Router,
    routing::{get, post},
};
use tower_cookie_session::{ConfigError, Expiry, SecretKey, SessionCookie, SessionLayer, Signed};
use tower_http::csrf::CsrfLayer;

use crate::{accounts::Accounts, contents::Contents, error, login, name_tag, page, shop};

/// What the handlers share. (Sessions come with the request; only the name tag needs the layer.)
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) accounts: Accounts,
    pub(crate) sessions: SessionLayer,
    pub(crate) cookie_name: &'static str,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl App {
    /// `insecure` is for plain http on a local network, where browsers drop a Secure cookie, and
    /// with it every name that begins with `__Host-`.
    pub(crate) fn new(
        key: SecretKey,
        accounts: Accounts,
        insecure: bool,
    ) -> Result<Self, ConfigError> {
        let cookie_name = if insecure { "session" } else { "__Host-session" };
        let expiry = Expiry::never().idle(30 * MINUTE).idle_persistent(30 * DAY).absolute(90 * DAY);
        let sessions = SessionLayer::new(Signed::new(key))
            .cookie(SessionCookie::new(cookie_name)?.secure(!insecure)?)
            .expiry(expiry)?
            // A session that an older version of the store wrote in another shape starts over,
            // instead of being an error on every page.
            .validate(|session| session.to::<Contents>().is_ok());
        Ok(Self { accounts, sessions, cookie_name })
    }
}

pub(crate) fn router(app: App) -> Router {
    let sessions = app.sessions.clone();
    Router::new()
        .route("/", get(shop::window))
        .route("/cart", get(shop::cart))
        .route("/cart/add", post(shop::add))
        .route("/cart/remove", post(shop::remove))
        .route("/register", get(login::register_form).post(login::register))
        .route("/login", get(login::login_form).post(login::login))
        .route("/logout", post(login::logout))
        .route("/account", get(login::account))
        .route("/account/password", post(login::change_password))
        .route("/name-tag", get(name_tag::show))
        .route("/name-tag/forget", post(name_tag::forget))
        .route("/style.css", get(page::style))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::not_found)
        .layer(sessions)
        // SameSite=Lax keeps the cookie out of forms on other sites; this also refuses them where
        // it does not reach: from another port or sub-domain of this site, and in a login form,
        // which needs no cookie to do harm. Outside of the session: a refusal costs nothing.
        .layer(CsrfLayer::new().with_rejection_response(error::cross_site))
        .with_state(app)
}
