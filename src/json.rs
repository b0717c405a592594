//! The top level of a JSON object, as text: check it, walk its members, put one, cut some.
//!
//! Nothing is parsed into values, so what is not touched stays as it was, byte for byte. Checking
//! and walking allocate nothing; an edit returns a new text. Of doubled keys the last one counts,
//! as it does in Python and JavaScript.

use std::iter;

/// A member of the object: its key as written, quotes and all, and its value's text.
#[derive(Clone, Copy)]
pub(crate) struct Member<'a> {
    quoted_key: &'a str,
    pub(crate) value: &'a str,
    start: usize,
    end: usize,
}

impl Member<'_> {
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
    pub(crate) fn key(&self) -> String {
        code_points(self.raw_key())
            .map(|point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }

    /// Appends the member as it stands, in the compact form.
    pub(crate) fn write(&self, object: &mut String) {
        for part in [self.quoted_key, ":", self.value] {
            object.push_str(part);
        }
    }

    fn raw_key(&self) -> &str {
        self.quoted_key.get(1..self.quoted_key.len() - 1).unwrap_or_default()
    }

    /// Bytes that the member takes in the object's text.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The members of an object that [`is_object`] holds for, in their order.
pub(crate) fn members(text: &str) -> impl Iterator<Item = Member<'_>> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    cursor.space();
    cursor.eat(b'{');
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

/// The object with `value` as the one value of `key`: in the place of the first such member, or at
/// the end. `value` is a JSON text.
pub(crate) fn put(text: &str, key: &str, value: &str) -> String {
    let mut found = false;
    let mut edited = Rewrite::new(text, key.len() + value.len() + 8);
    for member in members(text) {
        if !member.is(key) {
            edited.keep(&member);
        } else if !found {
            found = true;
            edited.keep_with(&member, value);
        } else {
            edited.cut(&member);
        }
    }
    if !found {
        edited.append(&serde_json::to_string(key).unwrap_or_default(), value);
    }
    edited.finish()
}

/// The object without the members that `cut` names; the others keep what separates them.
pub(crate) fn without(text: &str, mut cut: impl FnMut(&Member<'_>) -> bool) -> String {
    let mut edited = Rewrite::new(text, 0);
    for member in members(text) {
        if cut(&member) {
            edited.cut(&member);
        } else {
            edited.keep(&member);
        }
    }
    edited.finish()
}

/// `text` with the members of `kept` that `keep` names at its end.
pub(crate) fn extended(text: &str, kept: &str, keep: impl Fn(&Member<'_>) -> bool) -> String {
    let mut edited = Rewrite::new(text, kept.len());
    members(text).for_each(|member| edited.keep(&member));
    members(kept).filter(keep).for_each(|member| edited.append(member.quoted_key, member.value));
    edited.finish()
}

/// An object's text, written anew from the one it replaces.
struct Rewrite<'a> {
    from: &'a str,
    out: String,
    /// How far it is read: to the end of a member.
    read: usize,
    /// Whether a member is written yet.
    some: bool,
}

impl<'a> Rewrite<'a> {
    fn new(from: &'a str, more: usize) -> Self {
        let mut out = String::with_capacity(from.len() + more);
        let head = members(from).next().map_or_else(
            || from.find('{').map_or(from.len(), |brace| brace + 1),
            |member| member.start,
        );
        out.push_str(from.get(..head).unwrap_or_default());
        Self { from, out, read: head, some: false }
    }

    /// The next of the old members, with the separator before it unless it is now the first.
    fn keep(&mut self, member: &Member<'_>) {
        self.keep_with(member, member.value);
    }

    fn keep_with(&mut self, member: &Member<'_>, value: &str) {
        let start = if self.some { self.read } else { member.start };
        let old_value = member.end - member.value.len();
        self.out.push_str(self.from.get(start..old_value).unwrap_or_default());
        self.out.push_str(value);
        (self.read, self.some) = (member.end, true);
    }

    fn cut(&mut self, member: &Member<'_>) {
        self.read = member.end;
    }

    /// A member that is new here, at the end.
    fn append(&mut self, quoted_key: &str, value: &str) {
        if self.some {
            self.out.push(',');
        }
        for part in [quoted_key, ":", value] {
            self.out.push_str(part);
        }
        self.some = true;
    }

    fn finish(mut self) -> String {
        self.out.push_str(self.from.get(self.read..).unwrap_or_default());
        self.out
    }
}

/// Whether `text` is one JSON object and nothing else.
///
/// Takes what Python's `json` writes beyond RFC 8259: `NaN`, `Infinity`, `-Infinity` and escapes of
/// half a surrogate pair. Iterative, for any depth.
pub(crate) fn is_object(text: &str) -> bool {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    cursor.space();
    cursor.peek() == Some(b'{') && cursor.value() && {
        cursor.space();
        cursor.peek().is_none()
    }
}

/// The place of a reader in a text. Its methods say whether they found what they are named after,
/// and leave the place behind it.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A value of any kind, checked.
    fn value(&mut self) -> bool {
        let mut open = Brackets::default();
        loop {
            self.space();
            let whole = match self.next() {
                Some(b'{') => {
                    open.push(true);
                    self.space();
                    if self.peek() != Some(b'}') {
                        if !self.key() {
                            return false;
                        }
                        continue;
                    }
                    true
                }
                Some(b'[') => {
                    open.push(false);
                    self.space();
                    if self.peek() != Some(b']') {
                        continue;
                    }
                    true
                }
                Some(b'"') => self.string(),
                Some(first) => self.scalar(first),
                None => false,
            };
            if !whole {
                return false;
            }
            // A value has ended, or an empty bracket is about to: on to the next value.
            loop {
                let Some(in_object) = open.innermost() else { return true };
                self.space();
                match (self.next(), in_object) {
                    (Some(b','), false) => break,
                    (Some(b','), true) => {
                        self.space();
                        if !self.key() {
                            return false;
                        }
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => open.pop(),
                    _ => return false,
                }
            }
        }
    }

    /// A key and its colon.
    fn key(&mut self) -> bool {
        self.eat(b'"') && self.string() && {
            self.space();
            self.eat(b':')
        }
    }

    /// The rest of a string behind its quote, checked.
    fn string(&mut self) -> bool {
        loop {
            match self.next() {
                Some(b'"') => return true,
                Some(b'\\') => match self.next() {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                    Some(b'u') if (0..4).all(|_| self.next().is_some_and(is_hex)) => {}
                    _ => return false,
                },
                Some(byte) if byte >= b' ' => {}
                _ => return false,
            }
        }
    }

    /// The rest of a number or a word behind its first byte, checked.
    fn scalar(&mut self, first: u8) -> bool {
        match first {
            b't' => self.word(b"rue"),
            b'f' => self.word(b"alse"),
            b'n' => self.word(b"ull"),
            b'N' => self.word(b"aN"),
            b'I' => self.word(b"nfinity"),
            b'-' if self.eat(b'I') => self.word(b"nfinity"),
            b'-' => self.next().is_some_and(|first| self.number(first)),
            _ => self.number(first),
        }
    }

    fn word(&mut self, rest: &[u8]) -> bool {
        rest.iter().all(|byte| self.eat(*byte))
    }

    fn number(&mut self, first: u8) -> bool {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return false,
        }
        if self.eat(b'.') && !self.some_digits() {
            return false;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            return self.some_digits();
        }
        true
    }

    fn some_digits(&mut self) -> bool {
        let start = self.at;
        self.digits();
        self.at > start
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// The rest of a string behind its quote, known to be whole.
    fn skip_string(&mut self) -> bool {
        while let Some(rest) = self.bytes.get(self.at..) {
            let Some(special) = memchr::memchr2(b'"', b'\\', rest) else { return false };
            self.at += special + 1;
            if rest.get(special) == Some(&b'"') {
                return true;
            }
            self.at += 1;
        }
        false
    }

    /// A value of any kind, known to be whole.
    fn skip_value(&mut self) -> bool {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') if depth > 0 => depth -= 1,
                Some(b'"') => {
                    self.at += 1;
                    if !self.skip_string() {
                        return false;
                    }
                    if depth == 0 {
                        return true;
                    }
                    continue;
                }
                Some(b',' | b'}' | b' ' | b'\t' | b'\n' | b'\r') if depth == 0 => return true,
                Some(_) => {}
                None => return false,
            }
            let closed = matches!(self.next(), Some(b'}' | b']'));
            if closed && depth == 0 {
                return true;
            }
        }
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// Which brackets are open, one bit each: the first 64 take no allocation.
#[derive(Default)]
struct Brackets {
    depth: u32,
    shallow: u64,
    deep: Vec<bool>,
}

impl Brackets {
    fn push(&mut self, object: bool) {
        match 1_u64.checked_shl(self.depth) {
            Some(bit) if object => self.shallow |= bit,
            Some(bit) => self.shallow &= !bit,
            None => self.deep.push(object),
        }
        self.depth += 1;
    }

    /// Whether the innermost open bracket is an object's.
    fn innermost(&self) -> Option<bool> {
        let level = self.depth.checked_sub(1)?;
        match 1_u64.checked_shl(level) {
            Some(bit) => Some(self.shallow & bit != 0),
            None => self.deep.last().copied(),
        }
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.deep.pop();
    }
}

/// The code points of a string as written between its quotes; halves of surrogate pairs stand alone.
fn code_points(raw: &str) -> impl Iterator<Item = u32> {
    let mut rest = raw.chars();
    iter::from_fn(move || {
        let point = one_code_point(&mut rest)?;
        let mut ahead = rest.clone();
        if (0xD800..0xDC00).contains(&point)
            && let Some(low @ 0xDC00..0xE000) = one_code_point(&mut ahead)
        {
            rest = ahead;
            return Some(0x1_0000 + ((point - 0xD800) << 10) + (low - 0xDC00));
        }
        Some(point)
    })
}

fn one_code_point(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let first = rest.next()?;
    if first != '\\' {
        return Some(u32::from(first));
    }
    Some(match rest.next()? {
        'b' => 0x08,
        't' => 0x09,
        'n' => 0x0A,
        'f' => 0x0C,
        'r' => 0x0D,
        'u' => (0..4).try_fold(0, |point, _| Some(point << 4 | rest.next()?.to_digit(16)?))?,
        escaped => u32::from(escaped),
    })
}

#[cfg(test)]
mod tests;
