//! The limits that a session is judged by, and when it ends under them.

use serde::Serialize;
use time::{Duration, OffsetDateTime};
use tower_cookie_session::Session;

use crate::{formats::Format, settings::Settings};

#[derive(Debug, Serialize)]
pub(crate) struct Limits {
    /// Whether they are the format's, so that the layer's may differ.
    default: bool,
    idle: Option<Limit>,
    absolute: Option<Limit>,
}

#[derive(Debug, Serialize)]
struct Limit {
    seconds: u64,
    by: String,
}

impl Limits {
    /// The limits that are given, and then no others; or else the format's.
    pub(crate) fn of(format: &Format, settings: &Settings) -> Self {
        let given = |option: &str, seconds: Option<u64>| {
            seconds.map(|seconds| Limit { seconds, by: format!("{option} {seconds}") })
        };
        let (idle, absolute) =
            (given("--idle", settings.idle), given("--absolute", settings.absolute));
        match format.idle_days {
            None => Self { default: true, idle: None, absolute: None },
            Some(_) if idle.is_some() || absolute.is_some() => {
                Self { default: false, idle, absolute }
            }
            Some(days) => {
                let by = format!("{}'s default limit ({days} days idle)", format.name);
                let idle = Some(Limit { seconds: days * 24 * 60 * 60, by });
                Self { default: true, idle, absolute: None }
            }
        }
    }

    /// What to say about a session that is alive.
    pub(crate) fn alive(&self) -> String {
        let under = match (&self.idle, &self.absolute) {
            (Some(idle), Some(absolute)) => format!("{} and {}", idle.by, absolute.by),
            (Some(idle), None) => idle.by.clone(),
            (None, Some(absolute)) => format!("{} and no idle limit", absolute.by),
            (None, None) => "no limit, for such a cookie bears no time".to_owned(),
        };
        format!("alive under {under}{}", self.advice())
    }

    /// What to say about one that has expired: which limit came first.
    pub(crate) fn expired(&self, session: &Session) -> String {
        let under = self.end(session).map(|(_, limit)| format!(" under {limit}"));
        format!("the session has expired{}{}", under.unwrap_or_default(), self.advice())
    }

    /// The last second of a session that was opened without limits, and which limit sets it.
    pub(crate) fn end<'a>(&'a self, session: &Session) -> Option<(OffsetDateTime, &'a str)> {
        let issued = session.issued_at();
        let after = |start: Option<OffsetDateTime>, limit: &'a Option<Limit>| {
            let limit = limit.as_ref()?;
            let seconds = Duration::seconds(i64::try_from(limit.seconds).ok()?);
            Some((start?.checked_add(seconds)?, &*limit.by))
        };
        let ends = [
            after(issued, &self.idle),
            after(session.created_at().or(issued), &self.absolute),
            session.expires_at().map(|deadline| (deadline, "its own deadline")),
        ];
        ends.into_iter().flatten().min_by_key(|(end, _)| *end)
    }

    fn advice(&self) -> &'static str {
        match self.default && self.idle.is_some() {
            true => "; your layer's own: --idle, --absolute",
            false => "",
        }
    }
}
