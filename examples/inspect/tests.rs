//! The golden cookies, and one cookie for each step and limit, as the tool sees them.

mod command_line;
mod pasted;

use std::convert::Infallible;

use http::{
    Request, Response,
    header::{COOKIE, SET_COOKIE},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tower::{Layer, ServiceExt, service_fn};
use tower_cookie_session::Session;

use crate::{
    cookies::Cookie,
    formats::{FORMATS, Format},
    judge::best,
    options::Options,
    report::Report,
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
const NOW: i64 = 1_700_000_000;
const DAY: i64 = 24 * 60 * 60;

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

fn options(words: &[&str]) -> Options {
    Options::read(words.iter().map(|word| (*word).to_owned())).unwrap()
}

/// What somebody pasted, under options, that many seconds after it was made.
fn judged(pasted: &str, words: &[&str], age: i64) -> Report {
    let options = options(words);
    let cookies = Cookie::all(pasted, options.name.as_deref()).unwrap();
    best(&cookies, &options, at(NOW + age)).unwrap().unwrap()
}

/// The header that brings a session, as the options say.
fn minted(format: &str, words: &[&str]) -> String {
    let options = options(&[&["--secret", SECRET], words].concat());
    let format = Format::named(format, &options.settings).unwrap();
    let name = options.name.as_deref().unwrap_or(format.cookie);
    let layer = format.layer(&options.secrets[0], name, &options.settings).unwrap();
    let layer = options.settings.limit(layer).unwrap().clock(|| at(NOW));
    layer.seal(&json!({ "user": "ada", "cart": ["robot", "kite"] })).unwrap()
}

/// The header that a browser sends after a change by the application, 60 seconds later.
fn answered(format: &str, header: &str, words: &[&str], change: fn(&Session)) -> String {
    let options = options(&[&["--secret", SECRET], words].concat());
    let format = Format::named(format, &options.settings).unwrap();
    let layer = format.layer(&options.secrets[0], format.cookie, &options.settings).unwrap();
    let layer = options.settings.limit(layer).unwrap().clock(|| at(NOW + 60));
    let service = layer.layer(service_fn(move |request: Request<()>| async move {
        change(request.extensions().get::<Session>().unwrap());
        Ok::<_, Infallible>(Response::new(()))
    }));
    let request = Request::builder().header(COOKIE, header).body(()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(service.oneshot(request)).unwrap();
    let line = response.headers()[SET_COOKIE].to_str().unwrap();
    line.split_once(';').unwrap().0.to_owned()
}

fn value(header: &str) -> &str {
    header.split_once('=').unwrap().1
}

fn last(report: &Report) -> (&str, &str) {
    let step = report.steps.iter().rfind(|step| step.good.is_some()).unwrap();
    (step.step, &step.says)
}

#[test]
fn golden_cookies() {
    for (name, salt, rows) in GOLDEN {
        let format = Format::named(name, &Default::default()).unwrap();
        let (mut good, mut bad) = (0, 0);
        for row in serde_json::from_str::<Vec<Value>>(rows).unwrap() {
            let verdict = if row["crate_verdict"].is_null() { "verdict" } else { "crate_verdict" };
            let (token, told) = (text(&row, "cookie"), row["either"] == json!(true));
            // How headers are parsed is not this tool's concern, and they trim their values.
            let parts = ["cookie", "sig_cookie"].map(|part| text(&row, part));
            let blank = parts.iter().any(|part| *part != part.trim());
            let of_headers = blank || text(&row, "id").contains("-hdr-");
            if text(&row, "salt") != salt || told || token.is_empty() || of_headers {
                continue;
            }
            let cookie = row["cookie_name"].as_str().unwrap_or(format.cookie);
            let header = match row["cookie_header"].as_str() {
                Some(header) => header.to_owned(),
                None => format!("{cookie}={token}"),
            };
            let old = row["fallbacks"].as_array().into_iter().flatten();
            let secrets = [&row["secret"]].into_iter().chain(old).filter_map(Value::as_str);
            let mut words: Vec<_> = secrets.flat_map(|secret| ["--secret", secret]).collect();
            words.extend(["--digest", text(&row, "digest")]);
            // Some are of the year 10000, and some of none.
            let now = row["check_at"].as_i64().map(OffsetDateTime::from_unix_timestamp);
            let Some(Ok(now)) = now else { continue };
            let cookies = Cookie::all(&header, Some(cookie)).unwrap();
            let report = best(&cookies, &options(&words), now).unwrap().unwrap();
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
    let header = minted("signed", &["--name", "sid"]);
    let secret = ["--secret", SECRET];
    let report = judged(&header, &["--secret", "another", "--secret", SECRET], 60);
    assert!(report.accepted);
    assert_eq!((report.format, report.key), (Some("Signed"), Some(2)));
    assert_eq!(report.ends.as_deref(), Some("2023-11-28T22:13:20Z"));
    assert_eq!(report.by_key, [("cart".to_owned(), 23), ("user".to_owned(), 12)]);
    assert!(report.to_string().starts_with("sid: accepted\n  ok  length"));

    let two = ["--secret", "one", "--secret", "another"];
    for (header, words, age, step, reason) in [
        (&header, &secret[..], 15 * DAY, "limits", "the session has expired"),
        (&header, &secret, -DAY, "clock", "two clocks disagree"),
        (&header, &two, 0, "signature", "made by none of the 2 secrets under the name `sid`"),
        (&header, &[], 0, "signature", "there is no secret; it looks like Signed"),
        (&format!("{header}x"), &secret, 0, "signature", "by this secret; it is like no format"),
        (&format!("sid={}", "x".repeat(5000)), &secret, 0, "length", "5003 of at most 4096"),
        (&"cart[0]=1".to_owned(), &secret, 0, "name", "a byte that is not allowed"),
    ] {
        let report = judged(header, words, age);
        assert!(!report.accepted);
        assert_eq!(last(&report).0, step, "{report}");
        assert!(last(&report).1.contains(reason), "{report}");
        assert_eq!(report.content.is_some(), !["length", "name"].contains(&step), "{report}");
    }
}

#[test]
fn the_limits_are_those_of_the_layer_and_are_said() {
    let words = |words: &[&'static str]| [&["--secret", SECRET], words].concat();
    let header = minted("signed", &[]);
    let absolute = ["--absolute", "90"];
    let created = minted("flask", &absolute);
    let renewed = answered("flask", &created, &absolute, |session| {
        session.insert("seen", true).unwrap();
    });
    let ending = answered("signed", &header, &[], |session| {
        session.expire_at(at(NOW + 90)).unwrap();
    });
    let (starlette, express) = (minted("starlette", &[]), minted("express", &[]));
    let default = "Signed's default limit (14 days idle); your layer's own: --idle, --absolute";
    for (header, limits, age, alive, under) in [
        (&header, &[][..], 14 * DAY, true, default),
        (&header, &[], 14 * DAY + 1, false, default),
        (&header, &["--idle", "60"], 60, true, "--idle 60"),
        (&header, &["--idle", "60"], 61, false, "--idle 60"),
        (&header, &["--idle", "60", "--absolute", "90"], 61, false, "--idle 60"),
        (&header, &["--idle", "9999999"], 100 * DAY, true, "--idle 9999999"),
        (&renewed, &absolute, 90, true, "--absolute 90 and no idle limit"),
        (&renewed, &absolute, 91, false, "--absolute 90"),
        (&renewed, &["--absolute", "9"], 60, false, "--absolute 9"),
        (&renewed, &["--idle", "80", "--absolute", "90"], 90, true, "--idle 80 and --absolute 90"),
        (&ending, &["--idle", "60"], 91, false, "its own deadline"),
        (&starlette, &["--idle", "60"], 61, false, "--idle 60"),
        (&express, &["--idle", "60"], 61, true, "no limit, for such a cookie bears no time"),
    ] {
        let report = judged(header, &words(limits), age);
        let verdict = if alive { "alive" } else { "the session has expired" };
        assert_eq!(last(&report), ("limits", &*format!("{verdict} under {under}")), "{report}");
        assert_eq!(report.accepted, alive);
        assert_eq!(report.persistent, Some(header == &starlette));
        // The end that is reported is the last second of being alive.
        let Some(end) = &report.ends else { continue };
        let end = OffsetDateTime::parse(end, &time::format_description::well_known::Rfc3339);
        let end = end.unwrap().unix_timestamp() - NOW;
        assert!(end < 60 || judged(header, &words(limits), end).accepted, "{report}");
        assert!(!judged(header, &words(limits), end + 1).accepted);
    }
    let report = judged(&header, &words(&["--idle", "60", "--max-size", "64"]), 0);
    assert!(report.accepted && report.to_string().contains("\n  ?   validate   not known here"));
    assert!(report.steps[0].says.contains("over --max-size 64: it is read"), "{report}");
    let report = serde_json::to_value(report).unwrap();
    assert_eq!(report["limits"]["idle"], json!({ "seconds": 60, "by": "--idle 60" }));
    assert_eq!((&report["limits"]["default"], &report["max_size"]), (&json!(false), &json!(64)));
    assert_eq!(report["steps"][4]["good"], json!(null));
}

#[test]
fn formats_are_minted_and_known_with_their_own_limits() {
    for format in &FORMATS {
        let header = minted(format.name, &[]);
        let report = judged(&header, &["--secret", SECRET], 0);
        assert!(report.accepted, "{report}");
        assert_eq!((report.format, &*report.cookie), (Some(format.name), format.cookie));
        let key = &options(&["--secret", SECRET]).secrets[0];
        let layer = format.layer(key, format.cookie, &Default::default()).unwrap();
        let end = layer.clock(|| at(NOW)).open(&header).expires_at();
        assert_eq!(end, format.idle_days.map(|days| at(NOW + days as i64 * DAY)));
    }
}
