//! H10 to H13, H18, H19, H21 and H22: sessions that outlive their response, or never get one.

use std::{
    cell::RefCell,
    collections::HashMap,
    future::pending,
    mem,
    sync::{Arc, Barrier, mpsc},
    task::{Context, Poll},
    thread,
};

use tower::Service;

use super::*;

/// Every method that changes a session.
const MUTATORS: [(&str, Work); 14] = [
    ("insert", |s| s.insert("user", "eve")),
    ("remove", |s| s.remove("user").map(drop)),
    ("remove, absent", |s| s.remove("absent").map(drop)),
    ("pop", |s| s.pop::<String>("user").map(drop)),
    ("get_or_insert_with", |s| s.get_or_insert_with("user", String::new).map(drop)),
    ("update", |s| s.update("user", String::clear)),
    ("retain", |s| s.retain(|_| true)),
    ("clear", Session::clear),
    ("replace", |s| s.replace(&HashMap::from([("user", "eve")]))),
    ("flash", |s| s.flash("info", "late")),
    ("take_flashes", |s| s.take_flashes().map(drop)),
    ("set_persistent", |s| s.set_persistent(false)),
    ("expire_at", |s| s.expire_at(OffsetDateTime::UNIX_EPOCH)),
    ("renew", Session::renew),
];

/// A session whose response is gone: it still reads, and says so to whoever changes it.
#[track_caller]
fn assert_closed(row: &str, session: &Session) {
    for (name, mutate) in MUTATORS {
        assert_eq!(mutate(session), Err(Error::Closed), "{row}: {name}");
    }
    assert_eq!(session.id(), Err(Error::Closed), "{row}: id, where there is none");
    assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("ada"), "{row}");
}

#[test]
fn h10_writes_after_the_head_are_refused() {
    let (gone, head_is_gone) = mpsc::channel();
    let head_is_gone = RefCell::new(Some(head_is_gone));
    let mut service = layer().layer(service_fn(|request: Request<()>| {
        let session = session_of(&request);
        session.insert("n", 1).unwrap();
        let (background, head_is_gone) = (session.clone(), head_is_gone.take().unwrap());
        let task = thread::spawn(move || {
            head_is_gone.recv().unwrap();
            assert_closed("H10: a task", &background);
        });
        // The body is the session, as that of a streaming body would be.
        answer((session, task))
    }));
    // The future is kept, for dropping it would close the session too.
    let mut future = Box::pin(service.call(request(&[sealed(ADA)])));
    let (streaming, task) = run(future.as_mut()).unwrap().into_body();
    assert_closed("H10: a body", &streaming);
    gone.send(()).unwrap();
    task.join().unwrap();
}

#[test]
fn h11_a_handle_that_is_kept_reads_and_leaks_nothing() {
    let alive = Arc::new(());
    let in_clock = Arc::clone(&alive);
    let layer = layer().clock(move || {
        let _ = &in_clock;
        at(NOW)()
    });
    let kept = send(&layer, request(&[sealed(ADA)]), Response::new).into_body();
    drop(layer);
    assert_closed("H11: first read afterwards", &kept);
    assert_eq!(Arc::strong_count(&alive), 2, "H11: held by the handle");
    drop(kept);
    assert_eq!(Arc::strong_count(&alive), 1, "H11: and by nothing else");
}

#[test]
fn h12_an_error_of_the_inner_service_passes_untouched() {
    let mut service = layer().layer(service_fn(|request: Request<()>| {
        let session = session_of(&request);
        session.insert("n", 1).unwrap();
        ready(Err::<Response<()>, _>(session))
    }));
    // As above.
    let mut future = Box::pin(service.call(request(&[sealed(ADA)])));
    let session = run(future.as_mut()).unwrap_err();
    assert_closed("H12", &session);
}

#[test]
fn h13_a_panic_closes_its_session_and_harms_no_other() {
    let (layer, kept) = (layer(), RefCell::new(None));
    let handler = |request: Request<()>| -> Result<Response<()>, Infallible> {
        kept.replace(Some(session_of(&request)));
        panic!("H13")
    };
    let request = || request(&[sealed(ADA)]);
    let in_call = layer.layer(service_fn(|request| ready(handler(request))));
    assert!(panics(|| run(in_call.oneshot(request()))), "H13: in call");
    assert_closed("H13: in call", &kept.take().unwrap());
    let in_poll = layer.layer(service_fn(|request| async move { handler(request) }));
    assert!(panics(|| run(in_poll.oneshot(request()))), "H13: in poll");
    assert_closed("H13: in poll", &kept.take().unwrap());
    assert_eq!(look(&layer, request()), Origin::Cookie, "H13: the next request");
}

/// As axum and hyper run handlers: a task takes the panic, and the service is used again.
#[tokio::test]
async fn h13_the_service_outlives_a_task_that_panicked() {
    let service = layer().layer(service_fn(|request: Request<()>| async move {
        let session = session_of(&request);
        session.insert("n", 1).unwrap();
        assert_ne!(request.uri().path(), "/panic", "H13");
        Ok::<_, Infallible>(Response::new(()))
    }));
    let visit = |path: &'static str| {
        let mut request = request(&[sealed(ADA)]);
        *request.uri_mut() = path.parse().unwrap();
        tokio::spawn(service.clone().oneshot(request))
    };
    assert!(visit("/panic").await.unwrap_err().is_panic(), "H13");
    let response = visit("/").await.unwrap().unwrap();
    assert_eq!(stored(response.headers()), r#"{"user":"ada","n":1}"#, "H13");
}

#[test]
fn h18_a_request_that_is_dropped_closes_its_session() {
    let kept = RefCell::new(None);
    let mut service = layer().layer(service_fn(|request: Request<()>| {
        let session = session_of(&request);
        session.insert("n", 1).unwrap();
        kept.replace(Some(session));
        pending::<Result<Response<()>, Infallible>>()
    }));
    let future = service.call(request(&[sealed(ADA)]));
    let session = kept.take().unwrap();
    assert_eq!(session.insert("n", 2), Ok(()), "H18: while the client waits");
    drop(future);
    assert_closed("H18", &session);
}

#[test]
fn h19_threads_that_share_a_session_lose_nothing() {
    let start = Barrier::new(2);
    let headers = visit(&layer(), "", |session| {
        let fill = |name| {
            start.wait();
            (0..100).for_each(|n| session.insert(format!("{name}{n}"), n).unwrap());
        };
        thread::scope(|scope| {
            scope.spawn(|| fill("a"));
            scope.spawn(|| fill("b"));
        });
    });
    let session = layer().open(returned(&headers));
    assert_eq!(session.len(), 200, "H19");
    for key in (0..100).flat_map(|n| [format!("a{n}"), format!("b{n}")]) {
        assert!(session.contains_key(&key), "H19: {key}");
    }
}

#[test]
fn h21_clones_of_the_service_share_no_session() {
    let service = layer().layer(service_fn(|request: Request<()>| answer(session_of(&request))));
    let (mut one, mut two) = (service.clone(), service);
    let ada = one.call(request(&[sealed(ADA)]));
    let nobody = run(two.call(request(&[""; 0]))).unwrap().into_body();
    assert!(nobody.is_empty(), "H21: while the other is on its way");
    assert_eq!(run(ada).unwrap().into_body().keys(), ["user"], "H21");
}

/// Must be ready when it is called, and its clones are not, as with tower's `Buffer` and limits.
#[derive(Default)]
struct Picky(bool);

impl Clone for Picky {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<()>> for Picky {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0 = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(mem::take(&mut self.0), "H22: called without being ready");
        answer(())
    }
}

#[test]
fn h22_the_service_that_was_ready_is_the_one_that_is_called() {
    let mut service = layer().layer(Picky::default());
    let mut clone = service.clone();
    for _ in 0..2 {
        let _ = run(async { service.ready().await.unwrap().call(request(&[""; 0])).await });
        let _ = run(async { clone.ready().await.unwrap().call(request(&[""; 0])).await });
    }
    assert!(panics(|| service.call(request(&[""; 0]))), "H22: readiness is used up");
}
