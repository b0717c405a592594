//! The events that an operator sees, behind the feature `tracing`. They may contain a cookie's name
//! and its size, and the names of the keys in an [`Error`]; never a value, never a byte of a secret.

#![cfg_attr(
    not(feature = "tracing"),
    allow(unused_variables, reason = "without the feature nobody hears of it")
)]

use crate::error::{Error, Rejection};

/// What filters such as `tower_cookie_session=debug` name.
#[cfg(feature = "tracing")]
const TARGET: &str = "tower_cookie_session";

/// An error became a response that does not say which error it was.
#[cfg(feature = "axum")]
pub(crate) fn failed(error: &dyn std::fmt::Display) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: TARGET, %error, "session error");
}

/// One for every cookie that was refused.
pub(crate) fn refused(cookie: &str, rejection: Rejection) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: TARGET, cookie, reason = %rejection, "session cookie refused");
}

/// The session was first read after the response head had gone, without a `Vary`.
pub(crate) fn read_late(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "session first read after the response head: `Vary: Cookie` could not be added"
    );
}

/// A change came while the session was closed. There is no longer a response for its error.
pub(crate) fn changed_late(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "session change refused: the response head has gone, or `validate` is asked"
    );
}

/// A session was due to be issued anew, but cannot be: usually because it no longer fits.
pub(crate) fn not_reissued(cookie: &str, error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: TARGET, cookie, %error, "session cookie not issued anew: the old one stays");
}

/// A change is lost: the codec's token is not a valid header value, or the response has no room for
/// another header.
pub(crate) fn unsent(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        cookie,
        "session cookie not sent: its value has bytes that no header may have, or there are too many headers"
    );
}

/// The handler's `Cache-Control` would have let a shared cache keep a Set-Cookie of ours.
pub(crate) fn made_private(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "response sets a session cookie and was not `private`: `private` was appended"
    );
}

/// A Set-Cookie line that uses up most of the response headers that nginx accepts by default.
pub(crate) fn large(cookie: &str, bytes: usize) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        bytes,
        "Set-Cookie line over 3 KiB: nginx with its defaults answers 502 when all response headers pass 4 KiB"
    );
}

/// Two layers around one route keep their sessions in one cookie.
pub(crate) fn namesake(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "two session layers around one route have the same cookie name: each overwrites the other's session"
    );
}
