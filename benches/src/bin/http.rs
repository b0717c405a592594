//! A server for `benches/http`: the same routes without sessions and with them.

use std::future::IntoFuture;

use axum::{Router, ServiceExt, extract::Request, routing::get};
use serde_json::json;
use tokio::net::TcpListener;
use tower::Layer;
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};

const TEXT: &str = "ada lovelace";

async fn nothing() -> &'static str {
    TEXT
}

async fn read(session: Session) -> Result<&'static str, Error> {
    // What is missing is a 500, which the script sees.
    let name: String = session.get("name")?.ok_or(Error::Closed)?;
    Ok(if name == TEXT { TEXT } else { "" })
}

async fn write(session: Session) -> Result<&'static str, Error> {
    session.update("n", |number: &mut u8| *number += 1)?;
    Ok(TEXT)
}

/// One thread: the other core is wrk's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let session = json!({
        "n": 41, "user": 1815, "name": TEXT, "roles": ["reader", "editor"],
        "cart": [{"id": 7, "n": 1}, {"id": 23, "n": 2}, {"id": 108, "n": 1}],
        "csrf": "0a5f1c9e".repeat(5), "theme": "dark", "lang": "en-GB",
    });
    let cookie = sessions.seal(&session)?;

    let app = Router::new()
        .route("/text", get(nothing))
        .route("/read", get(read))
        .route("/write", get(write));
    // Around the router: `Router::layer` would add a box of axum's own, whatever the layer does.
    let with_sessions = sessions.layer(app.clone());
    let bare = TcpListener::bind("127.0.0.1:0").await?;
    let layered = TcpListener::bind("127.0.0.1:0").await?;
    println!("{} {} {cookie}", bare.local_addr()?, layered.local_addr()?);
    tokio::try_join!(
        axum::serve(bare, app).into_future(),
        axum::serve(layered, ServiceExt::<Request>::into_make_service(with_sessions)).into_future(),
    )?;
    Ok(())
}
