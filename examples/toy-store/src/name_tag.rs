//! The cookie, taken apart for whoever never saw one. No other page needs any of this.

use axum::{
    extract::State,
    http::{HeaderMap, header::COOKIE},
    response::Redirect,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use maud::{Markup, html};
use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use tower_cookie_session::{Origin, Session};

use crate::{app::App, error::Failure, page::Visit, shop::COOKIE_LIMIT};

pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Markup, Failure> {
    let page = visit.page("Your name tag")?;
    let Some(cookie) = raw_cookie(&app, &headers) else {
        return page.show(&html! { (introduction()) (no_cookie()) });
    };
    page.show(&html! {
        (introduction())
        @if let Origin::Rejected(reason) = visit.session.origin() { (refused(&reason.to_string())) }
        div.cards {
            (parts(&cookie))
            @if visit.session.origin() == Origin::Cookie { (life(&visit.session)?) }
        }
    })
}

pub(crate) async fn forget(session: Session) -> Result<Redirect, Failure> {
    session.clear()?;
    session.flash("info", "The bad cookie is gone.")?;
    Ok(Redirect::to("/name-tag"))
}

/// `name=value` as the browser sent it.
fn raw_cookie(app: &App, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let pairs: Vec<String> = lines
        .flat_map(|line| line.split(';').map(|pair| pair.trim().to_owned()).collect::<Vec<_>>())
        .filter(|pair| pair.split_once('=').is_some_and(|(name, _)| name == app.cookie_name))
        .collect();
    // There can be several cookies of one name, and a bad one does not hide the good one.
    let good = pairs.iter().find(|pair| app.sessions.open(pair).origin() == Origin::Cookie);
    good.or(pairs.first()).cloned()
}

fn introduction() -> Markup {
    html! {
        p.lead {
            "Between two clicks this store forgets you. So it gives your browser a name tag, called a "
            "cookie, and your browser shows it again with every click." }
        p {
            "Anybody who holds your cookie can read it, as you can here; nobody without the store's "
            "secret key can make one, or change a letter of it."
        }
    }
}

fn no_cookie() -> Markup {
    html! {
        p.card id="none" {
            "You have no name tag yet: the store had nothing to remember. "
            a href="/" { "Put a toy into your cart" } ", and come back."
        }
    }
}

fn refused(reason: &str) -> Markup {
    html! {
        section.card.refused {
            h2 { "The store did not accept this cookie" }
            p id="refused" { "It was refused because: " (reason) "." }
            p { "So the store takes you for somebody new, and nothing in the cookie is believed." }
            form method="post" action="/name-tag/forget" { button { "Throw the bad cookie away" } }
        }
    }
}

fn parts(cookie: &str) -> Markup {
    let (name, value) = cookie.split_once('=').unwrap_or((cookie, ""));
    // A browser counts both, but not the sign between them.
    let size = name.len() + value.len();
    html! {
        section.card {
            h2 { "As your browser sends it" }
            p { "The cookie's name, an equals sign, and its value:" }
            p.raw { code id="raw" { (cookie) } }
            p { "It takes " span id="size" { (size) " of " (COOKIE_LIMIT) " bytes" }
                ". A larger cookie is one that browsers throw away." }
        }
        section.card {
            h2 { "Its three parts" }
            @if let [signature, time, payload] = value.rsplitn(3, '.').collect::<Vec<_>>()[..] {
                p { "The value has two dots in it, so it has three parts." }
                dl.parts {
                    dt { "What the store remembers" }
                    dd.payload { code id="part-payload" { (payload) } }
                    dt { "When it was written" }
                    dd.time { code id="part-time" { (time) } }
                    dt { "The signature" }
                    dd.signature { code id="part-signature" { (signature) } }
                }
                p { "The signature is calculated from the other two parts and the secret key. Change "
                    "one letter, and it no longer fits." }
            } @else {
                p { "A name tag of this store has three parts with dots between them. This one has not." }
            }
        }
        section.card {
            h2 { "What the store remembers" }
            @match decoded(value) {
                Some(json) => {
                    p { "The first part is not encrypted. It is base64, a way to write any text with "
                        "letters, digits and two signs. Read back, it says:" }
                    pre id="json" { (json) }
                }
                None => p { "The first part is not what the store writes, so there is nothing to show." },
            }
        }
    }
}

/// The JSON in a cookie's value, laid out. It is shown, but not believed: only the layer, which
/// knows the key, can tell whether the signature holds.
fn decoded(value: &str) -> Option<String> {
    let json = URL_SAFE_NO_PAD.decode(value.split('.').next()?).ok()?;
    let json: serde_json::Value = serde_json::from_slice(&json).ok()?;
    serde_json::to_string_pretty(&json).ok()
}

fn life(session: &Session) -> Result<Markup, Failure> {
    let (kind, explained) = if session.is_persistent() {
        ("laminated card", "it stays when you close the browser")
    } else {
        ("paper sticker", "it is gone when you close the browser")
    };
    Ok(html! {
        section.card {
            h2 { "How long it lasts" }
            p { "Yours is a " strong id="kind" { (kind) } ": " (explained) "." }
            @if let Some(issued) = session.issued_at() {
                p { "The store wrote it on " (instant("issued", issued)?) "." }
            }
            @if let Some(ends) = session.expires_at() {
                p { "The store accepts it until " (instant("ends", ends)?)
                    ", and gives you a fresh one while you keep coming." }
            }
        }
    })
}

fn instant(id: &str, instant: OffsetDateTime) -> Result<Markup, Failure> {
    let words = format_description!(
        "[day padding:none] [month repr:long] [year], [hour]:[minute]:[second] UTC"
    );
    Ok(html! {
        time id=(id) datetime=(instant.format(&Rfc3339)?) { (instant.format(&words)?) }
    })
}
