//! Any request at all to a layer of `Signed`, with a previous key, compression and an old cookie.
//!
//! Property: there is no panic, and a session is accepted only where one of the tokens that we
//! minted is, byte for byte, the value of a cookie of the right name; what is then read is what was
//! minted. Which token wins, why the others were refused, and what the response carries is
//! predicted in full. In particular, an untouched session puts nothing on the response, and a
//! refused cookie that is only read puts no Set-Cookie there.
//!
//! Input: the Cookie headers' lines, with a byte from 0x10 on for each minted token.

#![no_main]

use std::cmp::Reverse;

use http::{
    HeaderMap, HeaderValue,
    header::{SET_COOKIE, VARY},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tower_cookie_session::{Origin, Rejection, Session};
use tower_cookie_session_fuzz::{
    cookies::{NAME_AND_VALUE_MAX, candidates, lines},
    minted::{Admitted, LAYER, MINTED, Minted, OLD, OWN, now},
    respond,
};

fuzz_target!(|input: &[u8]| {
    let _ = LAYER.open(input).origin();

    let lines = lines(&with_tokens(input));
    let expected = expected(&lines);

    let untouched = respond(&LAYER, &lines, |_| {});
    assert!(untouched.is_empty(), "{untouched:?}");

    let read = respond(&LAYER, &lines, |session| assert_content(session, &expected));
    assert_eq!(read[VARY], "Cookie");
    assert_set_cookie(&read, &expected, !candidates(OLD, &lines).is_empty());

    // A proxy may join the lines (RFC 9113, section 8.2.3): that makes no difference.
    let bytes: Vec<_> = lines.iter().map(HeaderValue::as_bytes).collect();
    assert_content(&LAYER.open(bytes.join(&b"; "[..])), &expected);
});

/// `input` with tokens in the place of bytes that no header may have.
fn with_tokens(input: &[u8]) -> Vec<u8> {
    let token = |byte: &u8| MINTED.get(usize::from(byte.checked_sub(0x10)?));
    let mut text = Vec::new();
    for byte in input {
        match token(byte) {
            Some(minted) => text.extend_from_slice(minted.token.as_bytes()),
            None => text.push(*byte),
        }
    }
    text
}

/// The token that wins, or why there is none.
type Expected = Result<&'static Minted, Option<Rejection>>;

fn expected(lines: &[HeaderValue]) -> Expected {
    match best(OWN, lines) {
        // Only where no cookie of our own was signed, the old one is asked.
        Err(own) if own <= Some(Rejection::BadSignature) => {
            best(OLD, lines).map_err(|old| own.max(old))
        }
        own => own,
    }
}

/// Of the accepted tokens under `name` the latest, and the first of those; or the rejection of the
/// one that came furthest.
fn best(name: &str, lines: &[HeaderValue]) -> Expected {
    let judged: Vec<_> = candidates(name, lines).iter().map(|token| judge(name, token)).collect();
    let accepted = judged.iter().filter_map(|verdict| verdict.ok());
    let furthest = judged.iter().filter_map(|verdict| verdict.err()).max();
    accepted.rev().max_by_key(|minted| Reverse(minted.age)).ok_or(furthest)
}

fn judge(name: &str, token: &[u8]) -> Result<&'static Minted, Rejection> {
    if name.len() + token.len() > NAME_AND_VALUE_MAX {
        return Err(Rejection::TooLong);
    }
    MINTED
        .iter()
        .find(|minted| minted.name == name && minted.token.as_bytes() == token)
        .map_or(Err(Rejection::BadSignature), |minted| minted.verdict.map(|_| minted))
}

fn assert_content(session: &Session, expected: &Expected) {
    let (origin, content) = match expected {
        Ok(minted) => (Origin::Cookie, &minted.content),
        Err(rejection) => (rejection.map_or(Origin::New, Origin::Rejected), &json!({})),
    };
    assert_eq!(session.origin(), origin);
    assert_eq!(&session.to::<Value>().unwrap(), content);
    assert!(!session.is_modified());
}

/// One token anew where that was due, and then a removal of the old cookie; otherwise nothing.
fn assert_set_cookie(headers: &HeaderMap, expected: &Expected, old_came: bool) {
    let mut emitted = headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    if let Ok(minted) = expected
        && minted.verdict == Ok(Admitted::Reissued)
    {
        let line = emitted.next().expect("a token that was due is issued anew");
        let (pair, _attributes) = line.split_once(';').unwrap();
        assert!(!MINTED.iter().any(|minted| pair.ends_with(&minted.token)), "{pair}");
        let reissued = LAYER.open(pair);
        assert_content(&reissued, expected);
        assert_eq!(reissued.issued_at(), Some(now()));
        if old_came {
            let line = emitted.next().expect("the old cookie goes");
            assert!(
                line.starts_with(&format!("{OLD}=;")) && line.contains("; Max-Age=0"),
                "{line}"
            );
        }
    }
    assert_eq!(emitted.next(), None);
}
