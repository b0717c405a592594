//! The session in axum.

use axum::{Router, body::Body, response::IntoResponse, routing::get};
use http::{Request, StatusCode, header};
use tower::ServiceExt;
use tower_cookie_session::{Error, Scoped, Session, SessionLayer};

use crate::support::*;

async fn visits(session: Session) -> Result<String, Error> {
    let visits = session.update("visits", |visits: &mut u32| {
        *visits += 1;
        *visits
    })?;
    Ok(visits.to_string())
}

async fn fails(session: Session) -> Result<(), Error> {
    session.insert("a", 1)?;
    session.insert("secret", "x".repeat(5000))
}

struct Admin;

async fn scoped(session: Session, admin: Scoped<Admin>) -> Result<String, Error> {
    admin.insert("user", 2)?;
    Ok(format!("{} {}", session.len(), admin.len()))
}

async fn scoped_or_not(admin: Option<Scoped<Admin>>) -> String {
    format!("{}", admin.is_some())
}

async fn optional(session: Option<Session>) -> String {
    format!("{}", session.is_some())
}

fn app(layer: SessionLayer) -> Router {
    Router::new()
        .route("/visits", get(visits))
        .route("/fails", get(fails))
        .route("/admin", get(scoped).layer(admin(&layer)))
        .route("/admin/perhaps", get(scoped_or_not).layer(admin(&layer)))
        .route("/admin/bare", get(scoped))
        .layer(layer.clone())
        .route("/admin/without", get(scoped_or_not))
        .route("/bare", get(visits))
        .route("/without", get(optional))
        .nest("/with", Router::new().route("/it", get(optional)).layer(layer))
}

fn admin(layer: &SessionLayer) -> SessionLayer {
    layer.clone().cookie(cookie("admin")).scoped::<Admin>()
}

async fn ask(path: &str, cookie: &str) -> (StatusCode, Option<String>, String) {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = app(layer()).oneshot(request).await.unwrap();
    let cookie = response.headers().get(header::SET_COOKIE);
    let cookie = cookie.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned());
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, cookie, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_handler_takes_the_session() {
    let (_, cookie, body) = ask("/visits", "").await;
    assert_eq!(body, "1");
    let (_, cookie, body) = ask("/visits", &cookie.unwrap()).await;
    assert_eq!((body.as_str(), cookie.is_some()), ("2", true));
}

#[tokio::test]
async fn without_a_layer_the_answer_says_what_to_do() {
    let (status, _, body) = ask("/bare", "").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("SessionLayer") && body.contains("after"), "{body}");
    assert_eq!(ask("/without", "").await.2, "false");
    assert_eq!(ask("/with/it", "").await.2, "true");
}

#[tokio::test]
async fn an_error_is_a_bare_500_and_what_was_stored_before_is_kept() {
    let (status, cookie, body) = ask("/fails", "").await;
    assert_eq!((status, body.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "session error"));
    assert_eq!(layer().open(cookie.unwrap()).get("a"), Ok(Some(1)));
    assert_eq!(Error::Closed.into_response().status(), 500);
}

#[tokio::test]
async fn a_handler_takes_a_scoped_session_too() {
    let (_, cookie, body) = ask("/admin", "").await;
    assert_eq!(body, "0 1");
    assert!(cookie.unwrap().starts_with("admin="));
    let (status, _, body) = ask("/admin/bare", "").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("scoped::<T>()"), "{body}");
    assert_eq!(ask("/admin/perhaps", "").await.2, "true");
    assert_eq!(ask("/admin/without", "").await.2, "false");
}
