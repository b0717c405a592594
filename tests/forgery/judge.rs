//! Decides variants, each once, and counts them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use http::HeaderValue;
use time::OffsetDateTime;
use tower_cookie_session::{
    Codec, Expiry, KeyRing, Origin, Rejection, SessionCookie, SessionLayer,
};

use crate::formats::{COOKIE, EARLIER, Format, Minted, NOW, SECRET, Token, key};

pub(crate) struct Judge<C> {
    format: &'static str,
    codec: C,
    layer: SessionLayer,
    /// The valid values, each with its companion.
    genuine: HashMap<Vec<u8>, Option<Vec<u8>>>,
    /// By their hashes, for a variant may be come upon in several ways.
    decided: HashSet<u64>,
    counts: BTreeMap<&'static str, usize>,
    accepted: Vec<String>,
}

impl<C: Codec> Judge<C> {
    /// Over these valid tokens, which have to be accepted.
    pub(crate) fn new(format: &Format<C>, minted: &[Minted]) -> Self {
        let codec = format.codec(KeyRing::new(key(SECRET)).accept(key(EARLIER)), COOKIE);
        let now = OffsetDateTime::from_unix_timestamp(NOW as i64).unwrap();
        let layer = SessionLayer::new(codec.clone())
            .cookie(SessionCookie::new(COOKIE).unwrap())
            .clock(move || now)
            .expiry(Expiry::never())
            .unwrap();
        let genuine = minted.iter().map(|minted| {
            let Token { value, companions } = &minted.token;
            (value.clone(), companions.first().cloned())
        });
        let judge = Self {
            format: format.name,
            genuine: genuine.collect(),
            decided: HashSet::new(),
            counts: BTreeMap::new(),
            accepted: Vec::new(),
            codec,
            layer,
        };
        assert_eq!(judge.genuine.len(), minted.len(), "no two are alike");
        judge.accept_the_genuine();
        judge
    }

    /// A variant of a token, of a kind to count it under.
    pub(crate) fn refuse(&mut self, kind: &'static str, token: &Token) {
        if self.is_genuine(token) || !self.is_new(token) {
            return;
        }
        *self.counts.entry(kind).or_default() += 1;
        // `Malformed` would say that the signature held.
        if decoded(&self.codec, token) != Err(Rejection::BadSignature) {
            self.accepted.push(format!("{kind}, by the codec: {}", shown(&header(token))));
        }
        // What surrounds a value belongs to the header, and is gone before the codec sees it.
        if self.is_genuine(&as_the_layer_cuts(token)) {
            return;
        }
        let header = header(token);
        let is_header = HeaderValue::from_bytes(&header).is_ok();
        let refused = Origin::Rejected(Rejection::BadSignature);
        self.open(kind, &header, if is_header { refused } else { Origin::New });
    }

    /// What somebody made without our key, name or format; it is not even by chance one of ours.
    pub(crate) fn refuse_made(&mut self, kind: &'static str, token: &Token) {
        if self.is_genuine(token) {
            self.accepted.push(format!("{kind}, as ours: {}", shown(&header(token))));
        }
        self.refuse(kind, token);
    }

    /// A Cookie header that brings a valid token under another name.
    pub(crate) fn ignore(&mut self, kind: &'static str, header: &[u8]) {
        if self.is_new(header) {
            *self.counts.entry(kind).or_default() += 1;
            self.open(kind, header, Origin::New);
        }
    }

    /// A valid token that comes to another codec.
    pub(crate) fn refuse_by(&mut self, kind: &'static str, codec: &C, whose: &str, token: &Token) {
        if self.is_new((whose, token)) {
            *self.counts.entry(kind).or_default() += 1;
            if decoded(codec, token) != Err(Rejection::BadSignature) {
                self.accepted.push(format!("{kind} {whose:?}: {}", shown(&header(token))));
            }
        }
    }

    /// Nothing was accepted, and there were as many variants as that.
    pub(crate) fn conclude(self, at_least: usize) {
        self.accept_the_genuine();
        let Self { format, counts, accepted, .. } = self;
        let count: usize = counts.values().sum();
        println!("{format}: {count} variants, {} accepted; {counts:?}", accepted.len());
        let first: Vec<_> = accepted.iter().take(5).collect();
        assert!(accepted.is_empty(), "{} of {count} accepted, first {first:#?}", accepted.len());
        assert!(count >= at_least, "{count} variants are fewer than {at_least}");
    }

    fn open(&mut self, kind: &'static str, header: &[u8], expected: Origin) {
        let session = self.layer.open(header);
        if session.origin() != expected || !session.is_empty() {
            self.accepted.push(format!("{kind}, by the layer: {}", shown(header)));
        }
    }

    fn is_genuine(&self, token: &Token) -> bool {
        self.genuine.get(&token.value).is_some_and(|companion| match companion {
            Some(companion) => token.companions.contains(companion),
            None => true,
        })
    }

    fn is_new(&mut self, variant: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        variant.hash(&mut hasher);
        self.decided.insert(hasher.finish())
    }

    fn accept_the_genuine(&self) {
        for (value, companion) in &self.genuine {
            let companions = companion.iter().cloned().collect();
            self.accept(&Token { value: value.clone(), companions });
        }
    }

    /// A valid token.
    pub(crate) fn accept(&self, token: &Token) {
        let header = header(token);
        assert_eq!(decoded(&self.codec, token), Ok(()), "{}", shown(&header));
        assert_eq!(self.layer.open(&header).origin(), Origin::Cookie, "{}", shown(&header));
    }
}

pub(crate) fn decoded(codec: &impl Codec, token: &Token) -> Result<(), Rejection> {
    let companions: Vec<_> = token.companions.iter().map(Vec::as_slice).collect();
    codec.decode(&token.value, &companions).map(drop)
}

fn header(token: &Token) -> Vec<u8> {
    let mut header = [COOKIE.as_bytes(), b"=", &token.value].concat();
    for companion in &token.companions {
        header.extend_from_slice(format!("; {COOKIE}.sig=").as_bytes());
        header.extend_from_slice(companion);
    }
    header
}

fn as_the_layer_cuts(token: &Token) -> Token {
    let cut = |text: &Vec<u8>| {
        let mut value = text.split(|byte| *byte == b';').next().unwrap();
        while let [rest @ .., b' ' | b'\t'] = value {
            value = rest;
        }
        value.to_vec()
    };
    Token { value: cut(&token.value), companions: token.companions.iter().map(cut).collect() }
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
