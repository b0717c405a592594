//! Whether the cookie outlives the browser: one word on both sides.

use serde_json::Value;

use crate::{Pair, browser::Browser, framework::Framework};

/// Flask's `session.permanent` or Django's `set_expiry`, and our `set_persistent`.
pub(crate) fn both_ways(pair: &Pair) -> String {
    let sites = [pair.ours.site, pair.peer.site];
    let by_default = pair.framework == Framework::Django;
    let mut words = 0;
    for (here, there) in [(sites[0], sites[1]), (sites[1], sites[0])] {
        let mut browser = Browser::default();
        browser.post(here, "/login", "ada");
        let mut expect = |browser: &mut Browser, persistent: bool| {
            for site in [here, there] {
                assert_eq!(browser.get(site, "/persistent"), Value::from(persistent));
                // Each side's own cookie lives as long as the session says.
                browser.post(site, "/login", "bob");
                browser.post(site, "/login", "ada");
                assert_eq!(browser.jar.is_persistent(pair.framework.cookie_name()), persistent);
            }
            words += 1;
        };
        expect(&mut browser, by_default);
        for persistent in [!by_default, by_default, !by_default] {
            browser.post(here, "/persistent", persistent);
            expect(&mut browser, persistent);
        }
    }
    format!("outlives the browser or not, each way: {words} words kept")
}
