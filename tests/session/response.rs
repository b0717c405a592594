//! What the response gets: every row of the table, and the rules under "Writing".

use http::{Response, StatusCode, header};
use tower_cookie_session::{
    Expiry, KeyRing, Origin, SecretKey, Session, SessionCookie, SessionLayer, Signed,
};

use crate::support::*;

type Read = fn(&Session);

/// Every way to look at a session.
fn reads() -> Vec<(&'static str, Read)> {
    vec![
        ("get", |s| drop(s.get::<u8>("x"))),
        ("contains_key", |s| _ = s.contains_key("x")),
        ("len", |s| _ = s.len()),
        ("is_empty", |s| _ = s.is_empty()),
        ("keys", |s| _ = s.keys()),
        ("to", |s| drop(s.to::<serde_json::Value>())),
        ("origin", |s| _ = s.origin()),
        ("is_new", |s| _ = s.is_new()),
        ("is_modified", |s| _ = s.is_modified()),
        ("encoded_len", |s| _ = s.encoded_len()),
        ("is_persistent", |s| _ = s.is_persistent()),
        ("created_at", |s| _ = s.created_at()),
        ("issued_at", |s| _ = s.issued_at()),
        ("expires_at", |s| _ = s.expires_at()),
        ("peek_flashes", |s| drop(s.peek_flashes())),
        ("take_flashes of none", |s| drop(s.take_flashes())),
        ("remove of none", |s| drop(s.remove("x"))),
        ("pop of none", |s| drop(s.pop::<u8>("x"))),
        ("a change that is refused", |s| drop(s.insert("_session", 1))),
    ]
}

#[test]
fn an_untouched_session_adds_nothing() {
    let layer = layer();
    for cookies in ["", &seal(&layer, r#"{"a":1}"#), "sid=forged", "other=1"] {
        let reply = respond(&layer, cookies, |session| drop(format!("{session:?}")));
        assert_eq!(reply.0.len(), 0, "{cookies}");
    }
}

#[test]
fn every_read_varies_by_cookie_and_sends_nothing() {
    let layer = layer();
    for (name, read) in reads() {
        for cookies in ["", &seal(&layer, r#"{"a":1}"#), &seal(&layer, "{}"), "sid=forged"] {
            let reply = respond(&layer, cookies, read);
            println!("{name} with {cookies:?}");
            reply.assert_kept();
        }
    }
    // An id is made when it is first asked for, and then only read.
    let first = respond(&layer, "", |session| drop(session.id().unwrap()));
    respond(&layer, &first.cookie(), |session| drop(session.id().unwrap())).assert_kept();
}

#[test]
fn a_change_is_sent_with_the_cookies_attributes() {
    let layer = layer();
    let reply = respond(&layer, "", |session| session.insert("a", 1).unwrap());
    let token = reply.cookie();
    assert_eq!(reply.set_cookie(), format!("{token}; Path=/; Secure; HttpOnly; SameSite=Lax"));
    assert_eq!(
        (reply.vary(), reply.cache_control()),
        (vec!["Cookie".into()], vec!["private".into()])
    );
    assert_eq!(token, seal(&layer, r#"{"a":1}"#));
    let reply = respond(&layer, &token, |session| {
        assert_eq!((session.origin(), session.get("a")), (Origin::Cookie, Ok(Some(1))));
        session.insert("a", 2).unwrap();
    });
    assert_eq!(reply.cookie(), seal(&layer, r#"{"a":2}"#));
}

#[test]
fn changed_back_is_not_changed() {
    let layer = layer();
    respond(&layer, &seal(&layer, r#"{"a":1,"b":2}"#), |session| {
        session.insert("a", 9).unwrap();
        assert!(session.is_modified());
        session.insert("a", 1).unwrap();
        session.insert("c", 1).unwrap();
        session.remove("c").unwrap();
        assert!(!session.is_modified());
    })
    .assert_kept();
    respond(&layer, "", |session| {
        session.insert("a", 9).unwrap();
        session.remove("a").unwrap();
    })
    .assert_kept();
}

#[test]
fn an_emptied_session_is_removed_with_its_attributes() {
    let cookie = cookie("sid").domain("example.com").unwrap().path("/app").unwrap();
    let layer = layer().cookie(cookie.partitioned(true).unwrap());
    let cookies = seal(&layer, r#"{"a":1}"#);
    for empty in [(|s| assert!(s.remove("a").unwrap())) as fn(&Session), |s| s.clear().unwrap()] {
        let reply = respond(&layer, &cookies, empty);
        assert_eq!(
            reply.set_cookie(),
            "sid=; Path=/app; Domain=example.com; Secure; HttpOnly; SameSite=Lax; Partitioned; \
             Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
        assert_eq!(
            (reply.vary(), reply.cache_control()),
            (vec!["Cookie".into()], vec!["private".into()])
        );
    }
}

#[test]
fn clear_removes_a_refused_cookie_and_nothing_else_does() {
    let layer = layer();
    for refused in ["sid=forged", "x=1; sid="] {
        respond(&layer, refused, |session| assert!(session.is_new())).assert_kept();
        assert!(respond(&layer, refused, |session| session.clear().unwrap()).is_removal());
        respond(&layer, refused, |session| {
            session.insert("a", 1).unwrap();
            session.remove("a").unwrap();
        })
        .assert_kept();
    }
    // What did not come is not removed.
    respond(&layer, "x=1", |session| session.clear().unwrap()).assert_kept();
    // A session that began empty and is cleared had a cookie.
    let empty = seal(&layer, "{}");
    assert!(respond(&layer, &empty, |session| session.clear().unwrap()).is_removal());
}

#[test]
fn the_same_text_after_clear_is_written() {
    let layer = layer();
    let cookies = seal(&layer, r#"{"a":1}"#);
    let reply = respond(&layer, &cookies, |session| {
        session.clear().unwrap();
        assert!(session.is_modified() && session.is_empty());
        session.insert("a", 1).unwrap();
    });
    assert_eq!(reply.cookie(), cookies);
}

#[test]
fn logout_can_say_goodbye() {
    let layer = layer();
    let reply = respond(&layer, &seal(&layer, r#"{"user":"ada"}"#), |session| {
        session.clear().unwrap();
        session.flash("info", "Goodbye").unwrap();
    });
    respond(&layer, &reply.cookie(), |session| {
        assert!(session.is_empty() && !session.is_new());
        assert_eq!(session.take_flashes().unwrap()[0].message, "Goodbye");
    });
    assert!(respond(&layer, &reply.cookie(), |s| drop(s.take_flashes())).is_removal());
}

#[test]
fn what_an_old_key_signed_is_signed_anew() {
    let (old, new) = (SecretKey::generate(), SecretKey::generate());
    let cookies = seal(&layer_of(Signed::new(old.clone())), r#"{"a":1}"#);
    let rotated = layer_of(Signed::new(KeyRing::new(new.clone()).accept(old)));
    let reply = respond(&rotated, &cookies, |session| {
        assert_eq!(session.get("a"), Ok(Some(1)));
        assert!(!session.is_modified());
    });
    let new = layer_of(Signed::new(new));
    assert_eq!(new.open(reply.cookie()).get("a"), Ok(Some(1)));
    assert_eq!(respond(&rotated, &cookies, |_| ()).0.len(), 0, "untouched is untouched");
    let empty = seal(&layer_of(Signed::new(key())), "{}");
    let ring = KeyRing::new(SecretKey::generate()).accept(key());
    respond(&layer_of(Signed::new(ring)), &empty, |session| drop(session.keys())).assert_kept();
}

#[test]
fn a_mere_reissue_is_not_put_on_a_response_for_all() {
    let (old, new) = (SecretKey::generate(), SecretKey::generate());
    let cookies = seal(&layer_of(Signed::new(old.clone())), r#"{"a":1}"#);
    let layer = layer_of(Signed::new(KeyRing::new(new).accept(old)));
    let reply = |control: &str, handler: fn(&Session)| {
        respond_with(&layer, &cookies, |session| {
            handler(session);
            Response::builder().header(header::CACHE_CONTROL, control).body(()).unwrap()
        })
    };
    for shared in ["public, max-age=60", "s-maxage=60"] {
        let read = reply(shared, |session| drop(session.keys()));
        assert_eq!((read.set_cookies(), read.vary()), (vec![], vec!["Cookie".into()]));
        assert_eq!(read.cache_control(), [shared]);
        let changed = reply(shared, |session| session.insert("b", 1).unwrap());
        assert_eq!(changed.set_cookies().len(), 1);
        assert_eq!(changed.cache_control(), [format!("{shared}, private")]);
    }
    let kept = reply("max-age=60", |session| drop(session.keys()));
    assert_eq!(
        (kept.set_cookies().len(), kept.cache_control()),
        (1, vec!["max-age=60, private".into()])
    );
    for own in ["private", "no-store", "private, max-age=60"] {
        assert_eq!(reply(own, |session| session.insert("b", 1).unwrap()).cache_control(), [own]);
    }
}

#[test]
fn the_handlers_headers_stay() {
    let reply = respond_with(&layer(), "", |session| {
        session.insert("a", 1).unwrap();
        Response::builder()
            .header(header::SET_COOKIE, "theme=dark")
            .header(header::SET_COOKIE, "sid=theirs")
            .header(header::VARY, "Accept")
            .body(())
            .unwrap()
    });
    let lines = reply.set_cookies();
    assert_eq!((lines.len(), &*lines[0], &*lines[1]), (3, "theme=dark", "sid=theirs"));
    assert!(lines[2].starts_with("sid=ey"), "ours is the last, which browsers keep");
    assert_eq!(reply.vary(), ["Accept, Cookie"]);
}

#[test]
fn the_status_does_not_matter() {
    for status in [200, 204, 302, 304, 404, 500, 503] {
        let reply = respond_with(&layer(), "", |session| {
            session.insert("a", 1).unwrap();
            Response::builder().status(StatusCode::from_u16(status).unwrap()).body(()).unwrap()
        });
        assert_eq!(reply.set_cookies().len(), 1, "{status}");
    }
}

#[test]
fn a_reissue_that_does_not_fit_is_not_made() {
    let (old, new) = (SecretKey::generate(), SecretKey::generate());
    let cookies = seal(&layer_of(Signed::new(old.clone())), r#"{"a":"0123456789"}"#);
    let room = |bytes| {
        let ring = KeyRing::new(new.clone()).accept(old.clone());
        layer_of(Signed::new(ring)).cookie(cookie("sid").max_size(bytes).unwrap())
    };
    let fits = cookies.len() - 1;
    let read = |session: &Session| assert_eq!(session.len(), 1);
    assert_eq!(respond(&room(fits), &cookies, read).set_cookies().len(), 1);
    respond(&room(fits - 1), &cookies, read).assert_kept();
}

#[test]
fn no_token_shows_where_headers_are_logged() {
    let reply = respond(&layer(), "", |session| session.insert("a", 1).unwrap());
    let logged = format!("{:?}", reply.0);
    assert!(logged.contains("set-cookie") && !logged.contains(&reply.cookie()), "{logged}");
}

#[test]
fn a_response_that_is_full_stays_as_it_is() {
    let reply = respond_with(&layer(), "", full);
    assert_eq!((reply.0.len(), reply.set_cookies().len()), (24_576, 0));
}

/// A change, and a response with as many headers as there can be.
pub(crate) fn full(session: &Session) -> Response<()> {
    session.insert("a", 1).unwrap();
    let mut response = Response::new(());
    for n in 0..24_576 {
        let name = header::HeaderName::try_from(format!("x-{n}")).unwrap();
        response.headers_mut().insert(name, header::HeaderValue::from_static("a"));
    }
    response
}

#[test]
fn two_names_are_two_sessions() {
    use tower::{Layer, Service, service_fn};
    let (outer, inner) = (layer().cookie(cookie("outer")), layer().cookie(cookie("inner")));
    let cookies = format!("{}; {}", seal(&outer, r#"{"a":1}"#), seal(&inner, r#"{"a":2}"#));
    let handler = service_fn(|request: http::Request<()>| {
        let session: &Session = request.extensions().get().unwrap();
        assert_eq!(session.get("a"), Ok(Some(2)));
        session.insert("a", 3).unwrap();
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(())))
    });
    let mut request = http::Request::new(());
    request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
    let response = now(outer.layer(inner.layer(handler)).call(request)).unwrap();
    let reply = Reply(response.into_parts().0.headers);
    assert!(reply.set_cookie().starts_with("inner="));
}

#[test]
fn the_default_cookie_is_a_host_cookie_of_14_days() {
    let layer = SessionLayer::new(Signed::new(key()));
    let reply = respond(&layer, "", |session| session.insert("a", 1).unwrap());
    assert!(reply.set_cookie().starts_with("__Host-session="));
    let layer = at(&layer, NOW);
    let cookies = seal(&layer, r#"{"a":1}"#);
    let day = 24 * 60 * 60;
    assert!(!at(&layer, NOW + 14 * day).open(&cookies).is_new());
    assert!(at(&layer, NOW + 14 * day + 1).open(&cookies).is_new());
    assert_eq!(SessionCookie::host(), SessionCookie::new("__Host-session").unwrap());
    assert!(layer.expiry(Expiry::never()).is_ok());
}
