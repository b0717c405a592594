//! A toy store whose visitors carry their session in a signed cookie: `cargo run -p toy-store`.
//!
//! `README.md` says what to click, and what each file shows.

mod accounts;
mod app;
mod contents;
mod error;
mod form;
mod login;
mod name_tag;
mod page;
mod shop;
#[cfg(test)]
mod tests;
mod toys;

use std::{error::Error as StdError, io, process::ExitCode};

use argon2::Argon2;
use tokio::net::TcpListener;
use tower_cookie_session::{ConfigError, SecretKey};
use tracing::Level;

use crate::{accounts::Accounts, app::App};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("toy-store: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let options = Options::parse(std::env::args().skip(1))?;
    // With `Level::DEBUG`, the session layer reports every cookie that it refused, and why.
    tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_writer(io::stderr).init();

    let accounts = Accounts::open(&options.database, Argon2::default())
        .map_err(|error| format!("{}: {error}", options.database))?;
    let app = App::new(key()?, accounts, options.insecure)?;

    let host = if options.insecure { "0.0.0.0" } else { "127.0.0.1" };
    let listener = TcpListener::bind((host, options.port)).await?;
    println!("Open http://localhost:{}", listener.local_addr()?.port());
    axum::serve(listener, app::router(app)).await?;
    Ok(())
}

/// A missing key is made; a weak one is an error, and not silently replaced.
fn key() -> Result<SecretKey, ConfigError> {
    match SecretKey::from_env("SECRET_KEY") {
        Err(ConfigError::KeyMissing { .. }) => {
            eprintln!("SECRET_KEY is not set: sessions will not survive a restart");
            Ok(SecretKey::generate())
        }
        key => key,
    }
}

#[derive(Debug, PartialEq)]
struct Options {
    port: u16,
    insecure: bool,
    database: String,
}

impl Options {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options =
            Self { port: 3000, insecure: false, database: "toy-store.sqlite".to_owned() };
        let mut unknown = Vec::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--insecure" => options.insecure = true,
                "--port" => {
                    let port = arguments.next().and_then(|port| port.parse().ok());
                    options.port = port.ok_or("--port needs a number from 0 to 65535")?;
                }
                "--database" => {
                    options.database = arguments.next().ok_or("--database needs a file")?;
                }
                _ => unknown.push(format!("`{argument}`")),
            }
        }
        if unknown.is_empty() {
            return Ok(options);
        }
        let unknown = unknown.join(", ");
        Err(format!("unknown: {unknown}; known are --port N, --insecure and --database FILE"))
    }
}
