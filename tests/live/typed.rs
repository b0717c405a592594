//! The values that Flask tags: by our types, and in the plain notation of `flask_app.py`.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::{
    OffsetDateTime, PrimitiveDateTime,
    format_description::BorrowedFormatItem,
    macros::{datetime, format_description},
};
use tower_cookie_session::flask::{Bytes, DateTime, Markup, Tuple, Uuid};

use crate::{Pair, browser::Browser, sessions};

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const HTTP_DATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Typed {
    seen: DateTime,
    token: Bytes,
    uuid: Uuid,
    html: Markup,
    nested: Vec<Nested>,
}

type Nested = Tuple<(i64, Markup, Tuple<Vec<Bytes>>)>;

pub(crate) fn samples() -> Vec<Typed> {
    let uuid = "01234567-89ab-cdef-0123-456789abcdef";
    let sample = |seen, bytes: &[u8], digit: &str, html: &str, items: usize| Typed {
        seen: DateTime(seen),
        token: Bytes(bytes.to_vec()),
        uuid: Uuid(uuid.replace('0', digit)),
        html: Markup(html.to_owned()),
        nested: (0..items)
            .map(|item| {
                let all = Tuple(vec![Bytes(bytes.to_vec()); item]);
                Tuple((i64::MIN + i64::try_from(item).unwrap(), Markup(html.repeat(item)), all))
            })
            .collect(),
    };
    let all_bytes: Vec<_> = (0..=u8::MAX).collect();
    vec![
        sample(datetime!(1994-11-06 08:49:37 UTC), b"\0\xfb\xff", "a", "<b>\"é\"</b>", 3),
        sample(datetime!(1970-01-01 00:00:00 UTC), b"", "0", "", 0),
        sample(datetime!(9999-12-31 23:59:59 UTC), &all_bytes, "f", "&lt;日本😀\n\0", 2),
        sample(datetime!(1000-02-28 23:00:00 UTC), b"x", "9", " ", 1),
    ]
}

/// The sample in the plain notation.
fn plain(sample: &Typed) -> Value {
    let bytes = |bytes: &Bytes| json!({ "$bytes": BASE64_STANDARD.encode(&bytes.0) });
    let tuple = |Tuple((number, html, all)): &Nested| {
        let all: Vec<_> = all.0.iter().map(bytes).collect();
        json!({ "$tuple": [number, { "$markup": html.0 }, { "$tuple": all }] })
    };
    json!({
        "seen": { "$datetime": iso(sample.seen.0.unix_timestamp()) },
        "token": bytes(&sample.token),
        "uuid": { "$uuid": sample.uuid.0 },
        "html": { "$markup": sample.html.0 },
        "nested": sample.nested.iter().map(tuple).collect::<Vec<_>>(),
    })
}

/// The plain notation's time, in seconds since 1970.
pub(crate) fn moment(iso: &str) -> i64 {
    PrimitiveDateTime::parse(iso, ISO).unwrap().assume_utc().unix_timestamp()
}

pub(crate) fn iso(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap().format(ISO).unwrap()
}

fn http_date(iso: &str) -> String {
    OffsetDateTime::from_unix_timestamp(moment(iso)).unwrap().format(HTTP_DATE).unwrap()
}

/// A session in the plain notation as we see it: with Flask's tags.
pub(crate) fn tagged(plain: &Value) -> Value {
    let items = |items: &[Value]| Value::from_iter(items.iter().map(tagged));
    let members = match plain {
        Value::Array(array) => return items(array),
        Value::Object(members) => members,
        scalar => return scalar.clone(),
    };
    match members.iter().next().filter(|_| members.len() == 1) {
        Some((tag, Value::Array(array))) if tag == "$tuple" => json!({ " t": items(array) }),
        Some((tag, Value::String(text))) if tag.starts_with('$') => match tag.as_str() {
            "$bytes" => json!({ " b": text }),
            "$markup" => json!({ " m": text }),
            "$uuid" => json!({ " u": text.replace('-', "") }),
            "$datetime" => json!({ " d": http_date(text) }),
            _ => plain.clone(),
        },
        _ => members
            .iter()
            .map(|(key, value)| (key.clone(), tagged(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Typed values of ours in Flask, and Flask's in our types.
pub(crate) fn both_ways(pair: &Pair) -> String {
    let samples = samples();
    for (number, sample) in samples.iter().enumerate() {
        let path = format!("/typed/{number}");
        let mut browser = Browser::default();
        browser.send(pair.ours.site, "PUT", &path, "");
        assert_eq!(browser.get(pair.peer.site, "/session"), plain(sample));
        // They are spelled as Flask spells them, for it writes them so too.
        let ours = browser.members(pair.framework);
        browser.post(pair.peer.site, "/set", json!({ "key": "theirs", "value": 1 }));
        browser.post(pair.peer.site, "/pop", "theirs");
        assert_eq!(browser.members(pair.framework), ours);

        let mut browser = Browser::default();
        browser.send(pair.peer.site, "PUT", "/session", &plain(sample).to_string());
        assert_eq!(browser.get(pair.ours.site, &path), true, "{sample:?}");
    }
    format!("typed values, each way: {} sessions", samples.len())
}

/// Dictionaries whose only key is a tag stay dictionaries on the other side.
pub(crate) fn dictionaries_that_look_tagged(pair: &Pair) -> String {
    let sessions = [" t", " b", " m", " u", " d", " di"];
    let sessions = sessions.map(|tag| json!({ tag: ["é", 1] }));
    let sites = [pair.ours.site, pair.peer.site];
    for session in &sessions {
        for (writer, reader) in [(sites[0], sites[1]), (sites[1], sites[0])] {
            let mut browser = Browser::default();
            browser.send(writer, "PUT", "/session", &session.to_string());
            let read = browser.get(reader, "/session");
            assert!(sessions::same(pair.framework, session, &read), "{session}: {read}");
        }
    }
    format!("dictionaries that look tagged, each way: {} sessions", sessions.len())
}
