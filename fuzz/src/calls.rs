//! The calls of a handler on its session, each held against the model's.

use std::fmt::Debug;

use arbitrary::{Result, Unstructured};
use serde_json::Value;
use tower_cookie_session::{Error, Flash, Session};

use crate::{
    json,
    model::{Change, Model, Refusal},
};

/// A session and what it should hold.
pub struct Calls<'a> {
    pub session: &'a Session,
    pub model: &'a mut Model,
    /// Bytes of the cookie's name and value for a text of that length.
    pub size: fn(usize) -> usize,
    pub size_max: usize,
    /// How many bytes of the text that came in are layout, of which the model knows nothing.
    pub blanks: usize,
}

impl Calls<'_> {
    /// What a reader sees is what the model holds.
    pub fn read(&self) {
        let (model, keys) = (&*self.model, self.model.keys());
        assert_eq!(self.session.keys(), keys);
        assert_eq!((self.session.len(), self.session.is_empty()), (keys.len(), keys.is_empty()));
        let all = self.session.to::<Value>().map_err(|error| Refusal::of(&error));
        assert_eq!(all, model.to().map_err(Some));
    }

    /// Makes one call of `u`'s choice.
    pub fn call(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (session, model) = (self.session, self.model.clone());
        let call = u.int_in_range(0..=13)?;
        let key = &json::key(u)?;
        match call {
            0 => {
                let value = session.get::<Value>(key).map_err(|error| Refusal::of(&error));
                assert_eq!(value, model.get(key).map_err(Some));
                assert_eq!(session.contains_key(key), model.contains_key(key));
            }
            1..=3 => {
                let value = value(u)?;
                self.agree(session.insert(key, &value), model.insert(key, &value));
            }
            4 | 5 => self.agree(session.remove(key), model.remove(key)),
            6 => self.agree(session.pop::<Value>(key), model.pop(key)),
            7 => {
                let value = value(u)?;
                let edit = |old: &mut Value| *old = Value::from(vec![old.take(), value.clone()]);
                self.agree(session.update(key, edit), model.update(key, edit));
            }
            8 => {
                let value = value(u)?;
                let stored = session.get_or_insert_with(key, || value.clone());
                self.agree(stored, model.get_or_insert(key, &value));
            }
            9 => {
                let kept: u8 = u.arbitrary()?;
                let keep = |key: &str| kept >> (key.len() % 8) & 1 == 1;
                self.agree(session.retain(keep), model.retain(keep));
            }
            10 => {
                let whole = serde_json::from_str(&json::object(u)?).unwrap_or_default();
                self.agree(session.replace::<Value>(&whole), model.replace(&whole));
            }
            11 | 12 => {
                let flashes = session.peek_flashes().map_err(|error| Refusal::of(&error));
                let pair = |flash: Flash| (flash.category, flash.message);
                let flashes = flashes.map(|flashes| flashes.into_iter().map(pair).collect());
                assert_eq!(flashes, model.flashes().map_err(Some));
                self.agree(session.flash(key, "]"), model.flash(key, "]"));
            }
            _ => self.agree(session.clear(), model.clear()),
        }
        Ok(())
    }

    /// Takes over the model's next state, unless the call failed: as the model's did, or for size.
    fn agree<T: Debug + PartialEq>(
        &mut self,
        result: std::result::Result<T, Error>,
        expected: Change<T>,
    ) {
        match (result, expected) {
            (Ok(returned), Ok((expected, next))) => {
                assert_eq!(returned, expected);
                let fits = (self.size)(next.compact_len()) <= self.size_max;
                assert!(fits || next.is_alive() != Some(true) || next == *self.model, "{next:?}");
                *self.model = next;
            }
            (Err(Error::TooLarge { size, limit, .. }), Ok((_, next))) => {
                assert!(limit == self.size_max && size > limit, "{size} > {limit}");
                let largest = next.compact_len() + self.blanks;
                let sizes = (self.size)(next.compact_len())..=(self.size)(largest);
                assert!(sizes.contains(&size), "{size}: {next:?}");
            }
            (Err(error), Err(refusal)) => assert_eq!(Refusal::of(&error), Some(refusal)),
            (result, next) => panic!("{result:?} instead of {next:?}"),
        }
    }
}

/// A value as a handler stores it; what serde_json cannot read becomes null.
fn value(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(serde_json::from_str(&json::value(u)?).unwrap_or_default())
}
