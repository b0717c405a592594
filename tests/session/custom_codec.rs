//! A format from outside the crate: what the trait can carry that `Signed` does not need.

use tower_cookie_session::{
    Codec, Defaults, Expiry, Origin, Payload, Persistence, Rejection, SessionLayer,
};

use crate::support::*;

/// The JSON in hex, with no signature: for tests that need a text of their own.
#[derive(Clone, Debug)]
pub(crate) struct Plain;

pub(crate) fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let pair = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

impl Codec for Plain {
    fn decode(&self, token: &[u8], _: &[&[u8]]) -> Result<Payload, Rejection> {
        Payload::from_json(unhex(token).ok_or(Rejection::BadSignature)?)
    }

    fn encode(&self, json: &str, _: u64, _: usize, token: &mut Vec<u8>) -> Option<String> {
        token.extend_from_slice(hex(json).as_bytes());
        None
    }
}

/// As Express has it: no time in the token, the "signature" in a second cookie, bound to the name;
/// and Django's word for persistence.
#[derive(Clone, Debug, Default)]
struct Paired {
    name: String,
}

impl Paired {
    fn signature(&self, token: &[u8]) -> String {
        format!("{}-{}", self.name, token.len())
    }
}

impl Codec for Paired {
    fn decode(&self, token: &[u8], companions: &[&[u8]]) -> Result<Payload, Rejection> {
        assert!(companions.len() <= 8);
        let signature = self.signature(token).into_bytes();
        if !companions.contains(&&*signature) {
            return Err(Rejection::BadSignature);
        }
        Plain.decode(token, &[])
    }

    fn encode(&self, json: &str, issued: u64, room: usize, token: &mut Vec<u8>) -> Option<String> {
        let start = token.len();
        Plain.encode(json, issued, room, token);
        Some(self.signature(&token[start..]))
    }

    fn prepare(&mut self, cookie_name: &str) {
        self.name = cookie_name.to_owned();
    }

    fn defaults(&self) -> Option<Defaults> {
        Some(Defaults::new(cookie("express").path("/shop").unwrap(), Expiry::never()))
    }

    fn companion(&self) -> Option<&'static str> {
        Some(".sig")
    }

    fn bears_time(&self) -> bool {
        false
    }

    fn persistence(&self) -> Persistence {
        Persistence::SessionExpiry
    }
}

fn paired() -> SessionLayer {
    at(&SessionLayer::new(Paired::default()), NOW)
}

#[test]
fn a_session_in_two_cookies() {
    let reply = respond(&paired(), "", |session| {
        session.insert("a", 1).unwrap();
        session.set_persistent(false).unwrap();
    });
    let token = hex(r#"{"a":1,"_session_expiry":0}"#);
    let attributes = "; Path=/shop; Secure; HttpOnly; SameSite=Lax";
    let signature = format!("express.sig=express-{}", token.len());
    assert_eq!(
        reply.set_cookies(),
        [format!("express={token}{attributes}"), format!("{signature}{attributes}")]
    );
    let both = format!("express.sig=x; {signature}; express={token}");
    let reply = respond(&paired(), &both, |session| {
        assert_eq!((session.get("a"), session.issued_at()), (Ok(Some(1)), None));
        assert!(!session.is_persistent());
        session.clear().unwrap();
    });
    let removed = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(
        reply.set_cookies(),
        [
            format!("express={attributes}; {removed}"),
            format!("express.sig={attributes}; {removed}")
        ]
    );
    let alone = paired().open(format!("express={token}"));
    assert_eq!(alone.origin(), Origin::Rejected(Rejection::BadSignature));
}

#[test]
fn both_are_sealed_and_at_most_eight_signatures_compared() {
    let line = seal(&paired(), r#"{"a":1}"#);
    assert_eq!(line, format!("express={}; express.sig=express-14", hex(r#"{"a":1}"#)));
    assert!(!paired().open(&line).is_new());
    let junk = |count| "express.sig=x; ".repeat(count) + &line;
    assert!(!paired().open(junk(7)).is_new());
    assert!(paired().open(junk(8)).is_new());
}

#[test]
fn the_keys_are_bound_to_the_cookies_name() {
    let renamed = paired().cookie(cookie("other"));
    let line = seal(&renamed, r#"{"a":1}"#);
    assert!(line.starts_with("other=") && line.ends_with("; other.sig=other-14"));
    assert!(!renamed.open(&line).is_new());
}

#[test]
fn without_a_time_there_is_neither_limit_nor_renewal() {
    let second = std::time::Duration::from_secs(1);
    assert!(paired().expiry(Expiry::never().idle(second)).is_err());
    assert!(paired().expiry(Expiry::never().absolute(second)).is_err());
    assert!(paired().expiry(Expiry::never()).is_ok());
    let line = respond(&paired(), "", |session| session.insert("a", 1).unwrap());
    assert!(line.set_cookies()[0].ends_with("; Max-Age=34560000"), "persistent unless it says no");
    let cookies = seal(&paired(), r#"{"a":1}"#);
    respond(&at(&paired(), NOW * 2), &cookies, |session| assert!(!session.is_new())).assert_kept();
    // A deadline is in the payload, and can be kept.
    let reply = respond(&paired(), &cookies, |s| s.expire_at(instant(NOW + 9)).unwrap());
    let cookies = reply.set_cookies().join("; ");
    assert!(!at(&paired(), NOW + 9).open(&cookies).is_new());
    assert!(at(&paired(), NOW + 10).open(&cookies).is_new());
}

#[test]
fn another_frameworks_tokens_are_judged_by_its_lifetime() {
    let layer = layer()
        .expiry(Expiry::never().idle(std::time::Duration::from_secs(1)))
        .unwrap()
        .also_read(cookie("express"), Paired::default());
    let reply = respond(&layer, &seal(&paired(), r#"{"a":1}"#), |session| {
        assert_eq!(session.get("a"), Ok(Some(1)));
    });
    let lines = reply.set_cookies();
    let starts = ["sid=ey", "express=; Path=/; ", "express.sig=; Path=/; "];
    assert_eq!(lines.len(), starts.len());
    assert!(lines.iter().zip(starts).all(|(line, start)| line.starts_with(start)), "{lines:?}");
}
