//! What is known about a cookie, as text and as JSON.

use std::{cmp::Reverse, fmt};

use serde::Serialize;
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tower_cookie_session::Session;

use crate::limits::Limits;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) cookie: String,
    /// The value came alone, and nothing in it says under which name.
    pub(crate) name_is_guessed: bool,
    /// Of name and value, in bytes.
    pub(crate) size: usize,
    pub(crate) limit: usize,
    /// The layer's own, if given: it applies to what is written.
    pub(crate) max_size: Option<usize>,
    /// In the order in which a layer takes them; the first that fails is the last.
    pub(crate) steps: Vec<Step>,
    pub(crate) accepted: bool,
    /// What may be amiss, and how to find out.
    pub(crate) hint: Option<String>,
    /// The other cookies of the header, the likelier first.
    pub(crate) others: Vec<String>,
    /// By its layout alone.
    pub(crate) looks_like: Vec<&'static str>,
    /// Which format the signature belongs to.
    pub(crate) format: Option<&'static str>,
    /// Which secret made the signature, from 1.
    pub(crate) key: Option<usize>,
    /// What it was judged by, if it got that far.
    pub(crate) limits: Option<Limits>,
    pub(crate) issued: Option<String>,
    /// Under these limits.
    pub(crate) ends: Option<String>,
    pub(crate) persistent: Option<bool>,
    pub(crate) flashes: usize,
    /// Whether what follows was signed.
    pub(crate) content_is_verified: bool,
    pub(crate) content: Option<Value>,
    /// Bytes of each key with its value, the largest first.
    pub(crate) by_key: Vec<(String, usize)>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) step: &'static str,
    /// None if it cannot be known here.
    pub(crate) good: Option<bool>,
    pub(crate) says: String,
}

impl Report {
    /// Takes a step, and says whether to go on.
    pub(crate) fn step(&mut self, step: &'static str, good: bool, says: String) -> bool {
        self.steps.push(Step { step, good: Some(good), says });
        good
    }

    /// Takes what a session holds.
    pub(crate) fn read(&mut self, session: &Session) {
        self.issued = rfc3339(session.issued_at());
        self.content_is_verified = true;
        self.persistent = Some(session.is_persistent());
        self.flashes = session.peek_flashes().map_or(0, |flashes| flashes.len());
        self.put(session.to::<Map<String, Value>>().ok().map(Value::Object));
    }

    pub(crate) fn put(&mut self, content: Option<Value>) {
        let members = content.as_ref().and_then(Value::as_object);
        let size = |(key, value): (&String, &Value)| {
            (key.clone(), Value::from(key.as_str()).to_string().len() + 1 + value.to_string().len())
        };
        self.by_key = members.into_iter().flatten().map(size).collect();
        self.by_key.sort_by_key(|(_, size)| Reverse(*size));
        self.content = content;
    }
}

pub(crate) fn rfc3339(time: Option<OffsetDateTime>) -> Option<String> {
    time?.format(&Rfc3339).ok()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guessed = if self.name_is_guessed { " (a value alone)" } else { "" };
        let verdict = if self.accepted { "accepted" } else { "refused" };
        writeln!(f, "{}{guessed}: {verdict}", self.cookie)?;
        for Step { step, good, says } in &self.steps {
            let mark = match good {
                Some(true) => "ok",
                Some(false) => "NO",
                None => "?",
            };
            writeln!(f, "  {mark:<3} {step:<10} {says}")?;
        }
        let others = match &self.others[..] {
            [] => None,
            others => Some(format!("{} (--name takes another)", others.join(", "))),
        };
        let unverified = self.content.is_some() && !self.content_is_verified;
        for (name, text) in [
            ("hint", &self.hint),
            ("others", &others),
            ("not verified", &unverified.then(|| "all that follows".to_owned())),
            ("issued", &self.issued),
            ("ends", &self.ends),
            ("persistent", &self.persistent.map(|persistent| persistent.to_string())),
            ("flashes", &(self.flashes > 0).then(|| self.flashes.to_string())),
        ] {
            if let Some(text) = text {
                writeln!(f, "  {name:<14} {text}")?;
            }
        }
        for (key, size) in &self.by_key {
            writeln!(f, "  {size:>6} bytes   {}", key.escape_debug())?;
        }
        match &self.content {
            Some(content) => writeln!(f, "{content:#}"),
            None => Ok(()),
        }
    }
}
