//! Encrypted under the right secret, and under another label or for another name.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::AeadInOut};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use tower_cookie_session::Codec;

use crate::{
    formats::{COOKIE, Format, Layout, Minted, Token},
    judge::Judge,
    strangers::near,
};

const NONCE: [u8; 24] = [7; 24];

pub(crate) fn forge<C: Codec>(judge: &mut Judge<C>, format: &Format<C>, minted: &Minted) {
    if format.layout != Layout::Sealed {
        return;
    }
    let secret = minted.plain.secret.as_bytes();
    let content = [&minted.plain.issued.to_be_bytes(), minted.plain.json.as_bytes()].concat();
    let names: Vec<String> = near(COOKIE).chain(["".into(), "__Host-session".into()]).collect();

    let derived = |label: &str| {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).unwrap();
        mac.chain_update(label).finalize().into_bytes().to_vec()
    };
    let right = derived(format.salt);
    // The right key makes one more valid token for the right name.
    judge.accept(&sealed(&right, COOKIE, &content));
    for name in &names {
        judge.refuse_made("name", &sealed(&right, name, &content));
    }
    let labels = near(format.salt).chain(["".into(), "tower-cookie-session:session".into()]);
    let mut keys: Vec<Vec<u8>> = labels.map(|label| derived(&label)).collect();
    keys.extend([secret[..32].to_vec(), Sha256::digest(secret).to_vec(), vec![0; 32]]);
    for key in keys {
        judge.refuse_made("salt", &sealed(&key, COOKIE, &content));
        judge.refuse_made("salt", &sealed(&key, "", &content));
    }
    // The content, and a tag of nobody.
    for tag in [[0; 16], [0xff; 16]] {
        judge.refuse_made("no key", &token(&content, &tag));
    }
}

fn sealed(key: &[u8], name: &str, content: &[u8]) -> Token {
    let cipher = XChaCha20Poly1305::new_from_slice(key).unwrap();
    let mut content = content.to_vec();
    let (name, inout) = (name.as_bytes(), content.as_mut_slice().into());
    let tag = cipher.encrypt_inout_detached(&NONCE.into(), name, inout).unwrap();
    token(&content, &tag)
}

fn token(content: &[u8], tag: &[u8]) -> Token {
    Token::alone(URL_SAFE.encode([&NONCE, content, tag].concat()))
}
