//! Two requests at once: each starts from the cookie that it was sent, and the browser keeps what
//! the response that arrives last says. What that means, for every pair and either order.

use std::time::Duration;

use tower_cookie_session::{Expiry, Session, SessionLayer};

use crate::support::*;

/// What a request does with the session that it was sent, of which `n` is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    /// Does not look.
    Ignore,
    /// Looks; its response carries a token anew where that is due.
    Read,
    Write(u8),
    /// Logs out.
    Clear,
}

use Act::{Clear, Ignore, Read, Write};

fn act(session: &Session, act: Act) {
    match act {
        Ignore => {}
        Read => assert_eq!(session.get("n"), Ok(Some(0))),
        Write(n) => session.insert("n", n).unwrap(),
        Clear => session.clear().unwrap(),
    }
}

/// What is in the browser when both responses have arrived, in this order: `n`, or nothing.
fn left(layer: &SessionLayer, acts: [Act; 2]) -> Option<u8> {
    let sent = seal(&at(layer, NOW - 1), r#"{"n":0}"#);
    let replies = acts.map(|what| respond(layer, &sent, |session| act(session, what)));
    let mut jar = Some(sent);
    for reply in replies {
        match reply.set_cookies().len() {
            0 => {}
            _ if reply.is_removal() => jar = None,
            _ => jar = Some(reply.cookie()),
        }
    }
    layer.open(jar?).get("n").unwrap()
}

#[test]
fn of_two_that_change_it_the_last_response_wins() {
    let layer = layer();
    assert_eq!(left(&layer, [Write(1), Write(2)]), Some(2));
    assert_eq!(left(&layer, [Write(1), Clear]), None);
    assert_eq!(left(&layer, [Clear, Clear]), None);
    // A write whose response comes after that of the logout brings the session back.
    assert_eq!(left(&layer, [Clear, Write(1)]), Some(1));
}

#[test]
fn one_that_only_reads_changes_nothing() {
    let layer = layer();
    for quiet in [Read, Ignore] {
        for (other, expected) in [(Write(1), Some(1)), (Clear, None), (Read, Some(0))] {
            assert_eq!(left(&layer, [quiet, other]), expected, "{quiet:?} then {other:?}");
            assert_eq!(left(&layer, [other, quiet]), expected, "{other:?} then {quiet:?}");
        }
    }
}

#[test]
fn a_renewal_can_undo_what_arrived_before_it() {
    let due = layer().expiry(Expiry::default().renew_after(Duration::from_secs(1))).unwrap();
    assert_eq!(left(&due, [Read, Write(1)]), Some(1));
    assert_eq!(left(&due, [Read, Clear]), None);
    assert_eq!(left(&due, [Read, Read]), Some(0));
    // The two that hurt: the change, or the logout, is gone.
    assert_eq!(left(&due, [Write(1), Read]), Some(0));
    assert_eq!(left(&due, [Clear, Read]), Some(0));
    // One that does not look is never renewed.
    assert_eq!(left(&due, [Write(1), Ignore]), Some(1));
    assert_eq!(left(&due, [Clear, Ignore]), None);
}

#[test]
fn a_renewal_is_due_once_in_a_tenth_of_the_idle_limit() {
    let layer = layer().expiry(Expiry::never().idle(Duration::from_secs(1000))).unwrap();
    let mut cookies = seal(&layer, r#"{"n":0}"#);
    let mut renewed = Vec::new();
    for second in 0..500 {
        let reply = respond(&at(&layer, NOW + second), &cookies, |session| act(session, Read));
        if !reply.set_cookies().is_empty() {
            renewed.push(second);
            cookies = reply.cookie();
        }
    }
    assert_eq!(renewed, [100, 200, 300, 400]);
}

#[test]
fn what_a_renewal_brings_back_ends_when_it_would_have_ended() {
    // A logout that a parallel renewal undid is no new session: the absolute limit, its own deadline
    // and `validate` still hold it.
    let expiry = Expiry::never()
        .idle(Duration::from_secs(100))
        .absolute(Duration::from_secs(300))
        .renew_after(Duration::from_secs(1));
    let layer = layer().expiry(expiry).unwrap();
    let sent = respond(&layer, "", |session| session.insert("n", 0).unwrap()).cookie();
    let later = at(&layer, NOW + 90);
    assert!(respond(&later, &sent, |session| act(session, Clear)).is_removal());
    let revived = respond(&later, &sent, |session| act(session, Read)).cookie();
    let session = later.open(&revived);
    assert_eq!(session.created_at(), Some(instant(NOW)));
    assert!(!at(&layer, NOW + 190).open(&revived).is_new());
    let mut cookies = revived;
    for second in [180, 270, 300] {
        let reply = respond(&at(&layer, NOW + second), &cookies, |session| act(session, Read));
        cookies = reply.cookie();
    }
    assert!(at(&layer, NOW + 301).open(&cookies).is_new());
}
