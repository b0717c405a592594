//! What a token carries: a dictionary, kept as the JSON text that it is, and when it was issued.

mod reserved;

pub use reserved::Persistence;
pub(crate) use reserved::{FLASHES, Own};

use std::{borrow::Cow, collections::HashMap, fmt};

use reserved::{SESSION, Special, is_reserved, is_reserved_key};

use crate::{
    error::{Error, Rejection},
    json::{Member, Object},
};

/// How many keys [`Payload::largest`] names.
const LARGEST: usize = 3;

/// A decoded session, as a [`Codec`](crate::Codec) hands it over: one JSON object, as text, and
/// what the token said about itself.
#[derive(Clone)]
pub struct Payload {
    object: Object,
    special: Special,
    issued: Option<u64>,
    outdated: bool,
}

impl Payload {
    /// The session that `json` holds: one JSON object in UTF-8.
    ///
    /// What Python writes beyond RFC 8259 is accepted too: `NaN`, `Infinity` and escapes of half a
    /// surrogate pair. Of duplicate keys, the last counts.
    ///
    /// # Errors
    /// [`Rejection::Malformed`]; so this must not be called before the signature has been verified.
    pub fn from_json(json: Vec<u8>) -> Result<Self, Rejection> {
        let text = String::from_utf8(json).map_err(|_| Rejection::Malformed)?;
        Self::empty().with_text(text)
    }

    /// Sets the time when the token was issued, in seconds since 1970.
    #[must_use]
    pub fn issued(mut self, seconds: u64) -> Self {
        self.issued = Some(seconds);
        self
    }

    /// Says whether the token was made with a key that no longer signs: it is then issued anew.
    #[must_use]
    pub fn outdated(mut self, outdated: bool) -> Self {
        self.outdated = outdated;
        self
    }

    /// A session in which nothing is stored yet.
    pub(crate) fn empty() -> Self {
        Self { object: Object::empty(), special: Special::default(), issued: None, outdated: false }
    }

    pub(crate) fn json(&self) -> &str {
        self.object.text()
    }

    pub(crate) fn into_json(self) -> String {
        self.object.into_text()
    }

    /// The same token's data with another text.
    ///
    /// # Errors
    /// [`Rejection::Malformed`] if it is not an object's.
    pub(crate) fn with_text(&self, text: String) -> Result<Self, Rejection> {
        Ok(self.with_object(Object::read(text).ok_or(Rejection::Malformed)?))
    }

    fn with_object(&self, object: Object) -> Self {
        Self { special: Special::of(&object), object, ..*self }
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
        self.has_keys()
            || self.flashes().is_some_and(|list| !is_empty_list(list))
            || self.own().map_or(true, |own| own.id.is_some())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        if is_reserved_key(key) { None } else { self.object.get(key) }
    }

    pub(crate) fn has_keys(&self) -> bool {
        self.ordinary().next().is_some()
    }

    /// The ordinary keys, each once, in the order of their first occurrence.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.view().into_iter().map(|(key, _)| key.into_owned()).collect()
    }

    /// The dictionary as one JSON object, without reserved and doubled keys.
    pub(crate) fn dictionary(&self) -> String {
        let mut object = String::with_capacity(self.json().len());
        object.push('{');
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
    pub(crate) fn largest(&self) -> Vec<String> {
        let mut sized = self.view();
        sized.sort_by_key(|(_, member)| std::cmp::Reverse(member.len()));
        sized.into_iter().take(LARGEST).map(|(key, _)| key.into_owned()).collect()
    }

    /// The session with `value` under an ordinary key.
    ///
    /// # Errors
    /// [`Error::ReservedKey`].
    pub(crate) fn with(&self, key: &str, value: &str) -> Result<Self, Error> {
        if is_reserved_key(key) {
            return Err(Error::ReservedKey { key: key.to_owned() });
        }
        Ok(self.with_object(self.object.with(key, value)))
    }

    /// The session without the ordinary keys that `cut` names.
    pub(crate) fn without(&self, cut: impl Fn(&Member<'_>) -> bool) -> Self {
        let cut = |member: &Member<'_>| !is_reserved(member) && cut(member);
        self.with_object(self.object.without(cut))
    }

    /// The session with another object in place of all ordinary keys; a choice of persistence
    /// stays, unless the object has one.
    ///
    /// # Errors
    /// [`Error::Unserializable`] for anything but an object, [`Error::ReservedKey`].
    pub(crate) fn replaced(
        &self,
        dictionary: String,
        persistence: Persistence,
    ) -> Result<Self, Error> {
        let Some(dictionary) = Object::read(dictionary) else {
            return Err(Error::Unserializable { key: String::new() });
        };
        if let Some(member) = dictionary.members().find(is_reserved) {
            return Err(Error::ReservedKey { key: member.key().into_owned() });
        }
        let word = persistence.key();
        let has_word = dictionary.get(word).is_some();
        let stays = |member: &Member<'_>| is_reserved(member) || !has_word && member.is(word);
        Ok(self.with_object(dictionary.extended(&self.object, stays)))
    }

    /// The stored choice of persistence, if there is one.
    pub(crate) fn persistence(&self, convention: Persistence) -> Option<bool> {
        convention.read(&self.object, self.special)
    }

    /// The session with this choice of persistence; `setting` is the cookie's own.
    pub(crate) fn with_persistence(
        &self,
        persistent: bool,
        setting: bool,
        convention: Persistence,
    ) -> Self {
        self.with_object(convention.write(&self.object, persistent, setting))
    }

    pub(crate) fn flashes(&self) -> Option<&str> {
        if self.special.flashes { self.object.get(FLASHES) } else { None }
    }

    /// The session with this list of flash messages, or with none.
    pub(crate) fn with_flashes(&self, list: Option<&str>) -> Self {
        self.with_object(match list {
            Some(list) => self.object.with(FLASHES, list),
            None => self.object.without(|member| member.is(FLASHES)),
        })
    }

    /// What this crate keeps in the payload.
    ///
    /// # Errors
    /// [`Error::ReservedKey`] if another program's value is there.
    pub(crate) fn own(&self) -> Result<Own<'_>, Error> {
        let value = if self.special.session { self.object.get(SESSION) } else { None };
        match value {
            None => Ok(Own::default()),
            Some(value) => {
                Own::read(value).ok_or_else(|| Error::ReservedKey { key: SESSION.to_owned() })
            }
        }
    }

    pub(crate) fn with_own(&self, own: &Own<'_>) -> Self {
        self.with_object(match serde_json::to_string(own) {
            Ok(value) if value != "{}" => self.object.with(SESSION, &value),
            _ => self.object.without(|member| member.is(SESSION)),
        })
    }

    fn ordinary(&self) -> impl Iterator<Item = Member<'_>> {
        self.object.members().filter(|member| !is_reserved(member))
    }

    /// Each ordinary key at its first place, with the member that counts: its last.
    fn view(&self) -> Vec<(Cow<'_, str>, Member<'_>)> {
        let mut places = HashMap::new();
        let mut view: Vec<(Cow<'_, str>, Member<'_>)> = Vec::new();
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

fn is_empty_list(value: &str) -> bool {
    let inside = value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
    inside.is_some_and(|items| items.trim_ascii().is_empty())
}

/// Shows sizes and times, and nothing of the content.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("len", &self.json().len())
            .field("issued", &self.issued)
            .field("outdated", &self.outdated)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
