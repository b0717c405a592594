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

/// nginx accepts 4 KiB of response headers by default; a line longer than this is worth a warning.
const LARGE_LINE: usize = 3 * 1024;

/// What an operator should hear about a response. It is traced outside of the session's lock,
/// because a subscriber may look at the session.
#[derive(Default)]
pub(super) struct Report {
    not_reissued: Option<Error>,
    /// Whether there is a cookie to send that no header can carry.
    unsent: bool,
    /// Bytes of the longest line.
    longest: usize,
    made_private: bool,
}

impl Report {
    pub(super) fn trace(&self, cookie: &str) {
        if let Some(error) = &self.not_reissued {
            trace::not_reissued(cookie, error);
        }
        if self.unsent {
            trace::unsent(cookie);
        }
        if self.longest > LARGE_LINE {
            trace::large(cookie, self.longest);
        }
        if self.made_private {
            trace::made_private(cookie);
        }
    }
}

/// Puts what became of a session that was read into the response's headers.
pub(super) fn response(config: &Config, open: &Open, headers: &mut HeaderMap) -> Report {
    caching::vary_by_cookie(headers);
    let mut report = Report::default();
    let lines = match open.outcome() {
        Outcome::Keep => return report,
        Outcome::Write => token(config, open.payload()),
        Outcome::Reissue if caching::is_shared(headers) => return report,
        Outcome::Reissue => match config.fits(open.payload(), config.now()) {
            Ok(()) => token(config, open.payload()),
            Err(error) => return Report { not_reissued: Some(error), ..report },
        },
        Outcome::Remove if open.came().own => {
            let mut names = config.own.names();
            Some([names.next(), names.next()].map(|name| removal(name?, &config.own.attributes)))
        }
        Outcome::Remove => Some([None, None]),
    };
    let Some(lines) = lines else { return Report { unsent: true, ..report } };
    let others = config.also_read.iter().zip(&open.came().also).flat_map(|((source, _), came)| {
        let came = source.names().zip(came).filter(|(_, came)| **came);
        // What a browser takes for our cookie is written or removed already.
        let others = came.filter(|(name, _)| !config.own.is_ours(name, &source.cookie));
        others.map(|(name, _)| removal(name, &source.cookie.attributes_beside(&config.own.cookie)))
    });
    for line in lines.into_iter().chain(others).flatten() {
        report.longest = report.longest.max(line.len());
        report.unsent |= headers.try_append(SET_COOKIE, line).is_err();
    }
    report.made_private = caching::keep_private(headers);
    report
}

/// The line that carries the session, and the companion cookie's, if there is one; `None` if
/// no header can carry one of them.
fn token(config: &Config, payload: &Payload) -> Option<[Option<HeaderValue>; 2]> {
    let source = &config.own;
    let now = config.now();
    let payload = config.stamped(payload, now).ok()?;
    let max_age = source
        .is_persistent(&payload)
        .then(|| config.expiry.max_age(&payload.own().unwrap_or_default(), now));

    let (json, room) = (payload.json(), source.room());
    let len = source.codec.encoded_len(json, now, room);
    let mut companion_value = None;
    let push = |line: &mut Vec<u8>| companion_value = source.codec.encode(json, now, room, line);
    let first = cookie::render(source.cookie.name(), len, push, &source.attributes, max_age)?;
    let second = match source.companion.as_ref().zip(companion_value) {
        Some((companion, value)) => {
            Some(line(&companion.name, &value, &source.attributes, max_age)?)
        }
        None => None,
    };
    Some([Some(first), second])
}

fn removal(name: &str, attributes: &str) -> Option<HeaderValue> {
    line(name, "", attributes, Some(0))
}

fn line(name: &str, value: &str, attributes: &str, max_age: Option<u64>) -> Option<HeaderValue> {
    let push = |line: &mut Vec<u8>| line.extend_from_slice(value.as_bytes());
    cookie::render(name, value.len(), push, attributes, max_age)
}

/// `name=value`, followed by the companion's, as a browser sends them.
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
