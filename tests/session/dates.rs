//! The dates and ages of Set-Cookie lines, read as browsers read them: an age is a plain number of
//! at most 400 days, and the one date there is lies in the past, whatever the clock says.

use proptest::prelude::*;
use time::{Date, Month, Time};
use tower_cookie_session::{SameSite, SessionCookie};

use crate::{
    every_codec::{layers, sent_back},
    support::*,
};

/// Seconds since 1970 of an IMF-fixdate (RFC 9110, section 5.6.7), letter for letter.
fn fixdate(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (weekday, rest) = text.split_once(", ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, clock, "GMT"] = fields[..] else { return None };
    let clock: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = clock[..] else { return None };
    let number = |digits: &str, len: usize| -> Option<u16> {
        let plain = digits.len() == len && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok())?
    };
    let small = |digits: &str| u8::try_from(number(digits, 2)?).ok();
    let month = MONTHS.iter().position(|name| *name == month)? as u8 + 1;
    let year = number(year, 4)?.into();
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, small(day)?).ok()?;
    let time = Time::from_hms(small(hour)?, small(minute)?, small(second)?).ok()?;
    let named = date.weekday().to_string().get(..3) == Some(weekday);
    named.then(|| date.with_time(time).assume_utc().unix_timestamp())
}

#[test]
fn dates_are_read_letter_for_letter() {
    assert_eq!(fixdate("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
    assert_eq!(fixdate("Tue, 29 Feb 2000 00:00:00 GMT"), Some(951_782_400));
    assert_eq!(fixdate("Fri, 31 Dec 9999 23:59:59 GMT"), Some(253_402_300_799));
    for other in [
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Wed, 29 Feb 2100 00:00:00 GMT",
        "",
    ] {
        assert_eq!(fixdate(other), None, "{other}");
    }
}

fn cookies() -> impl Strategy<Value = SessionCookie> {
    let site = prop::sample::select(vec![SameSite::Strict, SameSite::Lax, SameSite::None]);
    let path = prop::sample::select(vec!["/", "/app"]);
    (any::<bool>(), any::<bool>(), any::<bool>(), path, site).prop_map(
        |(persistent, partitioned, domain, path, site)| {
            let cookie = cookie("sid").path(path).unwrap().same_site(site).unwrap();
            let cookie = cookie.partitioned(partitioned).unwrap().persistent(persistent);
            if domain { cookie.domain("example.com").unwrap() } else { cookie }
        },
    )
}

/// Holds a line to the grammar; says whether it removes its cookie.
fn is_removal(line: &str, now: i64) -> bool {
    let named = |name: &str| -> Vec<&str> {
        line.split("; ").filter_map(|part| part.strip_prefix(name)?.strip_prefix('=')).collect()
    };
    let (ages, dates) = (named("Max-Age"), named("Expires"));
    assert!(ages.len() <= 1 && dates.len() == usize::from(ages == ["0"]), "{line}");
    for age in &ages {
        let number: u32 = age.parse().unwrap();
        assert_eq!(number.to_string(), *age, "{line}");
        assert!(number <= 400 * 86_400, "{line}");
    }
    for date in &dates {
        assert!(fixdate(date).unwrap() <= now.max(0), "{line}");
    }
    !dates.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_removal_lies_in_the_past_and_nothing_else_has_a_date(
        cookie in cookies(),
        clock in prop_oneof![0_i64..=253_402_300_799, -377_705_116_800_i64..=253_402_300_799, Just(0)],
        left in prop_oneof![-10_i64..10, Just(i64::from(u32::MAX))],
    ) {
        let old = SessionCookie::new("old").unwrap().path("/old").unwrap();
        for layer in layers(&key().into(), &cookie) {
            let layer = at(&layer, clock).also_read(old.clone(), tower_cookie_session::Signed::new(key()));
            let written = respond(&layer, "", |session| session.insert("a", 1).unwrap());
            for line in written.set_cookies() {
                prop_assert!(!is_removal(&line, clock), "{}", line);
            }
            // A deadline may have passed as it is written.
            let deadline = (clock.max(0) + left).clamp(0, 253_402_300_799);
            let ending = respond(&layer, "", |session| {
                session.insert("a", 1).unwrap();
                session.expire_at(instant(deadline)).unwrap();
            });
            for line in ending.set_cookies() {
                let over = deadline <= clock.max(0) && line.contains("; Max-Age=");
                prop_assert_eq!(is_removal(&line, clock), over, "{}", line);
            }
            let cleared = respond(&layer, &format!("{}; old=x", sent_back(&written)), |session| {
                session.clear().unwrap();
            });
            let (lines, ours) = (cleared.set_cookies(), written.set_cookies().len());
            prop_assert_eq!(lines.len(), ours + 1, "ours, and the old one");
            for line in lines {
                prop_assert!(is_removal(&line, clock) && line.contains("=; "), "{}", line);
            }
        }
    }
}
