//! A visitor's requests, one behind the other, and a handler that does anything to the session.
//!
//! Property: at every call, and on every response, the session is what the plain rules of `rules.rs`
//! and `visit.rs` make of it: what is stored, who may read it and until when, what is refused for its
//! size, and whether the response writes, re-issues, removes or leaves the cookie, with which
//! Max-Age, Vary and Cache-Control. What is written is what the next request reads.
//!
//! Input: choices of a format and its limits, and for each request of the time that passes, the keys
//! of the server, what becomes of the cookie on its way, and the calls of the handler.

#![no_main]

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use arbitrary::{Result, Unstructured};
use http::{HeaderMap, HeaderValue, header};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;
use tower_cookie_session::{Expiry, KeyRing, Origin, Rejection, SessionLayer};
use tower_cookie_session_fuzz::{
    answer, browser,
    formats::{CURRENT_KEY, Format, PREVIOUS_KEY, cookie, key},
    rules::{Setup, Stored},
    visit::{Outcome, Visit},
};

const NAME: &str = "sid";
const REQUESTS_MAX: usize = 6;
const CALLS_MAX: usize = 5;
const CACHE_CONTROLS: [&str; 4] = ["", "no-store", "max-age=5", "public"];
/// Seconds between requests, around the limits of [`setup`].
const PAUSES: [i64; 14] = [0, 1, -30, -61, 9, 10, 49, 50, 99, 100, 101, 1000, 1001, 2_592_000];

static CLOCK: AtomicI64 = AtomicI64::new(0);

/// Servers whose key is being rotated: the old key only, both, the new one only.
type Servers = [Server; 3];

struct Server {
    setup: Setup,
    layer: SessionLayer,
}

const SETUPS: usize = 6;

static SERVERS: LazyLock<Vec<Servers>> = LazyLock::new(|| {
    let fleets = Format::ALL.into_iter().flat_map(|format| (0..SETUPS).map(move |at| (format, at)));
    fleets.map(|(format, at)| servers(format, at)).collect()
});

fn servers(format: Format, at: usize) -> Servers {
    let [old, new] = [PREVIOUS_KEY, CURRENT_KEY].map(|secret| KeyRing::new(key(secret)));
    let both = new.clone().accept(key(PREVIOUS_KEY));
    // The last fleet gets its limits with its new key, server by server.
    let first = if at == SETUPS - 1 { 0 } else { at };
    [(first, old), (first, both), (at, new)].map(|(at, keys)| {
        let setup = setup(format, at);
        Server { setup, layer: layer(&setup, keys) }
    })
}

fn setup(format: Format, at: usize) -> Setup {
    let none = Setup {
        format,
        idle: None,
        idle_persistent: None,
        absolute: None,
        renew_after: None,
        persistent: false,
        max_size: 4096,
        refused: None,
    };
    let timed = |limit| Some(limit).filter(|_| format.bears_time());
    match at {
        0 => none,
        1 => Setup { idle: timed(100), absolute: timed(1000), ..none },
        2 => Setup { idle: timed(100), idle_persistent: timed(1000), persistent: true, ..none },
        3 => Setup { absolute: timed(1000), renew_after: timed(50), max_size: 200, ..none },
        4 => Setup { refused: Some("user"), ..none },
        _ => Setup { absolute: timed(100), ..none },
    }
}

fn layer(setup: &Setup, keys: KeyRing) -> SessionLayer {
    let seconds = |limit: i64| Duration::from_secs(limit.unsigned_abs());
    let mut expiry = Expiry::never();
    expiry = setup.idle.map_or(expiry, |limit| expiry.idle(seconds(limit)));
    expiry = setup.idle_persistent.map_or(expiry, |limit| expiry.idle_persistent(seconds(limit)));
    expiry = setup.absolute.map_or(expiry, |limit| expiry.absolute(seconds(limit)));
    expiry = setup.renew_after.map_or(expiry, |age| expiry.renew_after(seconds(age)));
    let cookie = cookie(NAME).persistent(setup.persistent).max_size(setup.max_size);
    let layer = setup.format.layer(keys).cookie(cookie.expect("a size"));
    let layer = layer.expiry(expiry).expect("limits that agree");
    let refused = setup.refused;
    layer
        .validate(move |session| refused.is_none_or(|key| !session.contains_key(key)))
        .clock(|| OffsetDateTime::from_unix_timestamp(CLOCK.load(Relaxed)).expect("ours"))
}

/// What the browser keeps.
#[derive(Default)]
struct Jar {
    /// The cookies as they are sent; empty where there is none.
    pairs: String,
    /// What is in them and which server's key signed it, unless they were forged.
    stored: Option<(Stored, usize)>,
}

fuzz_target!(|input: &[u8]| {
    let _ = visits(&mut Unstructured::new(input));
});

fn visits(u: &mut Unstructured<'_>) -> Result<()> {
    let servers = u.choose(&SERVERS)?;
    let mut jar = Jar::default();
    CLOCK.store(1_700_000_000, Relaxed);
    for _ in 0..REQUESTS_MAX {
        if u.is_empty() {
            break;
        }
        CLOCK.fetch_add(*u.choose(&PAUSES)?, Relaxed);
        if u.int_in_range(0..=15)? == 15 && jar.pairs.pop().is_some() {
            // The end of a MAC.
            jar.pairs.push('!');
            jar.stored = None;
        }
        request(servers, u.choose_index(3)?, &mut jar, u)?;
    }
    Ok(())
}

fn request(
    servers: &Servers,
    server: usize,
    jar: &mut Jar,
    u: &mut Unstructured<'_>,
) -> Result<()> {
    let Server { setup, layer } = &servers[server];
    let now = CLOCK.load(Relaxed);
    let mut visit = arrival(setup, server, jar, now);
    let mut headers = HeaderMap::new();
    let cache_control = *u.choose(&CACHE_CONTROLS)?;
    if !cache_control.is_empty() {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    }
    let cookies: Vec<_> = HeaderValue::from_str(&jar.pairs).into_iter().collect();
    let calls = u.int_in_range(0..=CALLS_MAX)?;
    let mut result = Ok(());
    let headers = answer(layer, &cookies, headers, |session| {
        for _ in 0..calls {
            result = visit.call(session, u);
        }
        if calls > 0 {
            visit.read(session);
        }
    });
    assert_response(&visit, server, &headers, cache_control, jar);
    result
}

/// What the rules make of the cookie.
fn arrival<'a>(setup: &'a Setup, server: usize, jar: &Jar, now: i64) -> Visit<'a> {
    // The first server has the old key, and the second both: it signs as the third does.
    let verifies = |signer: &usize| server == 1 || (server == 0) == (*signer == 0);
    let came = !jar.pairs.is_empty();
    let (origin, began, due) = match &jar.stored {
        _ if !came => (Origin::New, Stored::default(), false),
        Some((stored, signer)) if verifies(signer) => {
            let outdated = server != 0 && *signer == 0;
            if stored.is_from_the_future(now) {
                (Origin::Rejected(Rejection::FromTheFuture), Stored::default(), false)
            } else if stored.is_expired(setup, now) {
                (Origin::Rejected(Rejection::Expired), Stored::default(), false)
            } else if setup.refused.is_some_and(|key| stored.get(key).is_some()) {
                (Origin::Rejected(Rejection::Refused), Stored::default(), false)
            } else {
                (Origin::Cookie, stored.clone(), outdated || stored.is_due(setup, now))
            }
        }
        _ => (Origin::Rejected(Rejection::BadSignature), Stored::default(), false),
    };
    let stored = began.clone();
    let (name, touched, cleared, renewed) = (NAME, false, false, false);
    Visit { name, setup, now, came, origin, due, began, stored, touched, cleared, renewed }
}

fn assert_response(
    visit: &Visit<'_>,
    server: usize,
    headers: &HeaderMap,
    cache_control: &str,
    jar: &mut Jar,
) {
    let (setup, stored, now) = (visit.setup, &visit.stored, visit.now);
    let vary = headers.get(header::VARY).map(HeaderValue::as_bytes);
    assert_eq!(vary, visit.touched.then_some(&b"Cookie"[..]));

    let lines = headers.get_all(header::SET_COOKIE).iter().map(HeaderValue::as_bytes);
    let cookies: Vec<_> = lines.map(|line| browser::stored(line).expect("it is stored")).collect();
    let size = stored.size(NAME, setup, now);
    let may_not_fit = size > setup.max_size;
    let sent = match visit.outcome() {
        _ if !visit.touched => false,
        Outcome::Keep => false,
        Outcome::Write | Outcome::Remove => true,
        Outcome::Reissue if cache_control == "public" => false,
        // How well it is compressed is zlib's matter.
        Outcome::Reissue if may_not_fit && setup.format.compresses() => !cookies.is_empty(),
        Outcome::Reissue => !may_not_fit,
    };
    let made_private = match cache_control {
        "" => sent.then(|| "private".to_owned()),
        "no-store" => Some("no-store".to_owned()),
        other => Some(format!("{other}{}", if sent { ", private" } else { "" })),
    };
    let private = headers.get(header::CACHE_CONTROL).map(HeaderValue::as_bytes);
    assert_eq!(private, made_private.as_deref().map(str::as_bytes));

    let names = [Some(NAME.to_owned()), setup.format.companion(NAME)];
    let names: Vec<_> = names.into_iter().flatten().filter(|_| sent).collect();
    assert!(cookies.iter().map(|cookie| &cookie.name).eq(&names), "{cookies:?}, {stored:?}");
    if !sent {
        return;
    }
    let removed = visit.outcome() == Outcome::Remove;
    let written = stored.sent(setup, now);
    let max_age = if removed { Some(0) } else { written.max_age(setup, now) };
    let max_age = max_age.map(i64::unsigned_abs);
    assert!(cookies.iter().all(|cookie| cookie.max_age == max_age), "{cookies:?}, {written:?}");
    if max_age == Some(0) {
        *jar = Jar::default();
    } else {
        let pairs = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value));
        jar.pairs = pairs.collect::<Vec<_>>().join("; ");
        jar.stored = Some((written, server));
    }
}
