//! Verifies with keys that memcheck takes for undefined: whatever branches on them, or reads at an
//! address made of them, is reported.

use std::error::Error;

use tower_cookie_session::{Codec, KeyRing};

use crate::{
    formats::{self, Visitor, key},
    memcheck,
    token::Token,
};

/// A key as it should be, and one that HMAC hashes first.
const KEY_LENGTHS: [u8; 2] = [32, 200];
/// Where the tag's text can be secret too: the others look for its start from the token's end.
const TAG_BY_PLACE: [&str; 2] = ["Express", "Private"];

/// What is undefined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    Key,
    KeyAndTag,
}

struct Undefined {
    secret: Secret,
    /// How many reports each comparison of a MAC makes.
    reports_each: u32,
    comparisons: u32,
    surprises: u32,
}

/// Fails unless each comparison makes as many reports as it should, and nothing else makes any.
pub fn run(secret: Secret, reports_each: &str) -> Result<(), Box<dyn Error>> {
    if !memcheck::watches() {
        return Err("this is for valgrind: see tools/constant-time/run".into());
    }
    let reports_each = reports_each.parse()?;
    let mut undefined = Undefined { secret, reports_each, comparisons: 0, surprises: 0 };
    formats::each(&mut undefined);
    let (comparisons, reports) = (undefined.comparisons, memcheck::reports());
    println!("{comparisons} MACs compared, {reports} reports");
    match undefined.surprises == 0 && reports == comparisons * reports_each {
        true => Ok(()),
        false => Err(format!("{} reports were to be", comparisons * reports_each).into()),
    }
}

impl Visitor for Undefined {
    fn visit<C: Codec>(&mut self, name: &'static str, codec: impl Fn(KeyRing) -> C) {
        if self.secret == Secret::KeyAndTag && !TAG_BY_PLACE.contains(&name) {
            return;
        }
        for len in KEY_LENGTHS {
            let [current, previous, stranger] = [1, 2, 3].map(|seed| key(len, seed));
            let of = |key: &_| Token::of(&codec(KeyRing::new(Clone::clone(key))));
            let valid = of(&current);
            // How many keys are tried, and whether one of them made it.
            let rows = [
                ("valid", valid.clone(), 1, true),
                ("by the previous key", of(&previous), 2, true),
                ("by another key", of(&stranger), 2, false),
                ("the tag's first byte wrong", valid.clone().wrong_at_first(), 2, false),
                ("the tag's last byte wrong", valid.clone().wrong_at_last(), 2, false),
                ("half of the tag wrong", valid.clone().wrong_in(0x5a5a_5a5a_5a5a_5a5a), 2, false),
                ("another message", valid.with_another_message(), 2, false),
            ];

            memcheck::secret(current.expose_secret());
            memcheck::secret(previous.expose_secret());
            let codec = codec(KeyRing::new(current).accept(previous));
            for (what, token, comparisons, accepted) in rows {
                if self.secret == Secret::KeyAndTag {
                    memcheck::secret(token.tag());
                }
                let before = memcheck::reports();
                let opened = codec.decode(token.value(), &token.companions());
                // The verdict may be looked at.
                memcheck::public(&opened);
                assert_eq!(opened.is_ok(), accepted, "{name}, {what}");
                let reports = memcheck::reports() - before;
                if reports != comparisons * self.reports_each {
                    self.surprises += 1;
                    println!(
                        "{name}, a key of {len} bytes, {what}: {comparisons} MACs compared, {reports} reports"
                    );
                }
                self.comparisons += comparisons;
            }
        }
    }
}
