//! What a session costs in allocations, beyond the same service without a layer: on a response
//! without other headers, and with one Cookie line whose value is shared, as hyper's are.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{
    convert::Infallible,
    future::{self, Future},
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderValue, Request, Response, header};
use tower::{Layer, Service, service_fn};
use tower_cookie_session::{SecretKey, Session, SessionLayer, Signed};

fn layer() -> SessionLayer {
    SessionLayer::new(Signed::new(SecretKey::new("a key for tests: 0123456789 abcdef").unwrap()))
}

/// Cookie headers with sessions of 55 and 2219 bytes of JSON, among other cookies.
fn cookies() -> [String; 2] {
    let history: Vec<_> =
        (0..40).map(|n| format!("/toys/robot-{n:02}?colour=\"réd\"&page={n}")).collect();
    let small = serde_json::json!({"n": 41, "name": "ada lovelace", "k": ""});
    let large = serde_json::json!({"n": 41, "name": "ada lovelace", "k": "", "history": history});
    [(small, 55), (large, 2219)].map(|(mut session, len)| {
        session["k"] = "x".repeat(len - session.to_string().len()).into();
        assert_eq!(session.to_string().len(), len);
        format!("theme=dark; {}; lang=en", layer().seal(&session).unwrap())
    })
}

/// Allocations of one request through `service`.
fn count<S>(mut service: S, cookies: &str) -> u64
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    let shared = HeaderValue::from_str(cookies).unwrap();
    let request = || {
        let mut request = Request::new(());
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, shared.clone());
        }
        request
    };
    let mut respond = |request| {
        let future = pin!(service.call(request));
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => response.unwrap(),
            Poll::Pending => panic!("there is nothing to wait for"),
        }
    };
    respond(request());
    let request = request();
    allocation_counter::measure(|| drop(respond(request))).count_total
}

/// Allocations that `handler` and the layer need beyond a service with neither.
fn net(cookies: &str, handler: impl Fn(&Session)) -> u64 {
    let bare = service_fn(|_: Request<()>| future::ready(Ok(Response::new(()))));
    let with = service_fn(|request: Request<()>| {
        handler(request.extensions().get().unwrap());
        future::ready(Ok(Response::new(())))
    });
    count(layer().layer(with), cookies) - count(bare, cookies)
}

#[test]
fn allocations_do_not_grow_with_the_session() {
    for cookies in cookies() {
        let forged = cookies.replacen("session=eyJ", "session=eyK", 1);
        assert_ne!(forged, cookies);
        assert_eq!(net(&cookies, |_| ()), 4, "untouched");
        assert_eq!(net("", |_| ()), 4, "anonymous");
        let number = |session: &Session| assert_eq!(session.get("n"), Ok(Some(41)));
        assert_eq!(net(&cookies, number), 8, "a number is read");
        let string = |session: &Session| {
            assert_eq!(session.get::<String>("name").unwrap().unwrap().len(), 12)
        };
        assert_eq!(net(&cookies, string), 9, "a string is read");
        let insert = |session: &Session| session.insert("n", 42).unwrap();
        assert_eq!(net(&cookies, insert), 10, "a number is written");
        let update = |session: &Session| session.update("n", |n: &mut u32| *n += 1).unwrap();
        assert_eq!(net(&cookies, update), 11, "a number is read and written");
        let refused = |session: &Session| assert!(session.is_new());
        assert_eq!(net(&forged, refused), 6, "forged");
        let missed = |session: &Session| assert!(session.get::<u8>("n").unwrap().is_none());
        assert!(net("", missed) <= 7, "anonymous, and read");
    }
}

/// Cookies that key holders made to hurt included: deep ones, and zlib that grows to 50 MB.
#[cfg(all(feature = "django", feature = "express", feature = "flask", feature = "starlette"))]
#[test]
fn no_golden_cookie_takes_a_megabyte() {
    use serde_json::Value;
    use tower_cookie_session::{Django, Express, Flask, KeyRing, SessionCookie, Starlette};

    let mut most = 0;
    for json in [
        include_str!("golden/flask.json"),
        include_str!("golden/django.json"),
        include_str!("golden/starlette.json"),
        include_str!("golden/express.json"),
    ] {
        let rows: Vec<Value> = serde_json::from_str(json).unwrap();
        assert!(rows.len() > 100);
        for row in rows {
            let key = |secret: &Value| SecretKey::legacy(secret.as_str().unwrap()).unwrap();
            let ring = KeyRing::new(key(&row["secret"]));
            let ring =
                row["fallbacks"].as_array().unwrap().iter().map(key).fold(ring, KeyRing::accept);
            let layer = match row["format"].as_str().unwrap() {
                "flask" => SessionLayer::new(Flask::new(ring)),
                "django" => SessionLayer::new(Django::new(ring)),
                "starlette" => SessionLayer::new(Starlette::new(ring)),
                _ => SessionLayer::new(Express::new(ring)),
            };
            let name = row["cookie_name"].as_str().unwrap_or("session");
            let layer = layer.cookie(SessionCookie::new(name).unwrap());
            let header = match (&row["cookie_header"], &row["cookie"]) {
                (Value::String(header), _) => header.clone(),
                (_, Value::String(value)) => format!("{name}={value}"),
                _ => continue,
            };
            let taken = allocation_counter::measure(|| drop(layer.open(header).keys()));
            most = most.max(taken.bytes_total);
            assert!(taken.bytes_total < 1 << 20, "{}: {} bytes", row["id"], taken.bytes_total);
        }
    }
    assert!(most > 64 << 10, "the inflated ones are among them");
}
