//! What is valid elsewhere: under another key, for another name, in another format.

use tower_cookie_session::{Codec, KeyRing, SessionCookie};

use crate::{
    Scale,
    formats::{
        COOKIE, EARLIER, Format, Layout, Minted, SECRET, Token, django, express, flask,
        flask_sha512, key, private, signed, starlette,
    },
    judge::{Judge, decoded},
    macs::web_token,
};

const RETIRED: &str = "a key of last year: 0123456789 abc";

pub(crate) fn forge<C: Codec>(
    judge: &mut Judge<C>,
    format: &Format<C>,
    minted: &Minted,
    scale: Scale,
) {
    names(judge, format, minted);
    keys(judge, format, minted, scale);
    formats(judge, format, minted);
}

/// Texts that differ from `text` by a letter, its case, or what surrounds it.
pub(crate) fn near(text: &str) -> impl Iterator<Item = String> {
    let mut all = vec![text.to_uppercase(), text.repeat(2), text.chars().rev().collect()];
    for (at, letter) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + letter.len_utf8()..]);
        let next = char::from_u32(u32::from(letter) ^ 1).unwrap();
        for other in ["".to_owned(), next.into(), letter.to_ascii_uppercase().into()] {
            all.push(format!("{before}{other}{after}"));
        }
        all.extend([
            before.to_owned(),
            after.to_owned(),
            format!("{before}{letter}{letter}{after}"),
        ]);
    }
    for around in ["x", "2", "-", ".", ":", "_", "__Host-", "__Secure-", ".sig", "=", " "] {
        all.extend([format!("{around}{text}"), format!("{text}{around}")]);
    }
    let text = text.to_owned();
    all.into_iter().filter(move |other| *other != text)
}

fn names<C: Codec>(judge: &mut Judge<C>, format: &Format<C>, minted: &Minted) {
    for other in near(COOKIE).filter(|name| SessionCookie::new(name).is_ok()) {
        let mut header = [other.as_bytes(), b"=", &minted.token.value].concat();
        for companion in &minted.token.companions {
            header.extend_from_slice(format!("; {other}.sig=").as_bytes());
            header.extend_from_slice(companion);
        }
        // Of a pair, the signature under the wrong name alone.
        let half = Token::alone(minted.token.value.clone());
        judge.ignore("name", &header);
        judge.refuse("name", &half);
        if format.binds_name {
            let theirs = format.codec(key(minted.plain.secret), &other);
            judge.refuse_made("name", &minted.plain.encoded(&theirs));
            judge.refuse_by("name", &theirs, &other, &minted.token);
        }
    }
}

fn keys<C: Codec>(judge: &mut Judge<C>, format: &Format<C>, minted: &Minted, scale: Scale) {
    // It would be accepted, if the ring still had it.
    let ring = KeyRing::new(key(SECRET)).accept(key(EARLIER)).accept(key(RETIRED));
    let retired = minted.plain.encoded(&format.codec(key(RETIRED), COOKIE));
    assert_eq!(decoded(&format.codec(ring, COOKIE), &retired), Ok(()));
    judge.refuse_made("retired key", &retired);

    for secret in other_secrets(minted.plain.secret.as_bytes()).step_by(scale.one_in(25)) {
        let theirs = format.codec(key(secret), COOKIE);
        judge.refuse_made("key", &minted.plain.encoded(&theirs));
    }
}

/// Every bit, cut and byte more of a secret; but no zero byte at its end, for to HMAC that is the
/// same key.
fn other_secrets(secret: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let flipped = (0..secret.len() * 8).map(|bit| {
        let mut secret = secret.to_vec();
        secret[bit / 8] ^= 1 << (bit % 8);
        secret
    });
    let cut = (1..secret.len()).flat_map(|at| [secret[..at].to_vec(), secret[at..].to_vec()]);
    let longer = (1..=u8::MAX).map(move |byte| [secret, &[byte]].concat());
    let before = (0..=u8::MAX).map(move |byte| [&[byte], secret].concat());
    let plain = [vec![0; 32], vec![0xff; 32], b"secret".to_vec(), secret.repeat(2)];
    flipped.chain(cut).chain(longer).chain(before).chain(plain)
}

fn formats<C: Codec>(judge: &mut Judge<C>, format: &Format<C>, minted: &Minted) {
    let mut tokens = Vec::new();
    for name in ["session", "__Host-session", "session.sig", ""] {
        for secret in [SECRET, EARLIER] {
            tokens.push((signed().name, of(&signed(), minted, secret, name)));
            tokens.push((private().name, of(&private(), minted, secret, name)));
            tokens.push((flask().name, of(&flask(), minted, secret, name)));
            tokens.push((flask_sha512().name, of(&flask_sha512(), minted, secret, name)));
            tokens.push((django().name, of(&django(), minted, secret, name)));
            tokens.push((starlette().name, of(&starlette(), minted, secret, name)));
            tokens.push((express().name, of(&express(), minted, secret, name)));
        }
    }
    for (_, token) in tokens.into_iter().filter(|(name, _)| *name != format.name) {
        for texts in [&b"."[..], b":", b""].map(|join| token.texts().collect::<Vec<_>>().join(join))
        {
            judge.refuse_made("format", &as_one_of(format.layout, texts));
        }
        judge.refuse_made("format", &token);
    }
    for algorithm in ["none", "HS256"] {
        for secret in [SECRET, EARLIER] {
            let token = web_token(algorithm, &minted.plain.json, secret.as_bytes());
            judge.refuse_made("format", &as_one_of(format.layout, token.value));
        }
    }
}

fn of<C: Codec>(format: &Format<C>, minted: &Minted, secret: &str, name: &str) -> Token {
    minted.plain.encoded(&format.codec(key(secret), name))
}

/// One text as a token; of a pair, its last part is the signature.
fn as_one_of(layout: Layout, text: Vec<u8>) -> Token {
    let end = text.iter().rposition(|byte| b".:".contains(byte));
    match (layout, end) {
        (Layout::Pair, Some(end)) => {
            Token { value: text[..end].to_vec(), companions: vec![text[end + 1..].to_vec()] }
        }
        _ => Token::alone(text),
    }
}
