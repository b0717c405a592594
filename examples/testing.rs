//! How to test your own handlers: `cargo test --example testing --features axum`.

use axum::{Router, extract::Query, routing::get};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};

#[derive(serde::Deserialize)]
struct Toy {
    toy: String,
}

/// Code worth a test takes the session by reference, and knows nothing of http.
fn add_to_cart(session: &Session, toy: &str) -> Result<usize, Error> {
    session.update("cart", |cart: &mut Vec<String>| {
        cart.push(toy.to_owned());
        cart.len()
    })
}

async fn add(session: Session, Query(Toy { toy }): Query<Toy>) -> Result<String, Error> {
    Ok(format!("{} in the cart", add_to_cart(&session, &toy)?))
}

fn app(sessions: SessionLayer) -> Router {
    Router::new().route("/add", get(add)).layer(sessions)
}

fn main() {
    drop(app(SessionLayer::new(Signed::new(SecretKey::generate()))));
    println!("cargo test --example testing --features axum");
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Request, header};
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn without_a_request() {
        let session = Session::detached();
        assert_eq!(add_to_cart(&session, "robot"), Ok(1));
        assert_eq!(session.get("cart"), Ok(Some(vec!["robot".to_owned()])));
    }

    #[tokio::test]
    async fn with_one() {
        let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
        // `seal` makes the Cookie header of a visitor with this session, and `open` reads one.
        let cookie = sessions.seal(&serde_json::json!({ "cart": ["kite"] })).unwrap();
        let request = Request::get("/add?toy=robot").header(header::COOKIE, cookie);
        let response =
            app(sessions.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let after = sessions.open(&response.headers()[header::SET_COOKIE]);
        assert_eq!(after.get("cart"), Ok(Some(vec!["kite".to_owned(), "robot".to_owned()])));
    }
}
