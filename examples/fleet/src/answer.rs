//! What a server says of a session, in one line of text: who it is, and how many things it holds.

use std::{fmt, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// None for a stranger.
    pub(crate) user: Option<String>,
    pub(crate) count: u64,
}

const STRANGER: &str = "-";

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.user.as_deref().unwrap_or(STRANGER), self.count)
    }
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let parts = line.split_once(' ').and_then(|(user, count)| {
            Some(Self {
                user: (user != STRANGER).then(|| user.to_owned()),
                count: count.parse().ok()?,
            })
        });
        parts.ok_or_else(|| format!("no answer of ours: {line}"))
    }
}
