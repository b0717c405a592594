//! K1 to K10: clocks that are wrong, far off, or at an edge.

use std::time::Duration;

use time::UtcOffset;
use tower_cookie_session::Expiry;

use super::*;

const FUTURE: Origin = Origin::Rejected(Rejection::FromTheFuture);
const EXPIRED: Origin = Origin::Rejected(Rejection::Expired);
const IDLE: u64 = 14 * 24 * 60 * 60;

fn seen_at(now: u64, cookie: &str) -> Origin {
    layer().clock(at(now)).open(cookie).origin()
}

fn limited(expiry: Expiry) -> SessionLayer {
    layer().expiry(expiry).unwrap()
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Ada's cookie as the layer writes it.
fn written(layer: &SessionLayer) -> String {
    let headers = visit(layer, "", |session| session.insert("user", "ada").unwrap());
    returned(&headers).to_owned()
}

#[test]
fn k01_k02_other_servers_clocks_may_be_ahead_a_little() {
    for (ahead, expected) in [
        (0, Origin::Cookie),
        (1, Origin::Cookie),
        (60, Origin::Cookie),
        (61, FUTURE),
        (1_000_000, FUTURE),
    ] {
        expect("K1, K2", sealed_at(ADA, NOW + ahead), expected);
    }
}

#[test]
fn k03_a_clock_that_steps_back_refuses_for_that_long_only() {
    let cookie = written(&layer());
    assert_eq!(seen_at(NOW - 3600, &cookie), FUTURE, "K3: stepped back");
    assert_eq!(seen_at(NOW - 61, &cookie), FUTURE, "K3: on its way");
    assert_eq!(seen_at(NOW - 60, &cookie), Origin::Cookie, "K3: caught up, but for the skew");
    let patient = limited(Expiry::default().clock_skew(secs(3600))).clock(at(NOW - 3600));
    assert_eq!(patient.open(&cookie).origin(), Origin::Cookie, "K3: the skew covers it");
    let headers = visit(&layer().clock(at(NOW - 3600)), &cookie, |s| assert!(s.is_empty()));
    assert_eq!(set_cookies(&headers), [""; 0], "K3: and the cookie is not removed meanwhile");
}

/// The table fails the write; the design decides that such a clock counts as second 0.
#[test]
fn k04_a_clock_before_1970_counts_as_1970() {
    for before in [-1, -62_135_596_800] {
        let then = OffsetDateTime::from_unix_timestamp(before).unwrap();
        let early = layer().clock(move || then);
        assert_eq!(early.open(sealed(ADA)).origin(), FUTURE, "K4: {before}");
        let cookie = written(&early);
        assert_eq!(cookie, sealed_at(ADA, 0), "K4: {before}");
        assert_eq!(early.open(&cookie).origin(), Origin::Cookie, "K4: {before}");
    }
}

#[test]
fn k05_extreme_times_are_refused() {
    for (issued, expected) in [
        (0, EXPIRED),
        (1, EXPIRED),
        (i32::MAX as u64, FUTURE),
        (u32::MAX.into(), FUTURE),
        // From the year 10000 on, a time is none for the neighbours either.
        (253_402_300_799, FUTURE),
        (253_402_300_800, MALFORMED),
        (i64::MAX as u64, MALFORMED),
        (u64::MAX, MALFORMED),
    ] {
        expect("K5", sealed_at(ADA, issued), expected);
        let never = limited(Expiry::never()).open(sealed_at(ADA, issued)).origin();
        let without_limit = if expected == EXPIRED { Origin::Cookie } else { expected };
        assert_eq!(never, without_limit, "K5: {issued}, without a limit");
    }
}

#[test]
fn k05_a_time_has_one_spelling() {
    let shortest = &NOW.to_be_bytes()[4..];
    for time in [
        b64([&[0], shortest].concat()),
        b64(NOW.to_be_bytes()),
        b64([&[0; 5], shortest].concat()),
        b64([&[1; 5], shortest].concat()),
        b64([0]),
        NOW.to_string(),
        "-1".to_owned(),
        format!("{}=", b64(shortest)),
    ] {
        let token = sign(SECRET, SALT, &format!("{}.{time}", b64(ADA)));
        expect("K5", format!("session={token}"), MALFORMED);
    }
}

#[test]
fn k06_edges_of_integers_are_times_like_others() {
    for now in [0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 253_402_300_799] {
        let layer = layer().clock(at(now));
        let cookie = written(&layer);
        assert_eq!(cookie, sealed_at(ADA, now), "K6: {now}");
        assert_eq!(look(&layer, request(&[cookie])), Origin::Cookie, "K6: {now}");
    }
}

#[test]
fn k07_as_old_as_the_limit_is_alive() {
    let limit = secs(3600);
    for (name, expiry) in [
        ("idle", Expiry::never().idle(limit)),
        ("absolute", Expiry::never().absolute(limit)),
        ("both", Expiry::never().idle(limit).absolute(limit)),
    ] {
        for (age, expected) in [(3599, Origin::Cookie), (3600, Origin::Cookie), (3601, EXPIRED)] {
            let origin = limited(expiry).open(sealed_at(ADA, NOW - age)).origin();
            assert_eq!(origin, expected, "K7: {name}, {age}");
        }
    }
    expect("K7", sealed_at(ADA, NOW - IDLE - 1), EXPIRED);
    assert_eq!(layer().open(sealed_at(ADA, NOW - IDLE)).origin(), Origin::Cookie, "K7: default");
}

#[test]
fn k08_the_absolute_limit_ends_what_is_renewed_all_the_time() {
    let expiry = Expiry::never().idle(secs(100)).absolute(secs(250)).renew_after(Duration::ZERO);
    let layer = |age| limited(expiry).clock(at(NOW + age));
    let mut cookie = written(&layer(0));
    for age in [50, 100, 150, 200, 250] {
        let headers = visit(&layer(age), &cookie, |session| {
            assert_eq!(session.origin(), Origin::Cookie, "K8: {age}");
        });
        cookie = returned(&headers).to_owned();
    }
    assert_eq!(layer(251).open(&cookie).origin(), EXPIRED, "K8");
}

/// No date is ever formatted: lifetimes are Max-Age, and the one Expires is a constant.
#[test]
fn k09_expires_is_written_for_removal_only() {
    let midnight_1970 = "Thu, 01 Jan 1970 00:00:00 GMT";
    for (day, now) in [
        ("1970-01-01", 0),
        ("2000-02-29", 951_782_400),
        ("2100-02-28", 4_107_456_000),
        ("9999-12-31", 253_402_300_799),
    ] {
        let layer = layer().cookie(cookie().persistent(true)).clock(at(now));
        let headers = visit(&layer, "", |session| session.insert("user", "ada").unwrap());
        let [line] = set_cookies(&headers)[..] else { panic!("K9: {day}: {headers:?}") };
        assert!(line.ends_with(&format!("; Max-Age={IDLE}")), "K9: {day}: {line}");
        let headers = visit(&layer, returned(&headers), |session| session.clear().unwrap());
        let [line] = set_cookies(&headers)[..] else { panic!("K9: {day}: {headers:?}") };
        let removal = format!("; Max-Age=0; Expires={midnight_1970}");
        assert!(line.ends_with(&removal), "K9: {day}: {line}");
    }
}

#[test]
fn k10_only_whole_seconds_since_1970_count() {
    let now = OffsetDateTime::from_unix_timestamp(NOW as i64).unwrap();
    let summer = now.to_offset(UtcOffset::from_hms(2, 0, 0).unwrap());
    let winter = now.to_offset(UtcOffset::from_hms(-11, -30, 0).unwrap());
    let end_of_second = now + Duration::from_nanos(999_999_999);
    for clock in [now, summer, winter, end_of_second] {
        assert_eq!(written(&layer().clock(move || clock)), sealed(ADA), "K10: {clock}");
    }
    // Around the leap second at the end of 2016: one second apart.
    let second = limited(Expiry::never().idle(secs(1)));
    let cookie = written(&second.clone().clock(at(1_483_228_799)));
    for (now, expected) in [(1_483_228_800, Origin::Cookie), (1_483_228_801, EXPIRED)] {
        assert_eq!(second.clone().clock(at(now)).open(&cookie).origin(), expected, "K10: {now}");
    }
}
