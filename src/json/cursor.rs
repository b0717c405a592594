//! A reader's place in a JSON text.

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

    /// The rest of a string behind its quote, known to be whole.
    pub(super) fn skip_string(&mut self) -> bool {
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
    pub(super) fn skip_value(&mut self) -> bool {
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
