//! What the fuzz targets share: a request, and plain references to hold the library against.

#![forbid(unsafe_code)]

pub mod calls;
pub mod cookies;
pub mod hex;
pub mod json;
pub mod minted;
pub mod model;

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
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
    let mut request = Request::new(());
    for line in cookies {
        request.headers_mut().append(COOKIE, line.clone());
    }
    let response = pin!(layer.layer(Handler(handler)).call(request));
    match response.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response.into_parts().0.headers,
        Poll::Pending => panic!("the handler has nothing to wait for"),
    }
}

/// A service that shows its session to a closure and answers with nothing.
struct Handler<F>(F);

impl<F: FnMut(&Session)> Service<Request<()>> for Handler<F> {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        (self.0)(request.extensions().get().expect("the layer inserts a session"));
        ready(Ok(Response::new(())))
    }
}
