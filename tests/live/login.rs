//! Login, logout and flash messages across the border, with one jar.

use serde_json::{Value, json};

use crate::{Pair, browser::Browser};

pub(crate) fn both_ways(pair: &Pair) -> String {
    let sites = [pair.ours.site, pair.peer.site];
    let mut browser = Browser::default();
    let mut logins = 0;
    for (here, there) in [(sites[0], sites[1]), (sites[1], sites[0])] {
        for out in [here, there] {
            browser.post(here, "/login", "Zoë 😀");
            for site in [there, here] {
                assert_eq!(browser.get(site, "/whoami"), "Zoë 😀");
            }
            browser.post(out, "/logout", Value::Null);
            assert!(browser.jar.is_empty(), "the logout leaves no cookie");
            for site in [there, here] {
                assert_eq!(browser.get(site, "/whoami"), Value::Null);
            }
            logins += 1;
        }
    }
    format!("login and logout, each way: {logins}")
}

/// Flask's messages here, and ours in Flask, once.
pub(crate) fn flashes(pair: &Pair) -> String {
    let (ours, peer) = (pair.ours.site, pair.peer.site);
    let messages = [
        ("message", json!("Saved"), "Saved"),
        ("erreur", json!("Ça « a » échoué: \"日本\" 😀\n"), "Ça « a » échoué: \"日本\" 😀\n"),
        ("", json!(""), ""),
        ("info", json!({"$markup": "<b>é</b>"}), "<b>é</b>"),
    ];
    let mut shown = 0;
    for (writer, reader) in [(peer, ours), (ours, peer), (peer, peer), (ours, ours)] {
        let mut browser = Browser::default();
        let mut expected = Vec::new();
        for (category, message, text) in &messages {
            // Only Flask has a type for a text that is HTML.
            let message = if writer == ours { &json!(text) } else { message };
            let body = json!({ "category": category, "message": message });
            browser.post(writer, "/flash", body);
            expected.push(json!([category, text]));
            // And one from the other side, behind it.
            browser.post(reader, "/flash", json!({ "category": "of", "message": "the reader" }));
            expected.push(json!(["of", "the reader"]));
        }
        assert_eq!(browser.get(reader, "/flashed"), Value::from(expected.clone()));
        shown += expected.len();
        for site in [writer, reader] {
            assert_eq!(browser.get(site, "/flashed"), json!([]), "once");
        }
        assert!(browser.jar.is_empty(), "nothing else was in the session");
    }
    format!("flash messages, each way: {shown} shown once")
}
