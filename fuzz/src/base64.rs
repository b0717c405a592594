//! Base64, in the plainest way: for forgers, who read it leniently and write it in every spelling.

pub const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
pub const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Without padding.
pub fn encode(bytes: &[u8], alphabet: &[u8; 64]) -> Vec<u8> {
    let mut text = Vec::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        let letters = (0..=three.len()).map(|at| bits >> (18 - 6 * at) & 63);
        text.extend(letters.map(|value| alphabet[value as usize]));
    }
    text
}

/// What can be read of it; the other letters are passed over.
pub fn decode(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for value in text.iter().filter_map(|letter| value(*letter)) {
        bits = bits << 6 | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 255) as u8);
        }
    }
    bytes
}

/// What a letter of either alphabet stands for.
pub fn value(letter: u8) -> Option<u32> {
    let in_alphabet = |alphabet: &[u8; 64]| alphabet.iter().position(|one| *one == letter);
    in_alphabet(URL_SAFE).or_else(|| in_alphabet(STANDARD)).map(|at| at as u32)
}
