//! Which cookie becomes the session: candidates, `also_read`, `validate`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tower_cookie_session::{
    Codec, Defaults, Error, Expiry, Origin, Payload, Rejection, SameSite, SecretKey, SessionLayer,
    Signed,
};

use crate::support::*;

const REJECTED: fn(Rejection) -> Origin = Origin::Rejected;

#[test]
fn where_a_session_comes_from() {
    let layer = layer();
    let good = seal(&layer, r#"{"a":1}"#);
    let long = format!("sid={}", "x".repeat(4094));
    let fit = format!("sid={}", "x".repeat(4093));
    for (cookies, origin) in [
        ("", Origin::New),
        ("other=1", Origin::New),
        ("sid", Origin::New),
        (&good, Origin::Cookie),
        ("sid=x", REJECTED(Rejection::BadSignature)),
        ("sid=", REJECTED(Rejection::BadSignature)),
        (&long, REJECTED(Rejection::TooLong)),
        (&fit, REJECTED(Rejection::BadSignature)),
        (&seal(&at(&layer, NOW - 15 * 86_400), r#"{"a":1}"#), REJECTED(Rejection::Expired)),
        (&seal(&at(&layer, NOW + 61), r#"{"a":1}"#), REJECTED(Rejection::FromTheFuture)),
        (&seal(&at(&layer, NOW + 60), r#"{"a":1}"#), Origin::Cookie),
    ] {
        let session = layer.open(cookies);
        assert_eq!((session.origin(), session.is_new()), (origin, origin != Origin::Cookie));
    }
}

#[test]
fn of_several_accepted_the_latest_issued_wins() {
    let layer = layer();
    let [old, new] = [(NOW - 5, 1), (NOW - 1, 2)]
        .map(|(time, n)| seal(&at(&layer, time), &format!(r#"{{"n":{n}}}"#)));
    for cookies in [format!("{old}; {new}"), format!("{new}; {old}"), format!("{old}\n{new}")] {
        respond(&layer, &cookies, |session| assert_eq!(session.get("n"), Ok(Some(2))));
    }
    let [a, b] = [1, 2].map(|n| seal(&layer, &format!(r#"{{"n":{n}}}"#)));
    assert_eq!(layer.open(format!("{a}; {b}")).get("n"), Ok(Some(1)), "the first of the same time");
}

#[test]
fn one_forged_cookie_hides_no_good_one() {
    let layer = layer();
    let good = seal(&layer, r#"{"n":1}"#);
    for cookies in [
        format!("sid=forged; {good}"),
        format!("{good}; sid=forged"),
        format!("é=\u{a0}ü; {good}"),
        format!("{}; {good}", ["sid=x"; 7].join("; ")),
    ] {
        assert_eq!(layer.open(&cookies).origin(), Origin::Cookie, "{cookies}");
    }
    let eight = format!("{}; {good}", ["sid=x"; 8].join("; "));
    assert_eq!(layer.open(eight).origin(), REJECTED(Rejection::BadSignature));
}

#[test]
fn of_several_refused_the_furthest_is_told() {
    let layer = layer().validate(|session| !session.contains_key("banned"));
    let long = format!("sid={}", "x".repeat(4094));
    let bad = "sid=x".to_owned();
    let future = seal(&at(&layer, NOW + 61), r#"{"a":1}"#);
    let expired = seal(&at(&layer, NOW - 15 * 86_400), r#"{"a":1}"#);
    let refused = seal(&layer, r#"{"banned":1}"#);
    let ladder = [
        (long, Rejection::TooLong),
        (bad, Rejection::BadSignature),
        (future, Rejection::FromTheFuture),
        (expired, Rejection::Expired),
        (refused, Rejection::Refused),
    ];
    for (place, (cookie, rejection)) in ladder.iter().enumerate() {
        for (other, _) in &ladder[..place] {
            for cookies in [format!("{cookie}; {other}"), format!("{other}; {cookie}")] {
                assert_eq!(layer.open(cookies).origin(), REJECTED(*rejection));
            }
        }
    }
}

fn old() -> SessionLayer {
    layer_of(Signed::new(SecretKey::legacy("the old application's").unwrap()))
        .cookie(cookie("old").domain("example.com").unwrap().path("/app").unwrap())
}

fn migrating() -> SessionLayer {
    layer().also_read(
        cookie("old").domain("example.com").unwrap().path("/app").unwrap(),
        Signed::new(SecretKey::legacy("the old application's").unwrap()),
    )
}

const OLD_REMOVED: &str = "old=; Path=/app; Domain=example.com; Secure; HttpOnly; SameSite=Lax; \
                           Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

#[test]
fn an_old_cookie_becomes_ours() {
    let cookies = seal(&old(), r#"{"user":"ada"}"#);
    let reply = respond(&migrating(), &cookies, |session| {
        assert_eq!(session.get::<String>("user").unwrap().unwrap(), "ada");
        assert_eq!((session.origin(), session.is_modified()), (Origin::Cookie, false));
    });
    let lines = reply.set_cookies();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].split(';').next().unwrap(), seal(&layer(), r#"{"user":"ada"}"#));
    assert_eq!(lines[1], OLD_REMOVED);
    assert_eq!(respond(&migrating(), &cookies, |_| ()).0.len(), 0, "untouched is untouched");
}

#[test]
fn the_old_cookie_goes_whenever_ours_is_written_or_removed() {
    let both = format!("{}; {}", seal(&old(), r#"{"a":1}"#), seal(&layer(), r#"{"a":2}"#));
    respond(&migrating(), &both, |session| assert_eq!(session.get("a"), Ok(Some(2)))).assert_kept();
    let written = respond(&migrating(), &both, |session| session.insert("a", 3).unwrap());
    assert_eq!((written.set_cookies().len(), &*written.set_cookies()[1]), (2, OLD_REMOVED));
    let removed = respond(&migrating(), &both, |session| session.clear().unwrap());
    assert!(removed.set_cookies()[0].starts_with("sid=; "));
    assert_eq!(removed.set_cookies()[1], OLD_REMOVED);
    // Ours did not come, so only the other is removed; forged or not.
    for alone in [&*seal(&old(), r#"{"a":1}"#), "old=forged"] {
        let removed = respond(&migrating(), alone, |session| session.clear().unwrap());
        assert_eq!(removed.set_cookie(), OLD_REMOVED);
    }
    // The other did not come, so it is not removed.
    let written = respond(&migrating(), "", |session| session.insert("a", 3).unwrap());
    assert_eq!(written.set_cookies().len(), 1);
}

#[test]
fn the_old_cookie_does_not_outlive_ours() {
    let old = seal(&old(), r#"{"a":1}"#);
    let expired = seal(&at(&layer(), NOW - 15 * 86_400), r#"{"a":2}"#);
    let future = seal(&at(&layer(), NOW + 100), r#"{"a":2}"#);
    let banned = seal(&layer(), r#"{"banned":2}"#);
    let layer = migrating().validate(|session| !session.contains_key("banned"));
    for (ours, rejection) in [
        (expired, Rejection::Expired),
        (future, Rejection::FromTheFuture),
        (banned, Rejection::Refused),
    ] {
        respond(&layer, &format!("{old}; {ours}"), |session| {
            assert_eq!(session.origin(), REJECTED(rejection));
        })
        .assert_kept();
    }
    for ours in ["sid=forged", &format!("sid={}", "x".repeat(4094))] {
        assert_eq!(layer.open(format!("{old}; {ours}")).get("a"), Ok(Some(1)), "no valid MAC");
    }
}

#[test]
fn an_old_cookie_of_our_format_is_judged_by_our_limits() {
    let layer = migrating().expiry(Expiry::never().idle(Duration::from_secs(10))).unwrap();
    let cookies = seal(&old(), r#"{"a":1}"#);
    assert!(!at(&layer, NOW + 10).open(&cookies).is_new());
    let late = at(&layer, NOW + 11).open(&cookies);
    assert_eq!(late.origin(), REJECTED(Rejection::Expired));
}

#[test]
fn an_old_cookie_of_the_same_name_is_overwritten() {
    let old_key = SecretKey::legacy("old").unwrap();
    let layer = layer().also_read(cookie("sid"), Signed::new(old_key.clone()));
    let cookies = seal(&layer_of(Signed::new(old_key)), r#"{"a":1}"#);
    let read = respond(&layer, &cookies, |session| assert_eq!(session.len(), 1));
    assert_eq!(read.cookie(), seal(&layer, r#"{"a":1}"#));
    assert!(respond(&layer, &cookies, |session| session.clear().unwrap()).is_removal());
}

#[test]
fn validate_judges_what_comes_in() {
    let asked = Arc::new(AtomicUsize::new(0));
    let layer = {
        let asked = Arc::clone(&asked);
        migrating().validate(move |session| {
            asked.fetch_add(1, Ordering::Relaxed);
            assert!(!session.is_new() && !session.is_modified());
            assert_eq!(session.insert("a", 1), Err(Error::Closed));
            assert_eq!(session.clear(), Err(Error::Closed));
            session.get::<u8>("user").is_ok()
        })
    };
    let times = || asked.swap(0, Ordering::Relaxed);
    let [good, bad] = [r#"{"user":1}"#, r#"{"user":"old shape"}"#].map(|json| seal(&layer, json));
    assert_eq!((layer.open(&good).get("user"), times()), (Ok(Some(1)), 1));
    assert_eq!((layer.open(&bad).origin(), times()), (REJECTED(Rejection::Refused), 1));
    assert_eq!((layer.open(format!("{bad}; {good}")).origin(), times()), (Origin::Cookie, 2));
    let others = seal(&old(), r#"{"user":"old shape"}"#);
    assert_eq!((layer.open(&others).origin(), times()), (REJECTED(Rejection::Refused), 1));
    let expired = seal(&at(&layer, NOW - 15 * 86_400), r#"{"user":1}"#);
    for unasked in ["", "sid=forged", &expired] {
        assert_eq!((layer.open(unasked).is_new(), times()), (true, 0), "{unasked}");
    }
    respond(&layer, &bad, |session| assert!(session.is_empty())).assert_kept();
    assert_eq!(times(), 1);
    assert_eq!((respond(&layer, &good, |_| ()).0.len(), times()), (0, 0), "untouched");
}

#[test]
fn validate_judges_what_the_handler_will_see() {
    let remembering = cookie("old").persistent(true);
    let old = SessionLayer::new(Signed::new(key())).cookie(remembering.clone());
    let layer = layer()
        .also_read(remembering, Signed::new(key()))
        .validate(|session| session.is_persistent() && session.get("user") == Ok(Some(1)));
    let session = layer.open(seal(&at(&old, NOW), r#"{"user":1}"#));
    assert_eq!((session.origin(), session.is_persistent()), (Origin::Cookie, true));
}

#[test]
fn validate_may_come_back_to_the_session_it_judges() {
    // A hook that keeps what it is given, and a handler that looks at it later.
    let kept = Arc::new(std::sync::Mutex::new(None));
    let layer = {
        let kept = Arc::clone(&kept);
        layer().validate(move |session| {
            *kept.lock().unwrap() = Some(session.clone());
            session.keys() == ["a"]
        })
    };
    let session = layer.open(seal(&layer, r#"{"a":1}"#));
    assert_eq!(session.get("a"), Ok(Some(1)));
    let kept = kept.lock().unwrap().take().unwrap();
    assert_eq!((kept.get("a"), kept.insert("a", 2)), (Ok(Some(1)), Err(Error::Closed)));
}

#[test]
fn a_signed_cookie_that_holds_no_session_ends_the_search_too() {
    let mut codec = Signed::new(key());
    codec.prepare("sid");
    let mut token = b"sid=".to_vec();
    codec.encode("[]", NOW as u64, 4096, &mut token);
    let old_key = SecretKey::generate();
    let old = SessionLayer::new(Signed::new(old_key.clone())).cookie(cookie("old"));
    let layer = layer().also_read(cookie("old"), Signed::new(old_key));
    let good = seal(&at(&old, NOW), r#"{"user":1}"#);
    assert_eq!(layer.open(&good).origin(), Origin::Cookie);
    token.extend_from_slice(format!("; {good}").as_bytes());
    assert_eq!(layer.open(token).origin(), Origin::Rejected(Rejection::Malformed));
}

#[test]
fn what_is_read_as_persistent_as_it_will_be_kept_is_not_told_so() {
    let remembered = |name| cookie(name).persistent(true);
    let old = at(&SessionLayer::new(Signed::new(key())).cookie(remembered("old")), NOW);
    let ours = layer().cookie(remembered("sid"));
    let adopted = ours.clone().also_read(remembered("old"), Signed::new(key()));
    let adopted = adopted.open(seal(&old, r#"{"user":1}"#));
    assert!(adopted.is_persistent());
    let fresh = ours.open(seal(&ours, r#"{"user":1}"#));
    assert_eq!(adopted.encoded_len(), fresh.encoded_len());
}

#[test]
fn what_is_over_our_absolute_limit_is_not_written_to_be_refused() {
    let limits = Expiry::never().idle(Duration::from_secs(50)).absolute(Duration::from_secs(100));
    let (layer, cookies) = beside_a_framework(limits);
    for (age, admitted) in [(60, true), (100, true), (101, false)] {
        let layer = at(&layer, NOW + age);
        let reply = respond(&layer, &cookies, |session| {
            let origin = if admitted { Origin::Cookie } else { REJECTED(Rejection::Expired) };
            assert_eq!(session.origin(), origin, "{age}");
        });
        assert_eq!(reply.set_cookies().len(), if admitted { 2 } else { 0 }, "{age}");
        if admitted {
            let ours = reply.set_cookies()[0].split(';').next().unwrap().to_owned();
            assert_eq!(layer.open(ours).origin(), Origin::Cookie, "{age}");
        }
    }
}

#[test]
fn a_frameworks_clock_may_be_ahead_as_far_as_our_own_servers() {
    for skew in [0, 60, 600] {
        let limits = Expiry::default().clock_skew(Duration::from_secs(skew));
        let (layer, cookies) = beside_a_framework(limits);
        let origin = |early| at(&layer, NOW - early).open(&cookies).origin();
        assert_eq!(origin(skew as i64), Origin::Cookie, "{skew}");
        assert_eq!(origin(skew as i64 + 1), REJECTED(Rejection::FromTheFuture), "{skew}");
    }
}

/// A layer of these limits that reads a framework's cookie too, and one that was issued at `NOW`.
fn beside_a_framework(limits: Expiry) -> (SessionLayer, String) {
    let codec = || Signed::new(SecretKey::legacy("the old application's").unwrap());
    let old = SessionLayer::new(codec()).cookie(cookie("old")).expiry(Expiry::never()).unwrap();
    let layer = layer().expiry(limits).unwrap().also_read(cookie("old"), Framework(codec()));
    (layer, seal(&at(&old, NOW), r#"{"user":1}"#))
}

/// `Signed`, with the lifetime of a framework that has no limit.
#[derive(Clone, Debug)]
struct Framework(Signed);

impl Codec for Framework {
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection> {
        self.0.decode(token, companions)
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        self.0.encode(json, issued, room, token)
    }

    fn prepare(&mut self, cookie_name: &str) {
        self.0.prepare(cookie_name);
    }

    fn defaults(&self) -> Option<Defaults> {
        Some(Defaults::new(cookie("old"), Expiry::never()))
    }
}

#[test]
fn the_old_cookie_can_be_removed_wherever_ours_can_be_set() {
    let old_key = || SecretKey::legacy("the old application's").unwrap();
    let plain = |name| cookie(name).secure(false).unwrap();
    let embedded = |name| cookie(name).same_site(SameSite::None).unwrap();
    for (ours, theirs, removal) in [
        (cookie("sid"), cookie("old"), "old=; Path=/; Secure; HttpOnly; SameSite=Lax; "),
        (plain("sid"), cookie("old"), "old=; Path=/; HttpOnly; SameSite=Lax; "),
        (cookie("sid"), plain("old"), "old=; Path=/; HttpOnly; SameSite=Lax; "),
        (
            plain("sid"),
            cookie("__Secure-old"),
            "__Secure-old=; Path=/; Secure; HttpOnly; SameSite=Lax; ",
        ),
        (embedded("sid"), cookie("old"), "old=; Path=/; Secure; HttpOnly; SameSite=None; "),
        (cookie("sid"), embedded("old"), "old=; Path=/; Secure; HttpOnly; SameSite=None; "),
        (embedded("sid"), plain("old"), "old=; Path=/; HttpOnly; SameSite=Lax; "),
    ] {
        let from = layer_of(Signed::new(old_key())).cookie(theirs.clone());
        let layer = layer().cookie(ours).also_read(theirs, Signed::new(old_key()));
        let reply = respond(&layer, &seal(&from, r#"{"a":1}"#), |session| session.clear().unwrap());
        assert!(reply.set_cookie().starts_with(removal), "{} {removal}", reply.set_cookie());
    }
}

#[test]
fn one_domain_in_two_spellings_is_one_place() {
    let place = |domain: &str| cookie("sid").domain(domain).unwrap();
    let old_key = || SecretKey::legacy("the old application's").unwrap();
    let from = layer_of(Signed::new(old_key())).cookie(place("Example.com"));
    let layer = layer()
        .cookie(place("example.com"))
        .also_read(place("Example.com"), Signed::new(old_key()));
    let reply = respond(&layer, &seal(&from, r#"{"a":1}"#), |session| {
        assert_eq!(session.get("a"), Ok(Some(1)));
    });
    assert!(reply.set_cookie().starts_with("sid=ey"), "and it is not removed behind that");
}
