//! Flash messages: shown on the next page, once.
//!
//! They are kept as Flask keeps them, as a list of tagged tuples under `_flashes`, so that a
//! message can be flashed on one side of a migration and shown on the other.

use serde::{Deserialize, Serialize};

use crate::{error::Error, payload::Payload, session::Session};

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
    /// [`Error::TooLarge`], [`Error::Closed`], and [`Error::WrongType`] where `_flashes` holds
    /// what is no list of messages.
    pub fn flash(&self, category: impl AsRef<str>, message: impl AsRef<str>) -> Result<(), Error> {
        let flash = Written::Tagged { tuple: (category.as_ref(), message.as_ref()) };
        let flash = serde_json::to_string(&flash)
            .map_err(|_| Error::Unserializable { key: FLASHES.to_owned() })?;
        self.change(|payload| {
            let comma = if read(payload)?.is_empty() { "" } else { "," };
            let list = payload.flashes().unwrap_or("[]");
            let list = list.strip_suffix(']').unwrap_or(list);
            let list = format!("{list}{comma}{flash}]");
            Ok((payload.with_flashes(Some(&list)), ()))
        })
    }

    /// The messages in the order in which they were flashed; they are then gone. To be taken where
    /// the page is drawn: a handler that takes them and redirects has lost them.
    ///
    /// # Errors
    /// [`Error::Closed`], and [`Error::WrongType`] where `_flashes` holds what is no list of
    /// messages.
    pub fn take_flashes(&self) -> Result<Vec<Flash>, Error> {
        self.change(|payload| Ok((payload.with_flashes(None), read(payload)?)))
    }

    /// The messages, which stay.
    ///
    /// # Errors
    /// [`Error::WrongType`] where `_flashes` holds what is no list of messages.
    pub fn peek_flashes(&self) -> Result<Vec<Flash>, Error> {
        self.read(read)
    }
}

const FLASHES: &str = "_flashes";

fn read(payload: &Payload) -> Result<Vec<Flash>, Error> {
    let Some(list) = payload.flashes() else { return Ok(Vec::new()) };
    let list: Vec<Written<Text>> =
        serde_json::from_str(list).map_err(|_| Error::WrongType { key: FLASHES.to_owned() })?;
    Ok(list.into_iter().map(Flash::from).collect())
}

/// A message in the session: Flask's tagged tuple, or a plain pair.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written<T> {
    Tagged {
        #[serde(rename = " t")]
        tuple: (T, T),
    },
    Pair(T, T),
}

/// A text, or Flask's `Markup` of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Markup {
        #[serde(rename = " m")]
        text: String,
    },
}

impl From<Written<Text>> for Flash {
    fn from(written: Written<Text>) -> Self {
        let (Written::Tagged { tuple: (category, message) } | Written::Pair(category, message)) =
            written;
        Self { category: category.into(), message: message.into() }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text {
            Text::Plain(text) | Text::Markup { text } => text,
        }
    }
}
