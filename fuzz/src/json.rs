//! JSON texts in odd layouts, and a reader of their top level that leaves the work to serde_json.

use std::fmt;

use arbitrary::{Result, Unstructured};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What a scanner might trip over: numbers that do not fit a type, what Python writes, half a
/// surrogate pair, brackets and reserved keys where they mean nothing.
const VALUES: [&str; 18] = [
    "0",
    "null",
    "true",
    "-0",
    "1.50",
    "-0.0e+0",
    "1E400",
    "1180591620717411303424",
    "0.1000000000000000055511151231257827",
    "NaN",
    "Infinity",
    "-Infinity",
    r#""\ud800""#,
    r#""{[,:]}\\""#,
    r#"{"_session":{}, "a":[NaN]}"#,
    r#"{" t":[ ]}"#,
    r#"[["a", "b"] ]"#,
    r#"[{" t":["a",{" m":"b"}]},["c","d"]]"#,
];

/// Keys that are equal only after unescaping, or only before, and the reserved ones.
const KEYS: [&str; 12] =
    ["a", "b", "ab", "", "\"", "\\u0061", "é", "😀", "a\n", "_permanent", "_flashes", "_session"];

/// An object of chosen content and layout.
pub fn object(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    blank(u, &mut text)?;
    write_object(u, 3, &mut text)?;
    blank(u, &mut text)?;
    Ok(text)
}

/// A value, as [`object`] has them.
pub fn value(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    write_value(u, 2, &mut text)?;
    Ok(text)
}

/// A key, most often one of those that [`object`] uses.
pub fn key(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(if u.ratio(1, 8)? { u.arbitrary()? } else { (*u.choose(&KEYS)?).to_owned() })
}

fn write_object(u: &mut Unstructured<'_>, depth: usize, out: &mut String) -> Result<()> {
    out.push('{');
    blank(u, out)?;
    for index in 0..u.int_in_range(0..=5)? {
        if index > 0 {
            out.push(',');
            blank(u, out)?;
        }
        let key = key(u)?;
        write_string(u, &key, out)?;
        blank(u, out)?;
        out.push(':');
        blank(u, out)?;
        write_value(u, depth - 1, out)?;
        blank(u, out)?;
    }
    out.push('}');
    Ok(())
}

fn write_value(u: &mut Unstructured<'_>, depth: usize, out: &mut String) -> Result<()> {
    match u.int_in_range(0..=if depth == 0 { 4 } else { 6 })? {
        0 => out.push_str(&u.arbitrary::<i128>()?.to_string()),
        1 => {
            let text: String = u.arbitrary()?;
            write_string(u, &text, out)?;
        }
        2 => out.push_str(&format!("\"{}\"", "x".repeat(u.int_in_range(0..=200)?))),
        3 | 4 => out.push_str(u.choose(&VALUES)?),
        5 => {
            out.push('[');
            write_value(u, depth - 1, out)?;
            out.push_str(" ,");
            write_value(u, depth - 1, out)?;
            out.push(']');
        }
        _ => write_object(u, depth, out)?,
    }
    Ok(())
}

/// A string in one of its many spellings.
fn write_string(u: &mut Unstructured<'_>, text: &str, out: &mut String) -> Result<()> {
    out.push('"');
    for letter in text.chars() {
        if u.ratio(1, 6)? {
            let units = letter.encode_utf16(&mut [0; 2]).to_vec();
            units.iter().for_each(|unit| out.push_str(&format!("\\u{unit:04X}")));
        } else {
            let quoted = serde_json::to_string(&letter).expect("a letter is a string");
            out.push_str(&quoted[1..quoted.len() - 1]);
        }
    }
    out.push('"');
    Ok(())
}

fn blank(u: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
    if u.ratio(1, 6)? {
        out.push_str(u.choose(&[" ", "  ", "\t", "\r\n"])?);
    }
    Ok(())
}

/// The members of an object as they are written, keys with their quotes; `None` for what is no
/// object by RFC 8259 and Python's additions to it.
pub fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let standard = standard(text);
    let members: Members<'_> = serde_json::from_str(&standard).ok()?;
    let original = |raw: &RawValue| {
        let start = raw.get().as_ptr() as usize - standard.as_ptr() as usize;
        &text[start..start + raw.get().len()]
    };
    Some(members.0.iter().map(|(key, value)| (original(key), original(value))).collect())
}

/// `text` with an empty list of the same length in the place of each of Python's words: it is as
/// good a value, and in no other place any better.
fn standard(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(letter) = rest.chars().next() {
        let word = ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| rest.starts_with(word));
        let letters = if in_string && letter == '\\' { 2 } else { 1 };
        let (done, after) = match word {
            Some(word) if !in_string => rest.split_at(word.len()),
            _ => rest.split_at(rest.chars().take(letters).map(char::len_utf8).sum()),
        };
        match word {
            Some(word) if !in_string => out.push_str(&format!("[{:1$}]", "", word.len() - 2)),
            _ => out.push_str(done),
        }
        in_string ^= letter == '"';
        rest = after;
    }
    out
}

struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(&'de RawValue, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(InOrder).map(Members)
    }
}
