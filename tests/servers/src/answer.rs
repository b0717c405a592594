//! A response, whichever protocol brought it.

use axum::http::{HeaderMap, StatusCode, header};

use crate::NAME;

/// A response as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A response of these parts.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { status, headers, body }
    }

    /// The body, where it is text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or("(no text)")
    }

    /// The lines of a header that are text.
    #[must_use]
    pub fn lines(&self, name: header::HeaderName) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect()
    }

    /// What a browser sends back of the one Set-Cookie; none where there are two.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        let [line] = self.lines(header::SET_COOKIE)[..] else { return None };
        let (pair, _) = line.split_once(';')?;
        pair.strip_prefix(NAME)?.starts_with('=').then(|| pair.to_owned())
    }
}
