//! The options, where secrets come from, and what is answered.

use std::{env, fs, io, process};

use serde_json::Value;
use tower_cookie_session::SecretKey;

use super::{SECRET, judged, minted, options};
use crate::{Answer, formats::FORMATS, run, write};

fn answer(words: &[&str]) -> Answer {
    run(words.iter().map(|word| (*word).to_owned()).collect()).unwrap()
}

fn error(words: &[&str]) -> String {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    run(words).err().unwrap().to_string()
}

#[test]
fn flasks_salt_and_digest_are_options() {
    let header = minted("flask", &["--salt", "pepper", "--digest", "sha384"]);
    let with = |words: &[&str]| judged(&header, &[&["--secret", SECRET], words].concat(), 0);
    let report = with(&["--salt", "pepper"]);
    assert_eq!((report.accepted, report.format), (true, Some("Flask, SHA-384")));
    assert!(with(&["--salt", "pepper", "--digest", "sha384"]).accepted);
    let hint = |words| with(words).hint.unwrap();
    let first = "changed or cut on the way, or made by another secret, or with another salt";
    assert_eq!(hint(&[]), format!("{first} (--salt)"));
    let both = hint(&["--salt", "pepper", "--digest", "sha1"]);
    assert_eq!(both, format!("{first} or digest (--salt, --digest)"));
    assert!(!with(&[]).content_is_verified && with(&["--salt", "pepper"]).content_is_verified);
    let line = "  not verified   all that follows\n";
    assert!(with(&[]).to_string().contains(line));
    assert!(!with(&["--salt", "pepper"]).to_string().contains(line));
}

#[test]
fn secrets_are_bytes_and_their_sources_are_named() {
    let path = env::temp_dir().join(format!("inspect-{}", process::id()));
    let (file, secret) = (path.to_str().unwrap(), b"\xff\xfe no UTF-8\n");
    for (end, kept) in
        [("", &secret[..11]), ("\n", secret), ("\r\n", secret), ("x", b"\xff\xfe no UTF-8\nx")]
    {
        fs::write(&path, [&secret[..], end.as_bytes()].concat()).unwrap();
        let options = options(&["--secret-file", file]);
        assert_eq!(options.secrets[0].expose_secret(), kept);
    }
    fs::write(&path, "\n").unwrap();
    assert_eq!(error(&["--secret-file", file, "x"]), format!("{file}: the secret key is empty"));
    fs::remove_file(&path).unwrap();
    assert!(error(&["--secret-file", file, "x"]).starts_with(&format!("{file}: ")));
    let variable = ["--secret-env", "NO_SUCH_VARIABLE_HERE", "x"];
    assert_eq!(error(&variable), "the environment variable NO_SUCH_VARIABLE_HERE is not set");
    // Cargo sets these for every test; each part of the second is tried as well.
    let of_variable = |name| {
        let secrets = options(&["--secret-env", name]).secrets;
        let text =
            |secret: &SecretKey| String::from_utf8_lossy(secret.expose_secret()).into_owned();
        secrets.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(of_variable("CARGO_PKG_NAME"), ["tower-cookie-session"]);
    let list = of_variable("CARGO_PKG_DESCRIPTION");
    assert_eq!(list[0], env!("CARGO_PKG_DESCRIPTION"));
    assert_eq!(list[1..], list[0].split(", ").collect::<Vec<_>>());
}

#[test]
fn the_command_line() {
    for help in [&["--help"][..], &["-h"], &["mint", "--help"]] {
        let answer = answer(help);
        assert!(answer.good && answer.text.starts_with("inspect [OPTION...] COOKIE\n"));
        let families = FORMATS.iter().filter(|format| !format.name.contains(','));
        assert!(families.into_iter().all(|format| answer.text.contains(format.name)));
    }
    let key = answer(&["keygen"]).text;
    assert!(key.len() == 65 && key.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()));
    let header =
        answer(&["mint", "FLASK", "--digest", "sha512", "--secret", SECRET, r#"{"user":1}"#]);
    assert!(header.text.starts_with("session=eyJ1c2VyIjoxfQ."));
    let report = answer(&["--json", "--secret", SECRET, header.text.trim_end()]);
    let json: Value = serde_json::from_str(&report.text).unwrap();
    assert!(report.good && json["format"] == "Flask, SHA-512");
    for (words, reason) in [
        (&["localhost\tFALSE\t/\tTRUE\t0\tsession\teyJ9"][..], "there are tabs in it: "),
        (&[][..], "there is nothing to do"),
        (&["--what"], "no option --what"),
        (&["--secret"], "--secret needs a value"),
        (&["--idle", "1h", "x"], "--idle needs a whole number, and not `1h`"),
        (&["--idle", "0", "x"], "less than a second"),
        (&["--max-size", "9999", "x"], "64 to 4096"),
        (&["--digest", "md5", "x"], "no digest `md5`"),
        (&["", ""], "one cookie at a time"),
        (&[" "], "there is no cookie in it"),
        (&["mint", "flask"], "mint takes a format"),
        (&["mint", "php", "--secret", SECRET, "{}"], "no format `php`"),
        (&["mint", "flask", "{}"], "one secret"),
        (&["mint", "django", "--salt", "x", "--secret", SECRET, "{}"], "are for Flask"),
        (&["mint", "express", "--idle", "9", "--secret", SECRET, "{}"], "bear no time"),
        (&["mint", "flask", "--secret", SECRET, "[]"], "JSON object"),
    ] {
        assert!(error(words).contains(reason), "{}", error(words));
    }
    // A value alone, a pair, and a header of several.
    for cookie in ["eyJ1c2VyIjoxfQ.ZVPxAA.x", "session=eyJ1c2VyIjoxfQ.ZVPxAA.x", "a=b; sid=x.y.z"] {
        assert!(!answer(&["--json", cookie]).good);
    }
}

#[test]
fn whoever_stops_reading_is_no_error() {
    struct Failing(io::ErrorKind);
    impl io::Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert!(write(&mut Failing(io::ErrorKind::BrokenPipe), "report").is_ok());
    assert!(write(&mut Failing(io::ErrorKind::StorageFull), "report").is_err());
}

#[test]
fn no_cookie_steers_the_terminal() {
    // {"\u001b[2J\n\u009b31m":"\u202e\u007f"}, by nobody.
    let forged = "eyJcdTAwMWJbMkpcblx1MDA5YjMxbSI6Ilx1MjAyZVx1MDA3ZiJ9.ZVPxAA.AAAA";
    for words in [&[forged][..], &["--json", forged]] {
        let text = answer(words).text;
        assert!(text.contains("[2J") && text.contains("31m"), "{text}");
        let steers = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!text.contains(steers), "{text:?}");
        assert!(!text.contains("\n\\u009b") && !text.contains("\n31m"), "{text:?}");
    }
}
