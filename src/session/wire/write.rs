//! Session to headers.

use http::{HeaderMap, HeaderValue, header::SET_COOKIE};

use super::caching;
use crate::{
    cookie,
    error::Error,
    payload::Payload,
    session::{
        Config,
        state::{Open, Outcome},
    },
    trace,
};

/// nginx takes 4 KiB of response headers by default; what is over this is worth a warning.
const LARGE_LINE: usize = 3 * 1024;

/// Puts what became of a session that was read into the response's headers.
pub(super) fn response(config: &Config, open: &Open, headers: &mut HeaderMap) {
    caching::vary_by_cookie(headers);
    let name = config.own.cookie.name();
    let lines = match open.outcome() {
        Outcome::Keep => return,
        Outcome::Write => token(config, open.payload()),
        Outcome::Reissue if caching::is_shared(headers) => return,
        Outcome::Reissue => match config.fits(open.payload(), config.now()) {
            Ok(()) => token(config, open.payload()),
            Err(error) => return trace::not_reissued(name, &error),
        },
        Outcome::Remove if open.came().own => {
            let mut names = config.own.names();
            [names.next(), names.next()].map(|name| removal(name?, &config.own.attributes))
        }
        Outcome::Remove => [None, None],
    };
    let others = config.also_read.iter().zip(&open.came().also).filter(|(_, came)| **came);
    let others = others.flat_map(|((source, _), _)| {
        // What a browser keeps as ours is written or removed already.
        let others = source.names().filter(|name| !config.own.is_ours(name, &source.cookie));
        let attributes = source.cookie.attributes_beside(&config.own.cookie);
        others.map(move |name| removal(name, &attributes))
    });
    for line in lines.into_iter().chain(others).flatten() {
        if line.len() > LARGE_LINE {
            trace::large(name, line.len());
        }
        headers.append(SET_COOKIE, line);
    }
    if caching::keep_private(headers) {
        trace::made_private(name);
    }
}

/// The line that carries the session, and that of the companion cookie where there is one.
fn token(config: &Config, payload: &Payload) -> [Option<HeaderValue>; 2] {
    let source = &config.own;
    let now = config.now();
    let Ok(payload) = config.stamped(payload, now) else { return [None, None] };
    let max_age = source
        .is_persistent(&payload)
        .then(|| config.expiry.max_age(&payload.own().unwrap_or_default(), now));

    let (json, room) = (payload.json(), source.room());
    let len = source.codec.encoded_len(json, now, room);
    let mut companion_value = None;
    let push = |line: &mut Vec<u8>| companion_value = source.codec.encode(json, now, room, line);
    let first = cookie::render(source.cookie.name(), len, push, &source.attributes, max_age);
    let second =
        source.companion.as_ref().zip(companion_value).and_then(|(companion, value)| {
            line(&companion.name, &value, &source.attributes, max_age)
        });
    [first, second]
}

fn removal(name: &str, attributes: &str) -> Option<HeaderValue> {
    line(name, "", attributes, Some(0))
}

fn line(name: &str, value: &str, attributes: &str, max_age: Option<u64>) -> Option<HeaderValue> {
    let push = |line: &mut Vec<u8>| line.extend_from_slice(value.as_bytes());
    cookie::render(name, value.len(), push, attributes, max_age)
}

/// `name=value`, and the companion's behind it, as a browser sends them.
pub(super) fn cookie_header(config: &Config, payload: &Payload) -> Result<String, Error> {
    let source = &config.own;
    let now = config.now();
    let payload = config.stamped(payload, now)?;
    let mut header = format!("{}=", source.cookie.name()).into_bytes();
    let value = source.codec.encode(payload.json(), now, source.room(), &mut header);
    if let Some((companion, value)) = source.companion.as_ref().zip(value) {
        header.extend_from_slice(format!("; {}={value}", companion.name).as_bytes());
    }
    Ok(String::from_utf8_lossy(&header).into_owned())
}
