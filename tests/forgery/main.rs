//! Forgery, as far as it can be counted: what lies around valid tokens, and what other keys, names,
//! salts and formats make of the same session, opens nothing; neither by the codec alone nor
//! through a layer.
//!
//! `cargo test` decides a sample. All of it, more than 500 000 variants for each format, within a
//! minute:
//!
//! ```sh
//! cargo test --release --all-features --test forgery -- --ignored --nocapture
//! ```
#![cfg(feature = "full")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bytes;
mod formats;
mod judge;
mod macs;
mod parts;
mod sealed;
mod spellings;
mod strangers;

use tower_cookie_session::Codec;

use formats::Format;
use judge::Judge;

/// How much of it.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    /// Of three tokens, in a second or two without optimization.
    Sample,
    /// Of all twenty.
    All,
}

impl Scale {
    fn tokens(self) -> usize {
        match self {
            Self::Sample => 3,
            Self::All => 20,
        }
    }

    /// One of that many, where only the number differs.
    fn one_in(self, count: usize) -> usize {
        match self {
            Self::Sample => count,
            Self::All => 1,
        }
    }

    fn at_least(self) -> usize {
        match self {
            Self::Sample => 5000,
            Self::All => 500_000,
        }
    }
}

fn every_variant_is_refused<C: Codec>(format: &Format<C>, scale: Scale) {
    let sessions = formats::sessions().take(scale.tokens());
    let minted: Vec<_> = sessions.map(|session| format.mint(session)).collect();
    let mut judge = Judge::new(format, &minted);
    for minted in &minted {
        bytes::forge(&mut judge, &minted.token, scale);
        spellings::forge(&mut judge, format, minted, scale);
        macs::forge(&mut judge, format, minted, scale);
        sealed::forge(&mut judge, format, minted);
        strangers::forge(&mut judge, format, minted, scale);
    }
    parts::forge(&mut judge, format, &minted, scale);
    judge.conclude(scale.at_least());
}

macro_rules! formats {
    ($($format:ident),*) => {
        mod sample {
            $(#[test] fn $format() {
                super::every_variant_is_refused(&super::formats::$format(), super::Scale::Sample);
            })*
        }

        mod all {
            $(#[test] #[ignore = "half a minute in --release, where CI runs it"] fn $format() {
                super::every_variant_is_refused(&super::formats::$format(), super::Scale::All);
            })*
        }
    };
}

formats!(signed, private, flask, flask_sha512, django, starlette, express);
