//! The layout that all the Python formats share: payload, time and MAC, one after the other.

use std::borrow::Cow;

use crate::{
    encoding::{Base64, Seconds, URL_SAFE},
    error::Rejection,
    payload::Payload,
    signer::{SignedBy, Signer},
};

/// Makes and reads tokens of three parts, the last of which is a MAC over all before it.
#[derive(Clone)]
pub(super) struct Timed {
    pub(super) signer: Signer,
    pub(super) separator: u8,
    pub(super) seconds: Seconds,
}

impl Timed {
    /// The way itsdangerous does it.
    pub(super) fn itsdangerous(signer: Signer) -> Self {
        Self { signer, separator: b'.', seconds: Seconds::BigEndian }
    }

    /// The session in `token`; `json` finds its text in the payload, once the MAC holds.
    pub(super) fn decode(
        &self,
        token: &[u8],
        json: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
    ) -> Result<Payload, Rejection> {
        let (signed, tag) = self.rsplit(token).ok_or(Rejection::BadSignature)?;
        let tag = URL_SAFE.read_short(tag).ok_or(Rejection::BadSignature)?;
        let by = self.signer.verify(&[signed], &[tag]).ok_or(Rejection::BadSignature)?;

        let (payload, issued) = self.rsplit(signed).ok_or(Rejection::Malformed)?;
        let issued = self.seconds.read(issued).ok_or(Rejection::Malformed)?;
        let payload = Payload::from_json(json(payload).ok_or(Rejection::Malformed)?)?;
        Ok(payload.issued(issued).outdated(by == SignedBy::Previous))
    }

    /// Appends the token of a payload.
    pub(super) fn encode(&self, payload: &Body<'_>, issued: u64, token: &mut Vec<u8>) {
        let start = token.len();
        payload.push(token);
        token.push(self.separator);
        self.seconds.push(issued, token);
        let tag = self.signer.sign(&[token.get(start..).unwrap_or_default()]);
        token.push(self.separator);
        URL_SAFE.push(&tag, token);
    }

    /// Bytes that [`encode`](Self::encode) appends.
    pub(super) fn len(&self, payload: &Body<'_>, issued: u64) -> usize {
        let tag = URL_SAFE.len(self.signer.tag_len());
        payload.len() + 1 + self.seconds.len(issued) + 1 + tag
    }

    /// What is before the last separator, and what is after it.
    fn rsplit<'a>(&self, text: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let at = memchr::memrchr(self.separator, text)?;
        Some((text.get(..at)?, text.get(at + 1..)?))
    }
}

/// A payload as it is written.
pub(super) struct Body<'a> {
    /// Stands before it, and says what it is.
    pub(super) mark: &'static str,
    pub(super) base64: &'static Base64,
    pub(super) bytes: Cow<'a, [u8]>,
}

impl<'a> Body<'a> {
    pub(super) fn new(base64: &'static Base64, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { mark: "", base64, bytes: bytes.into() }
    }

    fn len(&self) -> usize {
        self.mark.len() + self.base64.len(self.bytes.len())
    }

    fn push(&self, token: &mut Vec<u8>) {
        token.extend_from_slice(self.mark.as_bytes());
        self.base64.push(&self.bytes, token);
    }
}
