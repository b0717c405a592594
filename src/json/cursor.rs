//! A reader's place in a JSON text.

use wide::u8x16;

/// The place of a reader in a text. Its methods say whether they found what they are named after,
/// and leave the place behind it.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// At the first member of an object.
    pub(super) fn of_members(text: &'a str) -> Self {
        let mut cursor = Self::new(text);
        cursor.space();
        cursor.eat(b'{');
        cursor.space();
        cursor
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// On to the next byte that ends a string, escapes in it, or may not be in it.
    pub(super) fn skip_plain(&mut self) {
        self.seek(
            |bytes| {
                bytes.simd_eq(u8x16::splat(b'"'))
                    | bytes.simd_eq(u8x16::splat(b'\\'))
                    | bytes.simd_lt(u8x16::splat(b' '))
            },
            |byte| byte == b'"' || byte == b'\\' || byte < b' ',
        );
    }

    /// The rest of a string behind its quote, known to be whole.
    pub(super) fn skip_string(&mut self) -> bool {
        loop {
            self.skip_plain();
            match self.next() {
                Some(b'"') => return true,
                Some(b'\\') => self.at += 1,
                Some(_) => {}
                None => return false,
            }
        }
    }

    /// A value of any kind, known to be whole.
    pub(super) fn skip_value(&mut self) -> bool {
        match self.next() {
            Some(b'"') => self.skip_string(),
            Some(b'{' | b'[') => self.skip_brackets(),
            Some(_) => {
                self.skip_scalar();
                true
            }
            None => false,
        }
    }

    /// The rest of a number or a word, known to be whole.
    pub(super) fn skip_scalar(&mut self) {
        let ends = |byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
    }

    /// The rest of an array or an object behind its bracket, known to be whole.
    fn skip_brackets(&mut self) -> bool {
        let mut depth = 1_usize;
        while depth > 0 {
            // `[` and `{`, and `]` and `}`, differ in one bit.
            self.seek(
                |bytes| {
                    let folded = bytes | u8x16::splat(0x20);
                    bytes.simd_eq(u8x16::splat(b'"'))
                        | folded.simd_eq(u8x16::splat(b'{'))
                        | folded.simd_eq(u8x16::splat(b'}'))
                },
                |byte| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']'),
            );
            match self.next() {
                Some(b'"') if self.skip_string() => {}
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                _ => return false,
            }
        }
        true
    }

    /// On to the next byte that stops, or the end: by sixteen bytes at once, while there are.
    fn seek(&mut self, stops: impl Fn(u8x16) -> u8x16, stop: impl Fn(u8) -> bool) {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        while let Some((chunk, behind)) = rest.split_first_chunk() {
            let found = stops(u8x16::new(*chunk)).to_bitmask();
            if found != 0 {
                self.at += found.trailing_zeros() as usize;
                return;
            }
            self.at += chunk.len();
            rest = behind;
        }
        self.at += rest.iter().position(|byte| stop(*byte)).unwrap_or(rest.len());
    }
}
