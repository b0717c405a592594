//! The handle: closed with the response head, shared between clones and threads, and no user code
//! under its lock.

use std::{
    convert::Infallible,
    future::{self, Future},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Waker},
};

use http::{Request, Response};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tower::{Layer, Service, service_fn};
use tower_cookie_session::{Error, Session};

use crate::support::*;

type Change = fn(&Session) -> Result<(), Error>;

/// Every way to change a session, and some that would change nothing.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("insert", |s| s.insert("a", 1)),
        ("insert a reserved key", |s| s.insert("_session", 1)),
        ("remove", |s| s.remove("a").map(drop)),
        ("remove nothing", |s| s.remove("none").map(drop)),
        ("pop", |s| s.pop::<u8>("a").map(drop)),
        ("pop nothing", |s| s.pop::<u8>("none").map(drop)),
        ("get_or_insert_with", |s| s.get_or_insert_with("a", || 1).map(drop)),
        ("update", |s| s.update("a", |_: &mut u8| ())),
        ("retain", |s| s.retain(|_| true)),
        ("clear", Session::clear),
        ("replace", |s| s.replace(&serde_json::json!({"a": 1}))),
        ("flash", |s| s.flash("a", "b")),
        ("take_flashes", |s| s.take_flashes().map(drop)),
        ("set_persistent", |s| s.set_persistent(false)),
        ("expire_at", |s| s.expire_at(instant(NOW))),
        ("renew", Session::renew),
        ("a first id", |s| s.id().map(drop)),
    ]
}

fn assert_closed(session: &Session) {
    for (name, change) in changes() {
        assert_eq!(change(session), Err(Error::Closed), "{name}");
    }
}

/// The session that a handler kept beyond its response.
fn kept(cookies: &str, handler: impl FnOnce(&Session)) -> Session {
    let mut kept = None;
    respond(&layer(), cookies, |session| {
        handler(session);
        kept = Some(session.clone());
    });
    kept.unwrap()
}

#[test]
fn after_the_response_head_reads_work_and_changes_are_errors() {
    let cookies = seal(&layer(), r#"{"a":1}"#);
    for handler in [(|_| ()) as fn(&Session), |s| drop(s.keys()), |s| s.insert("b", 2).unwrap()] {
        let session = kept(&cookies, handler);
        assert_closed(&session);
        assert_eq!((session.get("a"), session.is_empty()), (Ok(Some(1)), false));
        assert!(session.peek_flashes().is_ok() && session.issued_at().is_some());
    }
    let with_id = kept("", |session| drop(session.id().unwrap()));
    assert!(with_id.id().is_ok(), "an id that is there is read");
}

#[test]
fn an_inner_error_closes_the_session_and_passes() {
    let mut kept = None;
    let service = service_fn(|request: Request<()>| {
        let session: &Session = request.extensions().get().unwrap();
        session.insert("a", 1).unwrap();
        kept = Some(session.clone());
        future::ready(Err::<Response<()>, _>("broken"))
    });
    assert_eq!(now(layer().layer(service).call(Request::new(()))).unwrap_err(), "broken");
    assert_closed(&kept.unwrap());
}

#[test]
fn a_dropped_future_closes_the_session() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut service = layer().layer(service_fn(|request: Request<()>| {
        sender.send(request.extensions().get::<Session>().unwrap().clone()).unwrap();
        future::pending::<Result<Response<()>, Infallible>>()
    }));
    {
        let mut response = pin!(service.call(Request::new(())));
        assert!(response.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let session = receiver.recv().unwrap();
        assert_eq!(session.insert("a", 1), Ok(()), "still on its way");
        receiver.try_recv().unwrap_err();
        sender.send(session).unwrap();
    }
    assert_closed(&receiver.recv().unwrap());
}

#[test]
fn a_panic_poisons_nothing() {
    let layer = layer();
    let mut kept = None;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        respond(&layer, "", |session| {
            session.insert("a", 1).unwrap();
            kept = Some(session.clone());
            panic!("a handler's");
        })
    }));
    assert!(panicked.is_err());
    assert_closed(&kept.unwrap());

    struct Panics;
    impl Serialize for Panics {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("a value's")
        }
    }
    let reply = respond(&layer, "", |session| {
        session.insert("a", 1).unwrap();
        let caught = |change: &dyn Fn()| catch_unwind(AssertUnwindSafe(change)).is_err();
        assert!(caught(&|| drop(session.insert("a", Panics))));
        assert!(caught(&|| drop(session.update("a", |_: &mut u8| panic!()))));
        assert!(caught(&|| drop(session.retain(|_| panic!()))));
        assert!(caught(&|| drop(session.get_or_insert_with("b", || -> u8 { panic!() }))));
        session.insert("c", 2).unwrap();
    });
    assert_eq!(reply.cookie(), seal(&layer, r#"{"a":1,"c":2}"#));
}

thread_local! {
    /// The session that [`Visits`] comes back to while it is written or read.
    static CURRENT: Session = Session::detached();
}

/// A value whose own code touches the session.
#[derive(Default)]
struct Visits;

impl Serialize for Visits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CURRENT.with(|session| session.insert("written", true).unwrap());
        serializer.serialize_u8(7)
    }
}

impl<'de> Deserialize<'de> for Visits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CURRENT.with(|session| session.insert("read", true).unwrap());
        u8::deserialize(deserializer).map(|_| Self)
    }
}

#[test]
fn no_user_code_runs_under_the_lock() {
    CURRENT.with(|session| {
        session.insert("v", Visits).unwrap();
        session.get::<Visits>("v").unwrap().unwrap();
        session.update("v", |_: &mut Visits| session.insert("updating", 1).unwrap()).unwrap();
        session
            .get_or_insert_with("w", || {
                session.insert("making", 1).unwrap();
                Visits
            })
            .unwrap();
        session
            .retain(|key| {
                session.insert("retaining", 1).unwrap();
                key != "w"
            })
            .unwrap();
        session.pop::<Visits>("v").unwrap().unwrap();
        for key in ["written", "read", "updating", "making", "retaining"] {
            assert!(session.contains_key(key), "{key}");
        }
        #[derive(Serialize, Deserialize)]
        struct Whole {
            v: Visits,
        }
        session.replace(&Whole { v: Visits }).unwrap();
        session.to::<Whole>().unwrap();
        assert!(session.contains_key("read"));
    });
}

#[test]
fn clones_are_one_session_for_all_threads() {
    let session = Session::detached();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let session = session.clone();
            scope.spawn(move || {
                for n in 0..50 {
                    session.insert(format!("{thread}"), n).unwrap();
                    assert_eq!(session.get(format!("{thread}")), Ok(Some(n)));
                }
            });
        }
    });
    assert_eq!(session.len(), 4);
    let ids: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| session.id().unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "one id, whoever asks first");
}

#[test]
fn debug_shows_neither_keys_nor_values_and_does_not_read() {
    let layer = layer();
    let cookies =
        seal(&layer, r#"{"user":"ada","_session":0}"#.replace(",\"_session\":0", "").as_str());
    respond(&layer, &cookies, |session| {
        assert_eq!(
            format!("{session:?}"),
            "Session { cookie: \"sid\", read: false, closed: false, .. }"
        );
        assert_eq!(session.len(), 1);
        assert_eq!(
            format!("{session:?}"),
            "Session { cookie: \"sid\", read: true, closed: false, .. }"
        );
    });
    let shown = format!("{layer:?} {:#?}", layer.layer(()));
    for configuration in ["sid", "Lax", "Signed", "KeyRing", "Expiry"] {
        assert!(shown.contains(configuration), "{shown}");
    }
    for secret in ["key for tests", "0123456789", "abcdef"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(respond(&layer, &cookies, |session| drop(format!("{session:?}"))).0.len(), 0);
}

#[test]
fn a_clone_of_the_service_shares_nothing_between_requests() {
    let service = layer().layer(service_fn(|request: Request<()>| {
        let session: &Session = request.extensions().get().unwrap();
        assert!(session.is_empty());
        session.insert("a", 1).unwrap();
        future::ready(Ok::<_, Infallible>(Response::new(())))
    }));
    let (mut one, mut two) = (service.clone(), service);
    for service in [&mut one, &mut two] {
        for _ in 0..2 {
            assert!(
                now(service.call(Request::new(()))).unwrap().headers().contains_key("set-cookie")
            );
        }
    }
}

#[test]
fn debug_shows_the_configuration_and_no_key() {
    let layer = layer();
    let shown = format!("{layer:?}");
    assert!(shown.starts_with("SessionLayer { config: Config {"), "{shown}");
    assert!(shown.contains("\"sid\"") && !shown.contains("0123456789"), "{shown}");
    let shown = format!("{:?}", layer.layer(7));
    assert!(shown.starts_with("SessionService { inner: 7, config: Config {"), "{shown}");
    assert!(!shown.contains("0123456789"), "{shown}");
    let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let response = layer.layer(inner).call(Request::new(()));
    assert_eq!(format!("{response:?}"), "ResponseFuture { .. }");
}

/// A key that looks at the session itself.
struct Curious<'a>(&'a Session);

impl AsRef<str> for Curious<'_> {
    fn as_ref(&self) -> &str {
        if self.0.is_empty() { "empty" } else { "a" }
    }
}

#[test]
fn no_code_of_a_key_runs_under_the_lock() {
    let session = Session::detached();
    session.insert("a", 1).unwrap();
    assert!(session.contains_key(Curious(&session)));
    assert_eq!(session.get(Curious(&session)), Ok(Some(1)));
    session.insert(Curious(&session), 2).unwrap();
    session.update(Curious(&session), |a: &mut u8| *a += 1).unwrap();
    assert_eq!(session.get_or_insert_with(Curious(&session), || 9), Ok(3));
    assert_eq!(session.pop(Curious(&session)), Ok(Some(3)));
    assert_eq!(session.remove(Curious(&session)), Ok(false));
}
