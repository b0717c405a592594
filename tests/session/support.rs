//! One request against one handler, with the clock of the test's choice.

use std::{
    cell::Cell,
    convert::Infallible,
    future::{self, Future},
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, Request, Response, header};
use time::OffsetDateTime;
use tower::{Layer, Service, service_fn};
use tower_cookie_session::{Codec, SecretKey, Session, SessionCookie, SessionLayer, Signed};

/// When the tests take place, in seconds since 1970.
pub(crate) const NOW: i64 = 1_700_000_000;

pub(crate) fn key() -> SecretKey {
    SecretKey::new("a key for tests: 0123456789 abcdef").unwrap()
}

pub(crate) fn cookie(name: &str) -> SessionCookie {
    SessionCookie::new(name).unwrap()
}

/// `Signed` sessions in the cookie `sid`, at [`NOW`].
pub(crate) fn layer() -> SessionLayer {
    layer_of(Signed::new(key()))
}

pub(crate) fn layer_of(codec: impl Codec) -> SessionLayer {
    at(&SessionLayer::new(codec).cookie(cookie("sid")), NOW)
}

/// The same layer at another time.
pub(crate) fn at(layer: &SessionLayer, seconds: i64) -> SessionLayer {
    layer.clone().clock(move || instant(seconds))
}

pub(crate) fn instant(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

/// A Cookie header that `layer` takes for the session `json`.
pub(crate) fn seal(layer: &SessionLayer, json: &str) -> String {
    layer.seal(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap()
}

/// What the response brought.
#[derive(Debug, PartialEq)]
pub(crate) struct Reply(pub(crate) HeaderMap);

impl Reply {
    fn all(&self, name: header::HeaderName) -> Vec<String> {
        self.0.get_all(name).iter().map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn set_cookies(&self) -> Vec<String> {
        self.all(header::SET_COOKIE)
    }

    /// The one Set-Cookie line.
    pub(crate) fn set_cookie(&self) -> String {
        let mut lines = self.set_cookies();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }

    /// What a browser sends back.
    pub(crate) fn cookie(&self) -> String {
        self.set_cookie().split(';').next().unwrap().to_owned()
    }

    pub(crate) fn vary(&self) -> Vec<String> {
        self.all(header::VARY)
    }

    pub(crate) fn cache_control(&self) -> Vec<String> {
        self.all(header::CACHE_CONTROL)
    }

    /// Read, and nothing sent.
    pub(crate) fn assert_kept(&self) {
        assert_eq!((self.set_cookies(), self.vary()), (vec![], vec!["Cookie".to_owned()]));
        assert_eq!(self.cache_control(), Vec::<String>::new());
    }

    pub(crate) fn is_removal(&self) -> bool {
        self.set_cookie().starts_with("sid=; ") && self.set_cookie().contains("; Max-Age=0; ")
    }
}

/// A request with these Cookie header lines, and a handler that answers with nothing.
pub(crate) fn respond(
    layer: &SessionLayer,
    cookies: &str,
    handler: impl FnOnce(&Session),
) -> Reply {
    respond_with(layer, cookies, |session| {
        handler(session);
        Response::new(())
    })
}

pub(crate) fn respond_with(
    layer: &SessionLayer,
    cookies: &str,
    handler: impl FnOnce(&Session) -> Response<()>,
) -> Reply {
    let handler = Cell::new(Some(handler));
    let service = service_fn(|request: Request<()>| {
        let handler = handler.take().unwrap();
        future::ready(Ok::<_, Infallible>(handler(request.extensions().get().unwrap())))
    });
    let mut request = Request::new(());
    for line in cookies.split('\n').filter(|line| !line.is_empty()) {
        let line = header::HeaderValue::from_bytes(line.as_bytes()).unwrap();
        request.headers_mut().append(header::COOKIE, line);
    }
    let response = now(layer.layer(service).call(request)).unwrap();
    Reply(response.into_parts().0.headers)
}

/// The output of a future that waits for nothing.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("there is nothing to wait for"),
    }
}
