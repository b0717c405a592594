//! What needs no Redis: servers whose copies are fed by hand, and a feed with a small fake.

mod fake_redis;
mod feed;
mod fleet;
mod sessions;
mod valid_since;

use crate::{Options, valid_since::WhenAway};

#[test]
fn the_command_line() {
    let parse = |line: &str| Options::parse(line.split_whitespace().map(str::to_owned));
    let options = parse("").unwrap();
    assert_eq!((options.port, options.when_away), (3000, WhenAway::Refuse));
    let line = "--port 0 --redis redis://r --when-redis-is-away accept --accounts a.txt";
    let expected = Options {
        port: 0,
        redis: "redis://r".to_owned(),
        when_away: WhenAway::Accept,
        accounts: "a.txt".to_owned(),
    };
    assert_eq!(parse(line), Ok(expected));
    for line in ["--port", "--port many", "--when-redis-is-away maybe", "--colour blue", "x"] {
        assert!(parse(line).unwrap_err().contains("known are --port N"), "{line}");
    }
}
