//! Keys from a file that is watched: its first line signs, the others still verify.
//!
//! `cargo run --example secrets --features axum`; from the environment it is `SecretKey::from_env`.

use std::sync::{Arc, PoisonError, RwLock};
use std::{convert::Infallible, fs, path::Path};

use axum::extract::{Request, State};
use axum::{Router, body::Body, middleware, middleware::Next, response::Response, routing::get};
use tower::{BoxError, Layer, ServiceExt, service_fn};
use tower_cookie_session::{KeyRing, SecretKey, Session, SessionLayer, Signed};

type Current = Arc<RwLock<SessionLayer>>;

fn layer(file: &Path) -> Result<SessionLayer, BoxError> {
    let text = fs::read_to_string(file)?;
    let mut keys = text.lines().map(SecretKey::new);
    let ring = KeyRing::new(keys.next().ok_or("the file has no key")??);
    let ring = keys.try_fold(ring, |ring, key| Ok::<_, BoxError>(ring.accept(key?)))?;
    Ok(SessionLayer::new(Signed::new(ring)))
}

/// A file that is no good, half written say, changes nothing.
fn look_again(file: &Path, current: &Current) {
    if let Ok(layer) = layer(file) {
        *current.write().unwrap_or_else(PoisonError::into_inner) = layer;
    }
}

/// Each request goes through the layer of its time.
async fn sessions(State(current): State<Current>, request: Request, next: Next) -> Response {
    let layer = current.read().unwrap_or_else(PoisonError::into_inner).clone();
    let inner = service_fn(async |request| Ok::<_, Infallible>(next.clone().run(request).await));
    let Ok(response) = layer.layer(inner).oneshot(request).await;
    response
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let file = std::env::temp_dir().join(format!("keys-{}", std::process::id()));
    let (old, new) = ("an old key: 0123456789 abcdefghij", "a new key: 9876543210 zyxwvutsrqp");
    fs::write(&file, old)?;
    let current = Current::new(RwLock::new(layer(&file)?));
    let hello = async |session: Session| session.get::<u32>("user").map(|user| format!("{user:?}"));
    let around = middleware::from_fn_with_state(current.clone(), sessions);
    let app = Router::new().route("/", get(hello)).layer(around);
    let cookie = layer(&file)?.seal(&serde_json::json!({ "user": 7 }))?;
    for keys in [old, &format!("{new}\n{old}"), new] {
        fs::write(&file, keys)?;
        // In a server a thread does so every few seconds, or whenever the file system tells.
        look_again(&file, &current);
        let request = Request::get("/").header("cookie", &cookie).body(Body::empty())?;
        let response = app.clone().oneshot(request).await?;
        let reissued = response.headers().contains_key("set-cookie");
        println!("{} keys: {reissued}", keys.lines().count());
        assert_eq!(reissued, keys.contains('\n'));
    }
    Ok(fs::remove_file(file)?)
}
