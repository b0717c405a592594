use super::*;

fn line(cookie: &SessionCookie) -> String {
    cookie.attributes()
}

fn cookie() -> SessionCookie {
    SessionCookie::new("sid").unwrap()
}

#[test]
fn defaults_are_the_safe_ones() {
    assert_eq!(line(&cookie()), "; Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(line(&SessionCookie::host()), line(&cookie()));
    assert_eq!(SessionCookie::host().name(), "__Host-session");
    assert_eq!((cookie().size_limit(), cookie().is_persistent()), (4096, false));
}

#[test]
fn every_attribute_is_rendered() -> Result<(), ConfigError> {
    let all = cookie()
        .domain(".example.com")?
        .path("/a b")?
        .same_site(SameSite::None)?
        .partitioned(true)?
        .http_only(false);
    assert_eq!(line(&all), "; Path=/a b; Domain=example.com; Secure; SameSite=None; Partitioned");
    assert_eq!(line(&cookie().secure(false)?), "; Path=/; HttpOnly; SameSite=Lax");
    assert!(line(&cookie().same_site(SameSite::Strict)?).ends_with("; SameSite=Strict"));
    Ok(())
}

#[test]
fn names() {
    for good in ["a", "session", "__Host-a", "a:b", "!#$%&'*+-.^_`|~", &"n".repeat(256)] {
        assert_eq!(SessionCookie::new(good).unwrap().name(), good);
    }
    for bad in [
        "",
        "a=b",
        "a;b",
        "a b",
        " a",
        "a,b",
        "a\t",
        "a\n",
        "a\0",
        "\"a\"",
        "a\\",
        "é",
        "(a)",
        "a/b",
        "a@b",
        "[a]",
        "{a}",
        "a?",
        "<a>",
        "\u{7f}",
        &"n".repeat(257),
    ] {
        assert!(matches!(SessionCookie::new(bad), Err(ConfigError::CookieName { .. })), "{bad:?}");
    }
}

#[test]
fn domains() {
    for good in [
        "example.com",
        ".example.com",
        "localhost",
        "a-b.c_d.example",
        "xn--bcher-kva.example",
        "1.example",
    ] {
        assert!(cookie().domain(good).is_ok(), "{good}");
    }
    let (label, host) = ("a".repeat(64) + ".example", "a.".repeat(127) + "example");
    for bad in [
        "",
        ".",
        "..a",
        "a..b",
        "a.",
        "http://a.b",
        "a.b:80",
        "a/b",
        "a;b",
        "a b",
        "127.0.0.1",
        "[::1]",
        "::1",
        "bücher.example",
        "a\n",
        &label,
        &host,
    ] {
        assert!(matches!(cookie().domain(bad), Err(ConfigError::CookieDomain { .. })), "{bad}");
    }
}

#[test]
fn paths() {
    for good in ["/", "/app", "/a b/c", "/a,b=\"c\"", &format!("/{}", "a".repeat(1023))] {
        assert!(cookie().path(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "app",
        " /",
        "/a;b",
        "/a\n",
        "/é",
        "/a\u{7f}",
        "/a ",
        &format!("/{}", "a".repeat(1024)),
    ] {
        assert!(matches!(cookie().path(bad), Err(ConfigError::CookiePath { .. })), "{bad}");
    }
}

#[test]
fn sizes() {
    for bytes in [64, 3000, 4096] {
        assert_eq!(cookie().max_size(bytes).unwrap().size_limit(), bytes);
    }
    for bytes in [0, 63, 4097, usize::MAX] {
        assert_eq!(cookie().max_size(bytes), Err(ConfigError::CookieSize { limit: bytes }));
    }
}

#[test]
fn what_no_browser_takes_is_not_built() {
    let conflict = |built: Result<SessionCookie, ConfigError>| {
        assert!(matches!(built, Err(ConfigError::CookieConflict { .. })), "{built:?}");
    };
    for name in ["__Host-a", "__HOST-a", "__host-a", "__Host-Http-a"] {
        let host = || SessionCookie::new(name).unwrap();
        conflict(host().domain("example.com"));
        conflict(host().path("/a"));
        conflict(host().secure(false));
        assert!(host().path("/").is_ok());
    }
    for name in ["__Secure-a", "__SECURE-a", "__Http-a"] {
        conflict(SessionCookie::new(name).unwrap().secure(false));
        assert!(SessionCookie::new(name).unwrap().domain("example.com").is_ok());
    }
    conflict(cookie().secure(false).unwrap().same_site(SameSite::None));
    conflict(cookie().same_site(SameSite::None).unwrap().secure(false));
    conflict(cookie().secure(false).unwrap().partitioned(true));
    conflict(cookie().partitioned(true).unwrap().secure(false));
    for name in ["__Http-a", "__Host-Http-a", "__http-a"] {
        let kept = SessionCookie::new(name).unwrap().http_only(false);
        assert!(line(&kept).contains("HttpOnly"), "{name}");
    }
}
