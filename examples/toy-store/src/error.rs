//! Pages for what went wrong.

use std::{error::Error as StdError, fmt};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;
use tower_http::csrf::ProtectionError;

use crate::page::{self, Visit};

/// An error that no visitor can do anything about: it is logged, and the visitor gets a plain page.
#[derive(Debug)]
pub(crate) struct Failure(Box<dyn StdError + Send + Sync>);

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::error!(error = %self, "a page failed");
        let page = page::plain(
            "Something broke",
            &html! { p { "That was our fault, and it is in our log. Please try again." } },
        );
        (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
    }
}

pub(crate) async fn not_found(visit: Visit) -> Result<Response, Failure> {
    let page = visit.page("Not on our shelves")?.show(&html! {
        p { "There is no such page here. " a href="/" { "Back to the toys" } "." }
    })?;
    Ok((StatusCode::NOT_FOUND, page).into_response())
}

pub(crate) fn cross_site(_error: ProtectionError) -> Response {
    let page = page::plain(
        "That form was not ours",
        &html! {
            p { "Another site sent a form in your name, so we did nothing. "
                a href="/" { "Back to the toys" } "." }
        },
    );
    (StatusCode::FORBIDDEN, page).into_response()
}
