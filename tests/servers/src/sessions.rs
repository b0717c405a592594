//! The session's configuration.

use tower_cookie_session::{ConfigError, KeyRing, SecretKey, SessionCookie, SessionLayer, Signed};

/// The cookie's name, which is the crate's default.
pub const NAME: &str = "__Host-session";
/// Known, so that a test can sign what no application would.
pub const KEY: &str = "the key of a test, known to everybody";
/// Accepted and not signed with, as after a rotation.
pub const OLD_KEY: &str = "the key before it, known to everybody";

/// Sessions in a cookie of the default name, with at most `max_size` bytes of name and value.
///
/// # Errors
/// Where `max_size` is nothing that a cookie can have.
pub fn sessions(max_size: usize) -> Result<SessionLayer, ConfigError> {
    let keys = KeyRing::new(SecretKey::new(KEY)?).accept(SecretKey::new(OLD_KEY)?);
    let cookie = SessionCookie::host().max_size(max_size)?;
    Ok(SessionLayer::new(Signed::new(keys)).cookie(cookie))
}
