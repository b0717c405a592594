//! The session as a dictionary.

use std::collections::HashSet;

use serde::{Serialize, de::DeserializeOwned};

use super::Session;
use crate::{error::Error, payload};

impl Session {
    /// The value of `key`, or `None`, as a type that owns it (`String`, not `&str`).
    ///
    /// # Errors
    /// [`Error::WrongType`].
    pub fn get<T: DeserializeOwned>(&self, key: impl AsRef<str>) -> Result<Option<T>, Error> {
        let key = key.as_ref();
        // `T`'s code runs outside of the lock, on a copy.
        match self.read(|payload| payload.get(key).map(str::to_owned)) {
            Some(value) => parse(key, &value).map(Some),
            None => Ok(None),
        }
    }

    /// Whether `key` has a value, of whatever type.
    #[must_use]
    pub fn contains_key(&self, key: impl AsRef<str>) -> bool {
        let key = key.as_ref();
        self.read(|payload| payload.get(key).is_some())
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read(|payload| payload.keys().len())
    }

    /// Whether there is no key. (A flash message or an id may still keep the session alive.)
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read(|payload| !payload.has_keys())
    }

    /// The keys, in the order in which they were first stored.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.read(payload::Payload::keys)
    }

    /// Stores `value` under `key`, in place of what was there. Several values take several calls;
    /// the token is made once, with the response.
    ///
    /// A number keeps its digits, even a `u128`; a float that is NaN or infinite becomes null, as
    /// serde_json documents, and can then be read as an `Option` only.
    ///
    /// # Errors
    /// [`Error::Unserializable`], [`Error::ReservedKey`], [`Error::TooLarge`], [`Error::Closed`].
    #[doc(alias = "set")]
    pub fn insert(&self, key: impl AsRef<str>, value: impl Serialize) -> Result<(), Error> {
        self.ensure_open()?;
        let key = key.as_ref();
        let value = write(key, &value)?;
        self.change(|payload| Ok((payload.with(key, &value)?, ())))
    }

    /// Removes `key`, and says whether it was there.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::TooLarge`] if the session was larger than the limit and still
    /// is, and [`Error::ReservedKey`] if an absolute limit needs `_session`, and another program's
    /// is there.
    pub fn remove(&self, key: impl AsRef<str>) -> Result<bool, Error> {
        let key = key.as_ref();
        self.change(|payload| {
            Ok((payload.without(|member| member.is(key)), payload.get(key).is_some()))
        })
    }

    /// Removes `key` and returns its value. A value of another type stays.
    ///
    /// # Errors
    /// [`Error::WrongType`], and those of [`remove`](Self::remove).
    pub fn pop<T: DeserializeOwned>(&self, key: impl AsRef<str>) -> Result<Option<T>, Error> {
        self.ensure_open()?;
        let value = self.get(&key)?;
        self.remove(&key)?;
        Ok(value)
    }

    /// The value of `key`; if there is none, what `make` returns is stored first.
    ///
    /// # Errors
    /// [`Error::WrongType`], and those of [`insert`](Self::insert).
    pub fn get_or_insert_with<T: Serialize + DeserializeOwned>(
        &self,
        key: impl AsRef<str>,
        make: impl FnOnce() -> T,
    ) -> Result<T, Error> {
        self.ensure_open()?;
        let key = key.as_ref();
        if let Some(value) = self.get(key)? {
            return Ok(value);
        }
        let value = make();
        self.insert(key, &value)?;
        Ok(value)
    }

    /// Edits the value of `key` in place, or `T`'s default if there is none, and returns what
    /// `edit` returns.
    ///
    /// The value is read into `T` and written back whole: a field that `T` does not have is lost,
    /// unless `#[serde(flatten)]` keeps it, and an integer beyond 64 bits in a `serde_json::Value`
    /// becomes a float.
    ///
    /// Not atomic between threads that share the session: of two concurrent updates, the one that
    /// ends last is kept.
    ///
    /// # Errors
    /// [`Error::WrongType`], and those of [`insert`](Self::insert); nothing is stored then.
    pub fn update<T: Serialize + DeserializeOwned + Default, R>(
        &self,
        key: impl AsRef<str>,
        edit: impl FnOnce(&mut T) -> R,
    ) -> Result<R, Error> {
        self.ensure_open()?;
        let key = key.as_ref();
        let mut value = self.get(key)?.unwrap_or_default();
        let result = edit(&mut value);
        self.insert(key, &value)?;
        Ok(result)
    }

    /// Removes the keys for which `keep` is false.
    ///
    /// # Errors
    /// Those of [`remove`](Self::remove).
    pub fn retain(&self, mut keep: impl FnMut(&str) -> bool) -> Result<(), Error> {
        self.ensure_open()?;
        let dropped: HashSet<String> = self.keys().into_iter().filter(|key| !keep(key)).collect();
        self.change(|payload| Ok((payload.without(|member| dropped.contains(&*member.key())), ())))
    }

    /// Ends the session: drops all of it, reserved keys included, and removes the cookie. What is
    /// stored afterwards begins a new session, so a goodbye can still be [flashed](Self::flash).
    ///
    /// # Errors
    /// [`Error::Closed`].
    #[doc(alias("delete", "destroy", "flush", "logout"))]
    pub fn clear(&self) -> Result<(), Error> {
        self.edit(|open| {
            open.clear();
            Ok(())
        })
    }

    /// The whole session as one value: a struct, or a `HashMap<String, serde_json::Value>` of all
    /// keys. A new session is `{}`, so a struct needs `#[serde(default)]`.
    ///
    /// # Errors
    /// [`Error::WrongType`].
    #[doc(alias("all", "iter"))]
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, Error> {
        parse("", &self.read(payload::Payload::dictionary))
    }

    /// Replaces all keys with `value`, which must serialize to an object. Flash messages,
    /// id, deadline and persistence stay (under Django too, where `_session_expiry` is a key).
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert).
    pub fn replace<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Error> {
        self.ensure_open()?;
        let value = write("", value)?;
        let persistence = self.config().own.codec.persistence();
        self.change(|payload| Ok((payload.replaced(value, persistence)?, ())))
    }
}

fn parse<T: DeserializeOwned>(key: &str, value: &str) -> Result<T, Error> {
    serde_json::from_str(value).map_err(|_| Error::WrongType { key: key.to_owned() })
}

fn write<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|_| Error::Unserializable { key: key.to_owned() })
}
