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

/// How a format makes the key of its MAC from a secret; by itsdangerous' names.
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

    /// Bytes of a tag.
    pub(crate) fn tag_len(&self) -> usize {
        self.0.tag_len()
    }

    /// Which key made one of `tags` of a message in parts, if one of the ring did. How long this
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
mod tests {
    use sha2::Sha256;

    use super::*;

    const SALTED: Derivation<'_> = Derivation::Hmac("salt");

    fn hex(text: &str) -> Vec<u8> {
        let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    #[test]
    fn hmac_as_rfc_4231_has_it() {
        let rows: [(Vec<u8>, &[u8], &str); 5] = [
            (vec![0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe".to_vec(), b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (vec![0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (vec![0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (vec![0xaa; 131], b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.", "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ];
        for (key, message, expected) in rows {
            let (start, end) = message.split_at(3);
            let tag = fed(keyed::<Sha256>(&key), &[start, end]).finalize().into_bytes();
            assert_eq!(tag.to_vec(), hex(expected));
        }
    }

    #[test]
    fn one_key_signs_and_all_verify() {
        let [a, b, c] = ["a", "b", "c"].map(|secret| SecretKey::legacy(secret).unwrap());
        let alone = |key: &SecretKey| Signer::new::<Sha256>(&KeyRing::new(key.clone()), SALTED);
        let ring = KeyRing::new(a.clone()).accept(b.clone()).accept(c.clone());
        let ring = Signer::new::<Sha256>(&ring, SALTED);

        let tag = |signer: &Signer| signer.sign(&[b"m"]);
        assert_eq!(*tag(&ring), *tag(&alone(&a)));
        assert_eq!(ring.verify(&[b"m"], &[tag(&alone(&a))]), Some(SignedBy::Current));
        for old in [b, c] {
            let tags = [tag(&alone(&old)), Short::default()];
            assert_eq!(ring.verify(&[b"m"], &tags), Some(SignedBy::Previous));
        }
        let stranger = SecretKey::legacy("d").unwrap();
        assert_eq!(ring.verify(&[b"m"], &[tag(&alone(&stranger))]), None);
        assert_eq!(ring.verify(&[b"m"], &[]), None);
        assert_eq!(ring.verify(&[b"n"], &[tag(&alone(&a))]), None);
        let salted = Signer::new::<Sha256>(&KeyRing::new(a), Derivation::Hmac("other"));
        assert_eq!(ring.verify(&[b"m"], &[tag(&salted)]), None);
    }

    #[test]
    fn every_bit_of_the_tag_counts() {
        let signer = Signer::new::<Sha256>(&KeyRing::new(SecretKey::generate()), SALTED);
        let tag = signer.sign(&[b"message"]);
        assert_eq!(tag.len(), signer.tag_len());
        for bit in 0..tag.len() * 8 {
            let mut changed = tag.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(signer.verify(&[b"message"], &[Short::new(&changed)]), None);
        }
        for len in 0..tag.len() {
            assert_eq!(signer.verify(&[b"message"], &[Short::new(&tag[..len])]), None);
        }
        let longer = [&*tag, &[0]].concat();
        assert_eq!(signer.verify(&[b"message"], &[Short::new(&longer)]), None);
    }
}
