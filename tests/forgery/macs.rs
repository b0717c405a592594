//! The right secret in the wrong way: another salt, another derivation, another hash, another
//! message, or no MAC at all.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use tower_cookie_session::Codec;

use crate::{
    Scale,
    formats::{COOKIE, Format, Layout, Minted, Token},
    judge::Judge,
    strangers::near,
};

/// What formats derive their keys with, and texts that look like it.
const SALTS: [&str; 14] = [
    "",
    "tower-cookie-session:session",
    "tower-cookie-session:__Host-session",
    "tower-cookie-session:session.sig",
    "tower-cookie-session private",
    "tower-cookie-session",
    "cookie-session",
    "django.contrib.sessions.backends.signed_cookies",
    "django.core.signing",
    "django.core.signing.TimestampSigner",
    "itsdangerous",
    "itsdangerous.Signer",
    "itsdangerous.Signersigner",
    "session",
];

struct Hash {
    hmac: fn(&[u8], &[u8]) -> Vec<u8>,
    hash: fn(&[u8]) -> Vec<u8>,
}

static HASHES: [Hash; 4] = [
    Hash { hmac: hmac::<Sha1>, hash: hash::<Sha1> },
    Hash { hmac: hmac::<Sha256>, hash: hash::<Sha256> },
    Hash { hmac: hmac::<Sha384>, hash: hash::<Sha384> },
    Hash { hmac: hmac::<Sha512>, hash: hash::<Sha512> },
];

fn hmac<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = <Hmac<D> as KeyInit>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn hash<D: Digest>(message: &[u8]) -> Vec<u8> {
    D::digest(message).to_vec()
}

pub(crate) fn forge<C: Codec>(
    judge: &mut Judge<C>,
    format: &Format<C>,
    minted: &Minted,
    scale: Scale,
) {
    if format.layout == Layout::Sealed {
        return;
    }
    let texts = format.layout.texts(&minted.token);
    let [content @ .., _] = &texts[..] else { return };
    let under = |tag: Vec<u8>| {
        let mut forged = content.to_vec();
        forged.push(URL_SAFE.encode(tag).into_bytes());
        format.layout.of_texts(&forged)
    };
    let message = signed(format.layout, content);
    let secret = minted.plain.secret.as_bytes();

    let own = keys(format.salt.as_bytes(), secret);
    // The right way is among them, as docs/FORMATS.md has it.
    let right = pairs(&own).any(|(key, hash)| under((hash.hmac)(key, &message)) == minted.token);
    assert!(right, "{}: {:?}", format.name, minted.token);

    let salts = SALTS.iter().map(|salt| (*salt).to_owned()).chain(near(format.salt));
    for salt in salts.step_by(scale.one_in(40)) {
        let mut others = keys(salt.as_bytes(), secret);
        others.retain(|key| !own.contains(key));
        for (key, hash) in pairs(&others) {
            judge.refuse_made("salt", &under((hash.hmac)(key, &message)));
        }
    }
    for (key, hash) in pairs(&own) {
        judge.refuse("derivation", &under((hash.hmac)(key, &message)));
        judge.refuse_made("no HMAC", &under((hash.hash)(&[key, &*message].concat())));
        judge.refuse_made("no HMAC", &under((hash.hash)(&[&*message, key].concat())));
    }
    for message in messages(content, &message).into_iter().step_by(scale.one_in(25)) {
        for (key, hash) in pairs(&own) {
            judge.refuse_made("message", &under((hash.hmac)(key, &message)));
        }
    }
    for hash in &HASHES {
        judge.refuse_made("no key", &under((hash.hash)(&message)));
        judge.refuse_made("no key", &under((hash.hmac)(b"", &message)));
        judge.refuse_made("no key", &under((hash.hmac)(&[0; 64], &message)));
        judge.refuse_made("no key", &under((hash.hmac)(&message, secret)));
    }
}

/// Each key with each hash.
fn pairs(keys: &[Vec<u8>]) -> impl Iterator<Item = (&[u8], &'static Hash)> {
    keys.iter().flat_map(|key| HASHES.iter().map(move |hash| (&**key, hash)))
}

/// What the MAC is over.
fn signed(layout: Layout, content: &[Vec<u8>]) -> Vec<u8> {
    match layout {
        Layout::Pair => [COOKIE.as_bytes(), b"=", &content[0]].concat(),
        _ => layout.of_texts(content).value,
    }
}

/// What it might have been over, and is not.
fn messages(content: &[Vec<u8>], message: &[u8]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = content.to_vec();
    all.push(content.concat());
    all.extend(b".:;= ".map(|separator| content.join(&separator)));
    all.extend([[message, b"."].concat(), [message, b"\0"].concat(), [b".", message].concat()]);
    for name in ["", COOKIE, "session.sig", "Session", "session ", "session2"] {
        all.extend(["=", " ", ":", "."].map(|s| [name.as_bytes(), s.as_bytes(), message].concat()));
        all.push([name.as_bytes(), b"=", &content[0]].concat());
    }
    all.retain(|other| other != message);
    all
}

/// By every derivation of every format, in every hash.
fn keys(salt: &[u8], secret: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![secret.to_vec(), [salt, secret].concat(), [secret, salt].concat()];
    for Hash { hmac, hash } in &HASHES {
        all.extend([hmac(secret, salt), hmac(salt, secret), hash(secret)]);
        all.extend([[salt, secret].concat(), [salt, b"signer", secret].concat()].map(|m| hash(&m)));
    }
    all
}

/// A web token, which says by itself how it is signed.
pub(crate) fn web_token(algorithm: &str, json: &str, secret: &[u8]) -> Token {
    let header = URL_SAFE.encode(format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
    let message = format!("{header}.{}", URL_SAFE.encode(json));
    let tag =
        if algorithm == "none" { Vec::new() } else { hmac::<Sha256>(secret, message.as_bytes()) };
    Token::alone(format!("{message}.{}", URL_SAFE.encode(tag)))
}
