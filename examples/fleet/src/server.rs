//! One server of the fleet. All that it knows about its visitors is in their cookies.

use std::process::ExitCode;

use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tower_cookie_session::{Error, KeyRing, Session, SessionLayer, Signed};

use crate::{Failure, answer::Answer, keys, options::Options};

pub(crate) async fn run(arguments: impl Iterator<Item = String>) -> Result<ExitCode, Failure> {
    let mut options = Options::new(arguments);
    let address = options.value("--listen")?.unwrap_or_else(|| "127.0.0.1:0".to_owned());
    options.end()?;

    let mut terminate = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    // Requests under way are answered first: a step of a rotation loses no request.
    axum::serve(listener, router(keys::from_env()?))
        .with_graceful_shutdown(async move { terminate.recv().await.unwrap_or_default() })
        .await?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn router(keys: KeyRing) -> Router {
    Router::new()
        .route("/", get(look))
        .route("/login/{user}", post(log_in))
        .route("/add", post(add))
        .layer(SessionLayer::new(Signed::new(keys)))
}

async fn log_in(session: Session, Path(user): Path<String>) -> Result<String, Error> {
    session.renew()?;
    session.insert("user", user)?;
    answer(&session)
}

/// The update.
async fn add(session: Session) -> Result<String, Error> {
    session.update("count", |count: &mut u64| *count += 1)?;
    answer(&session)
}

/// The read. It sends a cookie only if the session is to be issued anew.
async fn look(session: Session) -> Result<String, Error> {
    answer(&session)
}

fn answer(session: &Session) -> Result<String, Error> {
    let user = session.get("user")?;
    let count = session.get("count")?.unwrap_or_default();
    Ok(Answer { user, count }.to_string())
}
