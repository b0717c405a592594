//! Sessions of every kind in the three directions: written there, written here, and in turn.

use serde_json::{Value, json};

use crate::{Pair, browser::Browser, cookie_text, framework::Framework, sessions, typed};

const ROUNDS: usize = 3;
const SESSIONS_MIN: usize = 200;
const LARGE_MIN: usize = 6;

pub(crate) fn peer_writes(pair: &Pair) -> String {
    let mut browser = Browser::default();
    let mut cookies = Cookies::default();
    for session in &pair.sessions {
        browser.send(pair.peer.site, "PUT", "/session", &sessions::unsorted(session));
        cookies.count(&browser, pair.framework);
        let read = browser.send(pair.ours.site, "GET", "/session", "");
        assert_eq!(read.set_cookies, [""; 0], "a mere read: {session}");
        let (read, ours) = (parsed(&read.body), typed::tagged(session));
        assert!(sessions::same(pair.framework, &ours, &read), "{ours}\n{read}");
    }
    cookies.tell("peer writes, we read")
}

pub(crate) fn we_write(pair: &Pair) -> String {
    let mut browser = Browser::default();
    let mut cookies = Cookies::default();
    for session in &pair.sessions {
        let ours = typed::tagged(session).to_string();
        browser.send(pair.ours.site, "PUT", "/session", &ours);
        cookies.count(&browser, pair.framework);
        let read = browser.send(pair.peer.site, "GET", "/session", "");
        // Express would send its cookies if it spelled the text otherwise.
        assert_eq!(read.set_cookies, [""; 0], "a mere read: {session}");
        let read = parsed(&read.body);
        assert!(sessions::same(pair.framework, session, &read), "{session}\n{read}");
    }
    cookies.tell("we write, peer reads")
}

/// The peer writes a session; then we and the peer change a key each, in turn. What a change does
/// not name stays as the peer wrote it, byte for byte.
pub(crate) fn in_turn(pair: &Pair) -> String {
    let texts = pair.sessions.iter().map(sessions::unsorted);
    let beyond_rust = sessions::beyond_rust(pair.framework).into_iter().map(str::to_owned);
    let mut cookies = Cookies::default();
    let mut compared = 0;
    for text in texts.chain(beyond_rust) {
        let mut browser = Browser::default();
        browser.send(pair.peer.site, "PUT", "/session", &text);
        cookies.count(&browser, pair.framework);
        let written = browser.members(pair.framework);
        for round in 1..=ROUNDS {
            for (site, key) in [(pair.ours.site, "ours"), (pair.peer.site, "theirs")] {
                let value = json!([round, "é"]);
                let mut before = browser.members(pair.framework);
                browser.post(site, "/set", json!({ "key": key, "value": value }));
                let mut after = browser.members(pair.framework);
                let key = format!("\"{key}\"");
                before.remove(&key);
                assert_eq!(after.remove(&key).map(|text| parsed(&text)), Some(value));
                assert_eq!(after, before, "round {round}, {key} is set");
                compared += after.len();
            }
        }
        browser.post(pair.ours.site, "/pop", "theirs");
        browser.post(pair.peer.site, "/pop", "ours");
        assert_eq!(browser.members(pair.framework), written, "without the two keys");
        compared += written.len();
    }
    let told = cookies.tell("in turn, three times");
    format!("{told}; {compared} untouched members the same, byte for byte")
}

fn parsed(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

/// What kinds of cookies there were.
#[derive(Default)]
struct Cookies {
    sessions: usize,
    /// Of 3800 to 4096 bytes.
    large: usize,
    compressed: usize,
    none: usize,
}

impl Cookies {
    fn count(&mut self, browser: &Browser, framework: Framework) {
        self.sessions += 1;
        let Some(token) = browser.token(framework) else { return self.none += 1 };
        let len = framework.cookie_name().len() + token.len();
        self.large += usize::from((3800..=4096).contains(&len));
        self.compressed += usize::from(cookie_text::is_compressed(framework, token));
    }

    fn tell(&self, direction: &str) -> String {
        let Self { sessions, large, compressed, none } = self;
        assert!(*sessions >= SESSIONS_MIN && *large >= LARGE_MIN, "{direction}");
        format!(
            "{direction}: {sessions} sessions, {large} of 3800 to 4096 bytes, \
             {compressed} compressed, {none} without a cookie"
        )
    }
}
