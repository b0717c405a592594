//! `Private` in a layer: as `Signed`, and unreadable.

use std::time::Duration;

use tower_cookie_session::{
    Error, Expiry, KeyRing, Origin, Private, Rejection, SecretKey, SessionLayer, Signed,
};

use crate::support::*;

fn private() -> SessionLayer {
    layer_of(Private::new(key()))
}

fn value(cookies: &str) -> &str {
    cookies.split_once('=').unwrap().1
}

#[test]
fn a_session_comes_back_and_shows_nothing() {
    let reply = respond(&private(), "", |session| {
        session.insert("user", "ada").unwrap();
        session.flash("success", "hello").unwrap();
        session.set_persistent(true).unwrap();
    });
    let cookies = reply.cookie();
    let bytes = {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        BASE64_URL_SAFE_NO_PAD.decode(value(&cookies)).unwrap()
    };
    for word in ["user", "ada", "hello", "_flashes"] {
        assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
    respond(&private(), &cookies, |session| {
        assert_eq!(session.get("user"), Ok(Some("ada".to_owned())));
        assert_eq!(session.peek_flashes().unwrap()[0].message, "hello");
        assert!(session.is_persistent());
        assert_eq!(session.issued_at(), Some(instant(NOW)));
    })
    .assert_kept();
}

#[test]
fn the_size_is_that_of_what_is_sent() {
    for len in [0, 1, 2, 500, 2900] {
        let mut size = 0;
        let reply = respond(&private(), "", |session| {
            session.insert("a", "x".repeat(len)).unwrap();
            size = session.encoded_len();
        });
        assert_eq!(size, reply.cookie().len() - 1);
    }
    // 4096 bytes are base64 of 3069, of which 48 are the nonce, the time and the tag.
    let fits = 3069 - 48 - r#"{"a":""}"#.len();
    let outcome = |len: usize| private().open("").insert("a", "x".repeat(len));
    assert_eq!(outcome(fits), Ok(()));
    assert!(matches!(outcome(fits + 1), Err(Error::TooLarge { limit: 4096, .. })));
}

#[test]
fn limits_and_rotation_are_those_of_signed() {
    let layer = private().expiry(Expiry::never().idle(Duration::from_secs(100))).unwrap();
    let cookies = seal(&layer, r#"{"a":1}"#);
    respond(&at(&layer, NOW + 9), &cookies, |session| assert_eq!(session.len(), 1)).assert_kept();
    let renewed = respond(&at(&layer, NOW + 10), &cookies, |session| assert_eq!(session.len(), 1));
    assert_eq!(layer.open(renewed.cookie()).issued_at(), Some(instant(NOW + 10)));
    assert_eq!(at(&layer, NOW + 100).open(&cookies).origin(), Origin::Cookie);
    let late = at(&layer, NOW + 101).open(&cookies).origin();
    assert_eq!(late, Origin::Rejected(Rejection::Expired));
    let early = at(&layer, NOW - 61).open(&cookies).origin();
    assert_eq!(early, Origin::Rejected(Rejection::FromTheFuture));

    let new = SecretKey::generate();
    let rotated = layer_of(Private::new(KeyRing::new(new.clone()).accept(key())));
    let reply = respond(&rotated, &cookies, |session| assert_eq!(session.get("a"), Ok(Some(1))));
    assert!(!layer_of(Private::new(new)).open(reply.cookie()).is_new());
}

#[test]
fn from_signed_to_private_and_back() {
    let signed = || layer_of(Signed::new(key()));
    let to_private = private().also_read(cookie("sid"), Signed::new(key()));
    let to_signed = signed().also_read(cookie("sid"), Private::new(key()));
    for (from, to) in [(signed(), to_private), (private(), to_signed)] {
        let cookies = seal(&from, r#"{"a":1}"#);
        let reply = respond(&to, &cookies, |session| {
            assert_eq!((session.get("a"), session.is_modified()), (Ok(Some(1)), false));
        });
        assert!(from.open(reply.cookie()).is_new());
        respond(&to, &reply.cookie(), |session| assert_eq!(session.len(), 1)).assert_kept();
    }
}

#[test]
fn a_value_is_worth_nothing_under_another_name_or_codec() {
    let cookies = seal(&private(), r#"{"a":1}"#);
    let refused = Origin::Rejected(Rejection::BadSignature);
    let renamed = private().cookie(cookie("other"));
    assert_eq!(renamed.open(format!("other={}", value(&cookies))).origin(), refused);
    assert_eq!(layer_of(Signed::new(key())).open(&cookies).origin(), refused);
    let signed = seal(&layer_of(Signed::new(key())), r#"{"a":1}"#);
    assert_eq!(private().open(signed).origin(), refused);
}
