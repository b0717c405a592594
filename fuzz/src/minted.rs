//! A layer with fixed keys and a fixed clock, and the tokens that were signed for it.

use std::sync::LazyLock;

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tower_cookie_session::{KeyRing, Rejection, SecretKey, SessionCookie, SessionLayer, Signed};

pub const OWN: &str = "sid";
/// The name of the cookie that the layer also reads.
pub const OLD: &str = "old";

const CURRENT_KEY: &str = "current key, 0123456789abcdefghij";
const PREVIOUS_KEY: &str = "previous key, 0123456789abcdefghi";
const OLD_KEY: &str = "the old cookie's key, 0123456789";
const STRANGERS_KEY: &str = "a stranger's key, 0123456789abcd";

/// A token, and what should become of it under its cookie's name. Under another it is a forgery.
pub struct Minted {
    pub name: &'static str,
    pub token: String,
    pub content: Value,
    /// Seconds before now.
    pub age: i64,
    pub verdict: Result<Admitted, Rejection>,
}

/// How a token is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    AsItIs,
    /// The response replaces it: it is old, or an old key or cookie's.
    Reissued,
}

pub fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(1_700_000_000)
}

/// The layer under test: two keys, compression, and an old cookie that it reads too.
pub static LAYER: LazyLock<SessionLayer> = LazyLock::new(|| {
    let keys = KeyRing::new(key(CURRENT_KEY)).accept(key(PREVIOUS_KEY));
    SessionLayer::new(Signed::new(keys).compress(true))
        .cookie(cookie(OWN))
        .also_read(cookie(OLD), Signed::new(key(OLD_KEY)).compress(true))
        .clock(now)
});

/// Every token that there is for the layer, and some that are for others.
pub static MINTED: LazyLock<Vec<Minted>> = LazyLock::new(|| {
    use Admitted::{AsItIs, Reissued};
    use Rejection::{BadSignature, Expired, FromTheFuture};
    const HOUR: i64 = 60 * 60;
    const DAY: i64 = 24 * HOUR;
    let user = |name| json!({ "user": name });
    // Too large as it is, so that it is compressed.
    let large = json!({ "text": "large ".repeat(1000) });
    vec![
        mint(OWN, CURRENT_KEY, user("fresh"), 0, Ok(AsItIs)),
        mint(OWN, CURRENT_KEY, user("older"), HOUR, Ok(AsItIs)),
        mint(OWN, CURRENT_KEY, user("another clock's"), -30, Ok(AsItIs)),
        mint(OWN, CURRENT_KEY, json!({}), 10, Ok(AsItIs)),
        mint(OWN, CURRENT_KEY, large, 20, Ok(AsItIs)),
        mint(OWN, CURRENT_KEY, user("due"), 2 * DAY, Ok(Reissued)),
        mint(OWN, PREVIOUS_KEY, user("previous"), 30, Ok(Reissued)),
        mint(OLD, OLD_KEY, user("old"), 40, Ok(Reissued)),
        mint(OWN, CURRENT_KEY, user("expired"), 15 * DAY, Err(Expired)),
        mint(OWN, CURRENT_KEY, user("to come"), -HOUR, Err(FromTheFuture)),
        mint(OLD, OLD_KEY, user("expired"), 15 * DAY, Err(Expired)),
        mint(OWN, STRANGERS_KEY, user("stranger"), 0, Err(BadSignature)),
        mint(OLD, CURRENT_KEY, user("confused"), 0, Err(BadSignature)),
        mint(OWN, OLD_KEY, user("confused"), 0, Err(BadSignature)),
    ]
});

fn mint(
    name: &'static str,
    signed_with: &str,
    content: Value,
    age: i64,
    verdict: Result<Admitted, Rejection>,
) -> Minted {
    let issuer = SessionLayer::new(Signed::new(key(signed_with)).compress(true))
        .cookie(cookie(name))
        .clock(move || now() - Duration::seconds(age));
    let header = issuer.seal(&content).expect("the content is small");
    let token = header.split_once('=').expect("name=value").1.to_owned();
    Minted { name, token, content, age, verdict }
}

fn key(secret: &str) -> SecretKey {
    SecretKey::new(secret).expect("32 bytes of some variety")
}

fn cookie(name: &str) -> SessionCookie {
    SessionCookie::new(name).expect("the name is a token")
}
