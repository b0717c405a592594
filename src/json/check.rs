//! The grammar of RFC 8259, and what Python writes beyond it.

use super::{cursor::Cursor, places::Places};

/// Where the members of `text` are, if it is one JSON object and nothing else.
///
/// Takes what Python's `json` writes beyond RFC 8259: `NaN`, `Infinity`, `-Infinity` and escapes of
/// half a surrogate pair. Iterative, for any depth.
pub(super) fn check(text: &str) -> Option<Places> {
    let mut cursor = Cursor::new(text);
    let mut places = Places::default();
    if cursor.token()? != b'{' {
        return None;
    }
    let mut token = cursor.token()?;
    while token != b'}' {
        let start = cursor.at - 1;
        let escaped = cursor.key(token)?;
        let first = cursor.token()?;
        let value = cursor.at - 1;
        cursor.value(first)?;
        places.push(start, escaped, value, cursor.at);
        token = cursor.token()?;
        if token == b',' {
            token = cursor.token().filter(|quote| *quote == b'"')?;
        } else if token != b'}' {
            return None;
        }
    }
    cursor.token().is_none().then_some(places)
}

/// Each consumes the rest of what it is named after, after its first byte, or returns `None`. They
/// are inlined, as the cursor is then kept in registers: a fifth fewer instructions.
impl Cursor<'_> {
    /// A key and its colon; says whether there is an escape in it.
    #[inline(always)]
    fn key(&mut self, first: u8) -> Option<bool> {
        if first != b'"' {
            return None;
        }
        let escaped = self.string()?;
        (self.token()? == b':').then_some(escaped)
    }

    /// A value of any kind.
    #[inline(always)]
    fn value(&mut self, mut first: u8) -> Option<()> {
        let mut open = Brackets::none();
        loop {
            match first {
                b'"' => drop(self.string()?),
                b'{' => {
                    let token = self.token()?;
                    if token != b'}' {
                        open.push(true);
                        self.key(token)?;
                        first = self.token()?;
                        continue;
                    }
                }
                b'[' => {
                    let token = self.token()?;
                    if token != b']' {
                        open.push(false);
                        first = token;
                        continue;
                    }
                }
                b'1'..=b'9' => self.number()?,
                _ => {
                    // Including its first byte.
                    self.at -= 1;
                    self.at += scalar(self.rest())?;
                }
            }
            // A value has ended: on to the next.
            loop {
                let Some(in_object) = open.innermost() else { return Some(()) };
                match (self.token()?, in_object) {
                    (b',', true) => {
                        let token = self.token()?;
                        self.key(token)?;
                        break;
                    }
                    (b',', false) => break,
                    (b'}', true) | (b']', false) => open.pop(),
                    _ => return None,
                }
            }
            first = self.token()?;
        }
    }

    /// A number that begins with neither 0 nor a sign, as most do: in place, which saves [`scalar`]'s
    /// slices.
    #[inline(always)]
    fn number(&mut self) -> Option<()> {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if let Some(b'.' | b'e' | b'E') = self.peek() {
            self.at += fraction(self.rest(), 0)?;
        }
        Some(())
    }

    /// A string; says whether there is an escape in it.
    #[inline(always)]
    fn string(&mut self) -> Option<bool> {
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.next()? {
                b'"' => return Some(escaped),
                b'\\' => self.at += escape(self.rest())?,
                _ => return None,
            }
            escaped = true;
        }
    }
}

/// How long the escape at the start of `text` is, after its backslash.
fn escape(text: &[u8]) -> Option<usize> {
    match text {
        [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(1),
        [b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => {
            Some(5)
        }
        _ => None,
    }
}

/// How long the number or the word at the start of `text` is.
fn scalar(text: &[u8]) -> Option<usize> {
    const WORDS: [&[u8]; 6] = [b"true", b"false", b"null", b"NaN", b"Infinity", b"-Infinity"];
    let sign = usize::from(text.first() == Some(&b'-'));
    match text.get(sign)? {
        b'0' => fraction(text, sign + 1),
        b'1'..=b'9' => fraction(text, digits(text, sign)),
        _ => WORDS.iter().find(|word| text.starts_with(word)).map(|word| word.len()),
    }
}

/// Where the fraction and exponent end, of a number whose integer part ends at `at`.
fn fraction(text: &[u8], mut at: usize) -> Option<usize> {
    if text.get(at) == Some(&b'.') {
        at = some_digits(text, at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        at = some_digits(text, at + 1 + sign)?;
    }
    Some(at)
}

/// Where the digits that start at `at` end.
fn digits(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn some_digits(text: &[u8], at: usize) -> Option<usize> {
    Some(digits(text, at)).filter(|end| *end > at)
}

/// Which brackets are open, one bit each; the first 63 take no allocation.
struct Brackets {
    /// Whether each is an object's: the innermost is the lowest bit, and a one is above them all.
    innermost: u64,
    /// Those further out, 63 at a time.
    outer: Vec<u64>,
}

impl Brackets {
    fn none() -> Self {
        Self { innermost: 1, outer: Vec::new() }
    }

    fn push(&mut self, object: bool) {
        if self.innermost >> 63 == 1 {
            self.outer.push(self.innermost);
            self.innermost = 1;
        }
        self.innermost = self.innermost << 1 | u64::from(object);
    }

    /// Whether the innermost open bracket is an object's.
    fn innermost(&self) -> Option<bool> {
        (self.innermost > 1).then_some(self.innermost & 1 == 1)
    }

    fn pop(&mut self) {
        self.innermost >>= 1;
        if self.innermost == 1 {
            self.innermost = self.outer.pop().unwrap_or(1);
        }
    }
}
