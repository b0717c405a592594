//! The one place where codec, cookie and expiry meet: headers to session, session to headers.

mod caching;
mod read;
mod write;

pub(super) use read::open;

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, header::COOKIE};
use serde::Serialize;

use super::{Config, Session};
use crate::error::Error;

/// The Cookie headers of a request, as they came.
#[derive(Default)]
pub(super) struct Incoming {
    first: Option<HeaderValue>,
    /// HTTP/2 splits the header; HTTP/1 hardly ever does.
    more: Vec<HeaderValue>,
}

impl Incoming {
    fn of_request(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all(COOKIE).iter();
        Self { first: lines.next().cloned(), more: lines.cloned().collect() }
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.first.iter().chain(&self.more).map(HeaderValue::as_bytes)
    }
}

impl Session {
    /// The session of a request, yet to be read.
    pub(crate) fn of_request(config: &Arc<Config>, headers: &HeaderMap) -> Self {
        Self::unread(Arc::clone(config), Incoming::of_request(headers))
    }

    /// The session in one Cookie header; a new one if no http request could bring that header.
    pub(crate) fn of_cookie_header(config: &Arc<Config>, header: &[u8]) -> Self {
        let first = HeaderValue::from_bytes(header).ok();
        Self::unread(Arc::clone(config), Incoming { first, more: Vec::new() })
    }

    /// Closes the session, and puts what became of it into the response's headers.
    pub(crate) fn close_into(&self, headers: &mut HeaderMap) {
        let mut state = self.lock();
        state.closed = true;
        let report = state.open.as_ref().map(|open| write::response(self.config(), open, headers));
        drop(state);
        if let Some(report) = report {
            report.trace(self.cookie_name());
        }
    }

    /// Closes the session when there is no response.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }

    /// The Cookie header that brings `value` as a session.
    pub(crate) fn sealed<T: Serialize + ?Sized>(
        config: &Arc<Config>,
        value: &T,
    ) -> Result<String, Error> {
        let session = Self::unread(Arc::clone(config), Incoming::default());
        session.replace(value)?;
        session.read(|payload| write::cookie_header(config, payload))
    }
}
