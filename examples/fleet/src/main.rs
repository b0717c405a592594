//! Three servers that share a key and nothing else, and 500 visitors who keep them busy:
//! `examples/fleet/run` is the command that starts it all, and `README.md` says what it shows.

mod answer;
mod board;
mod client;
mod costs;
mod jar;
mod keys;
mod options;
mod redis;
mod server;
mod tally;
#[cfg(test)]
mod tests;
mod visitor;

use std::{error::Error as StdError, process::ExitCode};

/// Whatever goes wrong that cannot be recovered from.
pub(crate) type Failure = Box<dyn StdError + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("fleet: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("server") => server::run(arguments).await,
        Some("client") => client::run(arguments).await,
        Some("costs") => costs::run(arguments),
        _ => Err("usage: fleet server|client|costs OPTIONS".into()),
    }
}
