//! Known answers from the RFCs and from Wycheproof, and which keys and tags of a ring count.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde_json::Value;
#[cfg(any(feature = "express", feature = "flask", feature = "starlette"))]
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::*;

const SALTED: Derivation<'_> = Derivation::Hmac("salt");

/// RFC 4231, sections 4.2 to 4.8: key and message.
const RFC_4231: [(&[u8], &[u8]); 7] = [
    (&[0x0b; 20], b"Hi There"),
    (b"Jefe", b"what do ya want for nothing?"),
    (&[0xaa; 20], &[0xdd; 50]),
    (&UP_TO_25, &[0xcd; 50]),
    (&[0x0c; 20], b"Test With Truncation"),
    (&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
    (
        &[0xaa; 131],
        b"This is a test using a larger than block-size key and a larger than block-size data. \
          The key needs to be hashed before being used by the HMAC algorithm.",
    ),
];

/// RFC 2202, section 3: key and message.
#[cfg(any(feature = "express", feature = "flask", feature = "starlette"))]
const RFC_2202: [(&[u8], &[u8]); 7] = [
    (&[0x0b; 20], b"Hi There"),
    (b"Jefe", b"what do ya want for nothing?"),
    (&[0xaa; 20], &[0xdd; 50]),
    (&UP_TO_25, &[0xcd; 50]),
    (&[0x0c; 20], b"Test With Truncation"),
    (&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First"),
    (&[0xaa; 80], b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
];

/// The bytes from 1 to 25.
const UP_TO_25: [u8; 25] =
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25];

/// What `Signer` is inside, under a key that is not derived.
fn under<D: Hash>(key: &[u8]) -> Keyed<D> {
    Keyed { current: keyed(key), previous: Vec::new() }
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// Checks the tags of a table; one that is cut short is the start of ours, and opens nothing.
fn answers<D: Hash>(rows: &[(&[u8], &[u8])], tags: &[&str]) {
    assert_eq!(rows.len(), tags.len());
    for ((key, message), tag) in rows.iter().zip(tags) {
        let (keyed, expected) = (under::<D>(key), hex(tag));
        let (start, end) = message.split_at(3);
        let ours = keyed.sign(&[start, end]);
        assert_eq!(ours[..expected.len()], expected, "{tag}");
        let whole = expected.len() == keyed.tag_len();
        let by = keyed.verify(&[message], &[Short::new(&expected)]);
        assert_eq!(by, whole.then_some(SignedBy::Current), "{tag}");
    }
}

#[test]
fn hmac_sha256_as_rfc_4231_has_it() {
    answers::<Sha256>(
        &RFC_4231,
        &[
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "a3b6167473100ee06e0c796c2955552b",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ],
    );
}

#[test]
fn hmac_sha384_as_rfc_4231_has_it() {
    answers::<Sha384>(
        &RFC_4231,
        &[
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c\
             faea9ea9076ede7f4af152e8b2fa9cb6",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e\
             8e2240ca5e69e2c78b3239ecfab21649",
            "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b\
             2a5ab39dc13814b94e3ab6e101a34f27",
            "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e\
             6801dd23c4a7d679ccf8a386c674cffb",
            "3abf34c3503b2a23a46efc619baef897",
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6\
             0c2ef6ab4030fe8296248df163f44952",
            "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5\
             a678cc31e799176d3860e6110c46523e",
        ],
    );
}

#[test]
fn hmac_sha512_as_rfc_4231_has_it() {
    answers::<Sha512>(
        &RFC_4231,
        &[
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
             daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39\
             bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db\
             a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
            "415fad6271580a531d4179bc891d87a6",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352\
             6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
            "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944\
             b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
        ],
    );
}

#[cfg(any(feature = "express", feature = "flask", feature = "starlette"))]
#[test]
fn hmac_sha1_as_rfc_2202_has_it() {
    answers::<Sha1>(
        &RFC_2202,
        &[
            "b617318655057264e28bc0b6fb378c8ef146be00",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
            "4c9007f4026250c6bc8414f9bf50c86c2d7235da",
            "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04",
            "aa4ae5e15272d00e95705637ce8a3b55ed402112",
            "e8e99d0f45237d786d6bbaa7965c7808bbff1a91",
        ],
    );
}

/// Decides every row of a Wycheproof file, if it is there; it is not part of the repository.
fn wycheproof<D: Hash>(file: &str, rows: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wycheproof");
    let Ok(text) = fs::read_to_string(folder.join(file)) else {
        // Not by a macro, whose output a passing test keeps to itself.
        writeln!(io::stderr(), "wycheproof: not present, not run: {file}").unwrap();
        return;
    };
    let suite: Value = serde_json::from_str(&text).unwrap();
    let mut decided = 0;
    for group in suite["testGroups"].as_array().unwrap() {
        let len = group["tagSize"].as_u64().unwrap() as usize / 8;
        for row in group["tests"].as_array().unwrap() {
            let bytes = |field: &str| hex(row[field].as_str().unwrap());
            let (id, tag) = (&row["tcId"], bytes("tag"));
            let valid = row["result"] == "valid";
            let keyed = under::<D>(&bytes("key"));
            let message = bytes("msg");
            assert_eq!(tag.len() == len && keyed.sign(&[&message])[..len] == tag, valid, "{id}");
            // A tag that is cut short opens nothing here, not even a good one.
            let accepted = valid && len == keyed.tag_len();
            let by = keyed.verify(&[&message], &[Short::new(&tag)]);
            assert_eq!(by, accepted.then_some(SignedBy::Current), "{id}");
            decided += 1;
        }
    }
    assert_eq!((decided, suite["numberOfTests"].as_u64()), (rows, Some(rows as u64)));
}

#[cfg(any(feature = "express", feature = "flask", feature = "starlette"))]
#[test]
fn hmac_sha1_as_wycheproof_has_it() {
    wycheproof::<Sha1>("hmac_sha1_test.json", 170);
}

#[test]
fn hmac_sha256_as_wycheproof_has_it() {
    wycheproof::<Sha256>("hmac_sha256_test.json", 174);
}

#[test]
fn hmac_sha512_as_wycheproof_has_it() {
    wycheproof::<Sha512>("hmac_sha512_test.json", 174);
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
