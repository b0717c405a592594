//! Every message, compared with the tables of `docs/ERRORS.md`; each error is made to happen.

use std::{collections::BTreeSet, time::Duration};

use axum::{
    Router,
    body::to_bytes,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
    routing::get,
};
use http::Request;
use tower::ServiceExt;
use tower_cookie_session::{
    ConfigError, Expiry, Express, Rejection, SameSite, SecretKey, Session, SessionCookie,
    SessionLayer,
};

use crate::{events::logged, support::*};

const DOCUMENTED: &str = include_str!("../../docs/ERRORS.md");

/// The messages of the table under a heading that begins so.
fn documented(heading: &str) -> BTreeSet<String> {
    let sections = DOCUMENTED.split("\n## ");
    let section = sections.into_iter().find(|section| section.starts_with(heading)).unwrap();
    let rows = section.lines().filter_map(|line| line.split_once("| ``"));
    rows.map(|(_, row)| row.split_once("`` |").unwrap().0.trim_end().replace("\\|", "|")).collect()
}

fn texts<E: ToString>(errors: impl IntoIterator<Item = E>) -> BTreeSet<String> {
    errors.into_iter().map(|error| error.to_string()).collect()
}

#[test]
fn in_a_handler() {
    let session = Session::detached();
    session.insert("cart", "robot").unwrap();
    let maps = [(vec![1], 1)];
    let unserializable = std::collections::HashMap::from(maps);
    let mut errors = vec![
        session.get::<u32>("cart").unwrap_err(),
        session.to::<Vec<u32>>().unwrap_err(),
        session.insert("cart", unserializable).unwrap_err(),
        session.replace("a text").unwrap_err(),
        session.insert("_session", 1).unwrap_err(),
    ];
    session.insert("notes", "n".repeat(100)).unwrap();
    session.flash("success", "Saved").unwrap();
    errors.push(session.insert("cart", "c".repeat(3875)).unwrap_err());
    let mut late = None;
    respond(&layer(), "", |session| late = Some(session.clone()));
    errors.push(late.unwrap().insert("cart", 1).unwrap_err());
    assert_eq!(texts(errors), documented("In a handler"));
}

#[tokio::test]
async fn no_session_at_all() {
    let app = Router::new().route("/", get(async |_: Session| {}));
    let response = app.oneshot(Request::new(axum::body::Body::empty())).await.unwrap();
    let body = to_bytes(response.into_body(), 1000).await.unwrap();
    assert_eq!(texts([String::from_utf8_lossy(&body)]), documented("No session at all"));
}

#[tokio::test]
async fn what_the_visitor_is_not_told_is_logged() {
    let logged = |response: &dyn Fn() -> Response| {
        let line = logged(|| drop(response())).concat();
        line.strip_prefix("ERROR tower_cookie_session: session error error=").unwrap().to_owned()
    };
    let error = Session::detached().insert("_session", 1).unwrap_err();
    assert_eq!(logged(&|| error.clone().into_response()), error.to_string());
    let (mut parts, ()) = Request::new(()).into_parts();
    let missing = Session::from_request_parts(&mut parts, &()).await.unwrap_err();
    assert_eq!(logged(&|| missing.into_response()), missing.to_string());
}

#[test]
fn a_refused_cookie() {
    let rejections = [
        Rejection::TooLong,
        Rejection::BadSignature,
        Rejection::Malformed,
        Rejection::FromTheFuture,
        Rejection::Expired,
        Rejection::Refused,
    ];
    assert_eq!(texts(rejections), documented("A refused cookie"));
}

#[test]
fn when_the_program_starts() {
    let name = |name: &str| SessionCookie::new(name).map(drop).unwrap_err();
    let changed = |change: fn(SessionCookie) -> Result<SessionCookie, ConfigError>| {
        change(cookie("session")).map(drop).unwrap_err()
    };
    let host = |change: fn(SessionCookie) -> Result<SessionCookie, ConfigError>| {
        change(SessionCookie::host()).map(drop).unwrap_err()
    };
    let second = Duration::from_secs(1);
    let expiry = |layer: SessionLayer, expiry: Expiry| layer.expiry(expiry).map(drop).unwrap_err();
    let errors = [
        SecretKey::legacy("").map(drop).unwrap_err(),
        SecretKey::new("too short").map(drop).unwrap_err(),
        SecretKey::new([b'a'; 40]).map(drop).unwrap_err(),
        ConfigError::KeyNotUnicode,
        SecretKey::from_env("NOT_SET").map(drop).unwrap_err(),
        // Cargo sets it, and 20 bytes are no key.
        SecretKey::from_env("CARGO_PKG_NAME").map(drop).unwrap_err(),
        name(""),
        name(&"n".repeat(257)),
        name("a b"),
        changed(|cookie| cookie.domain("d".repeat(64))),
        changed(|cookie| cookie.domain("a..b")),
        changed(|cookie| cookie.domain("a b")),
        changed(|cookie| cookie.domain("10.0.0.1")),
        changed(|cookie| cookie.path("a")),
        changed(|cookie| cookie.path(format!("/{}", "p".repeat(1024)))),
        changed(|cookie| cookie.path("/;")),
        changed(|cookie| cookie.path("/ ")),
        host(|cookie| cookie.domain("example.com")),
        host(|cookie| cookie.path("/shop")),
        host(|cookie| cookie.secure(false)),
        changed(|cookie| cookie.same_site(SameSite::None)?.secure(false)),
        changed(|cookie| cookie.partitioned(true)?.secure(false)),
        changed(|cookie| cookie.max_size(5000)),
        expiry(layer(), Expiry::never().idle(Duration::ZERO)),
        expiry(SessionLayer::new(Express::new(key())), Expiry::never().idle(second)),
        expiry(layer(), Expiry::never().idle(2 * second).absolute(second)),
        expiry(layer(), Expiry::never().idle_persistent(2 * second).absolute(second)),
        expiry(layer(), Expiry::never().idle(second).renew_after(second)),
    ];
    // What `unwrap` prints.
    assert!(errors.iter().all(|error| format!("{error:?}") == error.to_string()));
    let errors = texts(errors).into_iter().map(|message| {
        message.replace("NOT_SET", "SECRET_KEY").replace("CARGO_PKG_NAME", "SECRET_KEY")
    });
    assert_eq!(texts(errors), documented("When the program starts"));
}

/// That they are said is the matter of `events.rs`.
#[test]
fn in_the_log() {
    let source = include_str!("../../src/trace.rs");
    let said = source.match_indices("\n    tracing::").count();
    let documented = documented("In the log");
    assert_eq!(said, documented.len());
    for message in documented {
        assert!(source.contains(&format!("\"{message}\"")), "{message}");
    }
}
