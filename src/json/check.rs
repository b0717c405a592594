//! The grammar of RFC 8259, and what Python writes beyond it.

use super::cursor::Cursor;

/// What [`check`] saw of an object on its way.
pub(crate) struct Object {
    /// Whether a key begins with an underscore or an escape, at whatever depth.
    pub(crate) has_odd_keys: bool,
}

/// Whether `text` is one JSON object and nothing else.
///
/// Takes what Python's `json` writes beyond RFC 8259: `NaN`, `Infinity`, `-Infinity` and escapes of
/// half a surrogate pair. Iterative, for any depth.
pub(crate) fn check(text: &str) -> Option<Object> {
    let mut cursor = Cursor::new(text);
    let mut object = Object { has_odd_keys: false };
    cursor.space();
    let whole = cursor.peek() == Some(b'{') && cursor.value(&mut object) && {
        cursor.space();
        cursor.peek().is_none()
    };
    whole.then_some(object)
}

impl Cursor<'_> {
    /// A value of any kind, checked.
    fn value(&mut self, object: &mut Object) -> bool {
        let mut open = Brackets::default();
        loop {
            self.space();
            let whole = match self.next() {
                Some(b'{') => {
                    open.push(true);
                    self.space();
                    if self.peek() != Some(b'}') {
                        if !self.key(object) {
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
                        if !self.key(object) {
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
    fn key(&mut self, object: &mut Object) -> bool {
        self.eat(b'"')
            && {
                object.has_odd_keys |= matches!(self.peek(), Some(b'_' | b'\\'));
                self.string()
            }
            && {
                self.space();
                self.eat(b':')
            }
    }

    /// The rest of a string behind its quote, checked.
    fn string(&mut self) -> bool {
        loop {
            self.skip_plain();
            match self.next() {
                Some(b'"') => return true,
                Some(b'\\') => match self.next() {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                    Some(b'u') if (0..4).all(|_| self.next().is_some_and(is_hex)) => {}
                    _ => return false,
                },
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
