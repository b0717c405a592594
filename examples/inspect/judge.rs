//! Judges one cookie step by step, and finds the likeliest of several.

use std::{cmp::Reverse, time::Duration};

use time::OffsetDateTime;
use tower_cookie_session::{
    ConfigError, Expiry, Origin, Rejection, Session, SessionCookie, SessionLayer,
};

use crate::{
    cookies::Cookie,
    formats::{FORMATS, Format},
    limits::Limits,
    options::Options,
    report::{Report, Step, rfc3339},
    seen::Seen,
};

/// How many bytes of name and value browsers keep, and servers read.
const LIMIT: usize = 4096;
/// What a session's cookie is called unless somebody chose another name.
const USUAL_NAMES: [&str; 3] = ["__Host-session", "session", "sessionid"];

/// Of several cookies, the one that is accepted; or else is signed, looks like a session, or is
/// named like one; or else the first.
pub(crate) fn best(
    cookies: &[Cookie],
    options: &Options,
    now: OffsetDateTime,
) -> Result<Option<Report>, ConfigError> {
    let reports = cookies.iter().map(|cookie| judge(cookie, options, now));
    let mut reports = reports.collect::<Result<Vec<_>, _>>()?;
    reports.sort_by(|one, other| likelihood(other).cmp(&likelihood(one)));
    let mut reports = reports.into_iter();
    let Some(mut best) = reports.next() else { return Ok(None) };
    best.others = reports.map(|report| report.cookie).collect();
    Ok(Some(best))
}

fn likelihood(report: &Report) -> impl Ord {
    let usual = USUAL_NAMES.iter().position(|name| *name == report.cookie).map(Reverse);
    let (signed, known) = (report.format.is_some(), !report.looks_like.is_empty());
    // Of several cookies of one name, servers take the one issued last.
    (report.accepted, signed, known, usual, report.issued.clone())
}

/// A cookie, under any of the secrets.
pub(crate) fn judge(
    cookie: &Cookie,
    options: &Options,
    now: OffsetDateTime,
) -> Result<Report, ConfigError> {
    let seen = Seen::of(&cookie.value);
    let mut report =
        Report { limit: LIMIT, max_size: options.settings.max_size, ..Report::default() };
    report.looks_like.clone_from(&seen.formats);
    if let Some(name) = &cookie.name {
        report.cookie.clone_from(name);
        if let Err(error) = SessionCookie::new(name) {
            report.step("name", false, format!("no layer has it: {error}"));
            return Ok(report);
        }
    }
    let made = Made::find(cookie, cookie.name.as_deref(), options)?;
    if cookie.name.is_none() {
        let format = made.as_ref().map(|made| made.format);
        let format = format.or(FORMATS.iter().find(|format| format.is_among(&seen.formats)));
        report.name_is_guessed = !(made.is_some() && format.is_some_and(Format::knows_its_name));
        report.cookie = format.map_or("session", |format| format.cookie).to_owned();
    }
    report.size = report.cookie.len() + cookie.value.len();
    if length(&mut report) {
        match made {
            Some(made) => signed(&mut report, &made, options, now),
            None => unsigned(&mut report, cookie, seen, options)?,
        }
    }
    Ok(report)
}

fn length(report: &mut Report) -> bool {
    let size = report.size;
    let mut says = format!("{size} of at most {LIMIT} bytes");
    if let Some(max) = report.max_size.filter(|max| size > *max) {
        says += &format!("; over --max-size {max}: it is read, but changes to it are `TooLarge`");
    }
    report.step("length", size <= LIMIT, says)
}

/// No secret fits: what can be seen.
fn unsigned(
    report: &mut Report,
    cookie: &Cookie,
    seen: Seen,
    options: &Options,
) -> Result<(), ConfigError> {
    let name = report.cookie.clone();
    let alone = seen.formats == ["Express"] && cookie.signatures.is_empty();
    let count = options.secrets.len();
    let like = match &seen.formats[..] {
        [] => "it is like no format that we know".to_owned(),
        formats => format!("it looks like {}", formats.join(" or ")),
    };
    let likely: Vec<_> = FORMATS.iter().filter(|format| format.is_among(&seen.formats)).collect();
    let under = match likely.iter().any(|format| format.knows_its_name()) {
        true => format!(" under the name `{name}`"),
        false => String::new(),
    };
    let why = match count {
        _ if alone => format!("the cookie `{name}.sig` has the signature, and is not here"),
        0 => "not checked, for there is no secret".to_owned(),
        1 => format!("not made by this secret{under}"),
        _ => format!("made by none of the {count} secrets{under}"),
    };
    report.step("signature", false, format!("{why}; {like}"));
    report.issued =
        rfc3339(seen.issued.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok()));

    // The same value under the names that the formats have.
    let elsewhere = Made::find(cookie, None, options)?;
    report.hint = match &elsewhere {
        Some(made) => Some(format!(
            "the signature holds under the name `{}`: it was cut out of that cookie",
            made.format.cookie
        )),
        None if alone || count == 0 => None,
        None => other_ways(cookie, &likely, options),
    };
    match elsewhere.map(|made| made.session()) {
        Some(session) if session.origin() == Origin::Cookie => report.read(&session),
        _ => report.put(seen.content),
    }
    Ok(())
}

/// What may be amiss, if it looks like something we know.
fn other_ways(cookie: &Cookie, likely: &[&Format], options: &Options) -> Option<String> {
    let mut ways = Vec::new();
    // Express' name is known for certain: both of its cookies bear it.
    if likely.iter().any(|format| format.knows_its_name() && !format.is_a_pair()) {
        let how = if cookie.name.is_some() { "the value alone, with --name" } else { "--name" };
        ways.push(format!("under another name, which is part of the key ({how})"));
    }
    if likely.iter().any(|format| format.is_flask()) {
        ways.push(match options.settings.digest {
            None => "with another salt (--salt)".to_owned(),
            Some(_) => "with another salt or digest (--salt, --digest)".to_owned(),
        });
    }
    let first = "changed or cut on the way, or made by another secret";
    (!likely.is_empty()).then(|| [&[first.to_owned()], &ways[..]].concat().join(", or "))
}

/// What is signed, and whether it is still good.
fn signed(report: &mut Report, made: &Made, options: &Options, now: OffsetDateTime) {
    let (format, key) = (made.format.name, made.key);
    (report.format, report.key) = (Some(format), Some(key));
    let says = format!("good, {format}, by secret {key} of {}", options.secrets.len());
    report.step("signature", true, says);

    let session = made.session();
    let is_session = session.origin() == Origin::Cookie;
    let says = if is_session { "one JSON object" } else { "signed, but no JSON object" };
    if !report.step("payload", is_session, says.to_owned()) {
        return;
    }
    report.read(&session);

    let limits = Limits::of(made.format, &options.settings);
    report.ends = rfc3339(limits.end(&session).map(|(end, _)| end));
    let layer = made.layer.clone().clock(move || now);
    // No layer of Express has limits.
    let layer = options.settings.limit(layer.clone()).unwrap_or(layer);
    match layer.open(&made.header).origin() {
        Origin::Rejected(Rejection::Expired) => {
            report.step("limits", false, limits.expired(&session));
        }
        Origin::Rejected(rejection) => {
            report.step("clock", false, rejection.to_string());
        }
        _ => {
            report.accepted = report.step("limits", true, limits.alive());
            let says = "not known here: your layer's own may still refuse it";
            report.steps.push(Step { step: "validate", good: None, says: says.to_owned() });
        }
    }
    report.limits = Some(limits);
}

/// A signature that holds, and who made it.
struct Made {
    format: &'static Format,
    /// From 1.
    key: usize,
    layer: SessionLayer,
    header: String,
}

impl Made {
    /// The first format and secret that made the signature; under `name`, or under each format's.
    fn find(
        cookie: &Cookie,
        name: Option<&str>,
        options: &Options,
    ) -> Result<Option<Self>, ConfigError> {
        for format in Format::tried(&options.settings) {
            let name = name.unwrap_or(format.cookie);
            let header = cookie.header(name);
            for (at, secret) in options.secrets.iter().enumerate() {
                let layer = format.layer(secret, name, &options.settings)?;
                match layer.open(&header).origin() {
                    Origin::New
                    | Origin::Rejected(Rejection::TooLong | Rejection::BadSignature) => {}
                    _ => return Ok(Some(Self { format, key: at + 1, layer, header })),
                }
            }
        }
        Ok(None)
    }

    /// Opened in 1970, and without limits: whatever is signed is read.
    fn session(&self) -> Session {
        let any = Expiry::never().clock_skew(Duration::MAX);
        let layer = self.layer.clone().clock(|| OffsetDateTime::UNIX_EPOCH);
        layer.clone().expiry(any).unwrap_or(layer).open(&self.header)
    }
}
