//! The shop window and the cart.

use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use tower_cookie_session::{Error, Session};

use crate::{
    contents::Entry,
    error::{self, Failure},
    page::{Page, Visit, flash_if_it_fits, stored},
    toys::{self, STOCK, Toy, price},
};

/// What browsers keep, in bytes, and what the session's cookie is limited to by default.
pub(crate) const COOKIE_LIMIT: usize = 4096;
const ENGRAVING_LIMIT: usize = 60;

pub(crate) async fn window(visit: Visit) -> Result<Markup, Failure> {
    show_window(visit.page("Toys")?)
}

fn show_window(page: Page<'_>) -> Result<Markup, Failure> {
    page.show(&html! {
        p.lead { "Made of wood and patience. Each can carry a name." }
        div.shelf { @for toy in &STOCK { (show_toy(toy)) } }
    })
}

fn show_toy(toy: &Toy) -> Markup {
    let engraving = format!("engraving-{}", toy.id);
    html! {
        article.toy {
            div.picture { (PreEscaped(toy.picture)) }
            div.label { h2 { (toy.name) } p.price { (price(toy.cents)) } }
            form method="post" action="/cart/add" {
                input type="hidden" name="toy" value=(toy.id);
                label for=(engraving) {
                    "Engraving" span.unseen { " for " (toy.name) } " (optional)"
                }
                input id=(engraving) name="engraving" maxlength=(ENGRAVING_LIMIT) autocomplete="off";
                button { "Add " span.unseen { (toy.name) " " } "to cart" }
            }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Add {
    toy: String,
    #[serde(default)]
    engraving: String,
}

pub(crate) async fn add(visit: Visit, Form(form): Form<Add>) -> Result<Response, Failure> {
    let Some(toy) = toys::find(&form.toy) else { return error::not_found(visit).await };
    // The browser's own limit is only a courtesy: forms need not come from a browser.
    let engraving = form.engraving.trim().chars().take(ENGRAVING_LIMIT).collect();
    let entry = Entry { toy: form.toy, engraving };

    match visit.session.update("cart", |cart: &mut Vec<Entry>| cart.push(entry)) {
        Ok(()) => {
            let message = format!("{} is in your cart.", toy.name);
            flash_if_it_fits(&visit.session, "success", &message)?;
            Ok(stored("/").into_response())
        }
        Err(Error::TooLarge { .. }) => cart_is_full(&visit, toy),
        Err(error) => Err(error.into()),
    }
}

/// A change that does not fit is not made: the cart is as it was.
fn cart_is_full(visit: &Visit, toy: &Toy) -> Result<Response, Failure> {
    let message =
        format!("Your cart is full: {} did not fit, and everything else is still in it.", toy.name);
    match visit.session.flash("error", &message) {
        Ok(()) => Ok(stored("/").into_response()),
        // Not even the message fits, so it is shown here and now.
        Err(Error::TooLarge { .. }) => {
            let page = visit.page("Toys")?.message("error", message);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show_window(page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn cart(visit: Visit) -> Result<Markup, Failure> {
    let page = visit.page("Your cart")?;
    let cart: Vec<Entry> = visit.session.get("cart")?.unwrap_or_default();
    let total = cart.iter().filter_map(|entry| toys::find(&entry.toy)).map(|toy| toy.cents).sum();
    page.show(&html! {
        div.beside {
            div {
                @if cart.is_empty() {
                    p.lead { "Your cart is empty." }
                    p { a.button href="/" { "Look at the toys" } }
                } @else {
                    ul.entries {
                        @for (index, entry) in cart.iter().enumerate() { (show_entry(index, entry)) }
                    }
                    p.total { span { "Total" } strong { (price(total)) } }
                }
            }
            (show_fullness(visit.session.encoded_len()))
        }
    })
}

fn show_entry(index: usize, entry: &Entry) -> Markup {
    let toy = toys::find(&entry.toy);
    let name = toy.map_or(NO_LONGER_SOLD, |toy| toy.name);
    html! {
        li {
            div.picture { @if let Some(toy) = toy { (PreEscaped(toy.picture)) } }
            div.what {
                h2 { (name) }
                @if !entry.engraving.is_empty() { p.engraving { "“" (entry.engraving) "”" } }
            }
            p.price { @if let Some(toy) = toy { (price(toy.cents)) } }
            form method="post" action="/cart/remove" {
                input type="hidden" name="index" value=(index);
                button.quiet { "Remove" span.unseen { " " (name) } }
            }
        }
    }
}

/// A session can be older than the stock.
const NO_LONGER_SOLD: &str = "A toy of last year";

fn show_fullness(size: usize) -> Markup {
    html! {
        section.card.fullness {
            h2 { "How full your cookie is" }
            p { "The cart is not on our side of the counter: your browser carries it, and it carries "
                "no more than four kilobytes." }
            meter aria-label="How full your cookie is" min="0" max=(COOKIE_LIMIT) value=(size)
                high=(COOKIE_LIMIT * 9 / 10) {}
            p.size { (size) " of " (COOKIE_LIMIT) " bytes" }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Remove {
    index: usize,
}

pub(crate) async fn remove(
    session: Session,
    Form(form): Form<Remove>,
) -> Result<Redirect, Failure> {
    let removed = session.update("cart", |cart: &mut Vec<Entry>| {
        (form.index < cart.len()).then(|| cart.remove(form.index))
    })?;
    // Nothing left to remove: the button was pressed twice, or in another tab.
    if let Some(entry) = removed {
        let name = toys::find(&entry.toy).map_or(NO_LONGER_SOLD, |toy| toy.name);
        flash_if_it_fits(&session, "info", &format!("{name} is back on the shelf."))?;
    }
    Ok(stored("/cart"))
}
