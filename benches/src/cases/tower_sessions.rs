//! tower-sessions with its memory store: the cookie is an id, nothing is signed, and the session
//! stays in the process.

use std::convert::Infallible;

use http::{Request, Response};
use tower::{Layer, service_fn};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use requests::{ADA, Job, NAME, NUMBER, Peer, Requests, next_number, of_tower};

use super::tower_sessions_api::tower_sessions_peer;

#[derive(Default)]
pub(super) struct Memory {
    store: MemoryStore,
}

tower_sessions_peer!(Memory, "tower-sessions, memory", Session, |peer: &Memory| {
    SessionManagerLayer::new(peer.store.clone())
});
