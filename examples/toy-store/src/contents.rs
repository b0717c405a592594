//! What the store keeps in a session.

use serde::{Deserialize, Serialize};

/// The whole session as one value, for `session.to()`: handy when more than one key is read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contents {
    /// The name of whoever is logged in.
    pub(crate) user: Option<String>,
    pub(crate) cart: Vec<Entry>,
}

/// A toy in the cart.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The toy's id.
    pub(crate) toy: String,
    pub(crate) engraving: String,
}
