//! tower-sessions-cookie-store: the API of tower-sessions, with the session in a signed cookie.

use std::convert::Infallible;

use http::{Request, Response};
use tower::{Layer, service_fn};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key, Session};

use requests::{ADA, Job, NAME, NUMBER, Peer, Requests, next_number, of_tower};

use super::tower_sessions_api::tower_sessions_peer;

pub(super) struct Signed {
    key: Key,
}

impl Default for Signed {
    fn default() -> Self {
        Self { key: Key::generate() }
    }
}

tower_sessions_peer!(Signed, "tower-sessions-cookie-store", Session, |peer: &Signed| {
    CookieSessionManagerLayer::signed(peer.key.clone())
});
