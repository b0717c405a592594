//! A browser's cookie jar (RFC 6265bis, section 5.7), as far as one host's session cookies need it.

use std::collections::BTreeMap;

use time::{
    OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem,
    macros::format_description,
};

/// Name and value; what is larger, browsers drop.
const LARGEST: usize = 4096;

const EXPIRES: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

#[derive(Default)]
pub(crate) struct Jar(BTreeMap<String, Cookie>);

struct Cookie {
    value: String,
    /// Bears Max-Age or Expires.
    persistent: bool,
}

impl Jar {
    /// What the browser makes of a Set-Cookie line that came over plain http.
    pub(crate) fn store(&mut self, line: &str) {
        let mut parts = line.split(';');
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let (name, value) = (name.trim(), value.trim());
        let attributes: BTreeMap<_, _> = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
            .collect();
        if name.len() + value.len() > LARGEST || attributes.contains_key("secure") {
            return;
        }
        assert_eq!(attributes.get("path"), Some(&"/"), "other paths would need more of a jar");

        let max_age = attributes.get("max-age").map(|seconds| seconds.parse::<i64>().unwrap());
        let expires = attributes.get("expires").map(|date| moment(date));
        // Max-Age wins.
        let is_over = match (max_age, expires) {
            (Some(seconds), _) => seconds <= 0,
            (None, Some(moment)) => moment <= OffsetDateTime::now_utc(),
            (None, None) => false,
        };
        if is_over {
            self.0.remove(name);
        } else {
            let persistent = max_age.is_some() || expires.is_some();
            self.0.insert(name.to_owned(), Cookie { value: value.to_owned(), persistent });
        }
    }

    /// The Cookie header's line, or nothing.
    pub(crate) fn header(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let cookies = self.0.iter().map(|(name, cookie)| format!("{name}={}", cookie.value));
        format!("Cookie: {}\r\n", cookies.collect::<Vec<_>>().join("; "))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|cookie| cookie.value.as_str())
    }

    /// Whether the cookie outlives the browser.
    pub(crate) fn is_persistent(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|cookie| cookie.persistent)
    }
}

fn moment(date: &str) -> OffsetDateTime {
    PrimitiveDateTime::parse(date, EXPIRES).unwrap().assume_utc()
}

#[test]
fn as_browsers_do() {
    let mut jar = Jar::default();
    assert_eq!(jar.header(), "");
    jar.store("b=\"x y\"; path=/; HttpOnly");
    jar.store("a=1=; expires=Fri, 31 Dec 9999 23:59:59 GMT; Path=/");
    jar.store("c=1; Secure; Path=/");
    jar.store(&format!("d={}; Path=/", "x".repeat(LARGEST)));
    assert_eq!(jar.header(), "Cookie: a=1=; b=\"x y\"\r\n");
    assert!(jar.is_persistent("a") && !jar.is_persistent("b"));
    jar.store(&format!("d={}; Path=/", "x".repeat(LARGEST - 1)));
    assert_eq!(jar.get("d").map(str::len), Some(LARGEST - 1));
    jar.store("d=1; Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Path=/");
    jar.store("a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/");
    assert_eq!(jar.header(), "Cookie: b=\"x y\"\r\n");
}
