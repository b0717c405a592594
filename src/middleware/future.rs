//! The response on its way: its head closes the session.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Response;
use pin_project_lite::pin_project;

use crate::session::Session;

pin_project! {
    /// The future of a [`SessionService`](crate::SessionService).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        session: InFlight,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, session: InFlight) -> Self {
        Self { inner, session }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut result = ready!(this.inner.poll(cx));
        if let Some(session) = this.session.0.take() {
            match &mut result {
                Ok(response) => session.close_into(response.headers_mut()),
                Err(_) => session.close(),
            }
        }
        Poll::Ready(result)
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

/// A session whose response is awaited, until it is closed: at the latest, when this is dropped.
pub(super) struct InFlight(Option<Session>);

impl InFlight {
    pub(super) fn new(session: Session) -> Self {
        Self(Some(session))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(session) = &self.0 {
            session.close();
        }
    }
}
