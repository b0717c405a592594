//! Every bit, every other byte, every cut and every insertion.

use tower_cookie_session::Codec;

use crate::{Scale, formats::Token, judge::Judge};

/// What a sample inserts: a separator, padding, a letter, and no letter.
const SOME: &[u8] = b".=A\xff";

pub(crate) fn forge<C: Codec>(judge: &mut Judge<C>, token: &Token, scale: Scale) {
    for (at, text) in token.texts().enumerate() {
        let mut refuse = |kind, changed| judge.refuse(kind, &token.with(at, changed));
        for place in 0..text.len() {
            let (before, after) = (&text[..place], &text[place + 1..]);
            let other = |byte: u8| [before, &[byte], after].concat();
            for bit in 0..8 {
                refuse("bit", other(text[place] ^ 1 << bit));
            }
            if scale == Scale::All {
                (0..=u8::MAX).for_each(|byte| refuse("byte", other(byte)));
            }
            refuse("truncation", before.to_vec());
            refuse("truncation", after.to_vec());
            refuse("cut", [before, after].concat());
            if let [next, rest @ ..] = after {
                refuse("neighbours", [before, &[*next, text[place]], rest].concat());
            }
        }
        for place in 0..=text.len() {
            let (before, after) = text.split_at(place);
            let mut insert = |byte: u8| refuse("insertion", [before, &[byte], after].concat());
            match scale {
                Scale::Sample => SOME.iter().for_each(|byte| insert(*byte)),
                Scale::All => (0..=u8::MAX).for_each(insert),
            }
        }
    }
}
