//! A key rotation while both servers run, and everybody is logged in.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::{Pair, SECRET as OLD, browser::Browser};

const NEW: &str = "the next key for tests, with ü: fedcba 9876543210";
const JARS: usize = 20;

/// Accept the new key, sign with it, drop the old one: each on our side first, then on the peer's.
pub(crate) fn with_fallbacks(pair: &Pair) -> String {
    let mut visitors = Visitors::log_in(pair);
    let mut stay_away = [pair.ours.site, pair.peer.site].map(|site| {
        let mut browser = Browser::default();
        browser.post(site, "/login", "ada");
        (site, browser)
    });

    visitors.visit(pair);
    for keys in [&[OLD, NEW][..], &[NEW, OLD], &[NEW]] {
        pair.ours.rotate(keys);
        visitors.visit(pair);
        rotate_peer(pair, keys);
        visitors.visit(pair);
    }
    // The old key is gone indeed.
    for (site, browser) in &mut stay_away {
        assert_eq!(browser.get(*site, "/whoami"), Value::Null);
    }
    rotate_back(pair);
    visitors.tell()
}

/// Starlette knows one key only, so its own switch is abrupt: only what passed through us since is
/// signed with the new key. A session that goes to Starlette first is lost as soon as Starlette
/// writes, which is Starlette's limit.
pub(crate) fn without_fallbacks(pair: &Pair) -> String {
    let mut visitors = Visitors::log_in(pair);
    let mut starlette_first = Browser::default();
    starlette_first.post(pair.ours.site, "/login", "ada");

    pair.ours.rotate(&[OLD, NEW]);
    visitors.visit(pair);
    rotate_peer(pair, &[NEW]);
    pair.ours.rotate(&[NEW, OLD]);
    assert_eq!(starlette_first.get(pair.peer.site, "/whoami"), Value::Null);
    starlette_first.post(pair.peer.site, "/set", json!({ "key": "theirs", "value": 1 }));
    assert_eq!(starlette_first.get(pair.ours.site, "/whoami"), Value::Null);

    for browser in &mut visitors.browsers {
        assert_eq!(browser.get(pair.ours.site, "/whoami"), "ada", "signed anew by a read");
    }
    visitors.visit(pair);
    pair.ours.rotate(&[NEW]);
    visitors.visit(pair);
    rotate_back(pair);
    format!("{}; all passed through us first", visitors.tell())
}

fn rotate_peer(pair: &Pair, keys: &[&str]) {
    Browser::default().post(pair.peer.site, "/keys", json!(keys));
}

fn rotate_back(pair: &Pair) {
    pair.ours.rotate(&[OLD]);
    rotate_peer(pair, &[OLD]);
}

struct Visitors {
    browsers: Vec<Browser>,
    requests: usize,
}

impl Visitors {
    /// Half of them here, half of them there.
    fn log_in(pair: &Pair) -> Self {
        let sites = [pair.ours.site, pair.peer.site];
        let logged_in = |number| {
            let mut browser = Browser::default();
            browser.post(sites[number % 2], "/login", "ada");
            browser
        };
        Self { browsers: (0..JARS).map(logged_in).collect(), requests: 0 }
    }

    /// Each asks both who they are, some here first, some there. Two of three have both write the
    /// session too; the others rely on it that we sign anew what an old key signed.
    fn visit(&mut self, pair: &Pair) {
        let (ours, peer) = (pair.ours.site, pair.peer.site);
        for (number, browser) in self.browsers.iter_mut().enumerate() {
            let sites: [SocketAddr; 2] = if number % 4 < 2 { [ours, peer] } else { [peer, ours] };
            for site in sites {
                assert_eq!(browser.get(site, "/whoami"), "ada", "visitor {number} is logged out");
                self.requests += 1;
                if number % 3 > 0 {
                    browser.post(site, "/set", json!({ "key": "visits", "value": self.requests }));
                    self.requests += 1;
                }
            }
        }
    }

    fn tell(&self) -> String {
        format!("key rotation: {JARS} logged in, {} requests, none logged out", self.requests)
    }
}
