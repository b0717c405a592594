//! HMAC under a ring of keys: derived and keyed once, compared in constant time.

use std::sync::Arc;

use hmac::{EagerHash, Hmac, KeyInit, Mac};
use zeroize::Zeroizing;

use crate::{
    encoding::Short,
    key::{KeyRing, SecretKey},
};

/// HMAC (RFC 2104) with a hash of any kind, under the keys of a ring.
#[derive(Clone)]
pub(crate) struct Signer(Arc<dyn Signs>);

/// How a format derives its MAC key from a secret; named as in itsdangerous.
#[derive(Clone, Copy)]
pub(crate) enum Derivation<'a> {
    /// HMAC(secret, salt).
    Hmac(&'a str),
    /// H(salt, "signer", secret).
    #[cfg(any(feature = "django", feature = "starlette"))]
    DjangoConcat(&'a str),
    /// The secret itself.
    #[cfg(feature = "express")]
    None,
}

/// Which key made a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedBy {
    Current,
    Previous,
}

impl Signer {
    pub(crate) fn new<D: Hash>(ring: &KeyRing, derivation: Derivation<'_>) -> Self {
        let derive = |secret: &SecretKey| keyed::<D>(&derivation.key::<D>(secret.expose_secret()));
        Self(Arc::new(Keyed {
            current: derive(ring.current()),
            previous: ring.previous().iter().map(derive).collect(),
        }))
    }

    /// The current key's tag of a message in parts.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> Short {
        self.0.sign(message)
    }

    /// A tag's length in bytes.
    pub(crate) fn tag_len(&self) -> usize {
        self.0.tag_len()
    }

    /// Which key of the ring, if any, made one of `tags` for a message in parts. How long this
    /// takes depends on the message's length, on how many tags there are and on which key it was,
    /// and on nothing else.
    pub(crate) fn verify(&self, message: &[&[u8]], tags: &[Short]) -> Option<SignedBy> {
        self.0.verify(message, tags)
    }
}

/// A hash that HMAC can be made of.
pub(crate) trait Hash: EagerHash<Core: Send + Sync> + 'static {}

impl<D: EagerHash<Core: Send + Sync> + 'static> Hash for D {}

/// A [`Signer`] whose hash is known.
trait Signs: Send + Sync {
    fn sign(&self, message: &[&[u8]]) -> Short;
    fn tag_len(&self) -> usize;
    fn verify(&self, message: &[&[u8]], tags: &[Short]) -> Option<SignedBy>;
}

struct Keyed<D: Hash> {
    current: Hmac<D>,
    previous: Vec<Hmac<D>>,
}

impl<D: Hash> Signs for Keyed<D> {
    fn sign(&self, message: &[&[u8]]) -> Short {
        Short::new(&fed(self.current.clone(), message).finalize().into_bytes())
    }

    fn tag_len(&self) -> usize {
        <D as hmac::digest::Digest>::output_size()
    }

    fn verify(&self, message: &[&[u8]], tags: &[Short]) -> Option<SignedBy> {
        let made_one = |key: &Hmac<D>| {
            let Some((last, others)) = tags.split_last() else { return false };
            let mac = fed(key.clone(), message);
            others.iter().any(|tag| mac.clone().verify_slice(tag).is_ok())
                || mac.verify_slice(last).is_ok()
        };
        if made_one(&self.current) {
            Some(SignedBy::Current)
        } else if self.previous.iter().any(made_one) {
            Some(SignedBy::Previous)
        } else {
            None
        }
    }
}

impl Derivation<'_> {
    pub(crate) fn key<D: Hash>(self, secret: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Hmac(salt) => {
                keyed::<D>(secret).chain_update(salt).finalize().into_bytes().to_vec()
            }
            #[cfg(any(feature = "django", feature = "starlette"))]
            Self::DjangoConcat(salt) => D::new()
                .chain_update(salt)
                .chain_update("signer")
                .chain_update(secret)
                .finalize()
                .to_vec(),
            #[cfg(feature = "express")]
            Self::None => secret.to_vec(),
        })
    }
}

fn fed<D: Hash>(mut mac: Hmac<D>, message: &[&[u8]]) -> Hmac<D> {
    message.iter().for_each(|part| mac.update(part));
    mac
}

#[expect(clippy::expect_used, reason = "the key's length is all that could fail, and none does")]
fn keyed<D: Hash>(key: &[u8]) -> Hmac<D> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests;
