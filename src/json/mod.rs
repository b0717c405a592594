//! The top level of a JSON object, as text: check it, walk its members, put one, cut some.
//!
//! Nothing is parsed into values, so what is not touched stays as it was, byte for byte. Checking
//! and walking allocate nothing; an edit returns a new text. Of doubled keys the last one counts,
//! as it does in Python and JavaScript.

mod check;
mod cursor;
#[cfg(feature = "express")]
mod ecmascript;
mod edit;
#[cfg(any(feature = "flask", feature = "django", feature = "starlette"))]
mod python;
mod text;

pub(crate) use check::check;
#[cfg(feature = "express")]
pub(crate) use ecmascript::stringified;
pub(crate) use edit::{extended, put, without};
#[cfg(any(feature = "flask", feature = "django", feature = "starlette"))]
pub(crate) use python::ascii;
#[cfg(feature = "starlette")]
pub(crate) use python::spaced;

use std::{borrow::Cow, iter};

use cursor::Cursor;
use text::code_points;

/// A member of the object: its key as written, quotes and all, and its value's text.
#[derive(Clone, Copy)]
pub(crate) struct Member<'a> {
    quoted_key: &'a str,
    pub(crate) value: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Member<'a> {
    /// Whether the key, unescaped, is `key`.
    pub(crate) fn is(&self, key: &str) -> bool {
        let raw = self.raw_key();
        if raw.contains('\\') {
            code_points(raw).eq(key.chars().map(u32::from))
        } else {
            raw == key
        }
    }

    /// The key, unescaped; half a surrogate pair, which no Rust text can hold, becomes U+FFFD.
    pub(crate) fn key(&self) -> Cow<'a, str> {
        let raw = self.raw_key();
        if !raw.contains('\\') {
            return Cow::Borrowed(raw);
        }
        let letter = |point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
        code_points(raw).map(letter).collect()
    }

    /// Appends the member as it stands, in the compact form.
    pub(crate) fn write(&self, object: &mut String) {
        for part in [self.quoted_key, ":", self.value] {
            object.push_str(part);
        }
    }

    fn raw_key(&self) -> &'a str {
        self.quoted_key.get(1..self.quoted_key.len() - 1).unwrap_or_default()
    }

    /// Bytes that the member takes in the object's text.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The members of an object that [`check`] holds for, in their order.
pub(crate) fn members(text: &str) -> impl Iterator<Item = Member<'_>> {
    let mut cursor = Cursor::of_members(text);
    iter::from_fn(move || {
        cursor.space();
        cursor.eat(b',');
        cursor.space();
        let start = cursor.at;
        if !cursor.eat(b'"') || !cursor.skip_string() {
            return None;
        }
        let quoted_key = text.get(start..cursor.at)?;
        cursor.space();
        cursor.eat(b':');
        cursor.space();
        let value_start = cursor.at;
        if !cursor.skip_value() {
            return None;
        }
        let (end, value) = (cursor.at, text.get(value_start..cursor.at)?);
        Some(Member { quoted_key, value, start, end })
    })
}

/// The value of `key`: of several, the last.
pub(crate) fn find<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    members(text).filter(|member| member.is(key)).last().map(|member| member.value)
}

#[cfg(test)]
mod tests;
