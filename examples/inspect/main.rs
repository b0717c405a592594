//! The tool for three in the morning: what is in this session cookie, who made it, and why is it
//! refused?
//!
//! ```sh
//! cargo run --example inspect --features full -- --secret-env SECRET_KEY 'session=…'
//! ```

mod formats;
mod report;
mod seen;

use std::{env, error::Error, fs, io, process::ExitCode};

use formats::{FORMATS, Format};
use report::Report;
use time::OffsetDateTime;
use tower_cookie_session::SecretKey;

const USAGE: &str = "\
inspect [--json] [--name NAME] [SECRET...] COOKIE
    COOKIE is a Cookie header (`name=value; ...`), a value alone, or `-` for standard input.
    Says which framework made it, with which secret, whether it is accepted and if not at which
    step, when it was issued and ends, and what is in it. Exits with 1 where it is refused.
inspect mint FORMAT [--name NAME] SECRET JSON
    Prints the Cookie header that brings JSON as a session.
inspect keygen
    Prints a new secret.
SECRET is --secret-env VARIABLE, --secret-file FILE or --secret TEXT; the last is seen by whoever
lists processes.";

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    json: bool,
    name: Option<String>,
    secrets: Vec<String>,
    words: Vec<String>,
}

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(accepted) => ExitCode::from(u8::from(!accepted)),
        Err(error) => {
            eprintln!("inspect: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<bool, Box<dyn Error>> {
    let asked = asked(arguments)?;
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    match words[..] {
        ["keygen"] => {
            let key = SecretKey::generate();
            key.expose_secret().iter().for_each(|byte| print!("{byte:02x}"));
            println!();
            Ok(true)
        }
        ["mint", format, json] => {
            let format = Format::named(format).ok_or_else(|| {
                let names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
                format!("no format `{format}`: there are {}", names.join("; "))
            })?;
            let [secret] = &asked.secrets[..] else { return Err("mint takes one secret".into()) };
            let layer = format.layer(secret, asked.name.as_deref().unwrap_or(format.cookie))?;
            println!("{}", layer.seal(&serde_json::from_str::<serde_json::Value>(json)?)?);
            Ok(true)
        }
        [cookie] => inspect(&asked, cookie),
        _ => Err("nothing to do".into()),
    }
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, Box<dyn Error>> {
    let mut asked = Asked::default();
    while let Some(word) = arguments.next() {
        let mut next = || arguments.next().ok_or_else(|| format!("{word} needs a value"));
        match &*word {
            "--json" => asked.json = true,
            "--name" => asked.name = Some(next()?),
            "--secret" => asked.secrets.push(next()?),
            "--secret-env" => asked.secrets.push(line(&env::var(next()?)?)),
            "--secret-file" => asked.secrets.push(line(&fs::read_to_string(next()?)?)),
            option if option.starts_with("--") => return Err(format!("no option {option}").into()),
            _ => asked.words.push(word),
        }
    }
    Ok(asked)
}

fn line(text: &str) -> String {
    text.trim_end_matches(['\r', '\n']).to_owned()
}

fn inspect(asked: &Asked, cookie: &str) -> Result<bool, Box<dyn Error>> {
    let cookie = if cookie == "-" { io::read_to_string(io::stdin())? } else { cookie.to_owned() };
    let cookie = line(cookie.trim_start_matches("Cookie:").trim());
    let mut reports = Vec::new();
    for (name, header) in candidates(&cookie, asked.name.as_deref()) {
        reports.push(Report::new(&name, &header, &asked.secrets, OffsetDateTime::now_utc())?);
    }
    // What is accepted, or else what came furthest.
    reports.sort_by_key(|report| std::cmp::Reverse((report.accepted, report.steps.len())));
    let Some(report) = reports.first() else { return Err("there is no cookie in it".into()) };
    if asked.json {
        println!("{:#}", serde_json::to_value(report)?);
    } else {
        print!("{report}");
    }
    Ok(report.accepted)
}

/// Names and headers to try: the pairs of a header, or a value under every usual name.
fn candidates(cookie: &str, name: Option<&str>) -> Vec<(String, String)> {
    let is_header = cookie.contains('=') && !cookie.starts_with("eyJ") && !cookie.starts_with('.');
    let names: Vec<&str> = match (name, is_header) {
        (Some(name), _) => vec![name],
        (None, true) => {
            let pairs = cookie.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.map(|(name, _)| name).filter(|name| !name.ends_with(".sig")).collect()
        }
        (None, false) => FORMATS.iter().map(|format| format.cookie).collect(),
    };
    let header =
        |name: &str| if is_header { cookie.to_owned() } else { format!("{name}={cookie}") };
    names.into_iter().map(|name| (name.to_owned(), header(name))).collect()
}

#[cfg(test)]
mod tests;
