//! The two headers: find a name in `Cookie`, write a line of `Set-Cookie`.

use std::iter;

use http::HeaderValue;
use memchr::{memchr, memmem};

/// What browsers keep: name and value together, in bytes (RFC 6265bis, section 5.7).
pub(crate) const NAME_AND_VALUE_MAX: usize = 4096;

/// Finds the values of one name in Cookie headers.
///
/// Works on bytes, splits at `;` only, trims only spaces and tabs from pairs, and decodes nothing:
/// where other parsers did more, attackers used it to pass one cookie off as another.
#[derive(Clone, Debug)]
pub(crate) struct NameFinder(memmem::Finder<'static>);

impl NameFinder {
    pub(crate) fn new(name: &str) -> Self {
        Self(memmem::Finder::new(&format!("{name}=")).into_owned())
    }

    /// The values of the name's pairs in one header, in their order. One pass, no allocation.
    pub(crate) fn values<'a>(&'a self, header: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut from = 0;
        iter::from_fn(move || {
            loop {
                let at = from + self.0.find(header.get(from..)?)?;
                let value = at + self.0.needle().len();
                from = value;
                let before = trim_end(header.get(..at)?);
                if before.last().is_none_or(|byte| *byte == b';') {
                    let rest = header.get(value..)?;
                    let len = memchr(b';', rest).unwrap_or(rest.len());
                    from += len;
                    return Some(trim_end(rest.get(..len)?));
                }
            }
        })
    }
}

fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// A Set-Cookie line; with a `max_age` of 0 seconds it removes the cookie.
///
/// `push_value` appends the value, of `value_len` bytes; the line is then one allocation.
/// `None` if the value has bytes that no header may have.
pub(crate) fn render(
    name: &str,
    value_len: usize,
    push_value: impl FnOnce(&mut Vec<u8>),
    attributes: &str,
    max_age: Option<u64>,
) -> Option<HeaderValue> {
    const MAX_AGE: &str = "; Max-Age=";
    const REMOVED: &str = "; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    let digits = max_age.map(Digits::new);
    let tail = digits.as_ref().map_or(0, |digits| MAX_AGE.len() + digits.as_bytes().len());
    let removed = if max_age == Some(0) { REMOVED } else { "" };
    let len = name.len() + 1 + value_len + attributes.len() + tail + removed.len();

    let mut line = Vec::with_capacity(len);
    line.extend_from_slice(name.as_bytes());
    line.push(b'=');
    push_value(&mut line);
    line.extend_from_slice(attributes.as_bytes());
    if let Some(digits) = digits {
        line.extend_from_slice(MAX_AGE.as_bytes());
        line.extend_from_slice(digits.as_bytes());
    }
    line.extend_from_slice(removed.as_bytes());
    debug_assert_eq!(line.len(), len, "a header made of a full buffer is not copied");
    let mut line = HeaderValue::try_from(line).ok()?;
    // Whoever has the token has the session, so `Debug`, and with it a log of headers, hides it.
    line.set_sensitive(true);
    Some(line)
}

/// A number in decimal, without an allocation.
struct Digits {
    buffer: [u8; 20],
    start: usize,
}

impl Digits {
    fn new(mut number: u64) -> Self {
        let mut digits = Self { buffer: [b'0'; 20], start: 20 };
        for digit in digits.buffer.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            digits.start -= 1;
            if number == 0 {
                break;
            }
        }
        digits
    }

    fn as_bytes(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(header: &str) -> Vec<String> {
        let finder = NameFinder::new("session");
        let found = finder.values(header.as_bytes()).map(String::from_utf8_lossy);
        found.map(|value| value.into_owned()).collect()
    }

    #[test]
    fn pairs_of_the_name_are_found() {
        for (header, expected) in [
            ("session=a", vec!["a"]),
            ("x=1; session=a; y=2", vec!["a"]),
            ("x=1;session=a;y=2", vec!["a"]),
            (" \t session=a \t ; y", vec!["a"]),
            ("session= a b ;", vec![" a b"]),
            ("session=a=b", vec!["a=b"]),
            ("session=; session=b", vec!["", "b"]),
            ("session=\"a; session=b\"", vec!["\"a", "b\""]),
            ("session=session=a", vec!["session=a"]),
            ("x=\"; session=a", vec!["a"]),
            ("é=ü; session=a", vec!["a"]),
            ("session=a, session=b", vec!["a, session=b"]),
            (";;; ;session=a;;", vec!["a"]),
        ] {
            assert_eq!(values(header), expected, "{header}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for header in [
            "",
            ";",
            "=",
            " ",
            "session",
            "session; x=1",
            "Session=a",
            "SESSION=a",
            "session2=a",
            "xsession=a",
            "=session=a",
            "x session=a",
            "%73ession=a",
            "x=session=a",
            "$session=a",
            "\u{2000}session=a",
            "\u{a0}session=a",
            "session\u{a0}=a",
            "\u{b}session=a",
            "session:=a",
            "x=1, session=a",
            "\"session\"=a",
            "session\0=a",
            "session =a",
            "session\t=a",
        ] {
            assert_eq!(values(header), Vec::<String>::new(), "{header:?}");
        }
    }

    #[test]
    fn lines_are_rendered_and_removed_alike() {
        let render = |value: &str, max_age| {
            let push = |line: &mut Vec<u8>| line.extend_from_slice(value.as_bytes());
            let line = render("sid", value.len(), push, "; Path=/; Secure", max_age).unwrap();
            line.to_str().unwrap().to_owned()
        };
        assert_eq!(render("abc", None), "sid=abc; Path=/; Secure");
        assert_eq!(render("abc", Some(34_560_000)), "sid=abc; Path=/; Secure; Max-Age=34560000");
        assert_eq!(
            render("", Some(0)),
            "sid=; Path=/; Secure; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
        assert_eq!(Digits::new(u64::MAX).as_bytes(), u64::MAX.to_string().as_bytes());
    }

    #[test]
    fn a_value_that_no_header_may_have_is_no_line() {
        let push = |line: &mut Vec<u8>| line.extend_from_slice(b"a\r\n");
        assert_eq!(render("sid", 3, push, "", None), None);
    }
}
