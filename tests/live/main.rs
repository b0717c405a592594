//! The real Flask, Django, Starlette and Express, and a server of ours on the same secret: they
//! share one cookie, over real connections.
//!
//! `.ci/live` installs them and runs this. `PYTHON` names an interpreter that has
//! `requirements.txt`, and `NODE_PATH` the `node_modules` of `package.json`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

mod browser;
mod cookie_text;
mod exchange;
mod framework;
mod jar;
mod login;
mod ours;
mod peer;
mod persistence;
mod rotation;
mod sessions;
mod spelling;
mod typed;

use std::time::Instant;

use framework::Framework;
use ours::Ours;
use peer::Peer;
use serde_json::Value;

const SECRET: &str = "a key for tests, with é: 0123456789 abcdef";

/// A framework's server and ours, on the same secret, and sessions for both.
struct Pair {
    framework: Framework,
    ours: Ours,
    peer: Peer,
    sessions: Vec<Value>,
}

impl Pair {
    fn start(framework: Framework) -> Self {
        Self {
            framework,
            ours: Ours::start(framework, &[SECRET]),
            peer: Peer::start(framework, SECRET),
            sessions: sessions::all(framework),
        }
    }
}

/// All that holds for every framework, then `more`; prints what was counted.
fn prove(framework: Framework, more: &[fn(&Pair) -> String]) {
    let start = Instant::now();
    let pair = Pair::start(framework);
    let every: &[fn(&Pair) -> String] =
        &[exchange::peer_writes, exchange::we_write, exchange::in_turn, login::both_ways];
    let counts = every.iter().chain(more).map(|check| check(&pair));
    let lines: Vec<_> = counts.map(|count| format!("{framework:<10} {count}\n")).collect();
    let seconds = start.elapsed().as_secs_f64();
    // In one piece, for the tests run beside each other.
    print!("\n{}{framework:<10} {}: {seconds:.1} s\n", lines.concat(), pair.peer.version);
}

#[test]
fn flask() {
    prove(
        Framework::Flask,
        &[
            typed::both_ways,
            typed::dictionaries_that_look_tagged,
            login::flashes,
            persistence::both_ways,
            rotation::with_fallbacks,
        ],
    );
}

#[test]
fn django() {
    prove(Framework::Django, &[persistence::both_ways, rotation::with_fallbacks]);
}

#[test]
fn starlette() {
    prove(Framework::Starlette, &[rotation::without_fallbacks]);
}

#[test]
fn express() {
    prove(
        Framework::Express,
        &[spelling::express_sends_other_spellings_again, rotation::with_fallbacks],
    );
}
