//! The session's dictionary as a plain list of members, to hold the in-place one against.

use serde_json::{Map, Value, json};
use tower_cookie_session::Error;

use crate::json;

const RESERVED: [&str; 3] = ["_permanent", "_flashes", "_session"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    key: String,
    /// The key as it is written, with its quotes.
    written: String,
    value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// In the order of the text, the reserved and the doubled ones too.
    members: Vec<Member>,
    cleared: bool,
}

/// Why a call is refused, and on account of which key. (The size of the cookie is not modelled.)
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    WrongType(String),
    ReservedKey(String),
    Unserializable(String),
}

impl Refusal {
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::WrongType { key, .. } => Some(Self::WrongType(key.clone())),
            Error::ReservedKey { key, .. } => Some(Self::ReservedKey(key.clone())),
            Error::Unserializable { key, .. } => Some(Self::Unserializable(key.clone())),
            _ => None,
        }
    }
}

/// What a call returns, and the model after it.
pub type Change<T> = Result<(T, Model), Refusal>;

impl Model {
    fn new(members: Vec<Member>) -> Self {
        Self { members, cleared: false }
    }

    /// `None` where the text is no object, or has a key that no Rust string can hold.
    pub fn of(text: &str) -> Option<Self> {
        let member = |(written, value): (&str, &str)| {
            let key = serde_json::from_str(written).ok()?;
            Some(Member { key, written: written.to_owned(), value: value.to_owned() })
        };
        json::members(text)?.into_iter().map(member).collect::<Option<_>>().map(Self::new)
    }

    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether what is stored is a new session.
    pub fn was_cleared(&self) -> bool {
        self.cleared
    }

    /// Bytes of the members in the compact form.
    pub fn compact_len(&self) -> usize {
        let members =
            self.members.iter().map(|member| member.written.len() + 1 + member.value.len());
        2 + members.sum::<usize>() + self.members.len().saturating_sub(1)
    }

    /// Whether the session is worth a cookie; `None` where that depends on a reserved key's value.
    pub fn is_alive(&self) -> Option<bool> {
        if self.members.iter().any(Member::is_ordinary) {
            Some(true)
        } else {
            self.members.iter().all(|member| member.key == "_permanent").then_some(false)
        }
    }

    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for member in self.members.iter().filter(|member| member.is_ordinary()) {
            if !keys.contains(&member.key) {
                keys.push(member.key.clone());
            }
        }
        keys
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    pub fn get(&self, key: &str) -> Result<Option<Value>, Refusal> {
        let read = |text: &str| serde_json::from_str(text);
        self.text(key).map(read).transpose().map_err(|_| Refusal::WrongType(key.to_owned()))
    }

    pub fn to(&self) -> Result<Value, Refusal> {
        let member = |key: String| {
            let value = self.get(&key).map_err(|_| Refusal::WrongType(String::new()))?;
            Ok((key, value.expect("the key is there")))
        };
        self.keys().into_iter().map(member).collect::<Result<Map<_, _>, _>>().map(Value::Object)
    }

    pub fn insert(&self, key: &str, value: &Value) -> Change<()> {
        if RESERVED.contains(&key) {
            return Err(Refusal::ReservedKey(key.to_owned()));
        }
        Ok(((), self.put(key, value.to_string())))
    }

    /// The messages as pairs, if each is Flask's tagged tuple or a plain pair of texts, and a text
    /// may be Flask's markup.
    pub fn flashes(&self) -> Result<Vec<(String, String)>, Refusal> {
        let list = serde_json::from_str::<Vec<Value>>(self.flash_list()).ok();
        let text =
            |value: &Value| value.as_str().or(only(value, " m")?.as_str()).map(str::to_owned);
        let pair = |value: &Value| match only(value, " t")?.as_array()?.as_slice() {
            [category, message] => Some((text(category)?, text(message)?)),
            _ => None,
        };
        let flashes = list.and_then(|list| list.iter().map(pair).collect());
        flashes.ok_or_else(|| Refusal::WrongType("_flashes".to_owned()))
    }

    pub fn flash(&self, category: &str, message: &str) -> Change<()> {
        let comma = if self.flashes()?.is_empty() { "" } else { "," };
        let (_, inside) = self.flash_list().split_at(1);
        let inside = &inside[..inside.len() - 1];
        let flash = json!({ " t": [category, message] });
        Ok(((), self.put("_flashes", format!("[{inside}{comma}{flash}]"))))
    }

    fn flash_list(&self) -> &str {
        let last = self.members.iter().rfind(|member| member.key == "_flashes");
        last.map_or("[]", |member| &member.value)
    }

    /// With one member of that key: in the place of the first, or at the end.
    fn put(&self, key: &str, value: String) -> Self {
        let mut found = false;
        let mut next = self.clone();
        next.members.retain(|member| member.key != key || !std::mem::replace(&mut found, true));
        let written = serde_json::to_string(key).expect("a string");
        match next.members.iter_mut().find(|member| member.key == key) {
            Some(member) => member.value = value,
            None => next.members.push(Member { key: key.to_owned(), written, value }),
        }
        next
    }

    pub fn remove(&self, key: &str) -> Change<bool> {
        let next = self.without(|member| member == key);
        Ok((self.contains_key(key), next))
    }

    pub fn pop(&self, key: &str) -> Change<Option<Value>> {
        Ok((self.get(key)?, self.without(|member| member == key)))
    }

    pub fn update(&self, key: &str, edit: impl FnOnce(&mut Value)) -> Change<()> {
        let mut value = self.get(key)?.unwrap_or_default();
        edit(&mut value);
        self.insert(key, &value)
    }

    pub fn get_or_insert(&self, key: &str, value: &Value) -> Change<Value> {
        match self.get(key)? {
            Some(value) => Ok((value, self.clone())),
            None => self.insert(key, value).map(|((), next)| (value.clone(), next)),
        }
    }

    pub fn retain(&self, keep: impl Fn(&str) -> bool) -> Change<()> {
        Ok(((), self.without(|member| !keep(member))))
    }

    pub fn replace(&self, dictionary: &Value) -> Change<()> {
        let Value::Object(dictionary) = dictionary else {
            return Err(Refusal::Unserializable(String::new()));
        };
        if let Some(key) = dictionary.keys().find(|key| RESERVED.contains(&key.as_str())) {
            return Err(Refusal::ReservedKey(key.clone()));
        }
        let mut next = Self { members: Vec::new(), ..*self };
        for (key, value) in dictionary {
            next = next.insert(key, value)?.1;
        }
        next.members.extend(self.members.iter().filter(|member| !member.is_ordinary()).cloned());
        Ok(((), next))
    }

    pub fn clear(&self) -> Change<()> {
        Ok(((), Self { members: Vec::new(), cleared: true }))
    }

    /// The value that counts.
    fn text(&self, key: &str) -> Option<&str> {
        let last = self.members.iter().rfind(|member| member.key == key && member.is_ordinary());
        last.map(|member| member.value.as_str())
    }

    fn without(&self, cut: impl Fn(&str) -> bool) -> Self {
        let kept = self.members.iter().filter(|member| !member.is_ordinary() || !cut(&member.key));
        Self { members: kept.cloned().collect(), ..*self }
    }
}

/// The value of an object's only key, if it is that; of what is no object, the thing itself.
fn only<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value.as_object() {
        Some(object) => object.get(key).filter(|_| object.len() == 1),
        None => Some(value),
    }
}

impl Member {
    fn is_ordinary(&self) -> bool {
        !RESERVED.contains(&self.key.as_str())
    }
}
