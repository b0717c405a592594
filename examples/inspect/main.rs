//! The tool for three in the morning: what is in this session cookie, who made it, and why is it
//! refused?
//!
//! ```sh
//! cargo run --example inspect --features full -- --secret-env SECRET_KEY '__Host-session=…'
//! ```

mod cookies;
mod formats;
mod judge;
mod limits;
mod options;
mod report;
mod seen;
mod settings;

use std::{
    env,
    error::Error,
    ffi::OsString,
    io::{self, Read, Write},
    process::ExitCode,
};

use cookies::Cookie;
use formats::Format;
use options::{Options, USAGE};
use time::OffsetDateTime;
use tower_cookie_session::SecretKey;

/// What goes to standard output, and whether the exit code is 0.
struct Answer {
    text: String,
    good: bool,
}

fn main() -> ExitCode {
    let answered = arguments().and_then(run).and_then(|answer| {
        write(&mut io::stdout().lock(), &answer.text)?;
        Ok(answer.good)
    });
    match answered {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(error) => {
            // If nobody reads the errors, the exit code is all that is left.
            let _ = writeln!(io::stderr(), "inspect: {error} (inspect --help says more)");
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<Vec<String>, Box<dyn Error>> {
    let arguments: Result<Vec<String>, OsString> =
        env::args_os().skip(1).map(OsString::into_string).collect();
    arguments.map_err(|_| {
        "an argument is no UTF-8: take --secret-file for a secret, and `-` for a cookie".into()
    })
}

fn run(arguments: Vec<String>) -> Result<Answer, Box<dyn Error>> {
    let options = Options::read(arguments.into_iter())?;
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    match words[..] {
        _ if options.help => Ok(Answer { text: format!("{USAGE}\n"), good: true }),
        ["keygen"] => Ok(Answer { text: keygen(), good: true }),
        ["mint", format, json] => Ok(Answer { text: mint(&options, format, json)?, good: true }),
        ["mint", ..] => Err("mint takes a format and the session as JSON".into()),
        [cookie] => inspect(&options, cookie),
        [] => Err("there is nothing to do".into()),
        _ => Err("one cookie at a time, in quotes".into()),
    }
}

fn keygen() -> String {
    let key = SecretKey::generate();
    let digits: String = key.expose_secret().iter().map(|byte| format!("{byte:02x}")).collect();
    digits + "\n"
}

fn mint(options: &Options, format: &str, json: &str) -> Result<String, Box<dyn Error>> {
    let [secret] = &options.secrets[..] else { return Err("mint takes one secret".into()) };
    let settings = &options.settings;
    let format = Format::named(format, settings)?;
    let layer = format.layer(secret, options.name.as_deref().unwrap_or(format.cookie), settings)?;
    let session: serde_json::Value = serde_json::from_str(json)?;
    Ok(settings.limit(layer)?.seal(&session)? + "\n")
}

fn inspect(options: &Options, cookie: &str) -> Result<Answer, Box<dyn Error>> {
    let mut bytes = cookie.as_bytes().to_vec();
    if cookie == "-" {
        bytes.clear();
        io::stdin().read_to_end(&mut bytes)?;
    }
    // Another cookie of the header may be in any encoding; a token is ASCII.
    let text = String::from_utf8_lossy(&bytes);
    let cookies = Cookie::all(&text, options.name.as_deref())?;
    let report = judge::best(&cookies, options, OffsetDateTime::now_utc())?;
    let report = report.ok_or("there is no cookie in it")?;
    let text = if options.json {
        format!("{:#}\n", serde_json::to_value(&report)?)
    } else {
        report.to_string()
    };
    Ok(Answer { text: harmless(&text), good: report.accepted })
}

/// What a cookie holds, signed or not, must not steer the terminal: control characters, and those
/// that change the direction of text, are shown as JSON escapes.
fn harmless(text: &str) -> String {
    let turns = |letter| {
        let (marks, embeds) = ('\u{200e}'..='\u{200f}', '\u{202a}'..='\u{202e}');
        [marks, embeds, '\u{2066}'..='\u{2069}'].iter().any(|range| range.contains(&letter))
    };
    text.chars().fold(String::new(), |shown, letter| {
        if letter != '\n' && (letter.is_control() || turns(letter)) {
            shown + &format!("\\u{:04x}", u32::from(letter))
        } else {
            shown + letter.encode_utf8(&mut [0; 4])
        }
    })
}

/// A reader that stops early, such as `head`, is not an error.
fn write(out: &mut impl Write, text: &str) -> io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests;
