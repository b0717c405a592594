//! Keys from a watched file, one per line: the first signs, the others still verify. Whatever
//! writes the file should replace it as a whole (write another, and rename it).
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
    // Half a key would be a key too, so a line counts only if it has its end.
    let lines = text.strip_suffix('\n').ok_or("the file's last line has no end")?.lines();
    let mut keys = lines.filter(|line| !line.is_empty()).map(SecretKey::new);
    let ring = KeyRing::new(keys.next().ok_or("the file has no key")??);
    let ring = keys.try_fold(ring, |ring, key| Ok::<_, BoxError>(ring.accept(key?)))?;
    Ok(SessionLayer::new(Signed::new(ring)))
}

/// To be called by a thread every few seconds. A bad file changes nothing.
fn look_again(file: &Path, current: &Current) {
    match layer(file) {
        Ok(layer) => *current.write().unwrap_or_else(PoisonError::into_inner) = layer,
        Err(error) => eprintln!("the keys stay as they are: {error}"),
    }
}

/// Each request goes through the layer that is current when it arrives.
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
    fs::write(&file, format!("{old}\n"))?;
    let current = Current::new(RwLock::new(layer(&file)?));
    let around = middleware::from_fn_with_state(current.clone(), sessions);
    let app = Router::new().route("/", get(async |s: Session| s.keys().concat())).layer(around);
    let mut cookie = layer(&file)?.seal(&serde_json::json!({ "user": 7 }))?;
    for keys in [vec![old], vec![new, old], vec![new]] {
        fs::write(&file, keys.join("\n") + "\n")?;
        look_again(&file, &current);
        let request = Request::get("/").header("cookie", &cookie).body(Body::empty())?;
        let response = app.clone().oneshot(request).await?;
        let anew = response.headers().get("set-cookie").map(|line| line.to_str()).transpose()?;
        println!("keys in the file: {}; the cookie is signed anew: {}", keys.len(), anew.is_some());
        assert_eq!(anew.is_some(), keys.len() == 2);
        cookie = anew.and_then(|line| line.split(';').next()).unwrap_or(&cookie).to_owned();
        assert_eq!(layer(&file)?.open(&cookie).get("user")?, Some(7));
    }
    Ok(fs::remove_file(file)?)
}
