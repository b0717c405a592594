//! Our server, with the peers' endpoints.

use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    Json, Router,
    extract::{Path, Request},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};
use tower::ServiceExt;
use tower_cookie_session::{Error, Session};

use crate::{
    framework::Framework,
    typed::{self, Typed},
};

type Answer<T = ()> = Result<Json<T>, Error>;

async fn read(session: Session) -> Answer<Value> {
    session.to().map(Json)
}

async fn replace(session: Session, Json(body): Json<Value>) -> Answer {
    session.replace(&body).map(Json)
}

#[derive(Deserialize)]
struct Member {
    key: String,
    value: Value,
}

async fn set(session: Session, Json(member): Json<Member>) -> Answer {
    session.insert(member.key, member.value).map(Json)
}

async fn pop(session: Session, Json(key): Json<String>) -> Answer<bool> {
    session.remove(key).map(Json)
}

async fn login(session: Session, Json(name): Json<String>) -> Answer {
    session.renew()?;
    session.insert("user", name).map(Json)
}

async fn whoami(session: Session) -> Answer<Option<String>> {
    session.get("user").map(Json)
}

async fn logout(session: Session) -> Answer {
    session.clear().map(Json)
}

#[derive(Deserialize)]
struct Message {
    category: String,
    message: String,
}

async fn flash(session: Session, Json(flash): Json<Message>) -> Answer {
    session.flash(flash.category, flash.message).map(Json)
}

async fn flashed(session: Session) -> Answer<Vec<(String, String)>> {
    let flashes = session.take_flashes()?;
    Ok(Json(flashes.into_iter().map(|flash| (flash.category, flash.message)).collect()))
}

async fn is_persistent(session: Session) -> Json<bool> {
    Json(session.is_persistent())
}

async fn set_persistent(session: Session, Json(persistent): Json<bool>) -> Answer {
    session.set_persistent(persistent).map(Json)
}

/// Stores the typed sample of this number.
async fn write_typed(session: Session, Path(number): Path<usize>) -> Answer {
    session.replace(&typed::samples()[number]).map(Json)
}

/// Whether the session is the typed sample of this number.
async fn is_typed(session: Session, Path(number): Path<usize>) -> Answer<bool> {
    Ok(Json(session.to::<Typed>()? == typed::samples()[number]))
}

fn app(framework: Framework, keys: &[&str]) -> Router {
    Router::new()
        .route("/session", get(read).put(replace))
        .route("/set", post(set))
        .route("/pop", post(pop))
        .route("/login", post(login))
        .route("/whoami", get(whoami))
        .route("/logout", post(logout))
        .route("/flash", post(flash))
        .route("/flashed", get(flashed))
        .route("/persistent", get(is_persistent).post(set_persistent))
        .route("/typed/{number}", put(write_typed).get(is_typed))
        .layer(framework.layer(keys))
}

pub(crate) struct Ours {
    pub(crate) site: SocketAddr,
    framework: Framework,
    /// Exchanged where the keys change, while the server runs on.
    app: Arc<RwLock<Router>>,
    _runtime: Runtime,
}

impl Ours {
    pub(crate) fn start(framework: Framework, keys: &[&str]) -> Self {
        let app = Arc::new(RwLock::new(app(framework, keys)));
        let current = Arc::clone(&app);
        let router = Router::new().fallback(move |request: Request| {
            current.read().unwrap_or_else(PoisonError::into_inner).clone().oneshot(request)
        });
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let site = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { site, framework, app, _runtime: runtime }
    }

    /// From now on the first key signs, and all verify.
    pub(crate) fn rotate(&self, keys: &[&str]) {
        *self.app.write().unwrap() = app(self.framework, keys);
    }
}
