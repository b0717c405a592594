//! What a token carries: a dictionary, kept as the JSON text that it is, and when it was issued.

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Rejection},
    json::{self, Member},
};

/// Flask's own key for "remember me".
const PERMANENT: &str = "_permanent";
/// Flask's own key for flash messages.
const FLASHES: &str = "_flashes";
/// What this crate keeps besides: see [`Own`].
const SESSION: &str = "_session";

/// The year 10000, where `time` and Python end.
const END_OF_TIME: u64 = 253_402_300_800;

/// How many keys [`Payload::largest`] names.
const LARGEST: usize = 3;

/// A decoded session, as a [`Codec`](crate::Codec) hands it over: one JSON object, as text, and
/// what the token said about itself.
#[derive(Clone)]
pub struct Payload {
    json: String,
    issued: Option<u64>,
    outdated: bool,
}

impl Payload {
    /// The session that `json` holds: one JSON object in UTF-8.
    ///
    /// What Python writes beyond RFC 8259 is taken too: `NaN`, `Infinity` and escapes of half a
    /// surrogate pair. Of doubled keys the last counts.
    ///
    /// # Errors
    /// [`Rejection::Malformed`]; so this must not be called before the signature has been verified.
    pub fn from_json(json: Vec<u8>) -> Result<Self, Rejection> {
        match String::from_utf8(json) {
            Ok(json) if json::is_object(&json) => Ok(Self { json, issued: None, outdated: false }),
            _ => Err(Rejection::Malformed),
        }
    }

    /// With the time that the token was issued, in seconds since 1970.
    ///
    /// # Errors
    /// [`Rejection::Malformed`] from the year 10000 on.
    pub fn issued(mut self, seconds: u64) -> Result<Self, Rejection> {
        if seconds >= END_OF_TIME {
            return Err(Rejection::Malformed);
        }
        self.issued = Some(seconds);
        Ok(self)
    }

    /// With the news whether a key that no longer signs made the token: it is then issued anew.
    #[must_use]
    pub fn outdated(mut self, outdated: bool) -> Self {
        self.outdated = outdated;
        self
    }

    /// A session in which nothing is stored yet.
    pub(crate) fn empty() -> Self {
        Self { json: "{}".to_owned(), issued: None, outdated: false }
    }

    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    /// The same token's data with another text, which must be an object's.
    pub(crate) fn with_json(&self, json: String) -> Self {
        debug_assert!(json::is_object(&json), "edits of an object give an object");
        Self { json, issued: self.issued, outdated: self.outdated }
    }

    pub(crate) fn into_json(self) -> String {
        self.json
    }

    pub(crate) fn issued_at(&self) -> Option<u64> {
        self.issued
    }

    pub(crate) fn is_outdated(&self) -> bool {
        self.outdated
    }

    /// Whether the session holds something worth a cookie: ordinary keys, flashes, an id, or what
    /// another program stored under our names.
    pub(crate) fn is_alive(&self) -> bool {
        json::members(&self.json).any(|member| match Reserved::of(&member) {
            None => true,
            Some(Reserved::Permanent) => false,
            Some(Reserved::Flashes) => !is_empty_list(member.value),
            Some(Reserved::Session) => Own::read(member.value).is_none_or(|own| own.id.is_some()),
        })
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        if is_reserved(key) { None } else { json::find(&self.json, key) }
    }

    pub(crate) fn has_keys(&self) -> bool {
        self.ordinary().next().is_some()
    }

    /// The ordinary keys, each once, in the order of their first occurrence.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.view().into_iter().map(|(key, _)| key).collect()
    }

    /// The dictionary as one JSON object, without reserved and doubled keys.
    pub(crate) fn dictionary(&self) -> String {
        let mut object = "{}".to_owned();
        object.reserve(self.json.len());
        object.pop();
        for (_, member) in self.view() {
            if object.len() > 1 {
                object.push(',');
            }
            member.write(&mut object);
        }
        object.push('}');
        object
    }

    /// The ordinary keys that take the most room, the largest first.
    pub(crate) fn largest(json: &str) -> Vec<String> {
        let mut sized: Vec<_> =
            json::members(json).filter(|member| Reserved::of(member).is_none()).collect();
        sized.sort_by_key(|member| std::cmp::Reverse(member.len()));
        sized.iter().take(LARGEST).map(Member::key).collect()
    }

    /// The text with `value` under an ordinary key.
    ///
    /// # Errors
    /// [`Error::ReservedKey`].
    pub(crate) fn with(&self, key: &str, value: &str) -> Result<String, Error> {
        if is_reserved(key) {
            return Err(Error::ReservedKey { key: key.to_owned() });
        }
        Ok(json::put(&self.json, key, value))
    }

    /// The text without the ordinary keys that `cut` names.
    pub(crate) fn without(&self, cut: impl Fn(&Member<'_>) -> bool) -> String {
        json::without(&self.json, |member| Reserved::of(member).is_none() && cut(member))
    }

    /// The text with another object in the place of all ordinary keys.
    ///
    /// # Errors
    /// [`Error::Unserializable`] for what is no object, [`Error::ReservedKey`].
    pub(crate) fn replaced(&self, dictionary: &str) -> Result<String, Error> {
        if !dictionary.starts_with('{') {
            return Err(Error::Unserializable { key: String::new() });
        }
        if let Some(member) = json::members(dictionary).find(|m| Reserved::of(m).is_some()) {
            return Err(Error::ReservedKey { key: member.key() });
        }
        Ok(json::extended(dictionary, &self.json, |member| Reserved::of(member).is_some()))
    }

    /// The stored word on persistence, where there is one.
    pub(crate) fn persistence(&self, convention: Persistence) -> Option<bool> {
        match convention {
            Persistence::Permanent => match json::find(&self.json, PERMANENT)? {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            Persistence::SessionExpiry => {
                Some(json::find(&self.json, convention.key()).is_none_or(|expiry| expiry != "0"))
            }
        }
    }

    pub(crate) fn with_persistence(&self, persistent: bool, convention: Persistence) -> String {
        let key = convention.key();
        match (convention, persistent) {
            (Persistence::Permanent, true) => json::put(&self.json, key, "true"),
            (Persistence::Permanent, false) => json::put(&self.json, key, "false"),
            (Persistence::SessionExpiry, false) => json::put(&self.json, key, "0"),
            (Persistence::SessionExpiry, true) => {
                json::without(&self.json, |member| member.is(key))
            }
        }
    }

    pub(crate) fn flashes(&self) -> Option<&str> {
        json::find(&self.json, FLASHES)
    }

    /// The text with this list of flash messages, or with none.
    pub(crate) fn with_flashes(&self, list: Option<&str>) -> String {
        match list {
            Some(list) => json::put(&self.json, FLASHES, list),
            None => json::without(&self.json, |member| member.is(FLASHES)),
        }
    }

    /// What this crate keeps in the payload.
    ///
    /// # Errors
    /// [`Error::ReservedKey`] where the place is another program's.
    pub(crate) fn own(&self) -> Result<Own<'_>, Error> {
        match json::find(&self.json, SESSION) {
            None => Ok(Own::default()),
            Some(value) => {
                Own::read(value).ok_or_else(|| Error::ReservedKey { key: SESSION.to_owned() })
            }
        }
    }

    pub(crate) fn with_own(&self, own: &Own<'_>) -> String {
        match serde_json::to_string(own) {
            Ok(value) if value != "{}" => json::put(&self.json, SESSION, &value),
            _ => json::without(&self.json, |member| member.is(SESSION)),
        }
    }

    fn ordinary(&self) -> impl Iterator<Item = Member<'_>> {
        json::members(&self.json).filter(|member| Reserved::of(member).is_none())
    }

    /// Each ordinary key at its first place, with the member that counts: its last.
    fn view(&self) -> Vec<(String, Member<'_>)> {
        let mut places = HashMap::new();
        let mut view: Vec<(String, Member<'_>)> = Vec::new();
        for member in self.ordinary() {
            let key = member.key();
            let place = *places.entry(key.clone()).or_insert(view.len());
            match view.get_mut(place) {
                Some(earlier) => earlier.1 = member,
                None => view.push((key, member)),
            }
        }
        view
    }
}

/// Shows sizes and times, and nothing of the content.
impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payload")
            .field("len", &self.json.len())
            .field("issued", &self.issued)
            .field("outdated", &self.outdated)
            .finish_non_exhaustive()
    }
}

/// Where a format's payload says whether the cookie outlives the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Persistence {
    /// Flask's `_permanent`: `true` or `false`; where it is absent, the cookie's own setting holds.
    Permanent,
    /// Django's `_session_expiry`: 0 ends with the browser, anything else and nothing persist.
    SessionExpiry,
}

impl Persistence {
    fn key(self) -> &'static str {
        match self {
            Self::Permanent => PERMANENT,
            Self::SessionExpiry => "_session_expiry",
        }
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
    fn read(value: &'a str) -> Option<Self> {
        // serde would also take an array for a struct.
        if value.starts_with('{') { serde_json::from_str(value).ok() } else { None }
    }
}

/// The keys that do not show in the dictionary.
enum Reserved {
    Permanent,
    Flashes,
    Session,
}

impl Reserved {
    fn of(member: &Member<'_>) -> Option<Self> {
        if member.is(PERMANENT) {
            Some(Self::Permanent)
        } else if member.is(FLASHES) {
            Some(Self::Flashes)
        } else if member.is(SESSION) {
            Some(Self::Session)
        } else {
            None
        }
    }
}

fn is_empty_list(value: &str) -> bool {
    let inside = value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
    inside.is_some_and(|items| items.trim_ascii().is_empty())
}

pub(crate) fn is_reserved(key: &str) -> bool {
    [PERMANENT, FLASHES, SESSION].contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(json: &str) -> Payload {
        Payload::from_json(json.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn only_objects_are_payloads() {
        for json in [&b"[]"[..], b"", b"{\"a\":\"\xff\"}", b"\xef\xbb\xbf{}", b"{} "] {
            assert_eq!(Payload::from_json(json.to_vec()).is_ok(), json == b"{} ");
        }
        assert!(payload("{}").issued(END_OF_TIME - 1).is_ok());
        assert_eq!(payload("{}").issued(END_OF_TIME).unwrap_err(), Rejection::Malformed);
    }

    #[test]
    fn reserved_keys_do_not_show() {
        let all = payload(
            r#"{"_permanent":true,"a":1,"\u005fflashes":[],"_session":{},"b":2,"a":3,"_id":4}"#,
        );
        assert_eq!(all.keys(), ["a", "b", "_id"]);
        assert_eq!(all.dictionary(), r#"{"a":3,"b":2,"_id":4}"#);
        assert_eq!((all.get("_permanent"), all.get("a")), (None, Some("3")));
        let reserved = |key: &str| Err(Error::ReservedKey { key: key.to_owned() });
        assert_eq!(all.with("_session", "1"), reserved("_session"));
        assert_eq!(all.replaced(r#"{"\u005fpermanent":1}"#), reserved("_permanent"));
        assert_eq!(
            all.replaced(r#"{"x":1}"#).unwrap(),
            r#"{"x":1,"_permanent":true,"\u005fflashes":[],"_session":{}}"#
        );
        assert_eq!(
            all.without(|_| true),
            r#"{"_permanent":true,"\u005fflashes":[],"_session":{}}"#
        );
    }

    #[test]
    fn what_keeps_a_session_alive() {
        let rows = [
            ("{}", false),
            (r#"{"a":null}"#, true),
            (r#"{"_permanent":true}"#, false),
            (r#"{"_session":{"created":1,"deadline":2}}"#, false),
            (r#"{"_session":{"id":"x"}}"#, true),
            (r#"{"_session":{"theirs":1}}"#, true),
            (r#"{"_session":["x",1,2]}"#, true),
            (r#"{"_session":7}"#, true),
            (r#"{"_flashes":[]}"#, false),
            (r#"{"_flashes":[ ]}"#, false),
            (r#"{"_flashes":[["a","b"]]}"#, true),
            (r#"{"_flashes":"odd"}"#, true),
            (r#"{"_flashes":[[]]}"#, true),
        ];
        for (json, alive) in rows {
            assert_eq!(payload(json).is_alive(), alive, "{json}");
        }
    }

    #[test]
    fn own_data_are_read_and_written_in_one_shape() {
        let own = payload(r#"{"_session":{"deadline":5}}"#);
        let mut read = own.own().unwrap();
        assert_eq!((read.deadline, read.created, read.id.as_deref()), (Some(5), None, None));
        read.created = Some(3);
        assert_eq!(own.with_own(&read), r#"{"_session":{"created":3,"deadline":5}}"#);
        assert_eq!(own.with_own(&Own::default()), "{}");
        for theirs in [r#"{"id":1}"#, "[]", "null", r#"{"x":1}"#, r#"{"created":1.5}"#] {
            let theirs = payload(&format!(r#"{{"_session":{theirs}}}"#));
            assert!(matches!(theirs.own(), Err(Error::ReservedKey { .. })), "{theirs:?}");
        }
    }

    #[test]
    fn persistence_is_kept_where_the_framework_keeps_it() {
        let flag = |json: &str, convention| payload(json).persistence(convention);
        let flask = Persistence::Permanent;
        assert_eq!(flag("{}", flask), None);
        assert_eq!(flag(r#"{"_permanent":true}"#, flask), Some(true));
        assert_eq!(flag(r#"{"_permanent":false}"#, flask), Some(false));
        assert_eq!(payload("{}").with_persistence(true, flask), r#"{"_permanent":true}"#);
        let django = Persistence::SessionExpiry;
        assert_eq!(flag("{}", django), Some(true));
        assert_eq!(flag(r#"{"_session_expiry":300}"#, django), Some(true));
        assert_eq!(flag(r#"{"_session_expiry":0}"#, django), Some(false));
        assert_eq!(payload("{}").with_persistence(false, django), r#"{"_session_expiry":0}"#);
        assert_eq!(payload(r#"{"_session_expiry":0}"#).with_persistence(true, django), "{}");
    }

    #[test]
    fn the_largest_keys_are_named() {
        let json = r#"{"a":1,"big":"xxxxxxxx","_flashes":["xxxxxxxxxxxxxxxxxxx"],"b":22,"c":333}"#;
        assert_eq!(Payload::largest(json), ["big", "c", "b"]);
    }

    #[test]
    fn debug_shows_no_content() {
        let shown = format!("{:?}", payload(r#"{"secret":"value"}"#).issued(7).unwrap());
        assert_eq!(shown, "Payload { len: 18, issued: Some(7), outdated: false, .. }");
    }
}
