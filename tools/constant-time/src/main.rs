//! Whether verification takes the same way whatever the key and the tag are. See ../README.md.

mod formats;
mod memcheck;
mod timing;
mod token;
mod undefined;
mod welch;

use std::{env, process::ExitCode};

use undefined::Secret;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["undefined", "key", reports] => undefined::run(Secret::Key, reports),
        ["undefined", "tag", reports] => undefined::run(Secret::KeyAndTag, reports),
        ["timing"] => timing::run(1_000_000),
        ["timing", measurements] => timing::run(measurements.parse().unwrap_or_default()),
        _ => {
            Err("usage: undefined key|tag REPORTS_PER_COMPARISON, or timing [MEASUREMENTS]".into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("constant-time: {error}");
            ExitCode::FAILURE
        }
    }
}
