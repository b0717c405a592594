//! JSON as Python's `json.dumps` writes it.

use std::{borrow::Cow, fmt::Write};

use memchr::memchr;

const DEL: u8 = 0x7f;

/// The same text in printable ASCII, the rest escaped as UTF-16: Python's `ensure_ascii`.
pub(crate) fn ascii(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() && memchr(DEL, text.as_bytes()).is_none() {
        return Cow::Borrowed(text.as_bytes());
    }
    // All that has to be escaped is in strings: none of it can be outside of them.
    let mut escaped = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if letter < char::from(DEL) {
            escaped.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            let written = write!(escaped, "\\u{unit:04x}");
            debug_assert!(written.is_ok(), "memory takes all");
        }
    }
    Cow::Owned(escaped.into_bytes())
}

/// The same text with a space after each `,` and `:`, as `json.dumps` writes it unless told
/// otherwise. What is spaced already stays as it is.
#[cfg(feature = "starlette")]
pub(crate) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + text.len() / 4);
    let mut in_string = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        spaced.push(letter);
        match letter {
            '"' => in_string = !in_string,
            '\\' => spaced.extend(letters.next()),
            ',' | ':' if !in_string && letters.peek().is_some_and(|next| !is_blank(*next)) => {
                spaced.push(' ');
            }
            _ => {}
        }
    }
    spaced
}

#[cfg(feature = "starlette")]
fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_as_python_escapes_it() {
        let plain = r#"{"a":"~\"\\\n\u00e9"}"#;
        assert!(matches!(ascii(plain), Cow::Borrowed(text) if text == plain.as_bytes()));
        let rows = [
            ("{\"é\":\"\u{7f}\"}", r#"{"\u00e9":"\u007f"}"#),
            ("{\"a\":\"\u{2028}😀\u{ffff}\"}", r#"{"a":"\u2028\ud83d\ude00\uffff"}"#),
            ("{\t\"ä\\\"\": 1}", "{\t\"\\u00e4\\\"\": 1}"),
        ];
        for (text, expected) in rows {
            assert_eq!(*ascii(text), *expected.as_bytes());
        }
    }

    #[cfg(feature = "starlette")]
    #[test]
    fn spaces_between_and_never_inside() {
        let rows = [
            ("{}", "{}"),
            (r#"{"a":[1,2],"b":{"c":null}}"#, r#"{"a": [1, 2], "b": {"c": null}}"#),
            (r#"{"a:,\"":":,\\","b,":1}"#, r#"{"a:,\"": ":,\\", "b,": 1}"#),
            (r#"{"a": [1, 2]}"#, r#"{"a": [1, 2]}"#),
            ("{\"a\":\n1,\t\"b\" : 2}", "{\"a\":\n1,\t\"b\" : 2}"),
        ];
        for (text, expected) in rows {
            assert_eq!(spaced(text), expected);
        }
    }
}
