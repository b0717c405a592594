//! The application: handlers that read and write a session, slowly and in the middle of bodies too.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, State},
    http::StatusCode,
    routing::any,
    serve::ListenerExt as _,
};
use tokio::{net::TcpListener, time::sleep};
use tower_cookie_session::{Error, Session, SessionLayer};
use tower_http::catch_panic::CatchPanicLayer;

use crate::panics;

/// More than the buffers of two sockets hold, so that it is not sent while nobody reads.
const LONG: usize = 64 << 20;

/// What became of the slow handlers.
#[derive(Debug, Default)]
struct Slow {
    begun: AtomicUsize,
    ended: AtomicUsize,
    dropped: AtomicUsize,
}

/// Every route; those that panic three times: with nothing that catches it, with a layer outside of
/// the session's, which therefore never sees a response, and with one inside.
pub fn router(sessions: &SessionLayer) -> Router {
    let panics = panics::routes();
    let routes = Router::new()
        .route("/untouched", any(async || "untouched"))
        .route("/read", any(read))
        .route("/who", any(who))
        .route("/write/{name}", any(write))
        .route("/count", any(count))
        .route("/fill/{bytes}", any(fill))
        .route("/fill-up", any(fill_up))
        .route("/text", any(text))
        .route("/body", any(body))
        .route("/long", any(long))
        .route("/slow/{milliseconds}", any(slow))
        .route("/slow", any(how_slow))
        .with_state(Arc::default())
        .merge(panics.clone())
        .nest("/caught-inside", panics.clone().layer(CatchPanicLayer::new()))
        .layer(sessions.clone());
    let outside = panics.layer(sessions.clone()).layer(CatchPanicLayer::new());
    routes.nest("/caught-outside", outside)
}

/// Answers over HTTP/1 and HTTP/2, whichever a connection begins with, for as long as it is let.
///
/// # Errors
/// Those of the listener.
pub async fn serve(listener: TcpListener, sessions: &SessionLayer) -> io::Result<()> {
    // Without it, small frames of HTTP/2 wait for each other.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, router(sessions)).await
}

fn name(session: &Session) -> Result<String, Error> {
    Ok(session.get::<String>("name")?.unwrap_or_else(|| "-".to_owned()))
}

/// Where the session came from, and whose it is.
async fn read(session: Session) -> Result<String, Error> {
    let name = name(&session)?;
    Ok(format!("{:?} {name}", session.origin()))
}

async fn who(session: Session) -> Result<String, Error> {
    name(&session)
}

async fn write(session: Session, Path(name): Path<String>) -> Result<String, Error> {
    session.insert("name", &name)?;
    Ok(name)
}

async fn count(session: Session) -> Result<String, Error> {
    counted(&session)
}

fn counted(session: &Session) -> Result<String, Error> {
    let count = session.update("count", |count: &mut u64| {
        *count += 1;
        *count
    })?;
    Ok(format!("{} {count}", name(session)?))
}

/// Stores a text of so many bytes, and says how large the cookie is.
async fn fill(session: Session, Path(bytes): Path<usize>) -> Result<String, Error> {
    session.insert("text", "x".repeat(bytes))?;
    Ok(session.encoded_len().to_string())
}

/// Stores the longest text that the session takes.
async fn fill_up(session: Session) -> Result<String, Error> {
    let fits = |bytes: &usize| session.insert("text", "x".repeat(*bytes)).is_ok();
    (0..=4096).rev().find(fits);
    Ok(session.encoded_len().to_string())
}

/// How long the stored text is.
async fn text(session: Session) -> Result<String, Error> {
    Ok(session.get::<String>("text")?.unwrap_or_default().len().to_string())
}

/// Reads the session, then the request's body to its end, and counts that.
async fn body(session: Session, body: Body) -> Result<String, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    name(&session).map_err(failed)?;
    to_bytes(body, usize::MAX).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    counted(&session).map_err(failed)
}

/// Counts, and answers with more than a client that stopped reading lets through.
async fn long(session: Session) -> Result<Bytes, Error> {
    counted(&session)?;
    Ok(vec![0; LONG].into())
}

/// Reads the session, and counts when some time has passed.
async fn slow(
    State(slow): State<Arc<Slow>>,
    session: Session,
    Path(milliseconds): Path<u64>,
) -> Result<String, Error> {
    /// Tells of a handler that is dropped while it waits.
    struct Waits(Arc<Slow>, bool);
    impl Drop for Waits {
        fn drop(&mut self) {
            let counter = if self.1 { &self.0.ended } else { &self.0.dropped };
            counter.fetch_add(1, Relaxed);
        }
    }

    let before = name(&session)?;
    slow.begun.fetch_add(1, Relaxed);
    let mut waits = Waits(slow, false);
    sleep(Duration::from_millis(milliseconds)).await;
    waits.1 = true;
    Ok(format!("{before} {}", counted(&session)?))
}

/// How many slow requests began, came to their end, and were dropped before it.
async fn how_slow(State(slow): State<Arc<Slow>>) -> String {
    let [begun, ended, dropped] =
        [&slow.begun, &slow.ended, &slow.dropped].map(|counter| counter.load(Relaxed));
    format!("{begun} {ended} {dropped}")
}
