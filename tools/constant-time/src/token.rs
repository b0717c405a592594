//! Tokens: valid ones, and forgeries of them.

use tower_cookie_session::Codec;

const JSON: &str = r#"{"user":"ada","cart":[1,2,3],"theme":"dark"}"#;
const ISSUED: u64 = 1_790_000_000;
const ROOM: usize = 4096;
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Bytes of the tag where no separator is before it, which is so with `Private`.
const POLY1305: usize = 16;

/// A cookie's value, and that of its companion.
#[derive(Clone)]
pub struct Token {
    value: Vec<u8>,
    companion: Option<Vec<u8>>,
}

impl Token {
    pub fn of(codec: &impl Codec) -> Self {
        let mut value = Vec::new();
        let companion = codec.encode(JSON, ISSUED, ROOM, &mut value);
        Self { value, companion: companion.map(String::into_bytes) }
    }

    pub fn value(&self) -> &[u8] {
        &self.value
    }

    pub fn companions(&self) -> Vec<&[u8]> {
        self.companion.iter().map(Vec::as_slice).collect()
    }

    /// Takes the text of another token of the same format and length, and stays in its place.
    pub fn copy_from(&mut self, other: &Self) {
        self.value.copy_from_slice(&other.value);
        if let (Some(to), Some(from)) = (&mut self.companion, &other.companion) {
            to.copy_from_slice(from);
        }
    }

    /// With another first byte in its tag.
    pub fn wrong_at_first(mut self) -> Self {
        flip(self.tag_mut().first_mut().expect("a tag is not empty"));
        self
    }

    /// With another last byte in its tag.
    pub fn wrong_at_last(mut self) -> Self {
        flip(self.tag_mut().last_mut().expect("a tag is not empty"));
        self
    }

    /// With another tag: bit `i` of `noise` says whether its letter `i` is another.
    pub fn wrong_in(mut self, noise: u64) -> Self {
        let letters = self.tag_mut().iter_mut().enumerate();
        letters.filter(|(i, _)| (noise >> (i % 64)) & 1 == 1).for_each(|(_, letter)| flip(letter));
        self
    }

    /// With another message before its tag.
    pub fn with_another_message(mut self) -> Self {
        flip(self.value.first_mut().expect("a token is not empty"));
        self
    }

    pub fn tag(&self) -> &[u8] {
        match &self.companion {
            Some(companion) => companion,
            None => &self.value[self.tag_start()..],
        }
    }

    fn tag_mut(&mut self) -> &mut [u8] {
        let start = self.tag_start();
        match &mut self.companion {
            Some(companion) => companion,
            None => &mut self.value[start..],
        }
    }

    /// The first letter that belongs to nothing but the tag, where the tag is in the value.
    fn tag_start(&self) -> usize {
        let separator = self.value.iter().rposition(|letter| b".:".contains(letter));
        separator.map(|at| at + 1).unwrap_or_else(|| {
            let before = self.value.len() * 6 / 8 - POLY1305;
            (before * 8).div_ceil(6)
        })
    }
}

/// Changes the first of the six bits that a letter stands for: the text stays canonical.
fn flip(letter: &mut u8) {
    let bits = URL_SAFE.iter().position(|other| other == letter).expect("a letter of base64");
    *letter = URL_SAFE[bits ^ 0b10_0000];
}
