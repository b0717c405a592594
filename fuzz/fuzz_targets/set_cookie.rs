//! Any configuration that can be built, and the Set-Cookie lines that it writes.
//!
//! Properties: a browser that reads by RFC 6265bis stores every line, of a session and of a removal,
//! and stores exactly what was configured: name, Domain, Path, Secure, HttpOnly, SameSite,
//! Partitioned. Max-Age is there exactly if the session outlives the browser, and is the nearest of
//! its limits. Name and value keep to the limit; what the browser sends back opens as what was stored.
//! An attribute that is refused is one that the browser would not have stored as it was asked for.
//!
//! Input: choices of a format, of calls on the cookie and the expiry, and of what a handler does.

#![no_main]

use std::{sync::LazyLock, time::Duration};

use arbitrary::{Result, Unstructured};
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use libfuzzer_sys::fuzz_target;
use tower_cookie_session::{Error, Expiry, Origin, Session, SessionLayer};
use tower_cookie_session_fuzz::{
    browser::{Stored, stored},
    configured::Configured,
    formats::{CURRENT_KEY, Format, key, now},
    respond,
};

const CALLS_MAX: usize = 8;
const LONGEST_COOKIE: u64 = 400 * 24 * 60 * 60;

static LAYERS: LazyLock<Vec<SessionLayer>> = LazyLock::new(|| {
    Format::ALL.into_iter().map(|format| format.layer(key(CURRENT_KEY)).clock(now)).collect()
});

fuzz_target!(|input: &[u8]| {
    let _ = check(&mut Unstructured::new(input));
});

fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let format = Format::of(u.arbitrary()?);
    let Some(mut configured) = Configured::new(u)? else { return Ok(()) };
    for _ in 0..u.int_in_range(0..=CALLS_MAX)? {
        configured.call(u)?;
    }
    let (expiry, limit) = expiry(u, format)?;
    let layer = LAYERS[format as usize].clone().cookie(configured.cookie.clone());
    let Ok(layer) = layer.expiry(expiry) else { return Ok(()) };

    let text = "x".repeat(u.arbitrary::<u8>()?.into());
    let word: Option<bool> = u.arbitrary()?;
    let deadline: Option<u16> = u.arbitrary()?;
    let mut stored_all = true;
    let headers = respond(&layer, &[], |session| {
        stored_all = change(session, &text, word, deadline).is_ok();
    });
    if !stored_all {
        assert!(!headers.contains_key(SET_COOKIE));
        return Ok(());
    }

    let persistent = word.unwrap_or(configured.persistent || format == Format::Django);
    let left = deadline.map(u64::from).into_iter().chain(limit).min().unwrap_or(LONGEST_COOKIE);
    let max_age = persistent.then_some(left.min(LONGEST_COOKIE));
    let cookies = assert_stored(format, &headers, &configured, max_age);
    assert!(cookies[0].name.len() + cookies[0].value.len() <= configured.max_size);

    let pairs = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value));
    let line = HeaderValue::try_from(pairs.collect::<Vec<_>>().join("; ")).expect("a header");
    let removed = respond(&layer, &[line], |session| {
        assert_eq!(session.origin(), Origin::Cookie);
        assert_eq!(session.get::<String>("text").as_ref(), Ok(&Some(text.clone())));
        assert_eq!(session.is_persistent(), persistent);
        session.clear().expect("it is open");
    });
    for cookie in assert_stored(format, &removed, &configured, Some(0)) {
        assert_eq!(cookie.value, "");
    }
    Ok(())
}

/// Limits, and the nearest of those that hold for a session that persists.
fn expiry(u: &mut Unstructured<'_>, format: Format) -> Result<(Expiry, Option<u64>)> {
    let mut seconds = || -> Result<Option<u64>> {
        let seconds: Option<u32> = u.arbitrary()?;
        Ok(seconds.filter(|_| format.bears_time()).map(u64::from))
    };
    let (idle, remembered, absolute) = (seconds()?, seconds()?, seconds()?);
    let mut expiry = Expiry::never();
    if let Some(limit) = idle {
        expiry = expiry.idle(Duration::from_secs(limit));
    }
    if let Some(limit) = remembered {
        expiry = expiry.idle_persistent(Duration::from_secs(limit));
    }
    if let Some(limit) = absolute {
        expiry = expiry.absolute(Duration::from_secs(limit));
    }
    Ok((expiry, remembered.or(idle).into_iter().chain(absolute).min()))
}

/// All of it, or what did not fit any more.
fn change(
    session: &Session,
    text: &str,
    word: Option<bool>,
    deadline: Option<u16>,
) -> std::result::Result<(), Error> {
    let stored = || {
        session.insert("text", text)?;
        word.map_or(Ok(()), |word| session.set_persistent(word))?;
        deadline.map_or(Ok(()), |seconds| {
            session.expire_at(now() + Duration::from_secs(seconds.into()))
        })
    };
    stored().inspect_err(|error| {
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        session.clear().expect("it is open");
    })
}

/// The response's cookies, which are as configured, whatever is in them.
fn assert_stored(
    format: Format,
    headers: &HeaderMap,
    configured: &Configured,
    max_age: Option<u64>,
) -> Vec<Stored> {
    let name = &configured.expected.name;
    let names: Vec<_> = [name.clone()].into_iter().chain(format.companion(name)).collect();
    let lines = headers.get_all(SET_COOKIE).iter();
    let cookies: Vec<_> =
        lines.map(|line| stored(line.as_bytes()).expect("it is stored")).collect();
    assert_eq!(cookies.len(), names.len());
    for (cookie, name) in cookies.iter().zip(names) {
        let expires = (max_age == Some(0)).then(|| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned());
        let value = cookie.value.clone();
        let expected = Stored { name, value, max_age, expires, ..configured.expected.clone() };
        assert_eq!(cookie, &expected);
    }
    cookies
}
