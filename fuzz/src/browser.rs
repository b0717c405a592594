//! A browser's view of a Set-Cookie line: RFC 6265bis, section 5.6, in the plainest way.

/// A cookie as a browser stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    pub name: String,
    pub value: String,
    pub domain: Option<String>,
    pub path: String,
    pub secure: bool,
    pub http_only: bool,
    pub same_site: Option<String>,
    pub partitioned: bool,
    /// Seconds.
    pub max_age: Option<u64>,
    pub expires: Option<String>,
}

const NAME_AND_VALUE_MAX: usize = 4096;
const ATTRIBUTE_MAX: usize = 1024;

/// What is stored of a line that came over https; `None` where that is nothing. Stricter than
/// browsers in that a line has to be what section 4.1.1 asks of servers: nothing doubled, nothing
/// unknown, no attribute that is passed over, nothing but printable ASCII.
pub fn stored(line: &[u8]) -> Option<Stored> {
    let line = std::str::from_utf8(line).ok()?;
    if line.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
        return None;
    }
    let mut parts = line.split(';').map(|part| part.trim_matches([' ', '\t']));
    let (name, value) = pair(parts.next()?);
    let mut cookie =
        Stored { name: name.to_owned(), value: value?.to_owned(), ..Stored::default() };
    if name.is_empty() || name.len() + cookie.value.len() > NAME_AND_VALUE_MAX {
        return None;
    }
    let mut seen = Vec::new();
    for part in parts {
        let (attribute, value) = pair(part);
        let attribute = attribute.to_ascii_lowercase();
        if value.is_some_and(|value| value.len() > ATTRIBUTE_MAX) || seen.contains(&attribute) {
            return None;
        }
        cookie.set(&attribute, value)?;
        seen.push(attribute);
    }
    cookie.is_allowed().then_some(cookie)
}

fn pair(part: &str) -> (&str, Option<&str>) {
    match part.split_once('=') {
        Some((name, value)) => {
            (name.trim_end_matches([' ', '\t']), Some(value.trim_start_matches([' ', '\t'])))
        }
        None => (part, None),
    }
}

impl Stored {
    fn set(&mut self, attribute: &str, value: Option<&str>) -> Option<()> {
        match (attribute, value) {
            ("domain", Some(value)) => {
                let domain = value.strip_prefix('.').unwrap_or(value);
                self.domain = Some(domain.to_ascii_lowercase()).filter(|domain| !domain.is_empty());
                self.domain.as_ref()?;
            }
            ("path", Some(value)) if value.starts_with('/') => self.path = value.to_owned(),
            ("max-age", Some(value)) => {
                let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                self.max_age = value.parse().ok().filter(|_| digits);
                self.max_age?;
            }
            ("expires", Some(value)) => self.expires = Some(value.to_owned()),
            ("samesite", Some(value @ ("Strict" | "Lax" | "None"))) => {
                self.same_site = Some(value.to_owned());
            }
            ("secure", None) => self.secure = true,
            ("httponly", None) => self.http_only = true,
            ("partitioned", None) => self.partitioned = true,
            _ => return None,
        }
        Some(())
    }

    /// Sections 5.7 and 4.1.3: the attributes that exclude each other, and the prefixes.
    fn is_allowed(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let here_only = self.domain.is_none() && self.path == "/";
        let needs = [
            (self.same_site.as_deref() == Some("None"), self.secure),
            (self.partitioned, self.secure),
            (name.starts_with("__secure-"), self.secure),
            (name.starts_with("__http-"), self.secure && self.http_only),
            (name.starts_with("__host-"), self.secure && here_only),
            (name.starts_with("__host-http-"), self.http_only),
        ];
        needs.into_iter().all(|(is, has)| !is || has)
    }

    /// The line that a server would write in the plainest way.
    pub fn line(&self) -> Vec<u8> {
        let mut line = format!("{}={}; Path={}", self.name, self.value, self.path);
        let same_site = self.same_site.as_ref().map(|value| format!("SameSite={value}"));
        let attributes = [
            self.domain.as_ref().map(|value| format!("Domain={value}")),
            self.secure.then(|| "Secure".to_owned()),
            self.http_only.then(|| "HttpOnly".to_owned()),
            same_site,
            self.partitioned.then(|| "Partitioned".to_owned()),
        ];
        for attribute in attributes.into_iter().flatten() {
            line.push_str("; ");
            line.push_str(&attribute);
        }
        line.into_bytes()
    }
}
