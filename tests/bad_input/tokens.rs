//! R11 to R22: what is in the cookie; first without a signature that holds, then with one.

use serde_json::Value;
use sha2::Digest;
use tower_cookie_session::KeyRing;

use super::*;

/// The three parts of a valid token, and the whole.
fn valid() -> ([String; 3], String) {
    let token = sign(SECRET, SALT, &body(ADA, NOW));
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    (parts.try_into().unwrap(), token)
}

/// Refuses tokens in bulk: the session of each is new and empty.
#[track_caller]
fn refuse(row: &str, layer: &SessionLayer, token: impl AsRef<[u8]>) {
    let header = [b"session=", token.as_ref()].concat();
    let session = layer.open(&header);
    assert!(session.is_new() && session.is_empty(), "{row}: {}", header.escape_ascii());
}

#[test]
fn r11_every_other_byte_anywhere_is_refused() {
    let (layer, (_, token)) = (layer(), valid());
    for place in 0..token.len() {
        for byte in (0..=u8::MAX).filter(|byte| *byte != token.as_bytes()[place]) {
            let mut forged = token.clone().into_bytes();
            forged[place] = byte;
            refuse("R11", &layer, forged);
        }
    }
}

#[test]
fn r11_swapped_neighbours_are_refused() {
    let (layer, (_, token)) = (layer(), valid());
    for place in 1..token.len() {
        let mut forged = token.clone().into_bytes();
        forged.swap(place - 1, place);
        if forged != token.as_bytes() {
            refuse("R11", &layer, forged);
        }
    }
}

#[test]
fn r12_every_cut_is_refused() {
    let (layer, (_, token)) = (layer(), valid());
    for place in 0..token.len() {
        refuse("R12: cut behind", &layer, &token[..place]);
        refuse("R12: cut before", &layer, &token[place + 1..]);
        refuse("R12: cut out", &layer, [&token[..place], &token[place + 1..]].concat());
    }
}

#[test]
fn r12_every_insertion_is_refused() {
    let (layer, (_, token)) = (layer(), valid());
    for place in 0..=token.len() {
        for byte in 0..=u8::MAX {
            // What surrounds a value belongs to the header.
            let outside = match byte {
                b' ' | b'\t' => place == 0 || place == token.len(),
                b';' => place == token.len(),
                _ => false,
            };
            if !outside {
                let (start, end) = token.as_bytes().split_at(place);
                refuse("R12", &layer, [start, &[byte], end].concat());
            }
        }
    }
}

#[test]
fn r13_other_spellings_of_the_mac_are_refused() {
    let signed = body(ADA, NOW);
    let mac = mac(mac(SECRET, SALT), &signed);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    for other in [
        b64(&mac[..16]),
        b64(&mac[..20]),
        b64(&mac[..31]),
        b64([&mac[..], &[0]].concat()),
        b64([0; 32]),
        b64(&mac).to_uppercase(),
        hex.to_uppercase(),
        hex,
    ] {
        expect("R13", format!("session={signed}.{other}"), FORGED);
    }
}

#[test]
fn r14_parts_in_other_places_are_refused() {
    let ([payload, time, mac], token) = valid();
    for forged in [
        format!("{payload}.{mac}.{time}"),
        format!("{time}.{payload}.{mac}"),
        format!("{time}.{mac}.{payload}"),
        format!("{mac}.{payload}.{time}"),
        format!("{mac}.{time}.{payload}"),
        format!("{payload}.{time}"),
        format!("{payload}.{mac}"),
        format!("{time}.{mac}"),
        format!(".{time}.{mac}"),
        format!("{payload}..{mac}"),
        format!("{payload}.{time}."),
        format!("{payload}{time}.{mac}"),
        format!("{payload}.{time}{mac}"),
        format!(".{token}"),
        format!("{token}."),
        format!("x.{token}"),
        format!("{token}.x"),
        format!("{token}.{mac}"),
        "..".to_owned(),
        ".".to_owned(),
    ] {
        expect("R14", format!("session={forged}"), FORGED);
    }
}

#[test]
fn r15_other_keys_are_refused() {
    let text = body(ADA, NOW);
    let plain_hash = Sha256::digest([mac(SECRET, SALT), text.clone().into_bytes()].concat());
    for (secret, forged) in [
        ("another", sign("another secret of more than 32 bytes", SALT, &text)),
        ("none", sign("", SALT, &text)),
        ("zeros", sign([0; 32], SALT, &text)),
        ("a longer one", sign(format!("{SECRET}x"), SALT, &text)),
        ("not derived", format!("{text}.{}", b64(mac(SECRET, &text)))),
        ("no HMAC", format!("{text}.{}", b64(plain_hash))),
    ] {
        expect(&format!("R15: {secret}"), format!("session={forged}"), FORGED);
    }
    let retired = layer_of(Signed::new(SecretKey::generate()));
    assert_eq!(look(&retired, request(&[sealed(ADA)])), FORGED, "R15: retired");
}

/// The table re-signs at the next write; the design decides that reading is enough.
#[test]
fn r16_a_fallback_key_opens_and_the_primary_signs_anew() {
    let new = SecretKey::generate();
    let ring = KeyRing::new(new.clone()).accept(SecretKey::generate()).accept(key(SECRET));
    let (primary, both) = (layer_of(Signed::new(new)), layer_of(Signed::new(ring)));
    let read = |session: Session| assert_eq!(session.origin(), Origin::Cookie, "R16");
    let headers = visit(&both, sealed(ADA), read);
    assert_eq!(look(&primary, request(&[returned(&headers)])), Origin::Cookie, "R16");
    assert_eq!(look(&both, request(&[returned(&headers)])), Origin::Cookie, "R16: and only once");
}

#[test]
fn r17_the_signature_is_bound_to_the_name_and_the_purpose() {
    let text = body(ADA, NOW);
    for salt in [
        "tower-cookie-session:session2",
        "tower-cookie-session:Session",
        "tower-cookie-session:__Host-session",
        "tower-cookie-session:",
        "tower-cookie-session",
        "tower-cookie-session/2:session",
        "itsdangerous",
        "cookie-session",
        "session",
        "",
    ] {
        expect("R17", format!("session={}", sign(SECRET, salt, &text)), FORGED);
    }
}

#[test]
fn r18_json_web_tokens_are_refused() {
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256","typ":"JWT"}"#] {
        let text = format!("{}.{}", b64(header), b64(ADA));
        expect("R18", format!("session={text}"), FORGED);
        expect("R18", format!("session={text}."), FORGED);
        expect("R18", format!("session={text}.{}", b64(mac(SECRET, &text))), FORGED);
        // Even our own signature makes no time of what is none.
        expect("R18", format!("session={}", sign(SECRET, SALT, &text)), MALFORMED);
    }
}

#[test]
fn r14_r19_what_is_no_token_with_an_object_is_malformed() {
    for json in ["null", "[]", "1", "\"x\"", "", " ", "true", "[{}]", "{", "}", "{\"a\"}"] {
        expect("R19", sealed(json), MALFORMED);
    }
    let object = b64("{}");
    for text in ["", ".", "..", &object, &format!(".{}", body(ADA, NOW)), "e30.AQ.ZVPxAA"] {
        expect("R14", format!("session={}", sign(SECRET, SALT, text)), MALFORMED);
    }
}

#[test]
fn r20_what_is_more_than_an_object_is_malformed() {
    let rows: [&[u8]; 8] = [
        b"{}x",
        b"{}{}",
        b"{}\0",
        b"{},",
        b"\xef\xbb\xbf{}",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"{\"\xc3\":1}",
    ];
    for json in rows {
        expect("R20", sealed(json), MALFORMED);
    }
}

/// The table refuses these; the design keeps them as text, since Python writes and reads them.
#[test]
fn r20_numbers_and_escapes_beyond_rust_are_kept_as_text() {
    for odd in ["NaN", "-Infinity", "1e400", r#""\ud800""#, r#"["\udc00\ud800"]"#] {
        let json = format!(r#"{{"odd":{odd},"user":"ada"}}"#);
        let headers = visit(&layer(), sealed(&json), |session| {
            assert_eq!(session.get::<String>("user").unwrap().unwrap(), "ada", "R20: {odd}");
            assert!(session.contains_key("odd"), "R20: {odd}");
            let value = session.get::<Value>("odd");
            assert!(matches!(value, Err(Error::WrongType { .. })), "R20: {odd}: {value:?}");
            session.insert("user", "bob").unwrap();
        });
        assert_eq!(stored(&headers), json.replace("ada", "bob"), "R20");
    }
}

/// The table refuses them whole; the design decides that depth is the reader's matter.
#[test]
fn r21_depth_is_refused_where_it_is_read() {
    for (depth, readable) in [(1, true), (127, true), (128, false), (1400, false)] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let json = format!(r#"{{"deep":{deep},"user":"ada"}}"#);
        let session = layer().open(sealed(json));
        assert_eq!(session.get::<String>("user").unwrap().unwrap(), "ada", "R21: {depth}");
        let value = session.get::<Value>("deep");
        assert_eq!(value.is_ok(), readable, "R21: {depth}");
        assert!(readable || matches!(value, Err(Error::WrongType { key, .. }) if key == "deep"));
        session.insert("user", "bob").unwrap();
        assert!(session.remove("deep").unwrap(), "R21: {depth}");
        assert_eq!(session.keys(), ["user"], "R21: {depth}");
    }
}

/// The table refuses them; the design decides that the last counts, as in every peer.
#[test]
fn r22_of_doubled_keys_the_last_counts() {
    let json = r#"{"user":"eve","a":1,"user":"mallory","\u0075ser":"ada"}"#;
    let ada = || layer().open(sealed(json));
    assert_eq!(ada().get::<String>("user").unwrap().unwrap(), "ada", "R22");
    assert_eq!(ada().to::<Value>().unwrap(), serde_json::json!({"user": "ada", "a": 1}), "R22");
    assert_eq!((ada().keys(), ada().len()), (vec!["user".to_owned(), "a".to_owned()], 2), "R22");

    let headers = visit(&layer(), sealed(json), |session| session.insert("user", "bob").unwrap());
    assert_eq!(stored(&headers), r#"{"user":"bob","a":1}"#, "R22: insert leaves one");
    let headers = visit(&layer(), sealed(json), |session| assert!(session.remove("user").unwrap()));
    assert_eq!(stored(&headers), r#"{"a":1}"#, "R22: remove leaves none");
}
