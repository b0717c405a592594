//! The cookie of one visitor, as a browser keeps it: the response that arrives last wins.

use axum::http::{HeaderMap, header::SET_COOKIE};

pub(crate) const NAME: &str = "__Host-session";

/// A token, and the count in it, which the server stated in the same response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) token: String,
    pub(crate) count: u64,
}

#[derive(Debug)]
pub(crate) struct Jar(Cookie);

impl Jar {
    pub(crate) fn new(cookie: Cookie) -> Self {
        Self(cookie)
    }

    pub(crate) fn cookie(&self) -> &Cookie {
        &self.0
    }

    /// Replaces the cookie with `cookie`, and says how many updates are lost with that: those that
    /// the jar has seen, but that the request of this response, sent with `sent`, had not.
    pub(crate) fn put(&mut self, cookie: Cookie, sent: &Cookie) -> u64 {
        let overwritten = self.0.count.saturating_sub(sent.count);
        self.0 = cookie;
        overwritten
    }
}

/// The token that a response sets; empty if the response removes it.
pub(crate) fn token_set(headers: &HeaderMap) -> Option<String> {
    let pair = headers.get(SET_COOKIE)?.to_str().ok()?.split(';').next()?;
    let (name, token) = pair.split_once('=')?;
    (name == NAME).then(|| token.to_owned())
}
