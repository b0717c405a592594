//! Parts in other places, left out, doubled, and taken from other tokens.

use tower_cookie_session::Codec;

use crate::{
    Scale,
    formats::{Format, Layout, Minted},
    judge::Judge,
};

pub(crate) fn forge<C: Codec>(
    judge: &mut Judge<C>,
    format: &Format<C>,
    minted: &[Minted],
    scale: Scale,
) {
    let longest = if scale == Scale::All { 4 } else { 3 };
    let tokens: Vec<_> = minted.iter().map(|minted| format.layout.parts(&minted.token)).collect();
    for parts in &tokens {
        let mut choice = parts.clone();
        choice.push(Vec::new());
        sequences(judge, format.layout, &choice, &mut Vec::new(), longest);
    }
    exchanged(judge, format.layout, &tokens, &mut Vec::new());
}

/// Every sequence of a token's own parts.
fn sequences<C: Codec>(
    judge: &mut Judge<C>,
    layout: Layout,
    choice: &[Vec<u8>],
    taken: &mut Vec<Vec<u8>>,
    longest: usize,
) {
    judge.refuse("own parts", &layout.of_parts(taken));
    if taken.len() < longest {
        for part in choice {
            taken.push(part.clone());
            sequences(judge, layout, choice, taken, longest);
            taken.pop();
        }
    }
}

/// Every token of parts in their places, each from any token.
fn exchanged<C: Codec>(
    judge: &mut Judge<C>,
    layout: Layout,
    tokens: &[Vec<Vec<u8>>],
    taken: &mut Vec<Vec<u8>>,
) {
    let place = taken.len();
    if place == tokens[0].len() {
        judge.refuse("others' parts", &layout.of_parts(taken));
        return;
    }
    for token in tokens {
        taken.push(token[place].clone());
        exchanged(judge, layout, tokens, taken);
        taken.pop();
    }
}
