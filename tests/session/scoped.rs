//! Several sessions in one application.

use std::{convert::Infallible, future};

use http::{Request, Response, header};
use tower::{Layer, Service, service_fn};
use tower_cookie_session::{Scoped, SecretKey, Session, SessionLayer, Signed};

use crate::support::*;

struct Admin;
struct Audit;

fn admin() -> SessionLayer {
    let key = SecretKey::new("a key for admins: 9876543210 fedcba").unwrap();
    let cookie = cookie("admin").path("/admin").unwrap();
    at(&SessionLayer::new(Signed::new(key)).cookie(cookie).scoped::<Admin>(), NOW)
}

fn audit() -> SessionLayer {
    layer().cookie(cookie("audit")).scoped::<Audit>()
}

/// What the sessions of a request put on the response, through layers from the outermost inwards.
fn respond_through(
    [outer, inner]: [&SessionLayer; 2],
    cookies: &str,
    handler: impl Fn(&Session, &Scoped<Admin>),
) -> Reply {
    let service = service_fn(|request: Request<()>| {
        let extensions = request.extensions();
        handler(extensions.get().unwrap(), extensions.get().unwrap());
        future::ready(Ok::<_, Infallible>(Response::new(())))
    });
    let mut request = Request::new(());
    if !cookies.is_empty() {
        request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
    }
    let response = now(outer.layer(inner.layer(service)).call(request)).unwrap();
    Reply(response.into_parts().0.headers)
}

#[test]
fn they_nest_in_either_order_and_keep_apart() {
    for layers in [[&layer(), &admin()], [&admin(), &layer()]] {
        let reply = respond_through(layers, "", |session, admin| {
            session.insert("user", 1).unwrap();
            admin.insert("user", 2).unwrap();
            admin.renew().unwrap();
        });
        let mut lines = reply.set_cookies();
        lines.sort();
        assert!(lines[0].starts_with("admin=") && lines[0].contains("; Path=/admin; "));
        assert!(lines[1].starts_with("sid=") && lines[1].contains("; Path=/; "));
        assert_eq!((lines.len(), reply.vary()), (2, vec!["Cookie".to_owned()]));

        let pairs: Vec<_> = lines.iter().map(|line| line.split(';').next().unwrap()).collect();
        let cookies = pairs.join("; ");
        respond_through(layers, &cookies, |session, admin| {
            assert_eq!((session.get("user"), admin.get("user")), (Ok(Some(1)), Ok(Some(2))));
            assert_eq!(session.created_at(), None);
            assert_eq!(admin.created_at(), Some(instant(NOW)));
        })
        .assert_kept();
        let logged_out = respond_through(layers, &cookies, |_, admin| admin.clear().unwrap());
        assert!(logged_out.set_cookie().starts_with("admin=; Path=/admin; "));

        // Neither takes the other's token.
        let [admins, visitors] = [0, 1].map(|at| pairs[at].split_once('=').unwrap().1);
        respond_through(layers, &format!("admin={visitors}; sid={admins}"), |session, admin| {
            assert!(session.is_new() && admin.is_new());
        });
    }
}

#[test]
fn untouched_ones_put_nothing_on_the_response() {
    let cookies = format!("{}; {}", seal(&layer(), "{\"a\":1}"), seal(&admin(), "{\"a\":1}"));
    let reply = respond_through([&layer(), &admin()], &cookies, |_, _| ());
    assert_eq!(reply.0.len(), 0);
    let reply = respond_through([&layer(), &admin()], &cookies, |_, admin| {
        assert_eq!(admin.len(), 1);
    });
    reply.assert_kept();
}

#[test]
fn a_scoped_session_is_found_by_its_scope_only() {
    let service = service_fn(|request: Request<()>| {
        let extensions = request.extensions();
        assert!(extensions.get::<Scoped<Admin>>().is_some());
        assert!(extensions.get::<Scoped<Audit>>().is_some());
        assert!(extensions.get::<Session>().is_none());
        future::ready(Ok::<_, Infallible>(Response::new(())))
    });
    now(admin().layer(audit().layer(service)).call(Request::new(()))).unwrap();
}

#[test]
fn a_scoped_session_is_a_session() {
    let session = Session::detached();
    let scoped: Scoped<Admin> = session.clone().into();
    scoped.clone().insert("a", 1).unwrap();
    assert_eq!(session.get("a"), Ok(Some(1)));
    assert_eq!(format!("{scoped:?}"), format!("{session:?}"));
}

#[cfg(feature = "tracing")]
#[test]
fn two_sessions_in_one_cookie_are_told_of_once() {
    use crate::events::logged;

    let pass = |layers: &[SessionLayer]| {
        let service =
            service_fn(|_: Request<()>| future::ready(Ok::<_, Infallible>(Response::new(()))));
        let mut service = tower::util::BoxCloneService::new(service);
        for layer in layers.iter().rev() {
            service = tower::util::BoxCloneService::new(layer.layer(service));
        }
        now(service.call(Request::new(()))).unwrap();
    };
    let namesake = || layer().scoped::<Admin>();
    for layers in [
        vec![layer(), namesake()],
        vec![namesake(), layer()],
        vec![layer(), audit(), namesake()],
        vec![namesake(), audit(), layer()],
        vec![layer(), layer()],
        vec![layer(), layer().cookie(cookie("other")), layer()],
        vec![namesake(), layer().scoped::<Audit>()],
    ] {
        let lines = logged(|| {
            pass(&layers);
            pass(&layers);
        });
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("WARN tower_cookie_session: two session layers"), "{lines:?}");
        assert!(lines[0].contains("cookie=\"sid\""), "{lines:?}");
    }
    let apart = [layer(), admin(), audit(), layer().cookie(cookie("other"))];
    assert_eq!(logged(|| pass(&apart)), Vec::<String>::new());
}
