//! Whether a text is spelled as Express would spell it.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::{Pair, SECRET, browser::Browser};

/// That a read at Express sets no cookie says something: it does where the text has a blank.
pub(crate) fn express_sends_other_spellings_again(pair: &Pair) -> String {
    let mut browser = Browser::default();
    let mut sent = Vec::new();
    for text in [r#"{"a":1}"#, r#"{"a": 1}"#] {
        let cookie = format!("session={}", BASE64_STANDARD.encode(text));
        let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(cookie.as_bytes());
        let tag = BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        browser.jar.store(&format!("{cookie}; Path=/"));
        browser.jar.store(&format!("session.sig={tag}; Path=/"));
        let read = browser.send(pair.peer.site, "GET", "/session", "");
        assert_eq!(serde_json::from_str::<Value>(&read.body).unwrap(), json!({"a": 1}));
        sent.push(read.set_cookies.len());
    }
    assert_eq!(sent, [0, 2]);
    "a mere read sets cookies where a text is spelled otherwise; of ours, never".to_owned()
}
