//! A forger at work on tokens that were issued, those of every format.
//!
//! Property: whatever is changed, left out, put in, exchanged with another token (also of another
//! format under the same key), or spelled in another way, it is `BadSignature` (or too long to be
//! looked at): never `Malformed`, which says that the signature held. Only what is, byte for byte, a
//! token that was issued is read, and then means what it meant: there is no second spelling.
//!
//! Input: choices of a format, a token and one to three changes.

#![no_main]

use arbitrary::{Result, Unstructured};
use http::HeaderValue;
use libfuzzer_sys::fuzz_target;
use tower_cookie_session_fuzz::{
    forger::forge,
    formats::Format,
    minted::{Minted, world},
    oracle::assert_content,
};

fuzz_target!(|input: &[u8]| {
    let _ = check(&mut Unstructured::new(input));
});

fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let world = world(Format::of(u.arbitrary()?));
    let Minted { name, token, companion, .. } = u.choose(&world.minted)?;
    let other = u.choose(&world.minted)?;
    let tag_of = |companion: &Option<String>| companion.clone().unwrap_or_default().into_bytes();
    let (mut token, mut tag) = (token.clone().into_bytes(), tag_of(companion));

    for _ in 0..u.int_in_range(1..=3)? {
        if companion.is_some() && u.arbitrary()? {
            forge(u, &mut tag, &[&tag_of(&other.companion), &token])?;
        } else {
            forge(u, &mut token, &[other.token.as_bytes()])?;
        }
    }

    let header = world.format.header(name, &token, &tag);
    let lines: Vec<_> = HeaderValue::from_bytes(&header).into_iter().collect();
    assert_content(&world.layer.open(&header), &world.expected(&lines));
    Ok(())
}
