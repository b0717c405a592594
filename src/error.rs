//! One error type for each reader: [`Error`] for handlers, [`Rejection`] for why a cookie was
//! refused, [`ConfigError`] for whoever writes `main`.

use std::fmt;

/// Why a session could not be read or changed as the handler asked.
///
/// The session is always as it was before the call. No variant carries a value: serde's own
/// messages quote what they could not read, so they are not passed on.
///
/// What a handler can do about a full session:
///
/// ```
/// use tower_cookie_session::{Error, Session};
///
/// fn add_to_cart(session: &Session, toy: String) -> Result<&'static str, Error> {
///     match session.update("cart", |cart: &mut Vec<String>| cart.push(toy)) {
///         Ok(()) => Ok("It is in your cart."),
///         Err(Error::TooLarge { .. }) => Ok("Your cart is full; all that was in it still is."),
///         Err(error) => Err(error),
///     }
/// }
/// # let session = Session::detached();
/// # assert_eq!(add_to_cart(&session, "robot".repeat(1000)), Ok("Your cart is full; all that was in it still is."));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The key holds something that the requested type cannot be read from.
    #[non_exhaustive]
    WrongType {
        /// The key, or `""` where the whole session was read.
        key: String,
    },
    /// The value cannot be written as JSON (its `Serialize` failed, or a map has keys that cannot
    /// be text, such as lists), or what should become the whole session is not a JSON object.
    #[non_exhaustive]
    Unserializable {
        /// The key, or `""` where the whole session was written.
        key: String,
    },
    /// With this change the cookie would be larger than browsers keep.
    #[non_exhaustive]
    TooLarge {
        /// Bytes of the cookie's name and value, as they would be sent.
        size: usize,
        /// The most that [`SessionCookie::max_size`](crate::SessionCookie::max_size) allows, in bytes.
        limit: usize,
        /// The keys that take the most room, the largest first, at most three.
        largest: Vec<String>,
        /// Bytes of JSON that unread flash messages take.
        flashes: usize,
    },
    /// `_permanent`, `_flashes` and `_session` belong to this crate; also returned where a
    /// `_session` that another program stored stands in the way.
    #[non_exhaustive]
    ReservedKey {
        /// The key.
        key: String,
    },
    /// The response head is on its way: no change can reach the browser any more.
    Closed,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType { key } if key.is_empty() => f.write_str(
                "the session does not have the shape of the requested type; a new one is `{}`, \
                 which `#[serde(default)]` takes, and others `SessionLayer::validate` can drop",
            ),
            Self::WrongType { key } => write!(
                f,
                "the session's `{key}` is not of the requested type; remove it, or drop such \
                 sessions with `SessionLayer::validate`"
            ),
            Self::Unserializable { key } if key.is_empty() => {
                f.write_str("the value cannot be a session: it does not serialize to a JSON object")
            }
            Self::Unserializable { key } => {
                write!(
                    f,
                    "the value for the session's `{key}` does not serialize to JSON: its `Serialize` \
                     failed, as a map's does whose keys cannot be text"
                )
            }
            Self::TooLarge { size, limit, largest, flashes } => {
                write!(f, "the session cookie would take {size} bytes, and {limit} are allowed")?;
                if *flashes > 0 {
                    write!(f, "; unread flash messages take {flashes} bytes of its JSON")?;
                }
                if !largest.is_empty() {
                    write!(f, "; the largest keys are `{}`", largest.join("`, `"))?;
                }
                f.write_str("; keep large data elsewhere, and its id here")
            }
            Self::ReservedKey { key } => {
                write!(
                    f,
                    "the key `{key}` is reserved for the session's own use; take another one, and \
                     where another program stored it, clear the session"
                )
            }
            Self::Closed => f.write_str(
                "the session is closed: the response head is on its way, and with it the cookie; \
                 change the session before the handler returns",
            ),
        }
    }
}

impl std::error::Error for Error {}

/// Why a cookie was refused; see [`Session::origin`](crate::Session::origin).
///
/// Ordered by how far the cookie got: of several refused ones, the greatest is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// Name and value take more than 4096 bytes; nothing was hashed.
    TooLong,
    /// The text is not a token, or its signature was not made with one of the keys.
    BadSignature,
    /// The signature holds, but what it signs is not a session: only a key holder can cause this.
    Malformed,
    /// Issued later than now, by more than the allowed clock skew.
    FromTheFuture,
    /// Older than the idle or absolute limit, or past its own deadline.
    Expired,
    /// The layer's [`validate`](crate::SessionLayer::validate) hook said no.
    Refused,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the cookie is longer than any that browsers keep",
            Self::BadSignature => "the cookie was not signed with one of the keys",
            Self::Malformed => "the cookie is signed, but holds no session",
            Self::FromTheFuture => "the cookie was issued in the future: two clocks disagree",
            Self::Expired => "the session has expired",
            Self::Refused => "the application refused the session",
        })
    }
}

impl std::error::Error for Rejection {}

/// What is wrong with a key, a cookie or an expiry, reported where it is built.
///
/// Its `Debug` is its `Display`, since `Debug` is what `unwrap` and a `main` that returns it print.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A key of no bytes.
    KeyEmpty,
    /// A key of fewer than 32 bytes.
    #[non_exhaustive]
    KeyTooShort {
        /// Its length in bytes.
        len: usize,
    },
    /// A key with fewer than eight different bytes: surely not random.
    #[non_exhaustive]
    KeyTooUniform {
        /// How many different bytes it has.
        distinct: usize,
    },
    /// A key that should be text but is not Unicode.
    KeyNotUnicode,
    /// The environment variable that should hold a key is not set.
    #[non_exhaustive]
    KeyMissing {
        /// The variable's name.
        variable: String,
    },
    /// The environment variable holds a key that is no good.
    #[non_exhaustive]
    KeyVariable {
        /// The variable's name.
        variable: String,
        /// What is wrong with the key.
        reason: Box<Self>,
    },
    /// A cookie name that browsers or servers would not take.
    #[non_exhaustive]
    CookieName {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A `Domain` that no browser would take.
    #[non_exhaustive]
    CookieDomain {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A `Path` that no browser would take.
    #[non_exhaustive]
    CookiePath {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two attributes, or an attribute and the name's prefix, that exclude each other.
    #[non_exhaustive]
    CookieConflict {
        /// Which two, and why.
        reason: &'static str,
    },
    /// A size limit outside of 64 to 4096 bytes.
    #[non_exhaustive]
    CookieSize {
        /// The limit that was asked for, in bytes.
        limit: usize,
    },
    /// Limits that cannot be kept, or contradict each other.
    #[non_exhaustive]
    Expiry {
        /// Which, and why.
        reason: &'static str,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyEmpty => f.write_str("the secret key is empty"),
            Self::KeyTooShort { len } => write!(
                f,
                "the secret key has {len} bytes and needs at least 32; `openssl rand -hex 32` makes one"
            ),
            Self::KeyTooUniform { distinct } => write!(
                f,
                "the secret key has only {distinct} different bytes and needs at least 8; \
                 `openssl rand -hex 32` makes one"
            ),
            Self::KeyNotUnicode => {
                f.write_str("the secret key is not text; `openssl rand -hex 32` makes one")
            }
            Self::KeyMissing { variable } => write!(
                f,
                "the environment variable {variable} is not set; it should hold the secret key, \
                 such as `openssl rand -hex 32` prints"
            ),
            Self::KeyVariable { variable, reason } => {
                write!(f, "the environment variable {variable}: {reason}")
            }
            Self::CookieName { reason } => write!(f, "the cookie's name {reason}"),
            Self::CookieDomain { reason } => write!(f, "the cookie's Domain {reason}"),
            Self::CookiePath { reason } => write!(f, "the cookie's Path {reason}"),
            Self::CookieSize { limit } => {
                write!(
                    f,
                    "the cookie's size limit is {limit} bytes, and can be 64 to 4096, which browsers keep"
                )
            }
            Self::CookieConflict { reason } | Self::Expiry { reason } => f.write_str(reason),
        }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}
