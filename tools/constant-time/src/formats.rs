//! Every format, under each of its hashes, and a ring of keys for it.

use tower_cookie_session::{
    Codec, Digest, Django, Express, Flask, KeyRing, Private, SecretKey, Signed, Starlette,
};

/// Something to be done with each format.
pub trait Visitor {
    /// `codec` makes one that is ready, of a ring.
    fn visit<C: Codec>(&mut self, name: &'static str, codec: impl Fn(KeyRing) -> C);
}

pub fn each(visitor: &mut impl Visitor) {
    visitor.visit("Signed", |keys| ready(Signed::new(keys)));
    visitor.visit("Flask", |keys| ready(Flask::new(keys)));
    visitor.visit("Flask, SHA-256", |keys| ready(Flask::new(keys).digest(Digest::Sha256)));
    visitor.visit("Flask, SHA-384", |keys| ready(Flask::new(keys).digest(Digest::Sha384)));
    visitor.visit("Flask, SHA-512", |keys| ready(Flask::new(keys).digest(Digest::Sha512)));
    visitor.visit("Django", |keys| ready(Django::new(keys)));
    visitor.visit("Starlette", |keys| ready(Starlette::new(keys)));
    visitor.visit("Express", |keys| ready(Express::new(keys)));
    visitor.visit("Private", |keys| ready(Private::new(keys)));
}

fn ready<C: Codec>(mut codec: C) -> C {
    codec.prepare("session");
    codec
}

/// The key number `seed`, of `len` bytes.
pub fn key(len: u8, seed: u8) -> SecretKey {
    let bytes: Vec<u8> = (0..len).map(|i| i.wrapping_mul(31) ^ seed.wrapping_mul(77)).collect();
    SecretKey::new(bytes).expect("it is long and mixed enough")
}
