//! A format for tests: the bare text, unsigned, in hexadecimal digits.

use tower_cookie_session::{Codec, Payload, Rejection};

#[derive(Clone, Debug)]
pub struct Hex;

impl Codec for Hex {
    fn decode(&self, token: &[u8], _: &[&[u8]]) -> Result<Payload, Rejection> {
        Payload::from_json(decode(token))
    }

    fn encode(&self, json: &str, _: u64, _: usize, token: &mut Vec<u8>) -> Option<String> {
        token.extend_from_slice(encode(json.as_bytes()).as_bytes());
        None
    }
}

pub fn encode(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(digit.into(), 16).expect("four bits")).collect()
}

pub fn decode(digits: &[u8]) -> Vec<u8> {
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("two digits")).collect()
}
