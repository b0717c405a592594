//! The three keys that are not the application's, and what is under them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::json::{Member, Object};

/// Flask's own key for "remember me".
const PERMANENT: &str = "_permanent";
/// Flask's own key for flash messages.
pub(crate) const FLASHES: &str = "_flashes";
/// What this crate keeps besides: see [`Own`].
pub(super) const SESSION: &str = "_session";

const RESERVED: [&str; 3] = [PERMANENT, FLASHES, SESSION];

/// Whether a key does not show in the dictionary.
pub(super) fn is_reserved_key(key: &str) -> bool {
    RESERVED.contains(&key)
}

pub(super) fn is_reserved(member: &Member<'_>) -> bool {
    may_be_special(member) && RESERVED.iter().any(|key| member.is(key))
}

/// All keys that mean something to this crate begin with an underscore.
fn may_be_special(member: &Member<'_>) -> bool {
    member.may_begin_with(b'_')
}

/// Which of the keys that mean something to this crate are in an object, so that none is searched
/// for in vain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Special {
    permanent: bool,
    session_expiry: bool,
    pub(super) flashes: bool,
    pub(super) session: bool,
}

impl Special {
    pub(super) fn of(object: &Object) -> Self {
        let mut found = Self::default();
        for member in object.members().filter(may_be_special) {
            found.permanent |= member.is(PERMANENT);
            found.session_expiry |= member.is(SESSION_EXPIRY);
            found.flashes |= member.is(FLASHES);
            found.session |= member.is(SESSION);
        }
        found
    }
}

/// The content of `_session`: seconds since 1970, and the id; each only when it is needed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Own<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deadline: Option<i64>,
}

impl<'a> Own<'a> {
    /// `None` where the value is not of our shape.
    pub(super) fn read(value: &'a str) -> Option<Self> {
        // serde would also take an array for a struct.
        if value.starts_with('{') { serde_json::from_str(value).ok() } else { None }
    }
}

/// Where a format's payload says whether the cookie outlives the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Persistence {
    /// Flask's `_permanent`: `true` or `false`; where it is absent, the cookie's own setting holds.
    Permanent,
    /// Django's `_session_expiry`: 0 ends with the browser; any other value, or none, persists.
    SessionExpiry,
}

/// Django's own key for how long this session's cookie lives.
const SESSION_EXPIRY: &str = "_session_expiry";

impl Persistence {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Permanent => PERMANENT,
            Self::SessionExpiry => SESSION_EXPIRY,
        }
    }

    pub(super) fn read(self, object: &Object, special: Special) -> Option<bool> {
        match self {
            Self::Permanent if special.permanent => match object.get(PERMANENT)? {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            Self::Permanent => None,
            Self::SessionExpiry if special.session_expiry => {
                Some(object.get(SESSION_EXPIRY) != Some("0"))
            }
            Self::SessionExpiry => Some(true),
        }
    }

    /// Stores nothing if nothing is needed: under Flask's convention, for the cookie's own setting.
    pub(super) fn write(self, object: &Object, persistent: bool, setting: bool) -> Object {
        let word = match self {
            Self::Permanent if persistent == setting => None,
            Self::Permanent if persistent => Some("true"),
            Self::Permanent => Some("false"),
            Self::SessionExpiry if persistent => None,
            Self::SessionExpiry => Some("0"),
        };
        match word {
            Some(word) => object.with(self.key(), word),
            None => object.without(|member| member.is(self.key())),
        }
    }
}
