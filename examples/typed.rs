//! The whole session as a struct of your own, and a struct whose shape has changed since.
//!
//! `cargo run --example typed --features axum`

use axum::{Router, body::Body, routing::post};
use http::{Request, header};
use serde::{Deserialize, Serialize};
use tower::{BoxError, ServiceExt};
use tower_cookie_session::{Error, Origin, Rejection, SecretKey, Session, SessionLayer, Signed};

/// A new field has a default, so that older sessions still have this shape.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Visitor {
    name: String,
    cart: Vec<u32>,
    theme: Option<String>,
}

async fn add(session: Session) -> Result<String, Error> {
    let mut visitor: Visitor = session.to()?;
    visitor.cart.push(7);
    session.replace(&visitor)?;
    Ok(format!("{} has {} in the cart", visitor.name, visitor.cart.len()))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    // What cannot be read as a Visitor starts over, instead of failing in every handler.
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()))
        .validate(|session| session.to::<Visitor>().is_ok());
    let app = Router::new().route("/add", post(add)).layer(sessions.clone());

    let last_year = sessions.seal(&serde_json::json!({ "name": "Ada", "cart": [1, 2] }))?;
    let request = Request::post("/add").header(header::COOKIE, &last_year);
    let response = app.oneshot(request.body(Body::empty())?).await?;
    let visitor: Visitor = sessions.open(&response.headers()[header::SET_COOKIE]).to()?;
    println!("{visitor:?}");
    assert_eq!(visitor, Visitor { name: "Ada".into(), cart: vec![1, 2, 7], theme: None });

    let long_ago = sessions.seal(&serde_json::json!({ "cart": "1, 2" }))?;
    let refused = sessions.open(&long_ago);
    println!("{:?}, and it begins with {:?}", refused.origin(), refused.to::<Visitor>()?);
    assert_eq!(refused.origin(), Origin::Rejected(Rejection::Refused));
    Ok(())
}
