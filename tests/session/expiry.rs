//! Idle and absolute limits, deadlines, renewal, persistence: over several requests, by the clock.

use std::time::Duration;

use tower_cookie_session::{Expiry, Origin, Rejection, Session, SessionLayer};

use crate::support::*;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn with(expiry: Expiry) -> SessionLayer {
    layer().expiry(expiry).unwrap()
}

fn persistent(expiry: Expiry) -> SessionLayer {
    with(expiry).cookie(cookie("sid").persistent(true))
}

fn read(session: &Session) {
    assert!(session.contains_key("a"));
}

fn max_age(layer: &SessionLayer, handler: impl FnOnce(&Session)) -> Option<u64> {
    let line = respond(layer, "", handler).set_cookie();
    line.split_once("; Max-Age=").map(|(_, seconds)| seconds.parse().unwrap())
}

fn insert(session: &Session) {
    session.insert("a", 1).unwrap();
}

#[test]
fn a_session_that_is_used_is_renewed_past_its_threshold() {
    let layer = with(Expiry::never().idle(secs(100)));
    let cookies = seal(&layer, r#"{"a":1}"#);
    respond(&at(&layer, NOW + 9), &cookies, read).assert_kept();
    let reply = respond(&at(&layer, NOW + 10), &cookies, |session| {
        read(session);
        assert!(!session.is_modified());
    });
    assert_eq!(reply.cookie(), seal(&at(&layer, NOW + 10), r#"{"a":1}"#));
    assert_eq!(respond(&at(&layer, NOW + 10), &cookies, |_| ()).0.len(), 0);
    assert!(!at(&layer, NOW + 110).open(reply.cookie()).is_new());
    assert!(at(&layer, NOW + 110).open(&cookies).is_new());
}

#[test]
fn the_absolute_limit_counts_from_the_creation_over_renewals() {
    let layer = with(Expiry::never().idle(secs(100)).absolute(secs(250)));
    let mut cookies = respond(&layer, "", insert).cookie();
    for time in [90, 180, 240] {
        let layer = at(&layer, NOW + time);
        let reply = respond(&layer, &cookies, |session| {
            read(session);
            assert_eq!(session.created_at(), Some(instant(NOW)));
            assert_eq!(session.expires_at(), Some(instant(NOW + (time + 100).min(250))));
        });
        cookies = reply.cookie();
    }
    assert!(!at(&layer, NOW + 250).open(&cookies).is_new());
    assert_eq!(at(&layer, NOW + 251).open(&cookies).origin(), Origin::Rejected(Rejection::Expired));
}

#[test]
fn a_session_without_a_created_time_was_created_when_it_was_issued() {
    let cookies = seal(&layer(), r#"{"a":1}"#);
    let layer = with(Expiry::never().absolute(secs(100)));
    assert!(at(&layer, NOW + 101).open(&cookies).is_new());
    let session = at(&layer, NOW + 50).open(&cookies);
    assert_eq!((session.created_at(), session.expires_at()), (None, Some(instant(NOW + 100))));
    let reply = respond(&at(&layer, NOW + 50), &cookies, |session| session.insert("b", 1).unwrap());
    let written = at(&layer, NOW + 100).open(reply.cookie());
    assert_eq!(written.created_at(), Some(instant(NOW)));
    assert!(at(&layer, NOW + 101).open(reply.cookie()).is_new());
    // A new session is created when it is first stored, also after `clear`.
    let reply = respond(&at(&layer, NOW + 50), &cookies, |session| {
        session.clear().unwrap();
        insert(session);
    });
    let written = at(&layer, NOW + 50).open(reply.cookie());
    assert_eq!(written.created_at(), Some(instant(NOW + 50)));
}

#[test]
fn under_an_absolute_limit_another_programs_session_key_is_in_the_way() {
    let layer =
        layer_of(crate::custom_codec::Plain).expiry(Expiry::never().absolute(secs(9))).unwrap();
    let theirs = crate::custom_codec::hex(r#"{"a":1,"_session":"theirs"}"#);
    respond(&layer, &format!("sid={theirs}"), |session| {
        read(session);
        let error = session.insert("a", 2).unwrap_err();
        assert!(matches!(error, tower_cookie_session::Error::ReservedKey { key, .. } if key == "_session"));
    })
    .assert_kept();
}

#[test]
fn a_deadline_is_kept_and_never_lengthens() {
    let layer = with(Expiry::never().idle(secs(100)));
    let until = |seconds: i64| {
        let reply = respond(&layer, "", |session| {
            session.expire_at(instant(NOW + seconds)).unwrap();
            insert(session);
            assert_eq!(session.expires_at(), Some(instant(NOW + seconds.min(100))));
        });
        reply.cookie()
    };
    assert!(!at(&layer, NOW + 30).open(until(30)).is_new());
    assert!(at(&layer, NOW + 31).open(until(30)).is_new());
    assert!(at(&layer, NOW + 101).open(until(500)).is_new());
    // It stays over renewals, and alone it stores nothing.
    let renewed = respond(&at(&layer, NOW + 20), &until(30), read).cookie();
    assert!(at(&layer, NOW + 31).open(renewed).is_new());
    respond(&layer, "", |session| session.expire_at(instant(NOW + 9)).unwrap()).assert_kept();
    assert!(at(&layer, NOW).open(until(-1)).is_new());
}

#[test]
fn renew_is_sent_and_starts_the_absolute_clock_anew() {
    let layer = with(Expiry::never().absolute(secs(100)));
    let first = respond(&layer, "", |session| {
        insert(session);
        session.flash("a", "b").unwrap();
        session.set_persistent(true).unwrap();
        session.expire_at(instant(NOW + 170)).unwrap();
        session.id().unwrap();
    });
    let mut ids = Vec::new();
    let renewed = respond(&at(&layer, NOW + 80), &first.cookie(), |session| {
        ids.push(session.id().unwrap());
        session.renew().unwrap();
        assert!(session.is_modified() && session.is_persistent());
        assert_eq!(session.created_at(), Some(instant(NOW + 80)));
        assert_eq!(session.peek_flashes().unwrap().len(), 1);
        ids.push(session.id().unwrap());
    });
    assert_ne!(ids[0], ids[1]);
    let open = |time| at(&layer, NOW + time).open(renewed.cookie());
    assert_eq!((open(170).get("a"), open(171).is_new()), (Ok(Some(1)), true));
    // In the second in which it was created, too; but not where nothing is stored.
    let cookies = respond(&layer, "", |session| {
        insert(session);
        session.renew().unwrap();
    });
    assert_eq!(
        respond(&layer, &cookies.cookie(), |s| s.renew().unwrap()).cookie(),
        cookies.cookie()
    );
    respond(&layer, "", |session| session.renew().unwrap()).assert_kept();
}

#[test]
fn an_id_is_random_and_stays() {
    let layer = layer();
    let mut ids = std::collections::HashSet::new();
    let mut cookies = respond(&layer, "", |session| {
        let id = session.id().unwrap();
        assert_eq!(id.len(), 22);
        assert_eq!(session.id().unwrap(), id);
        ids.insert(id);
        assert!(session.is_modified() && session.is_empty());
    })
    .cookie();
    cookies = respond(&layer, &cookies, |session| {
        assert!(!ids.insert(session.id().unwrap()));
        insert(session);
    })
    .cookie();
    respond(&layer, &cookies, |session| {
        session.clear().unwrap();
        assert!(ids.insert(session.id().unwrap()));
    });
    assert!((0..1000).all(|_| ids.insert(Session::detached().id().unwrap())));
}

#[test]
fn only_a_persistent_cookie_has_a_max_age() {
    let layer =
        with(Expiry::never().idle(secs(100)).idle_persistent(secs(1000)).absolute(secs(5000)));
    assert_eq!(max_age(&layer, insert), None);
    let remember = |session: &Session| {
        session.set_persistent(true).unwrap();
        insert(session);
        assert!(session.is_persistent());
    };
    assert_eq!(max_age(&layer, remember), Some(1000));
    assert_eq!(max_age(&persistent(Expiry::never()), insert), Some(400 * 86_400));
    assert_eq!(
        max_age(&persistent(Expiry::never().idle(secs(500 * 86_400))), insert),
        Some(400 * 86_400)
    );
    assert_eq!(max_age(&persistent(Expiry::never().absolute(secs(30))), insert), Some(30));
    let until = |session: &Session| {
        insert(session);
        session.expire_at(instant(NOW + 7)).unwrap();
    };
    assert_eq!(max_age(&persistent(Expiry::default()), until), Some(7));
    let forget = |session: &Session| {
        insert(session);
        session.set_persistent(false).unwrap();
    };
    assert_eq!(max_age(&persistent(Expiry::default()), forget), None);
}

#[test]
fn the_choice_of_persistence_is_kept_in_the_session() {
    let layer = with(Expiry::never().idle(secs(100)).idle_persistent(secs(1000)));
    let cookies = respond(&layer, "", |session| {
        session.set_persistent(true).unwrap();
        insert(session);
    })
    .cookie();
    assert!(!at(&layer, NOW + 1000).open(&cookies).is_new());
    assert!(at(&layer, NOW + 1001).open(&cookies).is_new());
    assert!(at(&layer, NOW + 101).open(seal(&layer, r#"{"a":1}"#)).is_new());
    let layer = at(&layer, NOW + 99);
    respond(&layer, &cookies, |session| {
        assert!(session.is_persistent());
        assert_eq!(session.set_persistent(true), Ok(()));
    })
    .assert_kept();
    let renewed = respond(&at(&layer, NOW + 100), &cookies, read);
    assert!(renewed.set_cookie().ends_with("; Max-Age=1000"));
    // It stores nothing alone, and takes effect with what is stored.
    respond(&layer, "", |session| session.set_persistent(true).unwrap()).assert_kept();
}

#[test]
fn a_choice_of_persistence_that_is_taken_back_leaves_nothing_behind() {
    for setting in [false, true] {
        let layer = layer().cookie(cookie("sid").persistent(setting));
        let cookies = seal(&layer, r#"{"user":1}"#);
        let reply = respond(&layer, &cookies, |session| {
            let before = session.encoded_len();
            session.set_persistent(!setting).unwrap();
            assert!(session.encoded_len() > before && session.is_modified());
            session.set_persistent(setting).unwrap();
            assert_eq!((session.encoded_len(), session.is_modified()), (before, false));
        });
        reply.assert_kept();
    }
}

#[test]
fn a_persistent_cookie_without_a_limit_is_renewed_after_a_month() {
    let layer = persistent(Expiry::never());
    let cookies = seal(&layer, r#"{"a":1}"#);
    let month = 30 * 86_400;
    respond(&at(&layer, NOW + month - 1), &cookies, read).assert_kept();
    let reply = respond(&at(&layer, NOW + month), &cookies, read);
    assert!(reply.set_cookie().ends_with("; Max-Age=34560000"));
    let browser = with(Expiry::never());
    respond(&at(&browser, NOW + 20 * month), &cookies, read).assert_kept();
}

#[test]
fn clocks_that_are_wrong() {
    let layer = layer();
    let cookies = seal(&layer, r#"{"a":1}"#);
    assert!(!at(&layer, NOW - 60).open(&cookies).is_new());
    assert_eq!(
        at(&layer, NOW - 61).open(&cookies).origin(),
        Origin::Rejected(Rejection::FromTheFuture)
    );
    for time in [-377_705_116_800, -1, 0, 1, i64::from(i32::MAX), 1 << 32, 253_402_300_799] {
        let layer = at(&layer, time);
        let reply = respond(&layer, "", insert);
        let session = layer.open(reply.cookie());
        assert_eq!(
            (session.get("a"), session.issued_at()),
            (Ok(Some(1)), Some(instant(time.max(0))))
        );
        let _ = (session.expires_at(), session.renew(), session.encoded_len());
    }
}

#[test]
fn times_that_can_be_asked_for() {
    let layer = with(Expiry::never().idle(secs(100)));
    let session = layer.open("");
    assert_eq!(
        (session.issued_at(), session.created_at(), session.expires_at()),
        (None, None, None)
    );
    insert(&session);
    assert_eq!((session.issued_at(), session.expires_at()), (None, Some(instant(NOW + 100))));
    let cookies = seal(&layer, r#"{"a":1}"#);
    let session = at(&layer, NOW + 5).open(&cookies);
    assert_eq!(session.issued_at(), Some(instant(NOW)));
    assert_eq!(session.expires_at(), Some(instant(NOW + 100)));
    session.insert("b", 1).unwrap();
    assert_eq!(session.expires_at(), Some(instant(NOW + 105)));
    assert_eq!(with(Expiry::never()).open(&cookies).expires_at(), None);
}
