//! For axum: the session as an extractor, its errors as responses.

use std::fmt;

use axum_core::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use crate::{error::Error, middleware::Scoped, session::Session, trace};

/// The session of the request.
impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = MissingSession;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(MissingSession(()))
    }
}

/// The session of the request, for handlers that also run on routes without one.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

/// The session of the layer that is scoped to `T`.
impl<S: Send + Sync, T: 'static> FromRequestParts<S> for Scoped<T> {
    type Rejection = MissingSession;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(MissingSession(()))
    }
}

/// The session of the layer that is scoped to `T`, for handlers that also run on routes without
/// one.
impl<S: Send + Sync, T: 'static> OptionalFromRequestParts<S> for Scoped<T> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

/// A handler asked for a [`Session`] on a route without a [`SessionLayer`](crate::SessionLayer)
/// around it; the response is a 500 that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingSession(());

impl fmt::Display for MissingSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "no session: add a `SessionLayer` to this route with `.layer(..)`, after the route and \
             after every layer that uses the session; for a `Scoped<T>`, one that is `.scoped::<T>()`",
        )
    }
}

impl std::error::Error for MissingSession {}

impl IntoResponse for MissingSession {
    fn into_response(self) -> Response {
        trace::failed(&self);
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

/// A bare 500: what went wrong is for the log, not for the visitor. The feature `tracing` logs it.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        trace::failed(&self);
        (StatusCode::INTERNAL_SERVER_ERROR, "session error").into_response()
    }
}
