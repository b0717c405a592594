//! The service around the application's.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use super::{ResponseFuture, future::InFlight, scoped::Place};
use crate::session::{Config, Session};

/// A service whose requests have a [`Session`] (or a [`Scoped`](crate::Scoped) one); made by
/// [`SessionLayer`](crate::SessionLayer).
///
/// Requires nothing of the inner service, of its error, or of the bodies.
#[derive(Clone)]
pub struct SessionService<S> {
    inner: S,
    config: Arc<Config>,
    place: Place,
}

impl<S> SessionService<S> {
    pub(super) fn new(inner: S, config: Arc<Config>, place: Place) -> Self {
        Self { inner, config, place }
    }
}

impl<S, B, R> Service<Request<B>> for SessionService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let session = Session::of_request(&self.config, request.headers());
        (self.place)(request.extensions_mut(), session.clone());
        // Made before the call: should that panic, the session is closed all the same.
        let session = InFlight::new(session);
        ResponseFuture::new(self.inner.call(request), session)
    }
}

impl<S: fmt::Debug> fmt::Debug for SessionService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("inner", &self.inner)
            .field("config", &self.config)
            .finish()
    }
}
