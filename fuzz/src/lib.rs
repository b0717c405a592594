//! What the fuzz targets share: a request, and plain references to hold the library against.

#![forbid(unsafe_code)]

pub mod base64;
pub mod browser;
pub mod calls;
pub mod configured;
pub mod cookies;
pub mod forger;
pub mod formats;
pub mod hex;
pub mod json;
pub mod minted;
pub mod model;
pub mod oracle;
pub mod respelled;
pub mod rules;
pub mod visit;

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    mem,
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, HeaderValue, Request, Response, header::COOKIE};
use tower_cookie_session::{Session, SessionLayer};
use tower_layer::Layer;
use tower_service::Service;

/// Sends a request with these Cookie lines through `layer`, and returns the response's headers.
pub fn respond(
    layer: &SessionLayer,
    cookies: &[HeaderValue],
    handler: impl FnMut(&Session),
) -> HeaderMap {
    answer(layer, cookies, HeaderMap::new(), handler)
}

/// As [`respond`], where the handler answers with these `headers`.
pub fn answer(
    layer: &SessionLayer,
    cookies: &[HeaderValue],
    headers: HeaderMap,
    handler: impl FnMut(&Session),
) -> HeaderMap {
    let mut request = Request::new(());
    for line in cookies {
        request.headers_mut().append(COOKIE, line.clone());
    }
    let response = pin!(layer.layer(Handler(handler, headers)).call(request));
    match response.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response.into_parts().0.headers,
        Poll::Pending => panic!("the handler has nothing to wait for"),
    }
}

/// A service that shows its session to a closure and answers with headers.
struct Handler<F>(F, HeaderMap);

impl<F: FnMut(&Session)> Service<Request<()>> for Handler<F> {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        (self.0)(request.extensions().get().expect("the layer inserts a session"));
        let mut response = Response::new(());
        *response.headers_mut() = mem::take(&mut self.1);
        ready(Ok(response))
    }
}
