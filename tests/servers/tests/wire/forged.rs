//! R11 to R22: tokens that somebody tampered with, and what only the key's holder could sign.

use servers::OLD_KEY;

use super::{
    odd::{ADA, FORGED, MALFORMED, Row, expect, one},
    *,
};

/// R11, R12: every letter changed in one bit, and every cut
fn changed() -> Vec<Row> {
    let ours = cookie_of("ada");
    let start = NAME.len() + 1;
    let mut rows = Vec::new();
    for at in start..ours.len() {
        let mut flipped = ours.clone().into_bytes();
        // Any that is not a control, which the transport would refuse.
        let bits = (0..8).map(|n| 1 << ((at + n) % 8));
        let byte = bits.map(|bit| flipped[at] ^ bit).find(|byte| *byte > b' ' && *byte != 0x7f);
        flipped[at] = byte.unwrap();
        rows.push(one("R11", flipped, FORGED));
        rows.push(one("R12 cut", &ours[..at], FORGED));
    }
    let more = ["A", ".", "=", "%", "\"", ",", "\u{e9}"];
    rows.extend(more.map(|more| one("R12 extended", format!("{ours}{more}"), FORGED)));
    rows
}

/// R13 to R15, R17, R18
fn composed() -> Vec<Row> {
    let ours = cookie_of("ada");
    let token = &ours[NAME.len() + 1..];
    let parts: Vec<_> = token.split('.').collect();
    let [payload, time, mac] = parts[..] else { panic!("{token}") };
    let other_name = layer().cookie(tower_cookie_session::SessionCookie::new("other").unwrap());
    let other_name = other_name.seal(&std::collections::BTreeMap::from([("name", "ada")])).unwrap();
    let (_, for_other_name) = other_name.split_once('=').unwrap();
    let by_other_key = with_json_by("a key that is nobody's, of 32 bytes", r#"{"name":"ada"}"#);
    let rows = [
        ("R13 upper case", format!("{payload}.{time}.{}", mac.to_uppercase())),
        ("R13 20 bytes", format!("{payload}.{time}.{}", &mac[..27])),
        ("R14 swapped", format!("{time}.{payload}.{mac}")),
        ("R14 swapped", format!("{payload}.{mac}.{time}")),
        ("R14 missing", format!("{payload}.{mac}")),
        ("R14 missing", format!("{payload}.{time}.")),
        ("R14 empty", "..".to_owned()),
        ("R14 one more", format!("{token}.{mac}")),
        ("R15 other key", by_other_key[NAME.len() + 1..].to_owned()),
        ("R17 other name", for_other_name.to_owned()),
        ("R18 alg=none", "eyJhbGciOiJub25lIn0.eyJuYW1lIjoiYWRhIn0.".to_owned()),
        ("R18 HS256", format!("eyJhbGciOiJIUzI1NiJ9.{payload}.{mac}")),
    ];
    rows.map(|(row, token)| one(row, format!("{NAME}={token}"), FORGED)).to_vec()
}

/// R19 to R22. Of the last two the design decides: depth is the reader's matter, and of a doubled
/// key the last counts.
fn signed() -> Vec<Row> {
    let deep = format!(r#"{{"deep":{}{},"name":"ada"}}"#, "[".repeat(1000), "]".repeat(1000));
    let no_object = ["null", "[]", "1", "\"x\"", "", "{", "{}x", "{}{}", "\u{feff}{}"];
    let mut rows = no_object.map(|json| one("R19 or R20", with_json(json), MALFORMED)).to_vec();
    rows.push(one("R20", with_json(r#"{"odd":[NaN,1e400,"\ud800"],"name":"ada"}"#), ADA));
    rows.push(one("R21", with_json(&deep), ADA));
    rows.push(one("R22", with_json(r#"{"name":"eve","name":"ada"}"#), ADA));
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_over_both() {
    for mut client in Client::both(server().await).await {
        for row in [changed(), composed(), signed()].concat() {
            expect(&mut client, row).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_a_token_of_the_old_key_is_issued_anew() {
    let old = with_json_by(OLD_KEY, r#"{"name":"ada"}"#);
    for mut client in Client::both(server().await).await {
        let anew = expect_set(&client.get("/read", &[&old]).await, ADA, &"R16");
        assert_ne!(anew, old, "R16");
        expect_read(&client.get("/read", &[&anew]).await, ADA, &"R16");
    }
}
