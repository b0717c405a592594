//! Any session, through each format and back.
//!
//! Properties: the token of a text, issued at any second, opens as a session of the same keys in
//! the same order and the same values: byte for byte, but for the spelling that the format's
//! framework has (`respelled.rs`). The time comes back. `seal` takes exactly the dictionaries
//! without reserved keys that fit, and makes the same token as the codec. What was opened and sealed
//! again opens as the same, and from then on is the same token. What is no object is `Malformed`.
//!
//! Input: a byte for the format, eight for the second, and a JSON text; or, where that begins with
//! no `{`, choices that make one. From 250 on the first byte asks for a text of up to 70 KB, made of
//! a short one over and over.

#![no_main]

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use tower_cookie_session::{Error, Expiry, Origin, Rejection, Session, SessionLayer};
use tower_cookie_session_fuzz::{
    cookies::NAME_AND_VALUE_MAX,
    formats::{CURRENT_KEY, Encode, Format, cookie, key, now},
    json,
    respelled::is_kept,
};

const NAME: &str = "s";
const RESERVED: [&str; 3] = ["_permanent", "_flashes", "_session"];
/// The first byte of an input that asks for a long text.
const LONG: u8 = 250;
/// Where the times of itsdangerous end.
const YEAR_10000: u64 = 253_402_300_800;

struct Trip {
    format: Format,
    encode: Encode,
    /// Accepts tokens of any age.
    layer: SessionLayer,
}

static TRIPS: LazyLock<Vec<Trip>> = LazyLock::new(|| {
    let any_age = Expiry::never().clock_skew(std::time::Duration::MAX);
    let trip = |format: Format| {
        let layer = format.layer(key(CURRENT_KEY)).cookie(cookie(NAME)).clock(now);
        let layer = layer.expiry(any_age).expect("no limit");
        let room = NAME_AND_VALUE_MAX - NAME.len();
        Trip { format, encode: format.encode(NAME, CURRENT_KEY, room), layer }
    };
    Format::ALL.into_iter().map(trip).collect()
});

fuzz_target!(|input: &[u8]| {
    let Some((format, rest)) = input.split_first() else { return };
    let Some((seconds, rest)) = rest.split_first_chunk() else { return };
    let (trip, seconds) = (&TRIPS[Format::of(*format) as usize], u64::from_be_bytes(*seconds));
    if *format >= LONG {
        let _ = long(rest).map(|text| trip.check_long(&text));
    } else if let Ok(text) = text(rest) {
        trip.check(&text, seconds);
    }
});

fn text(input: &[u8]) -> Result<String> {
    if input.first() == Some(&b'{') {
        return Ok(String::from_utf8_lossy(input).into_owned());
    }
    json::object(&mut Unstructured::new(input))
}

/// What compresses well: a session may be small as it is sent, and large as it is read.
fn long(input: &[u8]) -> Result<String> {
    let mut u = Unstructured::new(input);
    let len = u.int_in_range(0..=70_000)?;
    let piece = serde_json::Value::from(u.arbitrary::<&str>()?).to_string();
    let times = len / piece.len();
    Ok(format!("{{\"text\":[{}]}}", vec![piece; times].join(",")))
}

impl Trip {
    fn check(&self, text: &str, seconds: u64) {
        let members = json::members(text);
        // What a codec is given to write is an object; these two do not even look at it.
        if members.is_none() && !matches!(self.format, Format::Signed | Format::Private) {
            return;
        }
        let header = self.header(text, seconds);
        let session = self.layer.open(&header);
        if size(&header) > NAME_AND_VALUE_MAX {
            return assert_eq!(session.origin(), Origin::Rejected(Rejection::TooLong));
        }
        let shortest_only = !matches!(self.format, Format::Private | Format::Django);
        let no_time = self.format.bears_time() && shortest_only && seconds >= YEAR_10000;
        let (Some(members), false) = (members, no_time) else {
            return assert_eq!(session.origin(), Origin::Rejected(Rejection::Malformed));
        };
        let key =
            |(key, value): (&str, _)| Some((serde_json::from_str::<String>(key).ok()?, value));
        // Otherwise there is a key with half a surrogate pair, which no text can name.
        let members: Option<Vec<(String, &str)>> = members.into_iter().map(key).collect();
        if let Some(members) = members {
            self.assert_equal(&session, &members);
            let at = i64::try_from(seconds).ok().filter(|_| self.format.bears_time());
            let at = at.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
            assert_eq!(session.issued_at(), at);
            self.assert_sealed(text, &members);
        }
    }

    /// Whatever fits as it is sent can be read.
    fn check_long(&self, text: &str) {
        let header = self.header(text, 0);
        let fits = size(&header) <= NAME_AND_VALUE_MAX;
        let expected = if fits { Origin::Cookie } else { Origin::Rejected(Rejection::TooLong) };
        assert_eq!(self.layer.open(&header).origin(), expected);
    }

    /// The cookies that the codec makes.
    fn header(&self, text: &str, seconds: u64) -> Vec<u8> {
        let mut token = Vec::new();
        let tag = (self.encode)(text, seconds, &mut token).unwrap_or_default();
        self.format.header(NAME, &token, tag.as_bytes())
    }

    fn assert_equal(&self, session: &Session, members: &[(String, &str)]) {
        assert_eq!(session.origin(), Origin::Cookie);
        let mut keys: Vec<&str> = Vec::new();
        for (key, _) in members {
            if !RESERVED.contains(&key.as_str()) && !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        let mut found = session.keys();
        if self.format == Format::Express {
            // JavaScript has the keys that are numbers first.
            keys.sort();
            found.sort();
        }
        assert_eq!(found, keys);
        for key in keys {
            let (_, before) = members.iter().rfind(|(member, _)| member == key).expect("a member");
            match session.get::<Box<RawValue>>(key) {
                Ok(after) => {
                    let after = after.expect("its key is there");
                    assert!(is_kept(self.format, before, after.get()), "{before} as {after}");
                }
                Err(error) => {
                    assert!(matches!(error, Error::WrongType { .. }), "{error}");
                    assert!(serde_json::from_str::<&RawValue>(before).is_err(), "{before}");
                }
            }
        }
    }

    /// The way by the layer, where serde_json takes the text.
    fn assert_sealed(&self, text: &str, members: &[(String, &str)]) {
        let Ok(raw) = serde_json::from_str::<&RawValue>(text.trim_ascii()) else { return };
        let reserved = members.iter().find(|(key, _)| RESERVED.contains(&key.as_str()));
        let issued = now().unix_timestamp().unsigned_abs();
        let expected = self.header(raw.get(), issued);
        let expected_size = size(&expected);
        match (self.layer.seal(raw), reserved) {
            (Err(Error::ReservedKey { key, .. }), Some((reserved, _))) => {
                assert_eq!(&key, reserved)
            }
            (Err(Error::TooLarge { size, .. }), None) => {
                assert!(size > NAME_AND_VALUE_MAX && size == expected_size);
            }
            (Ok(sealed), None) => {
                assert!(expected_size <= NAME_AND_VALUE_MAX);
                // Private's has a nonce in it.
                let same = if self.format == Format::Private { sealed.len() } else { 0 };
                assert!(sealed.as_bytes() == expected || same == expected.len());
                self.assert_fixed(&sealed, members);
            }
            (result, _) => panic!("{result:?}"),
        }
    }

    /// What was opened, sealed once more and opened.
    fn assert_fixed(&self, sealed: &str, members: &[(String, &str)]) {
        let Ok(opened) = self.layer.open(sealed).to::<Box<RawValue>>() else {
            panic!("what serde_json wrote it reads");
        };
        // Escapes that were not there before may take more room than there is.
        let Ok(again) = self.layer.seal(&opened) else { return };
        let session = self.layer.open(&again);
        self.assert_equal(&session, members);
        let third = session.to::<Box<RawValue>>().expect("as before");
        assert_eq!(third.get(), opened.get());
    }
}

/// Bytes of the first cookie's name and value.
fn size(header: &[u8]) -> usize {
    let end = header.iter().position(|byte| *byte == b';').unwrap_or(header.len());
    end - "=".len()
}
