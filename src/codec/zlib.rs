//! Payloads that itsdangerous, Flask and Django may compress: those behind a dot.

use std::borrow::Cow;

use super::timed::{Body, Timed};
use crate::encoding::{URL_SAFE, deflate, inflate};

/// What marks a compressed payload.
const MARK: &str = ".";

/// `json` in base64; compressed, where the token would not fit into `room` otherwise and zlib makes
/// it shorter.
pub(super) fn fitting<'a>(
    json: impl Into<Cow<'a, [u8]>>,
    timed: &Timed,
    issued: u64,
    room: usize,
) -> Body<'a> {
    let plain = Body::new(&URL_SAFE, json);
    if timed.len(&plain, issued) <= room {
        return plain;
    }
    match deflate(&plain.bytes) {
        Some(deflated) if MARK.len() + deflated.len() < plain.bytes.len() => {
            Body { mark: MARK, bytes: deflated.into(), ..plain }
        }
        _ => plain,
    }
}

/// The text in such a payload.
pub(super) fn inflated(payload: &[u8]) -> Option<Vec<u8>> {
    match payload.strip_prefix(MARK.as_bytes()) {
        Some(compressed) => inflate(&URL_SAFE.read(compressed)?),
        None => URL_SAFE.read(payload),
    }
}
