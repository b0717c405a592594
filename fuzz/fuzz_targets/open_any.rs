//! Any request at all to a layer of each format, with a previous key, compression and an old cookie.
//!
//! Property: there is no panic, and a session is accepted only where one of the tokens that we
//! minted is, byte for byte, the value of a cookie of the right name; what is then read is what was
//! minted. Which token wins, why the others were refused, and what the response carries is
//! predicted in full. In particular, an untouched session puts nothing on the response, and a
//! refused cookie that is only read puts no Set-Cookie there. No request takes more memory than
//! what a token may inflate to. (Time is libFuzzer's matter: `-timeout`.)
//!
//! Input: a byte for the format, and the Cookie headers' lines, with a byte from 0x10 on for each
//! minted token, and one from 0x80 on for its signature where that is a cookie of its own.

#![no_main]

use allocation_counter::measure;
use http::{
    HeaderMap, HeaderValue,
    header::{SET_COOKIE, VARY},
};
use libfuzzer_sys::fuzz_target;
use tower_cookie_session_fuzz::{
    cookies::{candidates, lines},
    formats::{Format, now},
    minted::{OLD, OWN, World, world},
    oracle::{Expected, assert_content},
    respond,
};

/// Bytes that reading one request may hold at a time, beside eight times its own: for a buffer that
/// grows to 64 KiB by doubling, the session in it, one that is judged beside it, and zlib's state.
const MEMORY_MAX: u64 = 512 * 1024;

fuzz_target!(|input: &[u8]| {
    let Some((format, input)) = input.split_first() else { return };
    let world = world(Format::of(*format));
    let lines = lines(&with_tokens(world, input));
    let expected = world.expected(&lines);

    let untouched = respond(&world.layer, &lines, |_| {});
    assert!(untouched.is_empty(), "{untouched:?}");

    let read = respond(&world.layer, &lines, |session| assert_content(session, &expected));
    assert_eq!(read[VARY], "Cookie");
    let old_came = !candidates(OLD, &lines).is_empty();
    assert_set_cookie(world, &read, &expected, old_came);

    // A proxy may join the lines (RFC 9113, section 8.2.3): that makes no difference.
    let joined = lines.iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b"; "[..]);
    let mut session = None;
    let memory = measure(|| {
        let opened = world.layer.open(&joined);
        let _ = opened.origin();
        session = Some(opened);
    });
    assert!(memory.bytes_max <= MEMORY_MAX + 8 * joined.len() as u64, "{memory:?}");
    assert_content(&session.expect("it was opened"), &expected);
});

/// `input` with tokens in the place of bytes that no header may have, or that hardly one has.
fn with_tokens(world: &World, input: &[u8]) -> Vec<u8> {
    let token = |byte: &u8| Some(&*world.minted.get(usize::from(byte.checked_sub(0x10)?))?.token);
    let companion =
        |byte: &u8| world.minted.get(usize::from(byte.checked_sub(0x80)?))?.companion.as_deref();
    let mut text = Vec::new();
    for byte in input {
        match token(byte).or_else(|| companion(byte)) {
            Some(minted) => text.extend_from_slice(minted.as_bytes()),
            None => text.push(*byte),
        }
    }
    text
}

/// One token anew where that was due, and then a removal of the old cookie; otherwise nothing.
fn assert_set_cookie(world: &World, headers: &HeaderMap, expected: &Expected, old_came: bool) {
    let mut emitted = headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    if let Ok((minted, name)) = expected
        && minted.is_due(name)
    {
        let mut pairs = Vec::new();
        for name in names(world, OWN) {
            let line = emitted.next().expect("a token that was due is issued anew");
            let (pair, _attributes) = line.split_once(';').unwrap();
            assert!(pair.starts_with(&format!("{name}=")), "{pair}");
            pairs.push(pair);
        }
        let pairs = pairs.join("; ");
        let reissued = world.layer.open(&pairs);
        assert_content(&reissued, expected);
        let timed = world.format.bears_time();
        assert_eq!(reissued.issued_at(), timed.then(now));
        assert!(!timed || !pairs.ends_with(&minted.token));
        for name in names(world, OLD).filter(|_| old_came) {
            let line = emitted.next().expect("the old cookie goes");
            assert!(line.starts_with(&format!("{name}=;")), "{line}");
            assert!(line.contains("; Max-Age=0"), "{line}");
        }
    }
    assert_eq!(emitted.next(), None);
}

/// The cookies of a session.
fn names(world: &World, name: &str) -> impl Iterator<Item = String> {
    [name.to_owned()].into_iter().chain(world.format.companion(name))
}
