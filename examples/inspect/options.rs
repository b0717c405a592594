//! The command line.

use std::{env, error::Error, fs};

use tower_cookie_session::{Digest, SecretKey};

use crate::settings::Settings;

pub(crate) const USAGE: &str = "\
inspect [OPTION...] COOKIE
    Says which framework made a session cookie, with which secret, whether it is accepted and if
    not at which step, when it was issued and ends, and what is in it. Exits with 0 where it is
    accepted, with 1 where it is refused, and with 2 where the command line is no good.
    COOKIE is a Cookie header (`name=value; ...`), a Set-Cookie line, a value alone, or `-` for
    standard input.
inspect mint FORMAT [OPTION...] JSON
    Prints the Cookie header that brings JSON as a session, under one secret.
    FORMAT is Signed, Private, Flask, Django, Starlette or Express.
inspect keygen
    Prints a new secret.

The secrets, as many as you have:
    --secret-env VARIABLE  Of a list with commas each part is tried too.
    --secret-file FILE     Any bytes. One newline at the end of file or variable is dropped.
    --secret TEXT          Whoever lists processes sees it.
What your layer says otherwise than the format does:
    --name NAME            The cookie's name: which one of a header, or that of a value alone,
                           which is otherwise tried under each format's usual one.
    --idle SECONDS, --absolute SECONDS
                           The limits of its `Expiry`, in place of the format's. For a persistent
                           session --idle is its `idle_persistent`, where it has one.
    --max-size BYTES       Its `SessionCookie::max_size`.
    --salt TEXT            Its `Flask::salt`.
    --digest sha1|sha256|sha384|sha512
                           Its `Flask::digest`; otherwise all four are tried.
And:
    --json                 The report as JSON.
    -h, --help             This.";

/// What the command line asks for.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) help: bool,
    pub(crate) json: bool,
    pub(crate) name: Option<String>,
    pub(crate) secrets: Vec<SecretKey>,
    pub(crate) settings: Settings,
    pub(crate) words: Vec<String>,
}

impl Options {
    pub(crate) fn read(
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Self, Box<dyn Error>> {
        let mut options = Self::default();
        let settings = &mut options.settings;
        while let Some(word) = arguments.next() {
            let mut next = || arguments.next().ok_or_else(|| format!("{word} needs a value"));
            match &*word {
                "-h" | "--help" => options.help = true,
                "--json" => options.json = true,
                "--name" => options.name = Some(next()?),
                "--secret" => options.secrets.push(secret(&word, next()?.as_bytes())?),
                "--secret-env" => options.secrets.extend(from_env(&next()?)?),
                "--secret-file" => options.secrets.push(from_file(&next()?)?),
                "--idle" => settings.idle = Some(number(&word, &next()?)?),
                "--absolute" => settings.absolute = Some(number(&word, &next()?)?),
                "--max-size" => settings.max_size = Some(number(&word, &next()?)?),
                "--salt" => settings.salt = Some(next()?),
                "--digest" => settings.digest = Some(digest(&next()?)?),
                option if option.starts_with("--") => {
                    return Err(format!("no option {option}").into());
                }
                _ => options.words.push(word),
            }
        }
        options.settings.check()?;
        Ok(options)
    }
}

/// The secret, and if it could be a list, those of the list as well.
fn from_env(variable: &str) -> Result<Vec<SecretKey>, String> {
    let text = env::var(variable).map_err(|error| match error {
        env::VarError::NotPresent => format!("the environment variable {variable} is not set"),
        env::VarError::NotUnicode(_) => {
            format!("the environment variable {variable} is no UTF-8: take --secret-file")
        }
    })?;
    let whole = line(text.as_bytes());
    let parts = whole.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let parts = parts.filter(|part| !part.is_empty() && *part != whole);
    [whole].into_iter().chain(parts).map(|bytes| secret(variable, bytes)).collect()
}

fn from_file(path: &str) -> Result<SecretKey, String> {
    let bytes = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    secret(path, line(&bytes))
}

/// Without the newline that an editor or `echo` puts at the end.
fn line(bytes: &[u8]) -> &[u8] {
    let stripped = bytes.strip_suffix(b"\r\n").or_else(|| bytes.strip_suffix(b"\n"));
    stripped.unwrap_or(bytes)
}

fn secret(source: &str, bytes: &[u8]) -> Result<SecretKey, String> {
    SecretKey::legacy(bytes).map_err(|error| format!("{source}: {error}"))
}

fn number<N: std::str::FromStr>(option: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{option} needs a whole number, and not `{text}`"))
}

fn digest(name: &str) -> Result<Digest, String> {
    match name {
        "sha1" => Ok(Digest::Sha1),
        "sha256" => Ok(Digest::Sha256),
        "sha384" => Ok(Digest::Sha384),
        "sha512" => Ok(Digest::Sha512),
        _ => Err(format!("no digest `{name}`: there are sha1, sha256, sha384 and sha512")),
    }
}
