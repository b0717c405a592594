//! Log out everywhere, with sessions that live in signed cookies: `examples/log_out_everywhere/run`.
//!
//! One server of a fleet that shares a key and a Redis. `README.md` has the drawing; `sessions.rs`
//! has the rule by which a session is ended, and `feed.rs` how every server hears of it.

mod accounts;
mod app;
mod feed;
mod sessions;
#[cfg(test)]
mod tests;
mod valid_since;

use std::{error::Error as StdError, io, process::ExitCode, sync::Arc, time::Duration};

use time::OffsetDateTime;
use tokio::{net::TcpListener, time::timeout};
use tower_cookie_session::SecretKey;

use crate::{
    accounts::Accounts,
    app::App,
    feed::Feed,
    sessions::Clock,
    valid_since::{ValidSince, WhenAway},
};

/// How long a starting server waits for what Redis knows before it serves without it.
const FIRST_LOAD: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("log-out-everywhere: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let options = Options::parse(std::env::args().skip(1))?;
    tracing_subscriber::fmt().with_ansi(false).with_writer(io::stderr).init();

    let clock: Clock = Arc::new(OffsetDateTime::now_utc);
    let copy = ValidSince::new(options.when_away);
    let feed = Feed::new(&options.redis, copy.clone(), clock.clone())?;
    tokio::spawn(feed.clone().follow());
    // Otherwise each restart of a server that accepts would briefly let in what was ended.
    if timeout(FIRST_LOAD, copy.loaded()).await.is_err() {
        tracing::warn!("serving before it is known which sessions were ended");
    }

    // If the key is missing, none is made: the servers could not read each other's sessions.
    let key = SecretKey::from_env("SECRET_KEY")?;
    let app = App::new(key, Accounts::at(options.accounts), copy, feed, clock)?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("Open http://localhost:{}", listener.local_addr()?.port());
    axum::serve(listener, app::router(app)).await?;
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Options {
    port: u16,
    redis: String,
    when_away: WhenAway,
    accounts: String,
}

impl Options {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            port: 3000,
            redis: "redis://127.0.0.1:6379".to_owned(),
            when_away: WhenAway::Refuse,
            accounts: "log-out-everywhere.txt".to_owned(),
        };
        let mut arguments = arguments.into_iter();
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{option}`: {KNOWN}"))?;
            match (option.as_str(), value.as_str()) {
                ("--port", port) => options.port = port.parse().map_err(|_| KNOWN)?,
                ("--redis", _) => options.redis = value,
                ("--when-redis-is-away", "accept") => options.when_away = WhenAway::Accept,
                ("--when-redis-is-away", "refuse") => options.when_away = WhenAway::Refuse,
                ("--accounts", _) => options.accounts = value,
                _ => return Err(format!("`{option} {value}`: {KNOWN}")),
            }
        }
        Ok(options)
    }
}

const KNOWN: &str = "known are --port N, --redis URL, --when-redis-is-away accept|refuse and \
    --accounts FILE";
