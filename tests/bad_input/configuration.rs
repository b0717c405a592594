//! C1 to C20: what `main` may get wrong, told where it is built.

use std::time::Duration;

use tower_cookie_session::{ConfigError, Expiry, KeyRing, SameSite};

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether a cookie of this name can be built further.
fn builds<E>(name: &str, build: impl Fn(SessionCookie) -> Result<SessionCookie, E>) -> bool {
    build(SessionCookie::new(name).unwrap()).is_ok()
}

/// The Set-Cookie line of a layer whose handler stores something.
fn written(layer: &SessionLayer) -> String {
    let headers = visit(layer, "", |session| session.insert("user", "ada").unwrap());
    set_cookies(&headers).concat()
}

#[test]
fn c01_short_keys_are_refused() {
    for len in 0..32 {
        let error = SecretKey::new(&SECRET[..len]).unwrap_err();
        assert!(matches!(error, ConfigError::KeyTooShort { len: told, .. } if told == len), "C1");
    }
    assert!(SecretKey::new(&SECRET[..32]).is_ok(), "C1: 32 bytes");
    assert_eq!(SecretKey::legacy("").unwrap_err(), ConfigError::KeyEmpty, "C1: not even these");
    let unset = SecretKey::from_env("BAD_INPUT_TEST_UNSET_KEY").unwrap_err();
    assert!(unset.to_string().contains("BAD_INPUT_TEST_UNSET_KEY"), "C1: {unset}");
}

/// There is no list of known keys: the design refuses fewer than eight different bytes, and with
/// them the demo words that have to be repeated to be long enough.
#[test]
fn c02_keys_that_are_nobodys_random_number_are_refused() {
    for weak in ["\0", "a", "0", "secret", "changeme", "password", "dev", "test", "abcdefg"] {
        let error = SecretKey::new(weak.repeat(64)).unwrap_err();
        assert!(matches!(error, ConfigError::KeyTooUniform { .. }), "C2: {weak:?}: {error}");
    }
    assert!(SecretKey::new("abcdefgh".repeat(4)).is_ok(), "C2: eight different bytes");
}

/// There is no constructor that decodes: the design takes the text's own bytes.
#[test]
fn c03_c05_the_text_of_a_key_is_the_key() {
    for (row, secret) in [
        ("C3: hex", "8f2c0d5e71b3a69448f2c0d5e71b3a6948f2c0d5e71b3a6948f2c0d5e71b3a69"),
        ("C3: hex of 16 bytes", "8f2c0d5e71b3a69448f2c0d5e71b3a69"),
        ("C3: base64", "jywNXnGzppRI8sDV5xs6aUjywNXnGzppSPLA1ecbOmk="),
        ("C3: no hex after all", "8f2c0d5e71b3a69448f2c0d5e71b3a69zzzz"),
        ("C5: a block of the hash", &SECRET.repeat(2)[..64]),
        ("C5: more than a block", &SECRET.repeat(2)[..65]),
        ("C5: much more", &SECRET.repeat(50)),
    ] {
        let pair = format!("session={}", sign(secret, SALT, &body(ADA, NOW)));
        let layer = layer_of(Signed::new(key(secret)));
        assert_eq!(look(&layer, request(&[pair])), Origin::Cookie, "{row}");
    }
}

/// The table refuses C6; the design does not, for neither does harm.
#[test]
fn c04_c06_doubled_and_many_fallback_keys_are_no_error() {
    let primary = || KeyRing::new(key(SECRET));
    let with_eight =
        |ring| (0..8).fold(ring, |ring: KeyRing, _| ring.accept(SecretKey::generate()));
    for (row, ring) in [
        ("C4: equal under HMAC's padding", primary().accept(key(format!("{SECRET}\0")))),
        ("C6: fallback equal to the primary", primary().accept(key(SECRET))),
        ("C6: nine fallbacks", with_eight(primary()).accept(SecretKey::generate())),
    ] {
        // `look` sees no Set-Cookie: it was the primary that opened the session.
        let seen = look(&layer_of(Signed::new(ring)), request(&[sealed(ADA)]));
        assert_eq!(seen, Origin::Cookie, "{row}");
    }
    let ninth = with_eight(KeyRing::new(SecretKey::generate())).accept(key(SECRET));
    let session = layer_of(Signed::new(ninth)).open(sealed(ADA));
    assert_eq!(session.origin(), Origin::Cookie, "C6: the ninth fallback opens too");
}

#[test]
fn c07_c08_names_that_are_no_token_are_refused() {
    let refuse = |name: &str| {
        let error = SessionCookie::new(name).unwrap_err();
        assert!(matches!(error, ConfigError::CookieName { .. }), "C7, C8: {name:?}");
    };
    for odd in "=; ,\t\r\n\0\u{7f}\"\\()<>@/[]?{}\u{80}\u{a0}\u{e9}\u{2000}".chars() {
        refuse(&odd.to_string());
        refuse(&format!("{odd}a"));
        refuse(&format!("a{odd}"));
        refuse(&format!("a{odd}b"));
    }
    let long = "n".repeat(257);
    refuse("");
    refuse(&long);
    assert!(SessionCookie::new(&long[1..]).is_ok(), "C8: 256 bytes");
}

#[test]
fn c09_paths_that_browsers_ignore_are_refused() {
    let long = format!("/{}", "p".repeat(1024));
    for path in ["", "app", " /app", "/a;b", "/a; Domain=x", "/\r\n", "/\0", "/\u{e9}", &long] {
        let error = cookie().path(path).unwrap_err();
        assert!(matches!(error, ConfigError::CookiePath { .. }), "C9: {path:?}");
    }
    assert!(cookie().path(&long[..1024]).is_ok(), "C9: 1024 bytes");
}

#[test]
fn c10_domains_that_are_no_host_name_are_refused() {
    let (label, name) = ("l".repeat(64) + ".example", "d.".repeat(124) + "example");
    assert_eq!(name.len(), 255);
    for domain in [
        "",
        ".",
        "..",
        "a..b",
        "http://example.com",
        "example.com:80",
        "example.com/",
        "a;b",
        "a b",
        " example.com",
        "127.0.0.1",
        "::1",
        "[::1]",
        "b\u{fc}cher.example",
        "a\r\n",
        &label,
        &name,
    ] {
        let error = cookie().domain(domain).unwrap_err();
        assert!(matches!(error, ConfigError::CookieDomain { .. }), "C10: {domain:?}");
    }
    for domain in ["example.com", ".example.com", &label[1..], &name[2..]] {
        assert!(cookie().domain(domain).is_ok(), "C10: {domain}");
    }
    let dotted = layer().cookie(cookie().domain(".example.com").unwrap());
    assert!(written(&dotted).contains("; Domain=example.com;"), "C10: the dot is stripped");
}

#[test]
fn c11_c12_prefixes_keep_their_promises() {
    for name in ["__Host-a", "__HOST-a", "__host-a", "__Host-Http-a"] {
        assert!(!builds(name, |c| c.domain("example.com")), "C11: {name} with Domain");
        assert!(!builds(name, |c| c.path("/app")), "C11: {name} with another Path");
        assert!(!builds(name, |c| c.secure(false)), "C11: {name} without Secure");
        assert!(builds(name, |c| c.path("/")?.secure(true)), "C11: {name}");
    }
    for name in ["__Secure-a", "__SECURE-a", "__secure-a", "__Http-a", "__hTTP-a"] {
        assert!(!builds(name, |c| c.secure(false)), "C12: {name} without Secure");
        assert!(builds(name, |c| c.domain("example.com")?.path("/app")), "C12: {name}");
    }
    // `http_only` is infallible in the design, so here it stays on where browsers insist.
    for name in ["__Http-a", "__HTTP-a", "__Host-Http-a", "__host-http-a"] {
        let cookie = SessionCookie::new(name).unwrap().http_only(false);
        assert!(written(&layer().cookie(cookie)).contains("; HttpOnly"), "C12: {name}");
    }
}

#[test]
fn c13_attributes_that_need_secure_are_refused_without() {
    let none = |c: SessionCookie| c.same_site(SameSite::None);
    assert!(!builds("a", |c| none(c.secure(false)?)), "C13: SameSite=None");
    assert!(!builds("a", |c| none(c)?.secure(false)), "C13: SameSite=None, before");
    assert!(!builds("a", |c| c.secure(false)?.partitioned(true)), "C13: Partitioned");
    assert!(!builds("a", |c| c.partitioned(true)?.secure(false)), "C13: Partitioned, before");
    assert!(builds("a", |c| none(c)?.partitioned(true)), "C13: both with Secure");
}

#[test]
fn c14_c17_lifetimes_that_contradict_themselves_are_refused() {
    let never = Expiry::never();
    for (row, expiry) in [
        ("C14: zero", never.idle(Duration::ZERO)),
        ("C14: zero", never.absolute(Duration::ZERO)),
        ("C14: zero", never.idle_persistent(Duration::ZERO)),
        // The table rounds these up; the design refuses them, for they would end at once.
        ("C14: sub-second", never.idle(Duration::from_millis(999))),
        ("C14: sub-second", never.absolute(Duration::from_nanos(1))),
        ("C17: renewal at the limit", never.idle(DAY).renew_after(DAY)),
        ("C17: renewal after the limit", never.idle(DAY).renew_after(2 * DAY)),
        (
            "C17: renewal after one of two",
            never.idle(DAY).idle_persistent(3 * DAY).renew_after(2 * DAY),
        ),
        ("C17: idle over absolute", never.idle(2 * DAY).absolute(DAY)),
    ] {
        let error = layer().expiry(expiry).unwrap_err();
        assert!(matches!(error, ConfigError::Expiry { .. }), "{row}: {error}");
    }
    assert!(layer().expiry(never.idle(Duration::from_secs(1))).is_ok(), "C14: a second");
}

/// The table refuses these; the design keeps the limit, and clamps what it tells the browser.
#[test]
fn c15_c16_long_lifetimes_promise_what_browsers_keep() {
    let persistent = || layer().cookie(cookie().persistent(true));
    for (row, limit, promised) in [
        ("C15: 400 days", 400 * DAY, "34560000"),
        ("C15: a second less", 400 * DAY - Duration::from_secs(1), "34559999"),
        ("C15: 401 days", 401 * DAY, "34560000"),
        ("C16: for ever", Duration::MAX, "34560000"),
    ] {
        for expiry in [Expiry::never().idle(limit), Expiry::never().idle(limit).absolute(limit)] {
            let layer = persistent().expiry(expiry.clock_skew(limit)).unwrap();
            let line = written(&layer);
            assert!(line.ends_with(&format!("; Max-Age={promised}")), "{row}: {line}");
            assert_eq!(layer.open(sealed(ADA)).origin(), Origin::Cookie, "{row}");
        }
    }
}

/// Not an error in the design: the session that a handler finds is the inner layer's.
#[test]
fn c18_of_nested_layers_with_one_name_the_inner_one_is_found() {
    let handler = service_fn(|request: Request<()>| {
        let session = session_of(&request);
        session.insert("user", "bob").unwrap();
        answer(session.origin())
    });
    let nested = layer().layer(layer().layer(handler));
    let response = run(nested.oneshot(request(&[sealed(ADA)]))).unwrap();
    assert_eq!(*response.body(), Origin::Cookie, "C18");
    assert_eq!(stored(response.headers()), r#"{"user":"bob"}"#, "C18: written once");
}

#[test]
fn c18_nested_layers_with_two_names_both_work() {
    let inner_cookie = SessionCookie::new("inner").unwrap();
    let between = service_fn(|request: Request<()>| {
        session_of(&request).insert("where", "outside").unwrap();
        let handler = service_fn(|request: Request<()>| {
            session_of(&request).insert("where", "inside").unwrap();
            answer(())
        });
        layer().cookie(inner_cookie.clone()).layer(handler).oneshot(request)
    });
    let response = run(layer().layer(between).oneshot(request(&[""; 0]))).unwrap();
    let pairs = set_cookies(response.headers()).into_iter().map(|line| line.split(';').next());
    let header = pairs.map(Option::unwrap).collect::<Vec<_>>().join("; ");
    for (cookie, place) in [(cookie(), "outside"), (inner_cookie.clone(), "inside")] {
        let session = layer().cookie(cookie).open(&header);
        assert_eq!(session.get::<String>("where").unwrap().as_deref(), Some(place), "C18");
    }
}

#[test]
fn c19_secure_over_plain_http_is_allowed() {
    let mut plain = request(&[sealed(ADA)]);
    *plain.uri_mut() = "http://localhost/".parse().unwrap();
    let response = send(&layer(), plain, |session| {
        session.insert("user", "bob").unwrap();
        Response::new(())
    });
    assert!(set_cookies(response.headers())[0].contains("; Secure"), "C19");
    let open = layer().cookie(cookie().secure(false).unwrap());
    assert!(!written(&open).contains("Secure"), "C19: and may be left out");
}

#[test]
fn c20_sizes_that_no_browser_has_are_refused() {
    for bytes in [0, 63, 4097, usize::MAX] {
        let error = cookie().max_size(bytes).unwrap_err();
        assert!(matches!(error, ConfigError::CookieSize { limit, .. } if limit == bytes), "C20");
    }
    assert!(builds("a", |c| c.max_size(64)?.max_size(4096)), "C20: the ends");
}
