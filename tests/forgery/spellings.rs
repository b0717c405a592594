//! The same bytes in another spelling, and other content under the old MAC.

use base64::{
    Engine,
    prelude::{
        BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE,
        BASE64_URL_SAFE_NO_PAD as URL_SAFE,
    },
};
use flate2::bufread::{ZlibDecoder, ZlibEncoder};
use std::io::Read;
use tower_cookie_session::Codec;

use crate::{
    Scale,
    formats::{Format, Minted},
    judge::Judge,
};

/// What stands before or behind a text.
const AROUND: [&str; 20] = [
    "=", "==", "===", "====", "\n", "\r\n", "\0", " ", "\t", "\"", "'", "+", "-", "0", "A", "AA",
    ".", ":", "\u{feff}", "%00",
];

pub(crate) fn forge<C: Codec>(
    judge: &mut Judge<C>,
    format: &Format<C>,
    minted: &Minted,
    scale: Scale,
) {
    let texts = format.layout.texts(&minted.token);
    for place in 0..texts.len() {
        let mut refuse = |kind, other: Vec<u8>| {
            let mut changed = texts.clone();
            changed[place] = other;
            judge.refuse(kind, &format.layout.of_texts(&changed));
        };
        let respelled = respelled(&texts[place]).into_iter().step_by(scale.one_in(5));
        respelled.for_each(|other| refuse("spelling", other));
        aliases(&texts[place]).for_each(|other| refuse("spelling", other));
        other_content().into_iter().for_each(|other| refuse("content", other));
        for age in (0..200).step_by(scale.one_in(50)) {
            for issued in [minted.plain.issued + age, minted.plain.issued.saturating_sub(age)] {
                times(issued).into_iter().for_each(|other| refuse("time", other));
            }
        }
    }
}

/// What some reader somewhere takes for `text`.
fn respelled(text: &[u8]) -> Vec<Vec<u8>> {
    let each = |spell: fn(u8) -> String| text.iter().map(|byte| spell(*byte)).collect::<String>();
    let wide = |order: fn(u16) -> [u8; 2]| text.iter().flat_map(move |b| order((*b).into()));
    let mut all = vec![
        text.to_ascii_uppercase(),
        text.to_ascii_lowercase(),
        text.iter().rev().copied().collect(),
        [text, text].concat(),
        each(|byte| format!("%{byte:02x}")).into_bytes(),
        each(|byte| format!("%{byte:02X}")).into_bytes(),
        each(|byte| format!("%25{byte:02X}")).into_bytes(),
        each(|byte| format!("\\u{byte:04x}")).into_bytes(),
        each(|byte| format!("\\x{byte:02x}")).into_bytes(),
        each(|byte| format!("&#{byte};")).into_bytes(),
        each(|byte| char::from_u32(u32::from(byte) + 0xfee0).unwrap().to_string()).into_bytes(),
        each(|byte| format!("{byte:02x}")).into_bytes(),
        wide(u16::to_le_bytes).collect(),
        wide(u16::to_be_bytes).collect(),
        URL_SAFE.encode(text).into_bytes(),
        BASE64_STANDARD.encode(text).into_bytes(),
        with(text, *b"-_", *b"+/"),
        with(text, *b"+/", *b"-_"),
    ];
    for around in AROUND.map(str::as_bytes) {
        all.extend([[around, text].concat(), [text, around].concat()]);
        all.push([around, text, around].concat());
    }
    for (place, byte) in text.iter().enumerate() {
        let (before, after) = (&text[..place], &text[place + 1..]);
        for coded in [format!("%{byte:02X}"), format!("%{byte:02x}"), format!("\\u{byte:04x}")] {
            all.push([before, coded.as_bytes(), after].concat());
        }
        let mut case = text.to_vec();
        case[place] ^= 0x20;
        all.push(case);
        for fold in ["\n", "\r\n", "\r\n "] {
            all.push([before, fold.as_bytes(), &text[place..]].concat());
        }
    }
    let decoded = URL_SAFE.decode(text).or_else(|_| BASE64_STANDARD.decode(text));
    for bytes in decoded.iter().flat_map(|bytes| reshaped(bytes)) {
        for engine in [&BASE64_URL_SAFE, &URL_SAFE, &BASE64_STANDARD, &BASE64_STANDARD_NO_PAD] {
            let encoded = engine.encode(&bytes);
            all.push([".", &encoded].concat().into_bytes());
            all.push(encoded.into_bytes());
        }
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        all.extend([hex.to_uppercase().into_bytes(), hex.into_bytes(), bytes]);
    }
    all
}

fn with(text: &[u8], from: [u8; 2], to: [u8; 2]) -> Vec<u8> {
    let letter = |byte: &u8| from.iter().position(|from| from == byte).map_or(*byte, |at| to[at]);
    text.iter().map(letter).collect()
}

/// With every other last letter, some of which differ only in bits that no byte has.
fn aliases(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=').unwrap_or_default();
    (b' '..=b'~').map(move |letter| {
        let mut alias = text.to_vec();
        if let Some(last) = alias.get_mut(end) {
            *last = letter;
        }
        alias
    })
}

/// `bytes`, and what a careless comparison would take for them.
fn reshaped(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..=bytes.len()).map(|len| bytes[..len].to_vec()).collect();
    all.extend((0..bytes.len()).map(|from| bytes[from..].to_vec()));
    all.extend((0..bytes.len()).map(|len| vec![0; len]));
    all.extend([vec![0; bytes.len()], vec![0xff; bytes.len()], [bytes, bytes].concat()]);
    all.extend([[bytes, &[0]].concat(), [&[0], bytes].concat()]);
    all.push(bytes.iter().rev().copied().collect());
    all.push(bytes.iter().map(|byte| !byte).collect());
    let (mut deflated, mut inflated) = (Vec::new(), Vec::new());
    ZlibEncoder::new(bytes, Default::default()).read_to_end(&mut deflated).unwrap();
    all.push(deflated);
    if ZlibDecoder::new(bytes).read_to_end(&mut inflated).is_ok() {
        all.push(inflated);
    }
    all
}

/// What an attacker would rather have signed.
fn other_content() -> Vec<Vec<u8>> {
    let sessions = [
        "",
        "{}",
        "null",
        r#"{"user":"eve"}"#,
        r#"{"user": "ada"}"#,
        r#"{"user":"ada","admin":true}"#,
        r#"{"user":"ada","_session":{"deadline":9999999999}}"#,
        r#"{"alg":"none"}"#,
        r#"{"_permanent":true}"#,
    ];
    let encoded = sessions
        .into_iter()
        .flat_map(|json| [json.to_owned(), URL_SAFE.encode(json), BASE64_STANDARD.encode(json)]);
    encoded.map(String::into_bytes).collect()
}

/// A time in every format's spelling.
fn times(seconds: u64) -> Vec<Vec<u8>> {
    let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let (mut base62, mut left) = (Vec::new(), seconds);
    while base62.is_empty() || left > 0 {
        base62.insert(0, digits[(left % 62) as usize]);
        left /= 62;
    }
    let bytes = seconds.to_be_bytes();
    let shortest = &bytes[seconds.leading_zeros() as usize / 8..];
    vec![
        base62,
        URL_SAFE.encode(shortest).into_bytes(),
        URL_SAFE.encode(bytes).into_bytes(),
        BASE64_STANDARD.encode(shortest).into_bytes(),
        seconds.to_string().into_bytes(),
    ]
}
