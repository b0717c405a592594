//! The JSON text in a cookie, found without the crate under test.

use std::{collections::BTreeMap, io::Read};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use flate2::read::ZlibDecoder;

use crate::framework::Framework;

/// The text that a session cookie carries.
pub(crate) fn json(framework: Framework, token: &str) -> String {
    let bytes = match framework {
        Framework::Express => BASE64_STANDARD.decode(token).unwrap(),
        Framework::Starlette => BASE64_STANDARD.decode(token.split('.').next().unwrap()).unwrap(),
        Framework::Flask | Framework::Django => {
            let separator = if framework == Framework::Django { ':' } else { '.' };
            let payload = token.rsplitn(3, separator).last().unwrap();
            match payload.strip_prefix('.') {
                Some(zlib) => inflated(&BASE64_URL_SAFE_NO_PAD.decode(zlib).unwrap()),
                None => BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap(),
            }
        }
    };
    String::from_utf8(bytes).unwrap()
}

/// Whether the text in a session cookie is compressed.
pub(crate) fn is_compressed(framework: Framework, token: &str) -> bool {
    framework.compresses() && token.starts_with('.')
}

fn inflated(zlib: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(zlib).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The members of an object: each key as it is written, with its value as it is written.
pub(crate) fn members(object: &str) -> BTreeMap<String, String> {
    let inside = object.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    let split = |text, separator| top_level(text, separator).into_iter().map(str::trim);
    split(inside, ',')
        .filter(|member| !member.is_empty())
        .map(|member| {
            let [key, value] =
                <[&str; 2]>::try_from(split(member, ':').collect::<Vec<_>>()).unwrap();
            (key.to_owned(), value.to_owned())
        })
        .collect()
}

/// The pieces between separators that stand in no string and in no brackets.
fn top_level(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    text.split(|letter| {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => return letter == separator && depth == 0,
        }
        false
    })
    .collect()
}

#[test]
fn members_as_written() {
    let object = r#"{"a": [1, {"b": 2}], "\"c,:}":"\\", "":{"x":"],"},"\u00e9":-0.0}"#;
    let expected = [
        ("\"a\"", r#"[1, {"b": 2}]"#),
        (r#""\"c,:}""#, r#""\\""#),
        ("\"\"", r#"{"x":"],"}"#),
        (r#""\u00e9""#, "-0.0"),
    ];
    assert_eq!(members(object), expected.map(|(key, value)| (key.into(), value.into())).into());
    assert!(members("{}").is_empty());
}
