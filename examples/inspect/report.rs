//! One cookie, judged step by step.

use std::{fmt, time::Duration};

use serde::Serialize;
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tower_cookie_session::{ConfigError, Expiry, Origin, Rejection, Session, SessionLayer};

use crate::{
    formats::{FORMATS, Format},
    seen::Seen,
};

/// Bytes of name and value that browsers keep.
const LIMIT: usize = 4096;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) cookie: String,
    /// Of name and value, in bytes.
    pub(crate) size: usize,
    pub(crate) limit: usize,
    /// In the order in which a layer takes them; the first that is not good ends it.
    pub(crate) steps: Vec<Step>,
    pub(crate) accepted: bool,
    pub(crate) format: Option<&'static str>,
    /// Which secret made the signature, from 1.
    pub(crate) key: Option<usize>,
    pub(crate) issued: Option<String>,
    /// By the format's own limits: the application may have others.
    pub(crate) ends: Option<String>,
    pub(crate) persistent: Option<bool>,
    pub(crate) flashes: usize,
    pub(crate) content: Option<Value>,
    /// Bytes of each key with its value, the largest first.
    pub(crate) by_key: Vec<(String, usize)>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) step: &'static str,
    pub(crate) good: bool,
    pub(crate) says: String,
}

/// A signature that holds, and who made it.
struct Signed {
    format: &'static Format,
    key: usize,
    layer: SessionLayer,
}

impl Report {
    /// The cookie `name` of a whole Cookie header, under any of the secrets.
    pub(crate) fn new(
        name: &str,
        header: &str,
        secrets: &[String],
        now: OffsetDateTime,
    ) -> Result<Self, ConfigError> {
        let value = value(name, header).unwrap_or_default();
        let size = name.len() + value.len();
        let mut report = Self { cookie: name.to_owned(), size, limit: LIMIT, ..Self::default() };
        if !report.step("length", size <= LIMIT, format!("{size} of at most {LIMIT} bytes")) {
            return Ok(report);
        }
        let Some(signed) = signed(name, header, secrets)? else {
            report.unsigned(name, header, secrets.len());
            return Ok(report);
        };
        let (format, key) = (signed.format.name, signed.key);
        (report.format, report.key) = (Some(format), Some(key));
        let says = format!("good, {format}, by secret {key} of {}", secrets.len());
        report.step("signature", true, says);
        report.judge(&signed.layer, header, now);
        Ok(report)
    }

    /// Takes a step, and says whether to go on.
    fn step(&mut self, step: &'static str, good: bool, says: String) -> bool {
        self.steps.push(Step { step, good, says });
        good
    }

    /// No secret fits: what can be seen.
    fn unsigned(&mut self, name: &str, header: &str, secrets: usize) {
        let seen = Seen::of(value(name, header).unwrap_or_default());
        let like = match &seen.formats[..] {
            [] => "it is like no format that we know".to_owned(),
            formats => format!("it looks like {}", formats.join(" or ")),
        };
        let alone = seen.formats == ["Express"] && !header.contains(&format!("{name}.sig="));
        let why = match secrets {
            _ if alone => format!("the cookie `{name}.sig` has the signature, and is not here"),
            0 => "not checked, for there is no secret".to_owned(),
            secrets => format!("not by any of {secrets} secrets under the name `{name}`"),
        };
        self.step("signature", false, format!("{why}; {like}"));
        self.issued = seen
            .issued
            .and_then(|seconds| rfc3339(OffsetDateTime::from_unix_timestamp(seconds).ok()));
        self.put(seen.content);
    }

    /// What is signed, and whether it is still good.
    fn judge(&mut self, layer: &SessionLayer, header: &str, now: OffsetDateTime) {
        // In 1970, and for ever: whatever is signed is opened.
        let any = Expiry::never().clock_skew(Duration::MAX);
        let always = layer.clone().clock(|| OffsetDateTime::UNIX_EPOCH).expiry(any);
        let Some(session) = always.ok().map(|layer| layer.open(header)) else { return };
        let is_session = session.origin() == Origin::Cookie;
        let says = if is_session { "one JSON object" } else { "signed, but no JSON object" };
        if !self.step("payload", is_session, says.to_owned()) {
            return;
        }
        self.read(&session);

        let issued = session.issued_at().unwrap_or(now);
        let ends = layer.clone().clock(move || issued).open(header).expires_at();
        self.ends = rfc3339(ends);
        match layer.clone().clock(move || now).open(header).origin() {
            Origin::Rejected(rejection) => {
                let step = if rejection == Rejection::FromTheFuture { "clock" } else { "limits" };
                self.step(step, false, rejection.to_string());
            }
            _ => self.accepted = self.step("limits", true, "alive".to_owned()),
        }
    }

    fn read(&mut self, session: &Session) {
        self.issued = rfc3339(session.issued_at());
        self.persistent = Some(session.is_persistent());
        self.flashes = session.peek_flashes().map_or(0, |flashes| flashes.len());
        self.put(session.to::<Map<String, Value>>().ok().map(Value::Object));
    }

    fn put(&mut self, content: Option<Value>) {
        let members = content.as_ref().and_then(Value::as_object);
        let size = |(key, value): (&String, &Value)| {
            (key.clone(), Value::from(key.as_str()).to_string().len() + 1 + value.to_string().len())
        };
        self.by_key = members.into_iter().flatten().map(size).collect();
        self.by_key.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        self.content = content;
    }
}

/// The first format and secret that made the signature.
fn signed(name: &str, header: &str, secrets: &[String]) -> Result<Option<Signed>, ConfigError> {
    for format in &FORMATS {
        for (at, secret) in secrets.iter().enumerate() {
            let layer = format.layer(secret, name)?;
            match layer.open(header).origin() {
                Origin::New | Origin::Rejected(Rejection::TooLong | Rejection::BadSignature) => {}
                _ => return Ok(Some(Signed { format, key: at + 1, layer })),
            }
        }
    }
    Ok(None)
}

fn value<'a>(name: &str, header: &'a str) -> Option<&'a str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(found, _)| *found == name).map(|(_, value)| value).next()
}

fn rfc3339(time: Option<OffsetDateTime>) -> Option<String> {
    time?.format(&Rfc3339).ok()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.cookie, if self.accepted { "accepted" } else { "refused" })?;
        for Step { step, good, says } in &self.steps {
            writeln!(f, "  {} {step:<10} {says}", if *good { "ok " } else { "NO " })?;
        }
        let persistent = self.persistent.map(|persistent| persistent.to_string());
        let flashes = (self.flashes > 0).then(|| self.flashes.to_string());
        for (name, text) in [
            ("issued", &self.issued),
            ("ends", &self.ends),
            ("persistent", &persistent),
            ("flashes", &flashes),
        ] {
            if let Some(text) = text {
                writeln!(f, "  {name:<14} {text}")?;
            }
        }
        for (key, size) in &self.by_key {
            writeln!(f, "  {size:>6} bytes   {key}")?;
        }
        match &self.content {
            Some(content) => writeln!(f, "{content:#}"),
            None => Ok(()),
        }
    }
}
