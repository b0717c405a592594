//! A session under the rules of the crate's documentation, as plain values: what is stored, how long
//! it lives, and what a response owes to the browser.

use serde_json::{Value, json};

use crate::formats::Format;

/// Browsers keep no cookie for longer, in seconds.
const LONGEST_COOKIE: i64 = 400 * 24 * 60 * 60;
/// When a persistent cookie without an idle limit is renewed, in seconds.
const RENEWAL: i64 = 30 * 24 * 60 * 60;
const SKEW: i64 = 60;
/// The keys that are not the application's.
const RESERVED: [&str; 3] = ["_permanent", "_flashes", "_session"];

/// How a layer is configured; all in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub format: Format,
    pub idle: Option<i64>,
    pub idle_persistent: Option<i64>,
    pub absolute: Option<i64>,
    pub renew_after: Option<i64>,
    pub persistent: bool,
    pub max_size: usize,
    /// The key whose bearers `validate` refuses.
    pub refused: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub key: String,
    pub value: String,
    /// Whether it is laid out as the format's framework does it, which sets it apart from a new one.
    laid_out: bool,
}

/// What is stored, in its order, the reserved keys too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    pub members: Vec<Member>,
    pub issued: Option<i64>,
}

/// What this crate keeps for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    pub id: Option<String>,
    pub created: Option<i64>,
    pub deadline: Option<i64>,
}

impl Stored {
    pub fn get(&self, key: &str) -> Option<&str> {
        let member = self.members.iter().find(|member| member.key == key);
        member.map(|member| member.value.as_str())
    }

    pub fn put(&self, key: &str, value: String, setup: &Setup) -> Self {
        let mut next = self.clone();
        match next.members.iter_mut().find(|member| member.key == key) {
            Some(member) => member.value = value,
            None => {
                let laid_out = setup.format != Format::Starlette;
                next.members.push(Member { key: key.to_owned(), value, laid_out });
            }
        }
        next
    }

    pub fn without(&self, key: &str) -> Self {
        let mut next = self.clone();
        next.members.retain(|member| member.key != key);
        next
    }

    /// The keys that are the application's.
    pub fn keys(&self) -> Vec<&str> {
        let keys = self.members.iter().map(|member| member.key.as_str());
        keys.filter(|key| !RESERVED.contains(key)).collect()
    }

    /// With other keys in the place of all that are the application's, which stay behind them.
    pub fn replaced(&self, dictionary: &[(&str, &str)], setup: &Setup) -> Self {
        let has_word = dictionary.iter().any(|(key, _)| *key == "_session_expiry");
        let word_stays = setup.format == Format::Django && !has_word;
        let stays = |key: &str| RESERVED.contains(&key) || word_stays && key == "_session_expiry";
        let kept = self.members.iter().filter(|member| stays(&member.key));
        let put =
            |next: Self, (key, value): &(&str, &str)| next.put(key, (*value).to_owned(), setup);
        let mut next = dictionary.iter().fold(Self { members: Vec::new(), ..*self }, put);
        next.members.extend(kept.cloned());
        next
    }

    pub fn flashes(&self) -> Vec<Value> {
        serde_json::from_str(self.get("_flashes").unwrap_or("[]")).expect("a list")
    }

    pub fn own(&self) -> Own {
        let own: Value = serde_json::from_str(self.get("_session").unwrap_or("{}")).expect("ours");
        Own {
            id: own["id"].as_str().map(str::to_owned),
            created: own["created"].as_i64(),
            deadline: own["deadline"].as_i64(),
        }
    }

    pub fn with_own(&self, own: &Own, setup: &Setup) -> Self {
        let fields = [
            own.id.as_ref().map(|id| format!("\"id\":{}", json!(id))),
            own.created.map(|created| format!("\"created\":{created}")),
            own.deadline.map(|deadline| format!("\"deadline\":{deadline}")),
        ];
        let fields: Vec<_> = fields.into_iter().flatten().collect();
        self.put("_session", format!("{{{}}}", fields.join(",")), setup)
    }

    /// Whether there is something worth a cookie.
    pub fn is_alive(&self) -> bool {
        !self.keys().is_empty() || !self.flashes().is_empty() || self.own().id.is_some()
    }

    pub fn is_persistent(&self, setup: &Setup) -> bool {
        match (setup.format, self.get("_session_expiry"), self.get("_permanent")) {
            (Format::Django, expiry, _) => expiry != Some("0"),
            (_, _, Some(word)) => word == "true",
            (_, _, None) => setup.persistent,
        }
    }

    pub fn with_persistence(&self, persistent: bool, setup: &Setup) -> Self {
        match (self.is_persistent(setup) == persistent, setup.format, persistent) {
            (true, ..) => self.clone(),
            (false, Format::Django, true) => self.without("_session_expiry"),
            (false, Format::Django, false) => self.put("_session_expiry", "0".to_owned(), setup),
            (false, _, back) if back == setup.persistent => self.without("_permanent"),
            (false, ..) => self.put("_permanent", persistent.to_string(), setup),
        }
    }

    /// With the time of its creation, where an absolute limit needs one.
    pub fn stamped(&self, setup: &Setup, now: i64) -> Self {
        let own = self.own();
        if setup.absolute.is_none() || own.created.is_some() {
            return self.clone();
        }
        self.with_own(&Own { created: Some(self.issued.unwrap_or(now)), ..own }, setup)
    }

    /// As it comes back from the browser.
    pub fn sent(&self, setup: &Setup, now: i64) -> Self {
        let mut sent = self.stamped(setup, now);
        sent.issued = setup.format.bears_time().then_some(now);
        for member in &mut sent.members {
            member.laid_out = true;
            if setup.format == Format::Starlette {
                member.value = spaced(&member.value);
            }
        }
        sent
    }

    /// Bytes of a cookie's name and value, were nothing compressed.
    pub fn size(&self, name: &str, setup: &Setup, now: i64) -> usize {
        let member = |member: &Member| format!("{}:{}", json!(member.key), member.value);
        let members: Vec<_> = self.stamped(setup, now).members.iter().map(member).collect();
        let text = format!("{{{}}}", members.join(","));
        let padded = |text: &str| text.len().div_ceil(3) * 4;
        // The lengths of a time's text, of a MAC's, and of what separates them.
        let (sha1, sha256) = (1 + 6 + 1 + 27, 1 + 6 + 1 + 43);
        let plain = (4 * text.len()).div_ceil(3);
        name.len()
            + match setup.format {
                Format::Signed | Format::Django => plain + sha256,
                Format::Private => (4 * (text.len() + 48)).div_ceil(3),
                Format::Flask => plain + sha1,
                Format::Starlette => padded(&spaced(&text)) + sha1,
                Format::Express => padded(&text),
            }
    }

    /// The last second of the session.
    pub fn ends(&self, setup: &Setup, issued: i64, persistent: bool) -> Option<i64> {
        let own = self.own();
        let created = own.created.unwrap_or(issued);
        let limits = [
            setup.idle_limit(persistent).map(|limit| issued + limit),
            setup.absolute.map(|limit| created + limit),
            own.deadline,
        ];
        limits.into_iter().flatten().min()
    }

    pub fn max_age(&self, setup: &Setup, now: i64) -> Option<i64> {
        let left = self.ends(setup, now, true).map_or(LONGEST_COOKIE, |end| (end - now).max(0));
        self.is_persistent(setup).then_some(left.min(LONGEST_COOKIE))
    }

    pub fn is_from_the_future(&self, now: i64) -> bool {
        self.issued.is_some_and(|issued| issued > now + SKEW)
    }

    pub fn is_expired(&self, setup: &Setup, now: i64) -> bool {
        let end = self.ends(setup, self.issued.unwrap_or(now), self.is_persistent(setup));
        end.is_some_and(|end| now > end)
    }

    pub fn is_due(&self, setup: &Setup, now: i64) -> bool {
        let persistent = self.is_persistent(setup);
        let threshold = match (setup.idle_limit(persistent), setup.renew_after) {
            (_, Some(age)) => age,
            (Some(limit), None) if persistent => limit.min(LONGEST_COOKIE) / 10,
            (Some(limit), None) => limit / 10,
            (None, None) if persistent => RENEWAL,
            (None, None) => return false,
        };
        self.issued.is_some_and(|issued| (now - issued).max(0) >= threshold)
    }
}

impl Setup {
    fn idle_limit(&self, persistent: bool) -> Option<i64> {
        self.idle_persistent.filter(|_| persistent).or(self.idle)
    }
}

/// With one blank behind each separator.
fn spaced(text: &str) -> String {
    let (mut out, mut in_string, mut escape) = (String::new(), false, false);
    for letter in text.chars() {
        if out.ends_with([',', ':']) && !in_string && letter != ' ' {
            out.push(' ');
        }
        out.push(letter);
        in_string ^= letter == '"' && !escape;
        escape = in_string && letter == '\\' && !escape;
    }
    out
}
