//! A cookie that is configured call by call, beside what a browser should store of it.

use arbitrary::{Result, Unstructured};
use tower_cookie_session::{SameSite, SessionCookie};

use crate::browser::{Stored, stored};

const NAMES: [&str; 9] = [
    "s",
    "sid",
    "__Host-s",
    "__host-S",
    "__Secure-s",
    "__Http-s",
    "__Host-Http-s",
    "__hOST-hTTP-s",
    "!#$%&'*+-.^_`|~:",
];
const DOMAINS: [&str; 8] =
    ["a", ".example.com", "example.com", "EXAMPLE.com", "10.0.0.1", "a..b", "a b", "x;y"];
const PATHS: [&str; 8] = ["/", "/a", "/a b", "/a ", "a", "/;", "/=", "/\u{e9}"];

pub struct Configured {
    pub cookie: SessionCookie,
    /// Without a value, and without what depends on the session.
    pub expected: Stored,
    pub persistent: bool,
    pub max_size: usize,
}

impl Configured {
    /// `None` for a name that cannot be one.
    pub fn new(u: &mut Unstructured<'_>) -> Result<Option<Self>> {
        let mut name = text(u, &NAMES)?;
        if u.int_in_range(0..=15)? == 15 {
            name.push_str(&"n".repeat(u.int_in_range(200..=260)?));
        }
        let expected = Stored {
            name: name.clone(),
            path: "/".to_owned(),
            secure: true,
            http_only: true,
            same_site: Some("Lax".to_owned()),
            ..Stored::default()
        };
        let max_size = 4096;
        let configured = |cookie| Self { cookie, expected, persistent: false, max_size };
        Ok(SessionCookie::new(name).ok().map(configured))
    }

    /// Makes one call of `u`'s choice. What is refused leaves all as it was, and has a reason.
    pub fn call(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (cookie, mut expected) = (self.cookie.clone(), self.expected.clone());
        let on = u.arbitrary()?;
        let result = match u.int_in_range(0..=7)? {
            0 => {
                let domain = text(u, &DOMAINS)?;
                let stored = domain.strip_prefix('.').unwrap_or(&domain).to_ascii_lowercase();
                expected.domain = Some(stored);
                // What is a host's name is told by more than a browser's parser.
                let Ok(cookie) = cookie.domain(domain) else { return Ok(()) };
                Ok(cookie)
            }
            1 => {
                expected.path = text(u, &PATHS)?;
                if u.int_in_range(0..=7)? == 7 {
                    expected.path.push_str(&"p".repeat(u.int_in_range(1020..=1024)?));
                }
                cookie.path(expected.path.as_str())
            }
            2 => {
                expected.secure = on;
                cookie.secure(on)
            }
            3 => {
                let name = expected.name.to_ascii_lowercase();
                let kept = name.starts_with("__http-") || name.starts_with("__host-http-");
                expected.http_only = on || kept;
                Ok(cookie.http_only(on))
            }
            4 => {
                let (same_site, name) = *u.choose(&[
                    (SameSite::Strict, "Strict"),
                    (SameSite::Lax, "Lax"),
                    (SameSite::None, "None"),
                ])?;
                expected.same_site = Some(name.to_owned());
                cookie.same_site(same_site)
            }
            5 => {
                expected.partitioned = on;
                cookie.partitioned(on)
            }
            6 => {
                self.persistent = on;
                Ok(cookie.persistent(on))
            }
            _ => return self.limit(u),
        };
        match result {
            Ok(cookie) => (self.cookie, self.expected) = (cookie, expected),
            Err(error) => {
                let taken = stored(&expected.line());
                assert_ne!(taken.as_ref(), Some(&expected), "refused without need: {error}");
            }
        }
        Ok(())
    }

    fn limit(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let bytes = u.int_in_range(60..=4100)?;
        match self.cookie.clone().max_size(bytes) {
            Ok(cookie) => (self.cookie, self.max_size) = (cookie, bytes),
            Err(_) => assert!(!(64..=4096).contains(&bytes)),
        }
        Ok(())
    }
}

fn text(u: &mut Unstructured<'_>, choices: &[&str]) -> Result<String> {
    let mut text = (*u.choose(choices)?).to_owned();
    if u.int_in_range(0..=3)? == 3 {
        text.push_str(u.arbitrary()?);
    }
    Ok(text)
}
