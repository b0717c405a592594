//! For each format a layer with fixed keys and a fixed clock, and the tokens that are for it.

use std::sync::LazyLock;

use http::header::SET_COOKIE;
use serde_json::{Value, json};
use time::Duration;
use tower_cookie_session::{KeyRing, Rejection, SessionLayer};

use crate::{
    formats::{CURRENT_KEY, Format, OLD_KEY, PREVIOUS_KEY, STRANGERS_KEY, cookie, key, now},
    respond,
};

pub const OWN: &str = "sid";
/// The name of the cookie that the layer also reads.
pub const OLD: &str = "old";

/// What the tokens of a format meet.
pub struct World {
    pub format: Format,
    /// Two keys, compression where there is any, and an old cookie that it reads too.
    pub layer: SessionLayer,
    /// Every token that there is for the layer, and some that are for others: 17.
    pub minted: Vec<Minted>,
}

/// A token, and what should become of it where its key is good.
pub struct Minted {
    pub format: Format,
    pub name: &'static str,
    pub secret: &'static str,
    pub token: String,
    /// The signature, where that is in a cookie of its own.
    pub companion: Option<String>,
    pub content: Value,
    /// Seconds before now; 0 for tokens without a time.
    pub age: i64,
    pub alive: Result<(), Rejection>,
}

pub fn world(format: Format) -> &'static World {
    static WORLDS: LazyLock<Vec<World>> =
        LazyLock::new(|| Format::ALL.into_iter().map(World::new).collect());
    &WORLDS[format as usize]
}

impl World {
    fn new(format: Format) -> Self {
        let keys = KeyRing::new(key(CURRENT_KEY)).accept(key(PREVIOUS_KEY));
        let layer = format.layer(keys).cookie(cookie(OWN)).clock(now);
        let layer = format.also_read(layer, OLD, OLD_KEY);
        Self { format, layer, minted: minted(format) }
    }
}

impl Minted {
    /// Whether it bears a good signature for cookies of `name`. Frameworks have no name in their
    /// keys, but Express, which has it in the message.
    pub fn is_signed_for(&self, name: &str, format: Format) -> bool {
        let keys: &[&str] = if name == OWN { &[CURRENT_KEY, PREVIOUS_KEY] } else { &[OLD_KEY] };
        let nameless = matches!(format, Format::Flask | Format::Django | Format::Starlette);
        self.format == format && keys.contains(&self.secret) && (nameless || self.name == name)
    }

    /// Whether the response replaces it: it is old, or an old key or cookie's.
    pub fn is_due(&self, name: &str) -> bool {
        self.age >= DUE || self.secret == PREVIOUS_KEY || name == OLD
    }
}

const HOUR: i64 = 60 * 60;
/// Between the renewal threshold and the limit of every format.
const DUE: i64 = 4 * 24 * HOUR;
/// Beyond all limits.
const EXPIRED: i64 = 32 * 24 * HOUR;

fn minted(format: Format) -> Vec<Minted> {
    let user = |name| json!({ "user": name });
    // Too large as it is, so that it is compressed where there is compression.
    let large = json!({ "text": "large ".repeat(if format.compresses() { 1000 } else { 100 }) });
    let mint = |name, secret, content, age| mint(format, name, secret, content, age);
    vec![
        mint(OWN, CURRENT_KEY, user("fresh"), 0),
        mint(OWN, CURRENT_KEY, user("older"), HOUR),
        mint(OWN, CURRENT_KEY, user("another clock's"), -30),
        mint(OWN, CURRENT_KEY, json!({}), 10),
        mint(OWN, CURRENT_KEY, large, 20),
        mint(OWN, CURRENT_KEY, user("due"), DUE),
        mint(OWN, PREVIOUS_KEY, user("previous"), 30),
        mint(OLD, OLD_KEY, user("old"), 40),
        mint(OWN, CURRENT_KEY, user("expired"), EXPIRED),
        mint(OWN, CURRENT_KEY, user("to come"), -HOUR),
        mint(OLD, OLD_KEY, user("expired"), EXPIRED),
        mint(OWN, STRANGERS_KEY, user("stranger"), 0),
        mint(OLD, CURRENT_KEY, user("confused"), 0),
        mint(OWN, OLD_KEY, user("confused"), 0),
        ended(format),
        foreign(format),
        bomb(),
    ]
}

fn mint(
    format: Format,
    name: &'static str,
    secret: &'static str,
    content: Value,
    age: i64,
) -> Minted {
    let header = issuer(format, name, secret, age).seal(&content).expect("it is small");
    let mut values = values(header.split("; "));
    let age = if format.bears_time() { age } else { 0 };
    Minted {
        format,
        name,
        secret,
        token: values.next().expect("the session's cookie"),
        companion: values.next(),
        content,
        age,
        alive: match age {
            EXPIRED => Err(Rejection::Expired),
            ..-60 => Err(Rejection::FromTheFuture),
            _ => Ok(()),
        },
    }
}

/// A token past its own deadline, which is in the payload, and so in every format.
fn ended(format: Format) -> Minted {
    let content = json!({ "user": "ended" });
    let issuer = issuer(format, OWN, CURRENT_KEY, 60);
    let headers = respond(&issuer, &[], |session| {
        session.replace(&content).expect("it is small");
        session.expire_at(now() - Duration::SECOND).expect("it is small");
    });
    let lines = headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().expect("ASCII"));
    let mut values = values(lines.filter_map(|line| line.split(';').next()));
    let token = values.next().expect("the session's cookie");
    let companion = values.next();
    let alive = Err(Rejection::Expired);
    Minted { token, companion, alive, ..mint(format, OWN, CURRENT_KEY, content.clone(), 60) }
}

/// What another format makes of the same key.
fn foreign(format: Format) -> Minted {
    let other = Format::ALL[(format as usize + 1) % Format::ALL.len()];
    mint(other, OWN, CURRENT_KEY, json!({ "user": "foreign" }), 0)
}

/// `{"user":"` and a MiB of blanks, compressed and signed for [`Format::Signed`] by Python, for this
/// crate writes none.
fn bomb() -> Minted {
    let (format, name, secret) = (Format::Signed, OWN, CURRENT_KEY);
    let (token, companion) = (include_str!("bomb.token").to_owned(), None);
    let (content, age, alive) = (Value::Null, 0, Err(Rejection::Malformed));
    Minted { format, name, secret, token, companion, content, age, alive }
}

fn issuer(format: Format, name: &str, secret: &str, age: i64) -> SessionLayer {
    let clock = move || now() - Duration::seconds(age);
    format.layer(key(secret)).cookie(cookie(name)).clock(clock)
}

fn values<'a>(pairs: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    pairs.map(|pair| pair.split_once('=').expect("name=value").1.to_owned())
}
