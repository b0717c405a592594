//! What an operator sees: one event for each refused cookie, the warnings, and no secret.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Response, header};
use tower_cookie_session::{
    Codec, Expiry, KeyRing, Payload, Rejection, SecretKey, Session, Signed,
};
use tracing_subscriber::fmt::MakeWriter;

use crate::{custom_codec, response, support::*};

/// The JSON as it is, and a newline: what no header may have.
#[derive(Clone, Debug)]
struct Unfit;

impl Codec for Unfit {
    fn decode(&self, _: &[u8], _: &[&[u8]]) -> Result<Payload, Rejection> {
        Err(Rejection::BadSignature)
    }

    fn encode(&self, json: &str, _: u64, _: usize, token: &mut Vec<u8>) -> Option<String> {
        token.extend_from_slice(format!("{json}\n").as_bytes());
        None
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The lines that are logged while `work` runs.
pub(crate) fn logged(work: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .without_time()
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().lines().map(|line| line.trim().to_owned()).collect()
}

fn read(session: &Session) {
    let _ = session.keys();
}

#[test]
fn one_event_for_each_refused_cookie() {
    let cookies = format!("sid=forged-secret; x=1; sid={}", "x".repeat(4094));
    let lines = logged(|| drop(respond(&layer(), &cookies, read)));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("DEBUG tower_cookie_session: "), "{lines:?}");
    assert!(lines[0].contains("cookie=\"sid\""));
    assert!(lines[0].contains("reason=the cookie was not signed with one of the keys"));
    assert!(lines[1].contains("longer than any that browsers keep"));
    assert!(!lines.concat().contains("secret"));
    let good = seal(&layer(), r#"{"user":"ada"}"#);
    assert_eq!(logged(|| drop(respond(&layer(), &good, read))), [""; 0]);
    assert_eq!(logged(|| drop(respond(&layer(), &cookies, |_| ()))), [""; 0]);
}

#[test]
fn warnings() {
    let warned = |text: &str, work: &dyn Fn()| {
        let lines = logged(work);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("WARN") && lines[0].contains(text), "{lines:?}");
        for secret in ["ada", "0123456789"] {
            assert!(!lines[0].contains(secret), "{lines:?}");
        }
        lines.concat()
    };
    let good = seal(&layer(), r#"{"user":"ada"}"#);
    warned("`private` was appended", &|| {
        drop(respond_with(&layer(), "", |session| {
            session.insert("user", "ada").unwrap();
            Response::builder().header(header::CACHE_CONTROL, "max-age=1").body(()).unwrap()
        }));
    });
    warned("502", &|| {
        drop(respond(&layer(), "", |session| session.insert("user", "ada".repeat(750)).unwrap()));
    });
    // From 2 KiB on, and up to the longest line that is not worth a warning. (Base64 leaves out every fourth
    // length; with this name 3072 is none of those.)
    let named = layer().cookie(cookie("sids"));
    let len = |bytes: usize| {
        let large = |session: &Session| session.insert("user", "a".repeat(bytes)).unwrap();
        let mut len = 0;
        let lines = logged(|| len = respond(&named, "", large).set_cookie().len());
        assert_eq!(lines.len(), usize::from(len > 3072), "{len}: {lines:?}");
        len
    };
    assert!((1500..2300).map(len).any(|len| len == 3072));
    let rotated = layer_of(Signed::new(KeyRing::new(SecretKey::generate()).accept(key())));
    let small = rotated.cookie(cookie("sid").max_size(64).unwrap());
    let line = warned("not issued anew", &|| drop(respond(&small, &good, read)));
    assert!(line.contains("error=the session cookie would take "), "{line}");
    let limited = layer().expiry(Expiry::never().absolute(Duration::from_secs(60))).unwrap();
    let moved = limited.also_read(cookie("old"), custom_codec::Plain);
    let theirs = format!("old={}", custom_codec::hex(r#"{"user":"ada","_session":"theirs"}"#));
    let line = warned("not issued anew", &|| drop(respond(&moved, &theirs, read)));
    assert!(line.contains("error=the key `_session` is reserved "), "{line}");
    let unfit = logged(|| {
        let layer = layer_of(Unfit).also_read(cookie("old"), Signed::new(key()));
        let reply = respond(&layer, "old=1", |session| session.insert("user", "ada").unwrap());
        assert_eq!(reply.set_cookies().len(), 0, "the old one stays too");
    });
    let event = "ERROR tower_cookie_session: session cookie not sent: ";
    assert!(unfit.len() == 2 && unfit[1].starts_with(event), "{unfit:?}");
    let full = logged(|| drop(respond_with(&layer(), "", response::full)));
    assert!(full.len() == 1 && full[0].starts_with(event), "{full:?}");
    warned("session change refused", &|| {
        let mut kept = None;
        respond(&layer(), &good, |session| {
            read(session);
            kept = Some(session.clone());
        });
        // A stream that does not look at the error.
        let _ = kept.unwrap().insert("user", "ada");
    });
    warned("session first read after the response head", &|| {
        let mut kept = None;
        respond(&layer(), &good, |session| kept = Some(session.clone()));
        read(&kept.unwrap());
    });
}
