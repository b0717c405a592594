//! The dictionary that edits JSON text in place, against the plain list of members in `model.rs`.
//!
//! Properties: a text is taken as a session exactly if serde_json takes it as a map (once Python's
//! `NaN` and `Infinity` are put into standard terms). Every call on the session returns what the
//! model returns. What is sent at the end has the model's members: those that no call touched as
//! they came, byte for byte. A call that fails changes nothing, the size limit's refusals included;
//! and a Set-Cookie goes out exactly if the text is another one than came in.
//!
//! Input: a JSON text, a NUL and choices of calls; or, where it begins with no `{`, choices only,
//! the first of which make the text.

#![no_main]

use arbitrary::{Result, Unstructured};
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use libfuzzer_sys::fuzz_target;
use tower_cookie_session::{Origin, Rejection, SessionCookie, SessionLayer};
use tower_cookie_session_fuzz::{
    calls::Calls,
    cookies::NAME_AND_VALUE_MAX,
    hex::{self, Hex},
    json,
    model::Model,
    respond,
};

const NAME: &str = "s";
/// Bytes that the layer may write; it reads more.
const SIZE_MAX: usize = 600;
const CALLS_MAX: usize = 20;
/// serde_json reads values of up to 127 levels; beyond that it is no reference.
const BRACKETS_MAX: usize = 100;

fuzz_target!(|input: &[u8]| {
    let mut u = Unstructured::new(input);
    if let Ok(text) = text(input, &mut u) {
        check(&text, &mut u);
    }
});

/// The text that comes in; `u` is left with the choices of calls.
fn text<'a>(input: &'a [u8], u: &mut Unstructured<'a>) -> Result<Vec<u8>> {
    if input.first() != Some(&b'{') {
        return json::object(u).map(String::into_bytes);
    }
    let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    u.bytes(end).map(<[u8]>::to_vec)
}

fn check(text: &[u8], u: &mut Unstructured<'_>) {
    let cookie = SessionCookie::new(NAME).and_then(|cookie| cookie.max_size(SIZE_MAX)).unwrap();
    let layer = SessionLayer::new(Hex).cookie(cookie);
    let line = HeaderValue::try_from(format!("{NAME}={}", hex::encode(text))).unwrap();

    let origin = layer.open(&line).origin();
    if size(text.len()) > NAME_AND_VALUE_MAX {
        return assert_eq!(origin, Origin::Rejected(Rejection::TooLong));
    }
    let Some(text) = str::from_utf8(text).ok().filter(|text| json::members(text).is_some()) else {
        return assert_eq!(origin, Origin::Rejected(Rejection::Malformed));
    };
    assert_eq!(origin, Origin::Cookie);

    let Some(began) = Model::of(text) else { return };
    if text.matches(['{', '[']).count() > BRACKETS_MAX {
        return;
    }
    let mut model = began.clone();
    let headers = respond(&layer, &[line], |session| {
        let blanks = text.len() - began.compact_len();
        let mut calls = Calls { session, model: &mut model, size, size_max: SIZE_MAX, blanks };
        for _ in 0..CALLS_MAX {
            calls.read();
            if u.is_empty() || calls.call(u).is_err() {
                break;
            }
        }
    });
    assert_emitted(&headers, text, &began, &model);
}

/// What is sent is what the session holds at the end, unless that is what came in.
fn assert_emitted(headers: &HeaderMap, text: &str, began: &Model, ended: &Model) {
    let mut lines = headers.get_all(SET_COOKIE).iter();
    let value = lines.next().map(|line| {
        let pair = line.as_bytes().split(|byte| *byte == b';').next();
        pair.and_then(|pair| pair.strip_prefix(b"s=")).expect("our cookie")
    });
    assert_eq!(lines.next(), None);
    match value {
        None if ended.is_alive() == Some(false) => {
            assert!(!ended.was_cleared() && began.is_alive() != Some(true), "not removed");
        }
        None => assert_eq!(ended, began, "not written"),
        Some(b"") => {
            assert_ne!(ended.is_alive(), Some(true), "removed: {ended:?}");
            assert!(ended.was_cleared() || began.is_alive() != Some(false), "none to remove");
        }
        Some(token) => {
            let sent = String::from_utf8(hex::decode(token)).unwrap();
            let members = Model::of(&sent).expect("what is sent is an object");
            assert_eq!(members.members(), ended.members(), "{sent}");
            assert!(ended.was_cleared() || sent != text, "written for nothing: {sent}");
            assert!(ended.is_alive() != Some(false) && size(sent.len()) <= SIZE_MAX, "{sent}");
        }
    }
}

/// Bytes of name and value for a text of that length.
fn size(len: usize) -> usize {
    NAME.len() + 2 * len
}
