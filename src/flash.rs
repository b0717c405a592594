//! Flash messages: shown on the next page, once.
//!
//! They are kept as Flask keeps them, as a list of tagged tuples under `_flashes`, so that a
//! message can be flashed on one side of a migration and shown on the other.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    error::Error,
    payload::{FLASHES, Payload},
    session::Session,
};

/// A message for the visitor's next page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Flash {
    /// What kind of message it is, such as `success`; Flask's default is `message`.
    pub category: String,
    /// The text, which is as safe to put into a page as its author made it.
    pub message: String,
}

impl Session {
    /// Adds a message to be shown on the visitor's next page.
    ///
    /// Unread messages add up until they are [taken](Self::take_flashes), and count towards the
    /// cookie's size.
    ///
    /// ```
    /// # use tower_cookie_session::{Error, Session};
    /// # let session = Session::detached();
    /// session.flash("success", "Saved")?;
    /// for flash in session.take_flashes()? {
    ///     println!("{}: {}", flash.category, flash.message);
    /// }
    /// assert!(session.take_flashes()?.is_empty());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Closed`], [`Error::ReservedKey`] (as for
    /// [`remove`](Self::remove)), and [`Error::WrongType`] if `_flashes` does not hold a list of
    /// messages, until [`clear`](Self::clear).
    pub fn flash(&self, category: impl AsRef<str>, message: impl AsRef<str>) -> Result<(), Error> {
        let flash = json!({ TUPLE: [category.as_ref(), message.as_ref()] });
        self.change(|payload| {
            let comma = if read(payload)?.is_empty() { "" } else { "," };
            let list = payload.flashes().unwrap_or("[]");
            let list = list.strip_suffix(']').unwrap_or(list);
            let list = format!("{list}{comma}{flash}]");
            Ok((payload.with_flashes(Some(&list)), ()))
        })
    }

    /// Removes the messages, and returns them in the order in which they were flashed. Call this where
    /// the page is rendered: a handler that takes them and redirects has lost them.
    ///
    /// # Errors
    /// [`Error::WrongType`] if `_flashes` does not hold a list of messages, and those of
    /// [`remove`](Self::remove).
    pub fn take_flashes(&self) -> Result<Vec<Flash>, Error> {
        self.change(|payload| Ok((payload.with_flashes(None), read(payload)?)))
    }

    /// The messages, without removing them.
    ///
    /// # Errors
    /// [`Error::WrongType`] if `_flashes` does not hold a list of messages.
    pub fn peek_flashes(&self) -> Result<Vec<Flash>, Error> {
        self.read(read)
    }
}

/// Flask's tags for a tuple, and for a text that is HTML.
const TUPLE: &str = " t";
const MARKUP: &str = " m";

fn read(payload: &Payload) -> Result<Vec<Flash>, Error> {
    let Some(list) = payload.flashes() else { return Ok(Vec::new()) };
    let list: Option<Vec<Value>> = serde_json::from_str(list).ok();
    let flashes = list.and_then(|list| list.into_iter().map(flash).collect());
    flashes.ok_or_else(|| Error::WrongType { key: FLASHES.to_owned() })
}

/// A message as Flask stores it, or as a plain pair.
fn flash(value: Value) -> Option<Flash> {
    let Value::Array(pair) = untagged(value, TUPLE)? else { return None };
    let [category, message] = <[Value; 2]>::try_from(pair).ok()?;
    Some(Flash { category: text(category)?, message: text(message)? })
}

fn text(value: Value) -> Option<String> {
    match untagged(value, MARKUP)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The content of an object that has only this tag; anything but an object, as it is.
fn untagged(value: Value, tag: &str) -> Option<Value> {
    match value {
        Value::Object(mut object) if object.len() == 1 => object.remove(tag),
        Value::Object(_) => None,
        value => Some(value),
    }
}
