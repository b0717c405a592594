//! Register, log in, log out, change the password.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use tower_cookie_session::{Error, Session};

use crate::{
    app::App,
    error::Failure,
    form::{Field, Problem},
    page::{Visit, flash_if_it_fits, stored},
};

const NAME_LIMIT: usize = 40;
const PASSWORD_LEAST: usize = 8;
const PASSWORD_HINT: &str = "At least 8 characters.";
const PASSWORD_SHORT: &str = "A password has at least 8 characters.";
const NO_ROOM: &str = "Your cart leaves no room for your name in the cookie: take something out \
    of it, and try again. Nothing is lost.";

const NAME: Field =
    Field { label: "Name", name: "name", kind: "text", autocomplete: "username", hint: "" };
const PASSWORD: Field = Field {
    label: "Password",
    name: "password",
    kind: "password",
    autocomplete: "current-password",
    hint: "",
};
const FIRST_PASSWORD: Field =
    Field { autocomplete: "new-password", hint: PASSWORD_HINT, ..PASSWORD };
const OLD_PASSWORD: Field = Field { label: "Old password", name: "old", ..PASSWORD };
const NEW_PASSWORD: Field = Field { label: "New password", name: "new", ..FIRST_PASSWORD };

#[derive(Default, Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
    /// A checkbox: there if it is ticked.
    remember: Option<String>,
}

/// Makes this the session of `user`. The cart stays.
fn enter(session: &Session, user: &str, remember: bool) -> Result<(), Error> {
    // New rights, new session.
    session.renew()?;
    session.set_persistent(remember)?;
    session.insert("user", user)
}

pub(crate) async fn register_form(visit: Visit) -> Result<Markup, Failure> {
    show_register(&visit, "", &[])
}

pub(crate) async fn register(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<Credentials>,
) -> Result<Response, Failure> {
    let name = form.name.trim();
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push(NAME.wrong("Please tell us a name."));
    } else if name.chars().count() > NAME_LIMIT {
        problems.push(NAME.wrong("A name has at most 40 characters."));
    }
    if form.password.chars().count() < PASSWORD_LEAST {
        problems.push(FIRST_PASSWORD.wrong(PASSWORD_SHORT));
    }
    if problems.is_empty() && !app.accounts.add(name, form.password).await? {
        problems.push(NAME.wrong("This name is taken."));
    }
    if !problems.is_empty() {
        return refused(show_register(&visit, name, &problems));
    }

    match enter(&visit.session, name, false) {
        // The account is made, only the session has no room: on to logging in.
        Err(Error::TooLarge { .. }) => {
            refused(show_login(&visit, name, false, &[NAME.wrong(NO_ROOM)]))
        }
        entered => {
            entered?;
            flash_if_it_fits(&visit.session, "success", &format!("Welcome, {name}."))?;
            Ok(stored("/").into_response())
        }
    }
}

fn show_register(visit: &Visit, name: &str, problems: &[Problem]) -> Result<Markup, Failure> {
    // `novalidate`: the server says what is wrong, to everybody in the same words.
    visit.page("Register")?.show(&html! {
        p.lead { "A name and a password are all we ask for. Your cart comes along." }
        form.card method="post" action="/register" novalidate {
            (NAME.show(name, problems))
            (FIRST_PASSWORD.show("", problems))
            button { "Register" }
        }
        p { "Been here before? " a href="/login" { "Log in" } "." }
    })
}

pub(crate) async fn login_form(visit: Visit) -> Result<Markup, Failure> {
    show_login(&visit, "", false, &[])
}

pub(crate) async fn login(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<Credentials>,
) -> Result<Response, Failure> {
    let (name, remember) = (form.name.trim(), form.remember.is_some());
    let Some(user) = app.accounts.check(name, form.password).await? else {
        let problem = PASSWORD.wrong("Name or password is wrong.");
        return refused(show_login(&visit, name, remember, &[problem]));
    };

    match enter(&visit.session, &user, remember) {
        Err(Error::TooLarge { .. }) => {
            // The name did not fit; what did before it is taken back.
            visit.session.set_persistent(false)?;
            refused(show_login(&visit, name, remember, &[NAME.wrong(NO_ROOM)]))
        }
        entered => {
            entered?;
            let kept = if remember { " This device will remember you." } else { "" };
            let welcome = format!("Welcome back, {user}.{kept}");
            flash_if_it_fits(&visit.session, "success", &welcome)?;
            Ok(stored("/").into_response())
        }
    }
}

fn show_login(
    visit: &Visit,
    name: &str,
    remember: bool,
    problems: &[Problem],
) -> Result<Markup, Failure> {
    visit.page("Log in")?.show(&html! {
        form.card method="post" action="/login" novalidate {
            (NAME.show(name, problems))
            (PASSWORD.show("", problems))
            div.field {
                label.tick {
                    input type="checkbox" name="remember" value="yes" checked[remember]
                        aria-describedby="remember-hint";
                    "Remember me on this device"
                }
                p.hint id="remember-hint" {
                    "Unticked, your name tag is a " strong { "paper sticker" } ": gone when the "
                    "browser closes. Ticked, it is a " strong { "laminated card" } ": it stays for "
                    "30 days."
                }
            }
            button { "Log in" }
        }
        p { "New here? " a href="/register" { "Register" } "." }
    })
}

pub(crate) async fn logout(session: Session) -> Result<Redirect, Failure> {
    session.clear()?;
    session.flash("info", "Goodbye. Your cart is empty again.")?;
    // Not `stored`: whoever could log out has a browser that keeps the cookie.
    Ok(Redirect::to("/"))
}

pub(crate) async fn account(visit: Visit) -> Result<Response, Failure> {
    match visit.session.get::<String>("user")? {
        Some(user) => Ok(show_account(&visit, &user, &[])?.into_response()),
        None => to_login(&visit.session),
    }
}

#[derive(Deserialize)]
pub(crate) struct ChangePassword {
    old: String,
    new: String,
}

pub(crate) async fn change_password(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<ChangePassword>,
) -> Result<Response, Failure> {
    let Some(user) = visit.session.get::<String>("user")? else { return to_login(&visit.session) };
    let mut problems = Vec::new();
    if form.new.chars().count() < PASSWORD_LEAST {
        problems.push(NEW_PASSWORD.wrong(PASSWORD_SHORT));
    }
    if app.accounts.check(&user, form.old).await?.is_none() {
        problems.push(OLD_PASSWORD.wrong("This is not your old password."));
    }
    if !problems.is_empty() {
        return refused(show_account(&visit, &user, &problems));
    }
    app.accounts.set_password(&user, form.new).await?;
    visit.session.renew()?;
    flash_if_it_fits(&visit.session, "success", "Your password is changed.")?;
    Ok(stored("/account").into_response())
}

fn show_account(visit: &Visit, user: &str, problems: &[Problem]) -> Result<Markup, Failure> {
    visit.page("Account")?.show(&html! {
        p.lead { "You are " strong { (user) } "." }
        form.card method="post" action="/account/password" novalidate {
            h2 { "Change your password" }
            (OLD_PASSWORD.show("", problems))
            (NEW_PASSWORD.show("", problems))
            button { "Change password" }
        }
    })
}

fn to_login(session: &Session) -> Result<Response, Failure> {
    flash_if_it_fits(session, "info", "Please log in first.")?;
    Ok(Redirect::to("/login").into_response())
}

/// A form that has to be filled in again.
fn refused(page: Result<Markup, Failure>) -> Result<Response, Failure> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page?).into_response())
}
