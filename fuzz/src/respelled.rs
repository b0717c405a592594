//! How a format may spell a session's values anew on their way through it, told independently.

use serde_json::Value;

use crate::formats::Format;

/// Whether `after` is how the format brings `before`, a value's text.
pub fn is_kept(format: Format, before: &str, after: &str) -> bool {
    match format {
        Format::Signed | Format::Private => before == after,
        Format::Flask | Format::Django => escaped(before) == after,
        Format::Starlette => {
            let blanks = after.len() - unspaced(after).len();
            after.is_ascii() && unspaced(&escaped(before)) == unspaced(after) && {
                // One blank at each separator that had none, and never fewer than before.
                blanks >= before.len() - unspaced(before).len()
            }
        }
        Format::Express => is_same(before, after),
    }
}

/// In printable ASCII: the rest as UTF-16, in lower case.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if letter < '\x7f' {
            out.push(letter);
        } else {
            let units = letter.encode_utf16(&mut [0; 2]).to_vec();
            units.iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Without the blanks between values.
pub fn unspaced(text: &str) -> String {
    let (mut out, mut in_string, mut escape) = (String::new(), false, false);
    for letter in text.chars() {
        if in_string || !" \t\r\n".contains(letter) {
            out.push(letter);
        }
        in_string ^= letter == '"' && !escape;
        escape = in_string && letter == '\\' && !escape;
    }
    out
}

/// The same value to a reader of JSON, where both texts are ones that serde_json reads.
fn is_same(before: &str, after: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text);
    match (read(before), read(after)) {
        (Ok(before), Ok(after)) => same(&before, &after),
        // NaN became null, and half a surrogate pair or 1e400 stays.
        (Err(_), _) => true,
        (Ok(_), Err(_)) => false,
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        // JavaScript has one type of number, and one zero; but whole ones keep their digits here.
        (Value::Number(one), Value::Number(other)) => {
            let whole = one.as_i128().zip(other.as_i128());
            whole.map_or_else(|| one.as_f64() == other.as_f64(), |(one, other)| one == other)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(key, value)| other.get(key).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}
