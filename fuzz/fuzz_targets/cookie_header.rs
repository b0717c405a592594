//! Which cookies of a request reach the codec.
//!
//! Property: whatever bytes come as Cookie headers, the codec is given exactly the values that the
//! plain reference in `cookies.rs` finds, in that order: pairs split at `;` and trimmed of space and
//! tab, the name compared as bytes, eight candidates in all, and none over 4096 bytes of name and value.
//!
//! Input: a byte for the cookie's name and for how to read the rest: as the headers' lines, or as
//! choices of pieces that make lines which look like cookies.

#![no_main]

use std::sync::{Arc, Mutex};

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use tower_cookie_session::{
    Codec, Origin, Payload, Rejection, Session, SessionCookie, SessionLayer,
};
use tower_cookie_session_fuzz::{
    cookies::{NAME_AND_VALUE_MAX, candidates, lines},
    respond,
};

const NAMES: [&str; 6] = ["s", "ss", "session", "__Host-session", "a.b:c", "!#$%&'*+-^_`|~"];

/// What separates cookies, what only seems to, and what other parsers made something of.
const PIECES: [&[u8]; 20] = [
    b";",
    b"; ",
    b"=",
    b" ",
    b"\t",
    b"\n",
    b",",
    b"\"",
    b"x",
    b"x=1",
    b"%73",
    b"$Version=1",
    b"\\",
    b"\xa0",
    b"\x85",
    b"\xc2\xa0",
    b"\xe2\x80\x80",
    b"\xe3\x80\x80",
    b"\xef\xbb\xbf",
    b"\xff",
];

const PIECES_MAX: usize = 100;

fuzz_target!(|input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else { return };
    let name = NAMES[usize::from(choice / 2) % NAMES.len()];
    if choice % 2 == 0 {
        check(name, rest);
    } else if let Ok(text) = pieced(name, &mut Unstructured::new(rest)) {
        check(name, &text);
    }
});

fn check(name: &str, text: &[u8]) {
    let recorder = Recorder::default();
    let cookie = SessionCookie::new(name).expect("the name is a token");
    let layer = SessionLayer::new(recorder.clone()).cookie(cookie);
    let lines = lines(text);

    respond(&layer, &lines, |_| {});
    assert!(recorder.take().is_empty(), "a session that nobody reads is not decoded");

    let found = candidates(name, &lines);
    respond(&layer, &lines, |session| assert_read(session, name, &found, &recorder));
    for line in lines.chunks(1) {
        assert_read(&layer.open(&line[0]), name, &candidates(name, line), &recorder);
    }
}

fn assert_read(session: &Session, name: &str, found: &[&[u8]], recorder: &Recorder) {
    let fits = |value: &&&[u8]| name.len() + value.len() <= NAME_AND_VALUE_MAX;
    let given: Vec<_> = found.iter().filter(fits).map(|value| value.to_vec()).collect();
    let origin = if !given.is_empty() {
        Origin::Rejected(Rejection::BadSignature)
    } else if !found.is_empty() {
        Origin::Rejected(Rejection::TooLong)
    } else {
        Origin::New
    };
    assert_eq!(session.origin(), origin);
    assert_eq!(recorder.take(), given);
}

/// Lines made of pieces, most of them of the cookie's name and of what is close to it.
fn pieced(name: &str, u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for _ in 0..PIECES_MAX {
        if u.is_empty() {
            break;
        }
        match u.int_in_range(0..=31)? {
            0..=3 => text.extend_from_slice(name.as_bytes()),
            4..=7 => text.extend_from_slice(format!("; {name}=").as_bytes()),
            8..=9 => text.extend_from_slice(&name.as_bytes()[1..]),
            10..=11 => text.extend_from_slice(name.to_uppercase().as_bytes()),
            12..=15 => text.push(u.arbitrary()?),
            16 => {
                let around_limit = NAME_AND_VALUE_MAX - name.len() - 2;
                text.resize(text.len() + around_limit + u.int_in_range(0..=4)?, b'x');
            }
            _ => text.extend_from_slice(u.choose(&PIECES)?),
        }
    }
    Ok(text)
}

/// A codec that writes down every token it is given, and refuses it.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Vec<Vec<u8>>>>);

impl Recorder {
    fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Codec for Recorder {
    fn decode(
        &self,
        token: &[u8],
        companions: &[&[u8]],
    ) -> std::result::Result<Payload, Rejection> {
        assert!(companions.is_empty(), "this format has no companion cookie");
        self.0.lock().unwrap().push(token.to_vec());
        Err(Rejection::BadSignature)
    }

    fn encode(&self, _: &str, _: u64, _: usize, _: &mut Vec<u8>) -> Option<String> {
        unreachable!("nothing was changed")
    }
}
