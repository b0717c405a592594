//! H7 to H9, H14 to H17, H20, H23 and H25: which headers leave, beside those of the handler.

use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, HeaderName, SET_COOKIE, VARY},
};
use tower_cookie_session::SameSite;

use super::*;

/// A response with these lines of one header.
fn with_lines(name: &HeaderName, lines: &[&'static str]) -> Response<()> {
    let mut response = Response::new(());
    for line in lines {
        response.headers_mut().append(name, HeaderValue::from_static(line));
    }
    response
}

fn change(session: &Session) {
    session.insert("user", "bob").unwrap();
}

/// The Set-Cookie line that [`change`] leads to, and the one of a removal.
fn changed() -> String {
    format!("{}; Path=/; Secure; HttpOnly; SameSite=Lax", sealed(r#"{"user":"bob"}"#))
}

const REMOVED: &str = "session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0; \
                       Expires=Thu, 01 Jan 1970 00:00:00 GMT";

#[test]
fn h07_what_is_changed_back_is_not_sent() {
    let undone: [Work; 4] = [
        |s| s.insert("user", "ada"),
        |s| s.insert("n", 1).and(s.remove("n").map(drop)),
        |s| s.insert("user", "bob").and(s.insert("user", "ada")),
        |s| s.flash("a", "b").and(s.take_flashes().map(drop)),
    ];
    for (row, undo) in undone.iter().enumerate() {
        let headers = visit(&layer(), sealed(ADA), |session| {
            undo(&session).unwrap();
            assert!(!session.is_modified(), "H7: {row}");
        });
        assert_eq!(set_cookies(&headers), [""; 0], "H7: {row}");
        assert_eq!(headers[VARY], "Cookie", "H7: {row}");
    }
}

#[test]
fn h08_h09_clearing_removes_the_cookie_that_came() {
    let clear = |session: Session| session.clear().unwrap();
    for header in ["", "theme=dark", "session2=x"] {
        let headers = visit(&layer(), header, clear);
        assert_eq!(headers.keys().collect::<Vec<_>>(), [VARY], "H8: {header}");
    }
    for header in [
        sealed(ADA),
        sealed_at(ADA, 0),
        sealed_at(ADA, NOW + 61),
        sealed("[]"),
        "session=".to_owned(),
        "session=junk; session=junk".to_owned(),
        format!("session={}", "x".repeat(5000)),
    ] {
        assert_eq!(set_cookies(&visit(&layer(), &header, clear)), [REMOVED], "H9: {header}");
    }
    // Where nothing is left of a session, it is removed too.
    let emptied = visit(&layer(), sealed(ADA), |session| assert!(session.remove("user").unwrap()));
    assert_eq!(set_cookies(&emptied), [REMOVED], "H9: emptied");
}

#[test]
fn h09_a_removal_has_the_attributes_that_set_the_cookie() {
    let with = |build: fn(SessionCookie) -> Option<SessionCookie>| build(cookie()).unwrap();
    for cookie in [
        with(|c| c.domain("example.com").ok()?.path("/app").ok()),
        with(|c| c.same_site(SameSite::None).ok()?.partitioned(true).ok()),
        with(|c| c.secure(false).ok()?.same_site(SameSite::Strict).ok()),
        with(|c| Some(c.http_only(false))),
    ] {
        let layer = layer().cookie(cookie);
        let set = visit(&layer, sealed(ADA), |session| change(&session));
        let removed = visit(&layer, sealed(ADA), |session| session.clear().unwrap());
        let [set, removed] = [set, removed].map(|headers| set_cookies(&headers).concat());
        let (_, attributes) = set.split_once(';').unwrap();
        let expires = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(removed, format!("session=;{attributes}; {expires}"), "H9");
    }
}

/// The table sends no refreshed cookie with a 304; the design decides that no status matters.
#[test]
fn h14_h20_the_status_does_not_matter() {
    let due = sealed_at(ADA, NOW - 7 * 24 * 60 * 60);
    for status in [100, 101, 103, 200, 204, 206, 301, 304, 400, 401, 404, 500, 503, 599] {
        let answer = |work: fn(&Session), cookie: &str| {
            let response = send(&layer(), request(&[cookie]), |session| {
                work(&session);
                let mut response = Response::new(());
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                response
            });
            assert_eq!(response.status(), status, "H14, H20");
            response.headers().clone()
        };
        assert_eq!(set_cookies(&answer(change, &sealed(ADA))), [changed()], "H14, H20: {status}");
        let read = |session: &Session| assert!(!session.is_empty());
        assert_eq!(returned(&answer(read, &due)), sealed(ADA), "H20: {status}, renewed");
        assert_eq!(set_cookies(&answer(read, &sealed(ADA))), [""; 0], "H20: {status}, read");
        assert!(answer(|_| {}, &due).is_empty(), "H20: {status}, untouched");
    }
}

#[test]
fn h15_h16_the_handlers_own_cookies_are_kept_before_ours() {
    for theirs in [
        &["a=1"][..],
        &["b=2; Path=/", "a=1", "b=3"],
        &["session=theirs"],
        &["session=; Max-Age=0", "a=1", "session=theirs; Path=/"],
    ] {
        let handler = |session| {
            change(&session);
            with_lines(&SET_COOKIE, theirs)
        };
        let response = send(&layer(), request(&[sealed(ADA)]), handler);
        let lines = set_cookies(response.headers());
        // Of several lines of one name, browsers keep the last.
        assert_eq!(lines, [theirs, &[&changed()]].concat(), "H15, H16");
        let untouched =
            send(&layer(), request(&[sealed(ADA)]), |_| with_lines(&SET_COOKIE, theirs));
        assert_eq!(set_cookies(untouched.headers()), theirs, "H15, H16: without ours");
    }
}

#[test]
fn h17_vary_is_added_to_and_never_doubled() {
    for (theirs, expected) in [
        (&[][..], &["Cookie"][..]),
        (&["*"], &["*"]),
        (&["Cookie"], &["Cookie"]),
        (&["cookie"], &["cookie"]),
        (&["Accept"], &["Accept, Cookie"]),
        (&["Accept, COOKIE"], &["Accept, COOKIE"]),
        (&["Accept ,  *"], &["Accept ,  *"]),
        (&["Accept", "Cookie"], &["Accept", "Cookie"]),
        (&["Set-Cookie"], &["Set-Cookie, Cookie"]),
    ] {
        for work in [|s: &Session| assert!(!s.is_empty()), change, |s: &Session| s.clear().unwrap()]
        {
            let response = send(&layer(), request(&[sealed(ADA)]), |session| {
                work(&session);
                with_lines(&VARY, theirs)
            });
            assert_eq!(lines(response.headers(), VARY), expected, "H17: {theirs:?}");
        }
        let response = send(&layer(), request(&[sealed(ADA)]), |_| with_lines(&VARY, theirs));
        assert_eq!(lines(response.headers(), VARY), theirs, "H17: {theirs:?}, untouched");
    }
}

/// Bodies go by unread; so one that will fail goes by too, and the cookie with the head.
#[test]
fn h23_a_body_that_fails_comes_too_late() {
    let response = send(&layer(), request(&[sealed(ADA)]), |session| {
        change(&session);
        Response::new(Err::<(), _>("connection lost"))
    });
    assert_eq!(set_cookies(response.headers()), [changed()], "H23");
    assert_eq!(response.into_body(), Err("connection lost"), "H23");
}

/// In gRPC the response head is the initial metadata, and trailers are part of the body; a
/// response of trailers only has `grpc-status` in its head.
#[test]
fn h25_a_grpc_response_has_the_cookie_in_its_initial_metadata() {
    let trailers = with_lines(&HeaderName::from_static("grpc-message"), &["ok"]).headers().clone();
    let response = send(&layer(), request(&[sealed(ADA)]), |session| {
        change(&session);
        let head = Response::builder().header(CONTENT_TYPE, "application/grpc");
        head.header("grpc-status", "5").body(trailers.clone()).unwrap()
    });
    assert_eq!(set_cookies(response.headers()), [changed()], "H25");
    assert_eq!(response.headers()["grpc-status"], "5", "H25");
    assert_eq!(response.into_body(), trailers, "H25");
}
