//! The layout: what every page has in common.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    extract::FromRequestParts,
    http::{Method, header, request::Parts},
    response::{IntoResponse, Redirect},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use tower_cookie_session::{Error, MissingSession, Origin, Session};

use crate::{contents::Contents, error::Failure};

/// A request for a page: the session, and what the layout needs to know.
pub(crate) struct Visit {
    pub(crate) session: Session,
    path: String,
    after_storing: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = MissingSession;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            after_storing: parts.method == Method::GET && query.split('&').any(|it| it == MARKER),
            path: parts.uri.path().to_owned(),
            session: Session::from_request_parts(parts, state).await?,
        })
    }
}

impl Visit {
    /// Begins a page: the messages that were flashed for it are taken out of the session.
    pub(crate) fn page(&self, title: &'static str) -> Result<Page<'_>, Failure> {
        let flashes = self.session.take_flashes()?.into_iter();
        let messages = flashes.map(|flash| (flash.category, flash.message)).collect();
        Ok(Page { visit: self, title, messages })
    }

    /// Whether something was just stored, but the browser did not bring it back.
    fn cookie_lost(&self) -> bool {
        self.after_storing && self.session.origin() == Origin::New
    }
}

pub(crate) struct Page<'a> {
    visit: &'a Visit,
    title: &'static str,
    messages: Vec<(String, String)>,
}

impl Page<'_> {
    /// Adds a message that was not flashed.
    pub(crate) fn message(mut self, category: &str, text: String) -> Self {
        self.messages.push((category.to_owned(), text));
        self
    }

    pub(crate) fn show(self, content: &Markup) -> Result<Markup, Failure> {
        let Contents { user, cart } = self.visit.session.to()?;
        let link = |path, text: &str| {
            let here = self.visit.path == path;
            html! { a href=(path) aria-current=[here.then_some("page")] { (text) } }
        };
        let navigation = html! {
            (link("/", "Toys"))
            (link("/cart", &format!("Cart ({})", cart.len())))
            (link("/name-tag", "Your name tag"))
            @if user.is_some() {
                (link("/account", "Account"))
                form method="post" action="/logout" { button.quiet { "Log out" } }
            } @else {
                (link("/login", "Log in"))
                (link("/register", "Register"))
            }
        };
        let above = html! {
            @for (category, text) in &self.messages {
                p class={ "flash " (category) } role="status" { (text) }
            }
            @if self.visit.cookie_lost() { (cookie_lost()) }
        };
        Ok(layout(self.title, &navigation, &above, content))
    }
}

/// A page for when there is no session.
pub(crate) fn plain(title: &str, content: &Markup) -> Markup {
    layout(title, &html! { a href="/" { "Toys" } }, &html! {}, content)
}

fn layout(title: &str, navigation: &Markup, above: &Markup, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · The Toy Store" }
                link rel="stylesheet" href={ "/style.css?v=" (*STYLE_VERSION) };
                // In the page, as browsers would otherwise ask for /favicon.ico.
                link rel="icon" href=(ICON);
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    div.bar {
                        p.sign { a href="/" { (PreEscaped(BLOCKS)) "The Toy Store" } }
                        nav aria-label="Main" { (navigation) }
                    }
                }
                main id="main" { (above) h1 { (title) } (content) }
                footer {
                    p { "Your cart and your login are kept by your own browser, in one signed cookie. "
                        a href="/name-tag" { "See what it says" } "." }
                }
            }
        }
    }
}

fn cookie_lost() -> Markup {
    html! {
        div.notice id="cookie-lost" {
            p { strong { "Your browser dropped our cookie, so nothing was kept." } }
            p { "The cookie is marked Secure, and this page came over plain http. Use https, open "
                "the store at " code { "http://localhost" } ", or start it with "
                code { "--insecure" } "." }
        }
    }
}

const MARKER: &str = "set=1";

/// Redirects to `path`, with a marker that something was stored: if the next request brings no
/// cookie, the page there can tell the visitor why.
pub(crate) fn stored(path: &str) -> Redirect {
    Redirect::to(&format!("{path}?{MARKER}"))
}

/// Flashes a message that can be done without: if it no longer fits into the cookie, what it
/// reports happened all the same, and shows on the next page.
pub(crate) fn flash_if_it_fits(
    session: &Session,
    category: &str,
    message: &str,
) -> Result<(), Error> {
    match session.flash(category, message) {
        Err(Error::TooLarge { .. }) => Ok(()),
        flashed => flashed,
    }
}

const STYLE: &str = include_str!("style.css");
const BLOCKS: &str = include_str!("toys/blocks.svg");
const ICON: &str = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
<rect x='3' y='14' width='15' height='15' rx='3' fill='%23c8442b'/>\
<circle cx='23' cy='22' r='7' fill='%232f8f86'/><path d='M16 2l8 12H8z' fill='%23f2b632'/></svg>";

/// Each version of the style has its own address, so that a browser may keep it for good.
static STYLE_VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    STYLE.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
});

/// Under the session's layer like the pages; but it never looks at the session, so the layer costs
/// nothing, and any cache may keep it.
pub(crate) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE)
}
