//! HMAC against Python's `hmac`, on 100 000 random messages under as many random keys: through
//! tokens, for that is where the crate shows one.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE};
use tower_cookie_session::{Codec, Rejection, SecretKey, Signed};

const ROWS: usize = 100_000;

/// A line of macs.py.
struct Row {
    number: usize,
    secret: Vec<u8>,
    message: Vec<u8>,
    issued: u64,
    token: String,
    tag: Vec<u8>,
    #[cfg_attr(
        not(any(feature = "flask", feature = "express")),
        expect(dead_code, reason = "theirs")
    )]
    other: Vec<u8>,
}

impl Row {
    fn read(number: usize, line: &str) -> Self {
        let fields: Vec<_> = line.split(' ').collect();
        let bytes = |at: usize| URL_SAFE.decode(fields[at]).unwrap();
        let message = if fields[1] == "-" { Vec::new() } else { bytes(1) };
        Self {
            number,
            secret: bytes(0),
            message,
            issued: fields[2].parse().unwrap(),
            token: fields[3].to_owned(),
            tag: bytes(4),
            other: bytes(5),
        }
    }

    fn key(&self) -> SecretKey {
        SecretKey::legacy(&self.secret).unwrap()
    }

    /// The message as a token with this tag.
    fn behind(&self, tag: &str) -> Vec<u8> {
        [&*self.message, b".", tag.as_bytes()].concat()
    }

    /// Python's tag holds for the message and no other does. The message is no session, which is
    /// found out only once the tag holds.
    fn holds(&self, tag: &[u8], decode: impl Fn(&str) -> Result<(), Rejection>) {
        let number = self.number;
        assert_ne!(decode(&URL_SAFE.encode(tag)), Err(Rejection::BadSignature), "row {number}");
        if self.is_tenth() {
            let mut other = tag.to_vec();
            other[number / 10 % tag.len()] ^= 1 << (number / 10 % 8);
            assert_eq!(
                decode(&URL_SAFE.encode(other)),
                Err(Rejection::BadSignature),
                "row {number}"
            );
        }
    }

    /// So much of the rest is enough, and a build without optimization is slow.
    fn is_tenth(&self) -> bool {
        self.number.is_multiple_of(10)
    }

    fn check(&self) {
        let signed = Signed::new(self.key());
        self.holds(&self.tag, |tag| signed.decode(&self.behind(tag), &[]).map(drop));

        let text: String = self.message.iter().map(|byte| char::from(*byte)).collect();
        let mut ours = Vec::new();
        signed.encode(&text, self.issued, usize::MAX, &mut ours);
        assert_eq!(String::from_utf8(ours).unwrap(), self.token, "row {}", self.number);

        if self.is_tenth() {
            self.check_other();
        }
    }

    /// The other hashes, and a key that is not derived.
    fn check_other(&self) {
        if (self.number / 10).is_multiple_of(2) {
            #[cfg(feature = "flask")]
            self.holds(&self.other, |tag| self.flask().decode(&self.behind(tag), &[]).map(drop));
        } else {
            #[cfg(feature = "express")]
            self.holds(&self.other, |tag| {
                let express = tower_cookie_session::Express::new(self.key());
                express.decode(&self.message, &[tag.as_bytes()]).map(drop)
            });
        }
    }

    /// The four hashes take turns.
    #[cfg(feature = "flask")]
    fn flask(&self) -> tower_cookie_session::Flask {
        use tower_cookie_session::{Digest, Flask};
        let digests = [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512];
        Flask::new(self.key()).digest(digests[self.number / 20 % 4])
    }
}

#[test]
fn macs_are_pythons() {
    let mut python = crate::interpreter("macs.py");
    let mut child = python.arg(ROWS.to_string()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut checked = 0;
    for (number, line) in lines.enumerate() {
        Row::read(number, &line.unwrap()).check();
        checked += 1;
    }
    assert!(child.wait().unwrap().success(), "macs.py failed");
    assert_eq!(checked, ROWS);
    println!("{checked} MACs of macs.py are ours");
}
