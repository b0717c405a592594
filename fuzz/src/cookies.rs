//! Cookie headers, read in the plainest way.

use http::HeaderValue;

/// The most cookies of one name that are looked at in a request.
const CANDIDATES_MAX: usize = 8;
/// The most bytes of name and value that are looked at.
pub const NAME_AND_VALUE_MAX: usize = 4096;

/// The lines of `text` that http allows as header values.
pub fn lines(text: &[u8]) -> Vec<HeaderValue> {
    text.split(|byte| *byte == b'\n').filter_map(|l| HeaderValue::from_bytes(l).ok()).collect()
}

/// The values of `name` that a session may be read from, in their order.
pub fn candidates<'a>(name: &str, lines: &'a [HeaderValue]) -> Vec<&'a [u8]> {
    let pairs = lines.iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let values = pairs.map(trim).filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        (&pair[..equals] == name.as_bytes()).then(|| &pair[equals + 1..])
    });
    values.take(CANDIDATES_MAX).collect()
}

/// Without spaces and tabs around it; other white space is part of the text.
fn trim(text: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !b" \t".contains(byte);
    let Some(start) = text.iter().position(is_text) else { return &[] };
    let end = text.iter().rposition(is_text).map_or(start, |last| last + 1);
    &text[start..end]
}
