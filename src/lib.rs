//! A signed, client-side cookie session for [tower], in the style of Flask.
//!
//! The session is a dictionary. It is serialized to JSON, signed with HMAC under a secret key, and
//! stored in the cookie itself; a tower layer gives every request a [`Session`], and the signature
//! is verified, in constant time, when a handler first looks. No store, no database, no `.await`.
//!
#![cfg_attr(feature = "axum", doc = "```no_run")]
#![cfg_attr(not(feature = "axum"), doc = "```text")]
//! use axum::{Router, routing::get};
//! use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};
//!
//! async fn index(session: Session) -> Result<String, Error> {
//!     Ok(match session.get::<String>("username")? {
//!         Some(name) => format!("Logged in as {name}"),
//!         None => "You are not logged in".to_owned(),
//!     })
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let sessions = SessionLayer::new(Signed::new(SecretKey::from_env("SECRET_KEY")?));
//!     let app = Router::new().route("/", get(index)).layer(sessions);
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     Ok(axum::serve(listener, app).await?)
//! }
//! ```
//!
//! (The extractor needs the feature `axum`; any other tower service finds its [`Session`] in the
//! request's extensions. The secret is what `openssl rand -hex 32` prints.)
//!
//! # In a handler
//!
//! | | |
//! |---|---|
//! | read and write | [`get`](Session::get), [`insert`](Session::insert), [`update`](Session::update), [`remove`](Session::remove), [`keys`](Session::keys) |
//! | at login | [`renew`](Session::renew), then persistence and deadline, and the identity last: if one of them does not fit, nobody is left half logged in |
//! | at logout | [`clear`](Session::clear), which removes the cookie |
//! | messages for the next page | [`flash`](Session::flash), and there [`take_flashes`](Session::take_flashes) |
//! | "remember me" | [`set_persistent`](Session::set_persistent), with the limits of [`Expiry`] |
//! | the session as a struct | [`to`](Session::to), [`replace`](Session::replace) |
//! | why there is no session | [`origin`](Session::origin) |
//! | what does not fit in 4 kB | [`Error::TooLarge`], and [what to answer](_documentation::errors#when-the-session-is-full) |
//! | in a test | [`Session::detached`], [`SessionLayer::seal`], [`SessionLayer::open`] |
//!
//! # Where the layer goes
//!
//! The layer added to an axum router last is the outermost, and sees a request first.
//!
//! - **Outside of it**, so added after it: tracing, compression, CORS, CSRF, and panic catching.
//!   A handler that panics sends nothing, so its changes are lost.
//! - **Inside**, so added before it: whatever uses the session, such as a middleware that requires
//!   a login, and a timeout, whose answer is a response like any other: the changes made until then
//!   are sent.
//!
//! Two sessions, such as a user's and an admin's, are two layers with cookies of their own:
//! [`Scoped`].
//!
//! # What the response gets
//!
//! | the session at the response head | `Set-Cookie` | `Vary: Cookie` |
//! |---|---|---|
//! | was never touched | nothing | no |
//! | was read, and holds what came in | nothing | yes |
//! | as above, but past its renewal threshold, or signed by an old key, or read by [`also_read`](SessionLayer::also_read) | issued anew | yes |
//! | was changed, and is not empty | a new token | yes |
//! | was changed back to what came in, but not by [`clear`](Session::clear) or after [`renew`](Session::renew) | nothing | yes |
//! | is empty, but was not before or was cleared, and a cookie came in | removal | yes |
//! | is empty otherwise | nothing | yes |
//! | began with a cookie that was refused, and was not changed | nothing | yes |
//!
//! A response with a `Set-Cookie` of ours is also kept out of shared caches: `private` is added to
//! its `Cache-Control`, unless it says `private` or `no-store` already. A session that is merely
//! due to be issued anew waits if the response is marked `public` or `s-maxage`. The status does
//! not matter: the changes of a handler that answers 500 are kept. If the inner service returns an
//! error instead of a response, there is nothing to put a cookie on.
//!
//! # What it does not do
//!
//! A signed cookie is not secret: visitors can read their session, unless the codec is `Private`
//! (feature `private`). It cannot be revoked: whoever copies a cookie can use it until it expires. It
//! holds 4 kB. And concurrent requests do not see each other's changes: the last response wins.
//!
//! # Beside another framework
//!
//! With another framework's codec, the same users are logged in on both sides, and an application
//! can move to Rust route by route:
//!
#![cfg_attr(feature = "full", doc = "```")]
#![cfg_attr(not(feature = "full"), doc = "```text")]
//! # use tower_cookie_session::{ConfigError, Flask, KeyRing, SecretKey, SessionCookie, SessionLayer, Signed};
//! # fn main() -> Result<(), ConfigError> {
//! # let (flask_secret, new_key) = ("dev", SecretKey::generate());
//! // Next to a running Flask application, sharing its users' sessions.
//! let sessions = SessionLayer::new(Flask::new(SecretKey::legacy(flask_secret)?));
//!
//! // Flask is gone: its last cookies are read, and ours are written.
//! let sessions = SessionLayer::new(Signed::new(new_key))
//!     .also_read(SessionCookie::new("session")?, Flask::new(SecretKey::legacy(flask_secret)?));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! None is on by default; each only adds to what is there.
//!
//! - `axum`: [`Session`] as an extractor (and `Option<Session>`), and [`Error`] as a response.
//! - `compress`: [`Signed`] reads zlib-compressed tokens, and writes them on request.
//! - `django`, `express`, `flask`, `starlette`: the session cookies of these frameworks.
//! - `private`: encrypted sessions.
//! - `tracing`: one event for every refused cookie and for every [`Error`] that becomes a 500, plus
//!   warnings; never a value, never a secret.
//! - `full`: all of them.
//!
//! # More
//!
//! - [Moving here](_documentation::migrating) from another framework or crate, route by route.
//! - [Every message](_documentation::errors) and what to do about it.
//! - [The security model](_documentation::security_model): what is promised, and against whom.
//! - [Many servers](_documentation::scaling): key rotation, limits, proxies.
//! - [Compared with others](_documentation::compare): what they have that this crate does not.
//! - [The wire formats](_documentation::formats), byte by byte.
//! - [What it costs](_documentation::performance), [how it is tested](_documentation::testing),
//!   [how it is built and why](_documentation::design).
//!
//! [tower]: https://docs.rs/tower

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;
#[cfg(any(doc, all(doctest, feature = "full")))]
pub mod _documentation;

mod error;

mod encoding;
mod json;
mod key;
mod trace;

#[cfg(feature = "flask")]
pub mod flask;
mod payload;
mod signer;

mod cookie;
mod expiry;

mod codec;

mod session;

mod flash;
mod middleware;

#[cfg(feature = "axum")]
mod axum;

#[cfg(feature = "axum")]
pub use axum::MissingSession;
#[cfg(feature = "django")]
pub use codec::Django;
#[cfg(feature = "express")]
pub use codec::Express;
#[cfg(feature = "private")]
pub use codec::Private;
#[cfg(feature = "starlette")]
pub use codec::Starlette;
pub use codec::{Codec, Defaults, Signed};
#[cfg(feature = "flask")]
pub use codec::{Digest, Flask};
pub use cookie::{SameSite, SessionCookie};
pub use error::{ConfigError, Error, Rejection};
pub use expiry::Expiry;
pub use flash::Flash;
pub use key::{KeyRing, SecretKey};
pub use middleware::{ResponseFuture, Scoped, SessionLayer, SessionService};
pub use payload::{Payload, Persistence};
pub use session::{Origin, Session};
