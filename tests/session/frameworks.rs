//! The codecs of Flask, Django, Starlette and Express in a layer: what each brings along, what
//! crosses the border, and how they are left behind.

use serde_json::{Value, json};
use time::macros::datetime;
use tower_cookie_session::{
    Codec, Django, Error, Express, Flask, KeyRing, Origin, Rejection, SecretKey, SessionCookie,
    SessionLayer, Signed, Starlette, flask,
};

use crate::support::*;

fn secret() -> SecretKey {
    SecretKey::legacy("a framework's secret").unwrap()
}

fn shared(codec: impl Codec) -> SessionLayer {
    at(&SessionLayer::new(codec), NOW)
}

fn all() -> [(&'static str, SessionLayer); 4] {
    [
        ("flask", shared(Flask::new(secret()))),
        ("django", shared(Django::new(secret()))),
        ("starlette", shared(Starlette::new(secret()))),
        ("express", shared(Express::new(secret()))),
    ]
}

/// What a browser has after these lines.
fn jar(reply: &Reply) -> String {
    let pairs: Vec<_> =
        reply.set_cookies().iter().map(|line| line.split(';').next().unwrap().to_owned()).collect();
    pairs.join("; ")
}

/// The first cookie's text, out of its base64.
fn text(cookies: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

    let value = cookies.split(';').next().unwrap().split_once('=').unwrap().1;
    let payload = value.split(['.', ':', '=']).next().unwrap();
    let standard = payload.replace('-', "+").replace('_', "/");
    String::from_utf8(STANDARD_NO_PAD.decode(standard).unwrap()).unwrap()
}

#[test]
fn each_brings_its_cookie_and_its_lifetime() {
    const LAX: &str = "; Path=/; Secure; HttpOnly; SameSite=Lax";
    let rows = [
        ("session=", String::new(), Some(31)),
        ("sessionid=", format!("; Max-Age={}", 14 * 86_400), Some(14)),
        ("session=", format!("; Max-Age={}", 14 * 86_400), Some(14)),
        ("session=", String::new(), None),
    ];
    for ((framework, layer), (start, max_age, days)) in all().into_iter().zip(rows) {
        let reply = respond(&layer, "", |session| session.insert("a", 1).unwrap());
        let line = &reply.set_cookies()[0];
        assert!(line.starts_with(start), "{framework}: {line}");
        assert!(line.ends_with(&format!("{LAX}{max_age}")), "{framework}: {line}");
        let last = days.unwrap_or(100_000) * 86_400;
        assert!(!at(&layer, NOW + last).open(jar(&reply)).is_new(), "{framework}");
        if days.is_some() {
            let rejected = at(&layer, NOW + last + 1).open(jar(&reply)).origin();
            assert_eq!(rejected, Origin::Rejected(Rejection::Expired), "{framework}");
        }
    }
    let express = respond(&all()[3].1, "", |session| session.insert("a", 1).unwrap());
    assert!(express.set_cookies()[1].starts_with("session.sig="));
    assert!(express.set_cookies()[1].ends_with(LAX));
}

#[test]
fn text_is_as_the_framework_writes_it() {
    let written = |layer: &SessionLayer| {
        text(&jar(&respond(layer, "", |session| {
            session.insert("é", json!(["😀", 1.5, "\u{7f}"])).unwrap();
            session.insert("10", 1e21).unwrap();
            session.insert("9", json!({"b": 1.0, "1": "/"})).unwrap();
        })))
    };
    let escaped = r#"{"\u00e9":["\ud83d\ude00",1.5,"\u007f"],"10":1e+21,"9":{"1":"/","b":1.0}}"#;
    let [flask, django, starlette, express] = all().map(|(_, layer)| written(&layer));
    assert_eq!((&*flask, &*django), (escaped, escaped));
    assert_eq!(
        starlette,
        r#"{"\u00e9": ["\ud83d\ude00", 1.5, "\u007f"], "10": 1e+21, "9": {"1": "/", "b": 1.0}}"#
    );
    assert_eq!(express, "{\"9\":{\"1\":\"/\",\"b\":1},\"10\":1e+21,\"é\":[\"😀\",1.5,\"\u{7f}\"]}");
}

/// Found by fuzzing: blanks around reserved keys were lost, so this was written.
#[test]
fn a_new_dictionary_that_goes_again_leaves_what_came_in() {
    for (framework, layer) in all() {
        let cookies = jar(&respond(&layer, "", |session| {
            session.flash("info", "Hi").unwrap();
            session.id().unwrap();
        }));
        let reply = respond(&layer, &cookies, |session| {
            session.replace(&json!({ "a": 1, "b": 2 })).unwrap();
            session.retain(|_| false).unwrap();
            assert!(!session.is_modified(), "{framework}");
        });
        assert_eq!(reply.set_cookies(), [""; 0], "{framework}");
    }
}

#[test]
fn the_size_is_that_of_what_is_sent() {
    for (framework, layer) in all() {
        for len in [0, 1, 2, 100, 1000] {
            let mut size = 0;
            let reply = respond(&layer, "", |session| {
                session.insert("é😀", "\u{7f}é".repeat(len / 5)).unwrap();
                session.insert("7", vec![1.0; len % 7]).unwrap();
                size = session.encoded_len();
            });
            let pair = reply.set_cookies()[0].split(';').next().unwrap().to_owned();
            assert_eq!(size, pair.len() - 1, "{framework}");
        }
    }
}

#[test]
fn compressed_only_where_it_would_not_fit() {
    let long = "the same words again; ".repeat(250);
    for (framework, layer) in all() {
        let stored = |text: &str| {
            let text = text.to_owned();
            let mut outcome = Ok(());
            let reply = respond(&layer, "", |session| outcome = session.insert("a", text));
            outcome.map(|()| jar(&reply))
        };
        let short = stored(&long[..2000]).unwrap();
        assert!(short.split_once('=').unwrap().1.starts_with("ey"), "{framework}");
        if ["flask", "django"].contains(&framework) {
            let cookies = stored(&long).unwrap();
            assert!(cookies.split_once('=').unwrap().1.starts_with('.'), "{framework}");
            assert!(cookies.len() < 300, "{framework}");
            assert_eq!(layer.open(cookies).get("a"), Ok(Some(long.clone())), "{framework}");
        } else {
            assert!(matches!(stored(&long), Err(Error::TooLarge { .. })), "{framework}");
        }
    }
}

#[test]
fn keys_rotate_for_each() {
    let ring = || KeyRing::new(SecretKey::legacy("new").unwrap()).accept(secret());
    let rotated = [
        shared(Flask::new(ring())),
        shared(Django::new(ring())),
        shared(Starlette::new(ring())),
        shared(Express::new(ring())),
    ];
    for ((framework, old), new) in all().into_iter().zip(rotated) {
        let cookies = seal(&old, r#"{"a":1}"#);
        let reply = respond(&new, &cookies, |session| assert_eq!(session.get("a"), Ok(Some(1))));
        let cookies = jar(&reply);
        assert!(!new.open(&cookies).is_new() && old.open(&cookies).is_new(), "{framework}");
        respond(&new, &cookies, |session| assert!(!session.is_new())).assert_kept();
    }
}

#[test]
fn a_token_of_one_is_nothing_to_another() {
    for (from, one) in all() {
        let value = seal(&one, r#"{"a":1}"#).split_once('=').unwrap().1.to_owned();
        for (to, other) in all().into_iter().filter(|(to, _)| *to != from) {
            for name in ["session", "sessionid"] {
                assert!(other.open(format!("{name}={value}")).is_new(), "{from} to {to}");
            }
        }
    }
}

#[test]
fn what_flask_tags_has_types() {
    let layer = shared(Flask::new(secret()));
    let seen = datetime!(1994-11-06 08:49:37 UTC);
    let reply = respond(&layer, "", |session| {
        session.insert("seen", flask::DateTime(seen)).unwrap();
        session.insert("pair", flask::Tuple((1, flask::Bytes(vec![1, 2])))).unwrap();
        session.insert("wrong", json!({" d": "yesterday"})).unwrap();
        let bad = session.insert("uuid", flask::Uuid("no UUID".into()));
        assert!(matches!(bad, Err(Error::Unserializable { key, .. }) if key == "uuid"));
    });
    assert_eq!(
        text(&jar(&reply)),
        r#"{"seen":{" d":"Sun, 06 Nov 1994 08:49:37 GMT"},"pair":{" t":[1,{" b":"AQI="}]},"wrong":{" d":"yesterday"}}"#
    );
    respond(&layer, &jar(&reply), |session| {
        assert_eq!(session.get("seen"), Ok(Some(flask::DateTime(seen))));
        let pair = flask::Tuple((1, flask::Bytes(vec![1, 2])));
        assert_eq!(session.get("pair"), Ok(Some(pair)));
        let wrong = session.get::<flask::DateTime>("wrong");
        assert!(matches!(wrong, Err(Error::WrongType { key, .. }) if key == "wrong"));
    })
    .assert_kept();
}

#[test]
fn a_dictionary_that_looks_like_a_tagged_value() {
    let layer = shared(Flask::new(secret()));
    for tag in [" t", " b", " m", " u", " d", " di"] {
        let reply = respond(&layer, "", |session| session.insert(tag, 7).unwrap());
        assert_eq!(text(&jar(&reply)), format!("{{\" di\":{{\"{tag}__\":7}}}}"));
        let two = respond(&layer, &jar(&reply), |session| {
            assert_eq!((session.get(tag), session.keys()), (Ok(Some(7)), vec![tag.to_owned()]));
            session.insert("é", 1).unwrap();
        });
        assert_eq!(text(&jar(&two)), format!("{{\"{tag}\":7,\"\\u00e9\":1}}"));
    }
    let other = respond(&layer, "", |session| session.insert(" x", 7).unwrap());
    assert_eq!(text(&jar(&other)), r#"{" x":7}"#);
}

#[test]
fn remember_me_in_the_frameworks_own_words() {
    let flask = shared(Flask::new(secret()));
    let reply = respond(&flask, "", |session| {
        session.insert("a", 1).unwrap();
        session.set_persistent(true).unwrap();
    });
    assert_eq!(text(&jar(&reply)), r#"{"a":1,"_permanent":true}"#);
    assert!(reply.set_cookie().ends_with(&format!("; Max-Age={}", 31 * 86_400)));

    let django = shared(Django::new(secret()));
    let reply = respond(&django, "", |session| {
        session.insert("a", 1).unwrap();
        assert!(session.is_persistent());
        session.set_persistent(false).unwrap();
    });
    assert_eq!(text(&jar(&reply)), r#"{"a":1,"_session_expiry":0}"#);
    assert!(!reply.set_cookie().contains("Max-Age"));
    let again = respond(&django, &jar(&reply), |session| {
        assert!(!session.is_persistent());
        session.set_persistent(true).unwrap();
    });
    assert_eq!(text(&jar(&again)), r#"{"a":1}"#);
}

#[test]
fn djangos_own_word_can_be_stored_as_a_key() {
    let django = shared(Django::new(secret()));
    let said = |store: &dyn Fn(&tower_cookie_session::Session)| {
        let session = django.open("");
        session.insert("a", 1).unwrap();
        assert!(session.is_persistent());
        store(&session);
        session.is_persistent()
    };
    assert!(!said(&|session| session.insert("_session_expiry", 0).unwrap()));
    assert!(!said(&|session| session.replace(&json!({"_session_expiry": 0})).unwrap()));
    assert!(said(&|session| session.insert("_session_expiry", 600).unwrap()));
    assert!(said(&|session| {
        session.insert("_session_expiry", 0).unwrap();
        session.remove("_session_expiry").unwrap();
    }));
}

/// A layer of ours that reads a framework's last cookies too.
fn leaving(codec: impl Codec, name: &str) -> SessionLayer {
    let old = SessionCookie::new(name).unwrap().domain("example.com").unwrap();
    shared(Signed::new(key())).also_read(old.path("/app").unwrap(), codec)
}

fn all_leaving() -> [SessionLayer; 4] {
    [
        leaving(Flask::new(secret()), "session"),
        leaving(Django::new(secret()), "sessionid"),
        leaving(Starlette::new(secret()), "session"),
        leaving(Express::new(secret()), "session"),
    ]
}

#[test]
fn each_is_left_behind_with_its_path_and_domain() {
    const REMOVED: &str = "=; Path=/app; Domain=example.com; Secure; HttpOnly; SameSite=Lax; \
                           Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    for ((framework, from), to) in all().into_iter().zip(all_leaving()) {
        let cookies = seal(&from, r#"{"user":"ada"}"#);
        let names = cookies.split("; ").map(|pair| pair.split_once('=').unwrap().0);
        let removed: Vec<_> = names.map(|name| format!("{name}{REMOVED}")).collect();

        let read = respond(&to, &cookies, |session| {
            assert_eq!(session.get("user"), Ok(Some("ada".to_owned())), "{framework}");
        });
        assert!(read.set_cookies()[0].starts_with("__Host-session=ey"), "{framework}");
        assert_eq!(read.set_cookies()[1..], removed, "{framework}");

        let logged_out = respond(&to, &cookies, |session| session.clear().unwrap());
        assert_eq!(logged_out.set_cookies(), removed, "{framework}");

        let ours = seal(&to, r#"{"user":"bob"}"#);
        respond(&to, &format!("{cookies}; {ours}"), |session| {
            assert_eq!(session.get("user"), Ok(Some("bob".to_owned())), "{framework}");
        })
        .assert_kept();
    }
}

#[test]
fn an_old_cookie_of_our_name_in_another_place_goes_too() {
    let ours = || SessionCookie::new("session").unwrap();
    let at_home = shared(Signed::new(key())).cookie(ours());
    let cookies = seal(&all()[0].1, r#"{"user":"ada"}"#);

    let elsewhere = ours().domain("example.com").unwrap();
    let layer = at_home.clone().also_read(elsewhere, Flask::new(secret()));
    let logged_out = respond(&layer, &cookies, |session| session.clear().unwrap());
    let lines = logged_out.set_cookies();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("session=; Path=/; Secure"), "{lines:?}");
    assert!(lines[1].starts_with("session=; Path=/; Domain=example.com; "), "{lines:?}");
    assert!(lines.iter().all(|line| line.contains("; Max-Age=0; ")), "{lines:?}");

    // In the same place it is one cookie, which is written or removed once.
    let layer = at_home.also_read(ours(), Flask::new(secret()));
    let read = respond(&layer, &cookies, |session| assert_eq!(session.len(), 1));
    assert!(read.set_cookie().starts_with("session=ey"));
    let logged_out = respond(&layer, &cookies, |session| session.clear().unwrap());
    assert!(logged_out.set_cookie().starts_with("session=; "));
}

#[test]
fn nothing_of_a_pair_stays_behind() {
    let cookies = seal(&all()[3].1, r#"{"user":"ada"}"#);
    let pair = SessionCookie::new("session").unwrap();
    let layer = shared(Signed::new(key())).cookie(pair.clone());
    let layer = layer.also_read(pair.clone(), Express::new(secret()));
    let lines = respond(&layer, &cookies, |session| assert_eq!(session.len(), 1)).set_cookies();
    assert!(lines[0].starts_with("session=ey") && lines[1].starts_with("session.sig=; "));
    assert_eq!(lines.len(), 2);
    let lines = respond(&layer, &cookies, |session| session.clear().unwrap()).set_cookies();
    assert!(lines[0].starts_with("session=; ") && lines[1].starts_with("session.sig=; "));
    assert_eq!(lines.len(), 2);

    // Of what did not come nothing is removed.
    let ours = seal(&layer, r#"{"user":"ada"}"#);
    let logged_out = respond(&layer, &ours, |session| session.clear().unwrap());
    assert!(logged_out.set_cookie().starts_with("session=; "));
    let orphan = respond(&layer, "session.sig=forged", |session| session.clear().unwrap());
    assert!(orphan.set_cookie().starts_with("session.sig=; "));

    // A pair that becomes a pair is one pair.
    let layer = shared(Express::new(key())).also_read(pair, Express::new(secret()));
    let lines = respond(&layer, &cookies, |session| assert_eq!(session.len(), 1)).set_cookies();
    assert!(lines[0].starts_with("session=ey") && !lines[1].starts_with("session.sig=;"));
    assert_eq!(lines.len(), 2);
}

#[test]
fn each_is_judged_by_its_own_lifetime_and_not_by_ours() {
    let days = [31, 14, 14];
    for (((framework, from), to), days) in all().into_iter().zip(all_leaving()).zip(days) {
        let hour = std::time::Duration::from_secs(3600);
        let to = to.expiry(tower_cookie_session::Expiry::never().idle(hour)).unwrap();
        let cookies = seal(&from, r#"{"a":1}"#);
        assert!(!at(&to, NOW + days * 86_400).open(&cookies).is_new(), "{framework}");
        let late = at(&to, NOW + days * 86_400 + 1).open(&cookies).origin();
        assert_eq!(late, Origin::Rejected(Rejection::Expired), "{framework}");
    }
    let [.., (_, express)] = all();
    let [.., to] = all_leaving();
    assert!(!at(&to, NOW * 2).open(seal(&express, r#"{"a":1}"#)).is_new(), "it bears no time");
}

#[test]
fn what_outlived_the_browser_goes_on_to() {
    let persists = |cookies: &str, to: &SessionLayer| {
        let mut line = String::new();
        let reply = respond(to, cookies, |session| {
            assert!(!session.is_modified());
            line = session.is_persistent().to_string();
        });
        assert_eq!(reply.set_cookies()[0].contains("Max-Age"), line == "true");
        (line == "true", jar(&reply))
    };
    let [flask, django, starlette, express] = all().map(|(_, layer)| layer);
    let [from_flask, from_django, from_starlette, from_express] = all_leaving();
    let rows = [
        (&flask, r#"{"a":1}"#, &from_flask, false),
        (&django, r#"{"a":1}"#, &from_django, true),
        (&django, r#"{"a":1,"_session_expiry":0}"#, &from_django, false),
        (&django, r#"{"a":1,"_session_expiry":600}"#, &from_django, true),
        (&starlette, r#"{"a":1}"#, &from_starlette, true),
        (&express, r#"{"a":1}"#, &from_express, false),
    ];
    for (from, json, to, expected) in rows {
        let (now, cookies) = persists(&seal(from, json), to);
        assert_eq!(now, expected, "{json}");
        // And so it stays, once it is ours.
        let ours = cookies.split("; ").next().unwrap();
        respond(to, ours, |session| assert_eq!(session.is_persistent(), expected)).assert_kept();
    }
    let remembered = respond(&flask, "", |session| {
        session.insert("a", 1).unwrap();
        session.set_persistent(true).unwrap();
    });
    assert!(persists(&jar(&remembered), &from_flask).0);

    // By its own word a session ends with the browser, also where ours outlive it.
    let forgetful = seal(&django, r#"{"a":1,"_session_expiry":0}"#);
    let ours = from_django.clone().cookie(SessionCookie::host().persistent(true));
    assert!(!persists(&forgetful, &ours).0);
    assert!(
        persists(
            &seal(&flask, r#"{"a":1}"#),
            &from_flask.cookie(SessionCookie::host().persistent(true))
        )
        .0
    );
}

#[test]
fn a_login_goes_round_through_all_of_them() {
    let mut cookies = seal(&all()[0].1, r#"{"_user_id":"7","_fresh":true,"_id":"abc"}"#);
    let keys: Value = json!({"_user_id": "7", "_fresh": true, "_id": "abc"});
    let steps: [SessionLayer; 4] = [
        shared(Express::new(key())).also_read(cookie("session"), Flask::new(secret())),
        shared(Django::new(key())).also_read(cookie("session"), Express::new(key())),
        shared(Starlette::new(key())).also_read(cookie("sessionid"), Django::new(key())),
        shared(Signed::new(key())).also_read(cookie("session"), Starlette::new(key())),
    ];
    for step in steps {
        let reply = respond(&step, &cookies, |session| {
            assert_eq!(session.to::<Value>(), Ok(keys.clone()));
        });
        cookies = reply
            .set_cookies()
            .iter()
            .filter(|line| !line.contains("Max-Age=0"))
            .map(|line| line.split(';').next().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join("; ");
    }
    assert!(cookies.starts_with("__Host-session=ey"));
}

#[test]
fn debug_shows_no_key() {
    let key = || SecretKey::legacy("abcdefgh").unwrap();
    let shown = [
        format!("{:?}", Flask::new(key()).salt("pepper")),
        format!("{:?}", Django::new(key())),
        format!("{:?}", Starlette::new(key())),
        format!("{:?}", Express::new(key())),
    ];
    assert_eq!(
        shown[0],
        "Flask { keys: KeyRing { previous: 0, .. }, salt: \"pepper\", digest: Sha1, .. }"
    );
    for (text, codec) in shown[1..].iter().zip(["Django", "Starlette", "Express"]) {
        assert_eq!(*text, format!("{codec} {{ keys: KeyRing {{ previous: 0, .. }}, .. }}"));
    }
}

#[cfg(feature = "private")]
#[test]
fn the_examples_of_the_documentation_are_true() {
    let key = || SecretKey::legacy("not-a-secret-only-an-example-0123456789").unwrap();
    let layers = [
        shared(Signed::new(key())),
        shared(tower_cookie_session::Private::new(key())),
        shared(Flask::new(key())),
        shared(Django::new(key())),
        shared(Starlette::new(key())),
        shared(Express::new(key())),
    ];
    let documentation = include_str!("../../docs/FORMATS.md");
    let cookies: Vec<_> =
        documentation.lines().filter_map(|line| line.strip_prefix("cookie ")).collect();
    assert_eq!(cookies.len(), layers.len());
    for (layer, cookie) in layers.iter().zip(cookies) {
        let session = layer.open(cookie.trim());
        assert_eq!(session.to::<Value>(), Ok(json!({"n": 1, "user": "Zoë"})), "{cookie}");
        let issued = Some(instant(NOW)).filter(|_| !cookie.contains(".sig"));
        assert_eq!(session.issued_at(), issued, "{cookie}");
        let random = cookie.contains("=AAECAwQFBgcI");
        let sealed = layer.seal(&json!({"n": 1, "user": "Zoë"})).unwrap();
        assert_eq!(sealed == cookie.trim(), !random, "{sealed}");
    }
}
