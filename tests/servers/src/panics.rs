//! Handlers that panic: before a change, after one, and in the middle of it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use axum::{
    Router,
    extract::Path,
    response::{IntoResponse as _, Response},
    routing::any,
};
use serde::{Serialize, Serializer};
use tower_cookie_session::{Error, Session};

pub(crate) fn routes() -> Router {
    Router::new().route("/panic/{place}", any(panics)).route("/survived/{place}", any(survived))
}

/// Unwinds as `panic!` does, and prints nothing: there are hundreds.
fn panic(place: &'static str) -> ! {
    resume_unwind(Box::new(place))
}

/// A value that cannot be stored.
struct Panics;

impl Serialize for Panics {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic("while a value is written")
    }
}

fn panic_at(place: &str, session: &Session) -> Result<(), Error> {
    session.get::<String>("name")?;
    match place {
        "read" => panic("after a read"),
        "write" => {
            session.insert("name", "half-written")?;
            panic("after a write")
        }
        "update" => session.update("name", |_: &mut String| panic("in the middle of a change")),
        "retain" => session.retain(|_| panic("in the middle of a walk")),
        _ => session.insert("name", Panics),
    }
}

async fn panics(session: Session, Path(place): Path<String>) -> Result<Response, Error> {
    panic_at(&place, &session)?;
    Ok("no panic".into_response())
}

/// The handler catches its own panic and goes on with the session, which a poisoned lock would not
/// let it.
async fn survived(session: Session, Path(place): Path<String>) -> Result<String, Error> {
    let panicked = catch_unwind(AssertUnwindSafe(|| panic_at(&place, &session))).is_err();
    let name = session.get::<String>("name")?;
    session.insert("survived", place)?;
    Ok(format!("{panicked} {}", name.as_deref().unwrap_or("-")))
}
