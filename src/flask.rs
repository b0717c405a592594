//! The values that Flask tags, because JSON has no type for them, as types of Rust.
//!
//! ```
//! use time::OffsetDateTime;
//! use tower_cookie_session::{Error, Session, flask};
//!
//! # let session = Session::detached();
//! // As Flask's session["seen"] = datetime.now(timezone.utc)
//! session.insert("seen", flask::DateTime(OffsetDateTime::now_utc()))?;
//! let seen = session.get::<flask::DateTime>("seen")?;
//! # assert!(seen.is_some());
//! # Ok::<(), Error>(())
//! ```
//!
//! Each is written as an object whose only key is Flask's tag, and reads what Flask writes and
//! nothing looser; only the content of a [`Tuple`] is up to the inner type. They nest, so that
//! `Tuple<(Markup, Bytes)>` is a tuple of two, and can be fields of a struct.
//!
//! To Flask, a value that looks like a tagged one is one: do not store JSON from a visitor as it
//! came, since `{" d": 5}` in it is a server error over there.

#![allow(clippy::exhaustive_structs, reason = "each is its one value, and nothing else")]

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _,
    ser::SerializeMap,
};
use time::{
    OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::BorrowedFormatItem,
    macros::format_description,
};

use crate::encoding::STANDARD;

/// A moment, ` d`: whole seconds in UTC, from the year 1 to 9999 (Flask misreads years under 100).
/// Fractions of a second are cut off, as in Flask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(pub OffsetDateTime);

/// Bytes, ` b`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

/// The text of a UUID, ` u`: 32 hexadecimal digits in either case, with hyphens or without. It is
/// read back with hyphens and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub String);

/// A text that is safe HTML, ` m`: markupsafe's `Markup`. Only as safe as its author made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Markup(pub String);

/// A tuple, ` t`: of anything that serializes as an array, such as a Rust tuple or a `Vec`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tuple<T>(pub T);

/// The date format of HTTP (RFC 9110, section 5.6.7).
const HTTP_DATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utc = self.0.checked_to_offset(UtcOffset::UTC).filter(|utc| utc.year() > 0);
        let utc = utc.ok_or_else(|| S::Error::custom("the year is not from 1 to 9999"))?;
        write(" d", &utc.format(HTTP_DATE).map_err(S::Error::custom)?, serializer)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: String = read(" d", deserializer)?;
        let date = PrimitiveDateTime::parse(&text, HTTP_DATE).map_err(D::Error::custom)?;
        // The parser lets a wrong weekday pass.
        if date.format(HTTP_DATE).is_ok_and(|right| right == text) {
            Ok(Self(date.assume_utc()))
        } else {
            Err(D::Error::custom("another day of the week"))
        }
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(" b", &STANDARD.text(&self.0), serializer)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: String = read(" b", deserializer)?;
        let bytes = STANDARD.read(text.as_bytes());
        bytes.map(Self).ok_or_else(|| D::Error::custom("no base64"))
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.0.replace('-', "").to_ascii_lowercase();
        if !is_uuid(&digits) {
            return Err(S::Error::custom("no UUID"));
        }
        write(" u", &digits, serializer)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text: String = read(" u", deserializer)?;
        if !is_uuid(&text) {
            return Err(D::Error::custom("no UUID"));
        }
        [8, 13, 18, 23].into_iter().for_each(|hyphen| text.insert(hyphen, '-'));
        Ok(Self(text))
    }
}

fn is_uuid(digits: &str) -> bool {
    digits.len() == 32 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(" m", &self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Markup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(" m", deserializer).map(Self)
    }
}

impl<T: Serialize> Serialize for Tuple<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(" t", &self.0, serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tuple<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(" t", deserializer).map(Self)
    }
}

fn write<T, S>(tag: &str, value: &T, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize + ?Sized,
    S: Serializer,
{
    let mut object = serializer.serialize_map(Some(1))?;
    object.serialize_entry(tag, value)?;
    object.end()
}

fn read<'de, T, D>(tag: &str, deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let mut object = BTreeMap::<String, T>::deserialize(deserializer)?;
    match object.remove(tag) {
        Some(value) if object.is_empty() => Ok(value),
        _ => Err(D::Error::custom("not under its tag")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};

    use super::*;
    use time::macros::datetime;

    #[test]
    fn as_flask_writes_them() {
        let moment = DateTime(datetime!(1994-11-06 09:49:37.9 +1));
        let text = r#"{" d":"Sun, 06 Nov 1994 08:49:37 GMT"}"#;
        assert_eq!(to_string(&moment).unwrap(), text);
        assert_eq!(from_str::<DateTime>(text).unwrap().0, datetime!(1994-11-06 08:49:37 UTC));
        assert_eq!(to_string(&Bytes(vec![0xfb, 0xff])).unwrap(), r#"{" b":"+/8="}"#);
        assert_eq!(from_str::<Bytes>(r#"{" b":"+/8="}"#).unwrap().0, [0xfb, 0xff]);
        let uuid = r#"{" u":"0123456789abcdef0123456789abcdef"}"#;
        let text = "01234567-89ab-cdef-0123-456789abcdef".to_owned();
        assert_eq!(to_string(&Uuid(text.to_uppercase())).unwrap(), uuid);
        assert_eq!(from_str::<Uuid>(uuid).unwrap(), Uuid(text));
        let markup = r#"{" m":"<b>\"é\"</b>"}"#;
        assert_eq!(to_string(&Markup("<b>\"é\"</b>".into())).unwrap(), markup);
        assert_eq!(from_str::<Markup>(markup).unwrap().0, "<b>\"é\"</b>");
        let tuple = r#"{" t":[1,{" m":"x"},{" t":[]}]}"#;
        let value = Tuple((1, Markup("x".into()), Tuple(Vec::<u8>::new())));
        assert_eq!(to_string(&value).unwrap(), tuple);
        assert_eq!(from_str::<Tuple<(i32, Markup, Tuple<Vec<u8>>)>>(tuple).unwrap(), value);
    }

    #[test]
    fn the_bounds_of_a_moment() {
        for (moment, text) in [
            (datetime!(0001-01-01 00:00:00 UTC), "Mon, 01 Jan 0001 00:00:00 GMT"),
            (datetime!(1969-12-31 23:59:59 UTC), "Wed, 31 Dec 1969 23:59:59 GMT"),
            (datetime!(9999-12-31 23:59:59 UTC), "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            let written = to_string(&DateTime(moment)).unwrap();
            assert_eq!(written, format!("{{\" d\":\"{text}\"}}"));
            assert_eq!(from_str::<DateTime>(&written).unwrap().0, moment);
        }
        assert!(to_string(&DateTime(datetime!(0000-12-31 23:59:59 UTC))).is_err());
        assert!(to_string(&DateTime(datetime!(9999-12-31 23:59:59 -1))).is_err());
        assert!(to_string(&DateTime(datetime!(0001-01-01 00:00:00 +1))).is_err());
    }

    #[test]
    fn nothing_looser_is_read() {
        for text in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "",
        ] {
            let text = format!("{{\" d\":\"{text}\"}}");
            assert!(from_str::<DateTime>(&text).is_err(), "{text}");
        }
        for text in ["{\" b\":\"YQ\"}", "{\" b\":\"YR==\"}", "{\" b\":\"-_8=\"}", "\"YQ==\""] {
            assert!(from_str::<Bytes>(text).is_err(), "{text}");
        }
        let digits = "0123456789abcdef0123456789abcde";
        for text in
            [digits.to_owned(), format!("{digits}F"), format!("{digits}-"), digits.repeat(2)]
        {
            assert!(from_str::<Uuid>(&format!("{{\" u\":\"{text}\"}}")).is_err(), "{text}");
        }
        assert!(to_string(&Uuid(digits.into())).is_err());
        assert!(to_string(&Uuid(format!("{digits}g"))).is_err());
        for text in ["{\" m\":1}", "{\" m\":\"x\",\"y\":\"z\"}", "{}", "[\"x\"]", "{\" t\":\"x\"}"]
        {
            assert!(from_str::<Markup>(text).is_err(), "{text}");
        }
    }
}
