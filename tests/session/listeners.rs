//! Who hears of a session, by the feature `tracing`, may look at it, and may fail.

use std::{
    cell::RefCell,
    convert::Infallible,
    future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
    time::Duration,
};

use http::{Request, Response, header};
use tower::{Layer, Service, service_fn};
use tower_cookie_session::Session;
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

use crate::support::*;

/// Runs this at each event.
struct Listener<F>(F);

impl<F: Fn() + 'static> Subscriber for Listener<F> {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        (self.0)();
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

thread_local! {
    static CURRENT: RefCell<Option<Session>> = const { RefCell::new(None) };
    static HEARD: RefCell<Vec<Option<String>>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn they_may_look_at_the_session_of_the_response() {
    let look = || {
        let user = CURRENT.with_borrow(|session| session.as_ref()?.get("user").ok().flatten());
        HEARD.with_borrow_mut(|heard| heard.push(user));
    };
    let (done, heard) = mpsc::channel();
    thread::spawn(move || {
        tracing::subscriber::with_default(Listener(look), || {
            respond_with(&layer(), "", |session| {
                session.insert("user", "ada").unwrap();
                CURRENT.set(Some(session.clone()));
                Response::builder().header(header::CACHE_CONTROL, "max-age=1").body(()).unwrap()
            });
        });
        done.send(HEARD.take()).unwrap();
    });
    let heard = heard.recv_timeout(Duration::from_secs(20)).expect("no event is under the lock");
    assert_eq!(heard, [Some("ada".to_owned())], "`private` was appended");
}

#[test]
fn one_that_panicked_ended_one_request_and_not_all() {
    let mut service =
        layer().layer(layer().layer(service_fn(|_: Request<()>| {
            future::ready(Ok::<_, Infallible>(Response::new(())))
        })));
    let mut visit = || {
        let call = || now(service.call(Request::new(()))).unwrap();
        catch_unwind(AssertUnwindSafe(call)).is_ok()
    };
    let visits = tracing::subscriber::with_default(Listener(|| panic!("the disk is full")), || {
        [visit(), visit()]
    });
    assert_eq!(visits, [false, true], "two layers of one cookie are told of once");
}
