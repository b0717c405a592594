//! tower-sessions-cookie-store: the API of tower-sessions, with the session in a signed cookie.

use std::convert::Infallible;

use http::{Request, Response};
use tower::{Layer, service_fn};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key, Session};

use super::{Job, Peer, Requests, of_tower, tower_sessions_api::tower_sessions_peer};
use crate::samples::{ADA, NAME, NUMBER, next_number};

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
