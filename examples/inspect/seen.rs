//! What can be seen in a token without any secret.

use std::io::Read;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::ZlibDecoder;
use serde::Serialize;
use serde_json::Value;

/// No token of ours inflates to more.
const INFLATED_MAX: u64 = 64 * 1024;

/// What a token looks like.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Seen {
    /// By its layout; none if it is like nothing we know.
    pub(crate) formats: Vec<&'static str>,
    /// Seconds since 1970.
    pub(crate) issued: Option<i64>,
    pub(crate) content: Option<Value>,
}

impl Seen {
    pub(crate) fn of(token: &str) -> Self {
        let dotted: Vec<&str> = token.rsplitn(3, '.').collect();
        let colons: Vec<&str> = token.rsplitn(3, ':').collect();
        match (&dotted[..], &colons[..]) {
            (_, [tag, time, payload]) if tag.len() == 43 => {
                Self::timed(vec!["Django"], base62(time), payload)
            }
            ([tag, time, payload], _) => {
                Self::timed(by_tag(tag, payload), big_endian(time), payload)
            }
            _ => match (content(token), decoded(token)) {
                (Some(content), _) => {
                    Self { formats: vec!["Express"], issued: None, content: Some(content) }
                }
                (None, Some(bytes)) if bytes.len() > 48 && !token.contains(['+', '/', '=']) => {
                    Self { formats: vec!["Private"], ..Self::default() }
                }
                _ => Self::default(),
            },
        }
    }

    /// Three parts. Other tokens have them too, such as a JWT: only ours have a time in the middle.
    fn timed(formats: Vec<&'static str>, issued: Option<i64>, payload: &str) -> Self {
        let formats = if issued.is_some() { formats } else { Vec::new() };
        Self { formats, issued, content: content(payload) }
    }
}

/// Three parts with dots: the MAC's length tells the hash, and the payload's spelling the rest.
fn by_tag(tag: &str, payload: &str) -> Vec<&'static str> {
    match tag.len() {
        43 => vec!["Signed", "Flask, SHA-256"],
        64 => vec!["Flask, SHA-384"],
        86 => vec!["Flask, SHA-512"],
        27 if payload.starts_with('.') || payload.contains(['-', '_']) => vec!["Flask"],
        27 if payload.contains(['+', '/', '=']) => vec!["Starlette"],
        27 => vec!["Flask", "Starlette"],
        _ => Vec::new(),
    }
}

fn content(payload: &str) -> Option<Value> {
    let bytes = match payload.strip_prefix('.') {
        None => decoded(payload)?,
        Some(compressed) => {
            let mut inflated = Vec::new();
            let compressed = decoded(compressed)?;
            let stream = ZlibDecoder::new(&*compressed);
            stream.take(INFLATED_MAX).read_to_end(&mut inflated).ok()?;
            inflated
        }
    };
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// Base64 in either alphabet, padded or not.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let standard = text.replace('-', "+").replace('_', "/");
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(standard).ok()
}

fn big_endian(text: &str) -> Option<i64> {
    let bytes = decoded(text).filter(|bytes| bytes.len() <= 7)?;
    Some(bytes.iter().fold(0, |seconds, byte| seconds << 8 | i64::from(*byte)))
}

fn base62(text: &str) -> Option<i64> {
    text.chars().try_fold(0_i64, |number, letter| {
        let digit = match letter {
            '0'..='9' | 'A'..='Z' => letter.to_digit(36)?,
            'a'..='z' => letter.to_digit(36)? + 26,
            _ => return None,
        };
        number.checked_mul(62)?.checked_add(digit.into())
    })
}
