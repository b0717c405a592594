//! The golden cookies, and one cookie for each step, as the tool sees them.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::{
    candidates,
    formats::{FORMATS, Format},
    report::Report,
    run,
    seen::Seen,
};

const GOLDEN: [(&str, &str, &str); 4] = [
    ("Flask", "cookie-session", include_str!("../../tests/golden/flask.json")),
    (
        "Django",
        "django.contrib.sessions.backends.signed_cookies",
        include_str!("../../tests/golden/django.json"),
    ),
    ("Starlette", "itsdangerous.Signer", include_str!("../../tests/golden/starlette.json")),
    ("Express", "", include_str!("../../tests/golden/express.json")),
];
const SECRET: &str = "a key for tests: 0123456789 abcdef";

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

#[test]
fn golden_cookies() {
    for (name, salt, rows) in GOLDEN {
        let format = Format::named(name).unwrap();
        let (mut good, mut bad) = (0, 0);
        for row in serde_json::from_str::<Vec<Value>>(rows).unwrap() {
            let verdict = if row["crate_verdict"].is_null() { "verdict" } else { "crate_verdict" };
            let digest = text(&row, "digest");
            let usual = text(&row, "salt") == salt && (name == "Django" || digest != "sha256");
            let (token, told) = (text(&row, "cookie"), row["either"] == json!(true));
            // How headers are parsed is no matter of this tool, and they trim their values.
            let parts = ["cookie", "sig_cookie"].map(|part| text(&row, part));
            let blank = parts.iter().any(|part| *part != part.trim());
            let of_headers = blank || text(&row, "id").contains("-hdr-");
            if !usual || told || token.is_empty() || of_headers {
                continue;
            }
            let cookie = row["cookie_name"].as_str().unwrap_or(format.cookie);
            let header = match row["cookie_header"].as_str() {
                Some(header) => header.to_owned(),
                None => format!("{cookie}={token}"),
            };
            let old = row["fallbacks"].as_array().into_iter().flatten();
            let secrets = [&row["secret"]].into_iter().chain(old).filter_map(Value::as_str);
            let secrets: Vec<_> = secrets.map(str::to_owned).collect();
            // Some are of the year 10000, and some of none.
            let now = row["check_at"].as_i64().map(OffsetDateTime::from_unix_timestamp);
            let Some(Ok(now)) = now else { continue };
            let report = Report::new(cookie, &header, &secrets, now).unwrap();
            match text(&row, verdict) {
                "ok" => {
                    good += 1;
                    assert!(report.format.is_some_and(|found| found.starts_with(name)), "{row}");
                    assert!(report.content.is_some(), "{row}");
                    let seen = Seen::of(token);
                    let like = seen.formats.iter().any(|found| found.starts_with(name));
                    assert!(like, "{:?}: {row}", seen.formats);
                }
                "bad_signature" => {
                    bad += 1;
                    assert!(report.format.is_none() && !report.accepted, "{row}");
                }
                _ => {}
            }
        }
        assert!(good > 20 && bad > 20, "{name}: {good} and {bad}");
    }
}

#[test]
fn each_step_has_its_reason() {
    let format = Format::named("signed").unwrap();
    let now = 1_700_000_000;
    let layer = format.layer(SECRET, "sid").unwrap().clock(move || at(now));
    let header = layer.seal(&json!({ "user": "ada", "cart": ["robot", "kite"] })).unwrap();
    let judged = |header: &str, secrets: &[&str], seconds| {
        let secrets: Vec<_> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        Report::new("sid", header, &secrets, at(seconds)).unwrap()
    };

    let report = judged(&header, &["another", SECRET], now + 60);
    assert!(report.accepted);
    assert_eq!((report.format, report.key), (Some("Signed"), Some(2)));
    assert_eq!(report.ends.as_deref(), Some("2023-11-28T22:13:20Z"));
    assert_eq!(report.by_key, [("cart".to_owned(), 23), ("user".to_owned(), 12)]);
    assert!(report.to_string().starts_with("sid: accepted\n  ok  length"));

    let day = 24 * 60 * 60;
    for (header, secrets, seconds, step, reason) in [
        (header.clone(), &[SECRET][..], now + 15 * day, "limits", "the session has expired"),
        (header.clone(), &[SECRET], now - day, "clock", "two clocks disagree"),
        (header.clone(), &["another"], now, "signature", "not by any of 1 secrets"),
        (header.clone(), &[], now, "signature", "there is no secret; it looks like Signed"),
        (format!("{header}x"), &[SECRET], now, "signature", "under the name `sid`"),
        (format!("sid={}", "x".repeat(5000)), &[SECRET], now, "length", "5003 of at most 4096"),
    ] {
        let report = judged(&header, secrets, seconds);
        assert!(!report.accepted);
        let last = report.steps.last().unwrap();
        assert_eq!((last.step, last.good), (step, false), "{}", last.says);
        assert!(last.says.contains(reason), "{}", last.says);
        assert_eq!(report.content.is_some(), step != "length", "{report}");
    }
}

#[test]
fn every_format_is_minted_and_known() {
    for format in &FORMATS {
        let layer = format.layer(SECRET, format.cookie).unwrap();
        let header = layer.seal(&json!({ "user": "ada" })).unwrap();
        let (name, header) = candidates(&header, None).remove(0);
        let now = OffsetDateTime::now_utc() + Duration::SECOND;
        let report = Report::new(&name, &header, &[SECRET.to_owned()], now).unwrap();
        assert!(report.accepted, "{report}");
        assert_eq!(report.format, Some(format.name));
    }
}

#[test]
fn the_command_line() {
    let run = |words: &[&str]| run(words.iter().map(|word| (*word).to_owned()));
    assert!(run(&["keygen"]).unwrap());
    assert!(run(&["mint", "flask", "--secret", SECRET, r#"{"user":1}"#]).unwrap());
    for (words, reason) in [
        (&[][..], "nothing to do"),
        (&["--what"], "no option --what"),
        (&["--secret"], "--secret needs a value"),
        (&["mint", "php", "--secret", SECRET, "{}"], "no format `php`"),
        (&["mint", "flask", "{}"], "one secret"),
        (&["mint", "flask", "--secret", SECRET, "[]"], "JSON object"),
    ] {
        let error = run(words).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    // A value alone, a pair, and a header of many; of a value nobody knows the name.
    for cookie in ["eyJ1c2VyIjoxfQ.ZVPxAA.x", "session=eyJ1c2VyIjoxfQ.ZVPxAA.x", "a=b; sid=x.y.z"] {
        assert!(!run(&["--json", cookie]).unwrap());
    }
}
