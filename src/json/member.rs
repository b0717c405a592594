//! One member of an object: its key and its value, as places in the text.

use std::{borrow::Cow, iter};

use super::{cursor::Cursor, text::code_points};

/// A member of a checked object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Member<'a> {
    pub(super) text: &'a str,
    /// Of the key's first quote.
    pub(super) start: usize,
    /// Whether the key has an escape.
    pub(super) escaped: bool,
    /// Where the value begins.
    pub(super) value: usize,
    /// Where both end.
    pub(super) end: usize,
}

impl<'a> Member<'a> {
    /// Whether the key, unescaped, is `key`.
    pub(crate) fn is(&self, key: &str) -> bool {
        if self.escaped {
            return code_points(self.raw_key()).eq(key.chars().map(u32::from));
        }
        let start = self.start + 1;
        let end = start + key.len();
        // The only quote after the first and before the value is the one that ends the key.
        let bytes = self.text.as_bytes();
        end < self.value
            && bytes.get(end) == Some(&b'"')
            && bytes.get(start..end) == Some(key.as_bytes())
    }

    /// Whether the key may begin with `first`: only an escape leaves that open.
    pub(crate) fn may_begin_with(&self, first: u8) -> bool {
        self.escaped || self.text.as_bytes().get(self.start + 1) == Some(&first)
    }

    /// The key, unescaped; half a surrogate pair, which no Rust text can hold, becomes U+FFFD.
    pub(crate) fn key(&self) -> Cow<'a, str> {
        if !self.escaped {
            return Cow::Borrowed(self.raw_key());
        }
        let letter = |point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
        code_points(self.raw_key()).map(letter).collect()
    }

    /// The value's text.
    pub(crate) fn value(&self) -> &'a str {
        self.text.get(self.value..self.end).unwrap_or_default()
    }

    /// Appends the member as it stands, in the compact form.
    pub(crate) fn write(&self, object: &mut String) {
        for part in [self.quoted_key(), ":", self.value()] {
            object.push_str(part);
        }
    }

    /// Bytes that the member takes in the object's text.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    /// Everything before the value: the quoted key, the colon, and the blanks around it.
    pub(super) fn head(&self) -> &'a str {
        self.text.get(self.start..self.value).unwrap_or_default()
    }

    fn quoted_key(&self) -> &'a str {
        self.head().trim_end_matches([' ', '\t', '\n', '\r', ':'])
    }

    fn raw_key(&self) -> &'a str {
        let quoted = self.quoted_key();
        quoted.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or_default()
    }
}

/// The members of a checked object, in their order.
pub(crate) fn members(text: &str) -> impl Iterator<Item = Member<'_>> {
    let mut cursor = Cursor::new(text);
    let _brace = cursor.token();
    iter::from_fn(move || {
        let token = cursor.token()?;
        if token != b'"' {
            return None;
        }
        let start = cursor.at - 1;
        let escaped = cursor.skip_string()?;
        let _colon = cursor.token();
        let first = cursor.token()?;
        let value = cursor.at - 1;
        cursor.skip_value(first)?;
        let end = cursor.at;
        let _comma_or_brace = cursor.token();
        Some(Member { text, start, escaped, value, end })
    })
}
