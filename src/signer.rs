//! HMAC under a ring of keys: derived and keyed once, compared in constant time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::key::{KeyRing, SecretKey};

/// Bytes of a tag.
pub(crate) const TAG_LEN: usize = 32;

/// HMAC-SHA256 (RFC 2104) under keys that are each HMAC-SHA256(secret, salt).
#[derive(Clone)]
pub(crate) struct Signer {
    current: Hmac<Sha256>,
    previous: Vec<Hmac<Sha256>>,
}

/// Which key made a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedBy {
    Current,
    Previous,
}

impl Signer {
    pub(crate) fn new(ring: &KeyRing, salt: &[&[u8]]) -> Self {
        let derive = |secret: &SecretKey| keyed(&tag(keyed(secret.bytes()), salt));
        Self {
            current: derive(ring.current()),
            previous: ring.previous().iter().map(derive).collect(),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; TAG_LEN] {
        tag(self.current.clone(), &[message])
    }

    /// Which key made `tag` of `message`, if one of the ring did. How long this takes depends on
    /// the message's length and on which key it was, and on nothing else.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8; TAG_LEN]) -> Option<SignedBy> {
        let made = |key: &Hmac<Sha256>| key.clone().chain_update(message).verify_slice(tag).is_ok();
        if made(&self.current) {
            Some(SignedBy::Current)
        } else if self.previous.iter().any(made) {
            Some(SignedBy::Previous)
        } else {
            None
        }
    }
}

fn tag(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; TAG_LEN] {
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[expect(clippy::expect_used, reason = "the key's length is all that could fail, and none does")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(tag(keyed(&key), &[message]).to_vec(), hex(expected));
        }
    }

    #[test]
    fn one_key_signs_and_all_verify() {
        let [a, b, c] = ["a", "b", "c"].map(|secret| SecretKey::legacy(secret).unwrap());
        let alone = |key: &SecretKey| Signer::new(&KeyRing::new(key.clone()), &[b"salt"]);
        let ring = KeyRing::new(a.clone()).accept(b.clone()).accept(c.clone());
        let ring = Signer::new(&ring, &[b"sa", b"lt"]);

        assert_eq!(ring.sign(b"m"), alone(&a).sign(b"m"));
        assert_eq!(ring.verify(b"m", &alone(&a).sign(b"m")), Some(SignedBy::Current));
        for old in [b, c] {
            assert_eq!(ring.verify(b"m", &alone(&old).sign(b"m")), Some(SignedBy::Previous));
        }
        let stranger = SecretKey::legacy("d").unwrap();
        assert_eq!(ring.verify(b"m", &alone(&stranger).sign(b"m")), None);
        assert_eq!(ring.verify(b"n", &alone(&a).sign(b"m")), None);
        let salted = Signer::new(&KeyRing::new(a), &[b"other"]);
        assert_eq!(ring.verify(b"m", &salted.sign(b"m")), None);
    }

    #[test]
    fn every_bit_of_the_tag_counts() {
        let signer = Signer::new(&KeyRing::new(SecretKey::generate()), &[]);
        for bit in 0..TAG_LEN * 8 {
            let mut tag = signer.sign(b"message");
            tag[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(signer.verify(b"message", &tag), None);
        }
    }
}
