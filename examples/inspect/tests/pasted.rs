//! What people paste: headers, lines, and values alone.

use serde_json::json;

use super::{DAY, SECRET, answered, judged, last, minted, value};
use crate::{cookies::Cookie, formats::FORMATS};

#[test]
fn of_a_header_the_likeliest_is_judged() {
    let (signed, flask) = (minted("signed", &["--name", "sid"]), minted("flask", &[]));
    let (host, salted) = (minted("signed", &[]), minted("flask", &["--salt", "pepper"]));
    let named = minted("flask", &["--name", "sid"]);
    let words = &["--secret", SECRET][..];
    let jwt = format!("jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{}", "x".repeat(43));
    for (pasted, words, age, cookie, others) in [
        // Accepted, though another one of the usual name is signed too, and has expired.
        (format!("theme=dark; {host}; {named}"), words, 20 * DAY, "sid", "__Host-session, theme"),
        // Signed, though it has expired, and another one of the usual name looks like a session.
        (format!("theme=dark; {salted}; {signed}"), words, 20 * DAY, "sid", "session, theme"),
        // By its looks; of two that look alike, by its name.
        (format!("theme=dark; session=x; {jwt}; {signed}"), &[], 0, "sid", "session, theme, jwt"),
        (format!("{signed}; {flask}"), &[], 0, "session", "sid"),
        // By its name; or else the first.
        ("theme=dark; sessionid=x; lang=en".to_owned(), words, 0, "sessionid", "theme, lang"),
        ("theme=dark; lang=en".to_owned(), words, 0, "theme", "lang"),
        // Browsers send the stale one first.
        (format!("sid=stale; {signed}; sid=x"), words, 0, "sid", "sid, sid"),
    ] {
        let report = judged(&pasted, words, age);
        assert_eq!((&*report.cookie, &*report.others.join(", ")), (cookie, others), "{report}");
        assert!(report.to_string().contains(&format!("  others         {others} (--name")));
        assert_eq!(serde_json::to_value(&report).unwrap()["others"], json!(report.others));
    }
    // Of several of one name, servers take the latest.
    let later = answered("flask", &flask, &[], |session| session.insert("seen", true).unwrap());
    for pasted in [format!("{flask}; {later}; session=x"), format!("{later}; {flask}")] {
        let report = judged(&pasted, words, 60);
        assert!(report.accepted && report.issued == judged(&later, words, 60).issued);
    }
    let report = judged(&format!("theme=dark; {flask}"), &["--name", "theme"], 0);
    assert_eq!((&*report.cookie, report.others.len()), ("theme", 0));
}

#[test]
fn the_name_matters_where_it_is_signed() {
    for format in FORMATS.iter().filter(|format| !format.is_a_pair()) {
        // A value alone is tried under the format's own name, or under another if told so.
        let header = minted(format.name, &[]);
        let report = judged(value(&header), &["--secret", SECRET], 0);
        assert!(report.accepted, "{report}");
        assert_eq!(report.cookie, format.cookie);
        let proven = format.knows_its_name();
        assert_eq!(report.name_is_guessed, !proven);
        assert_eq!(report.to_string().contains("(a value alone): accepted"), !proven);
        let header = minted(format.name, &["--name", "sid"]);
        let report = judged(value(&header), &["--secret", SECRET, "--name", "sid"], 0);
        assert!(report.accepted && report.cookie == "sid" && !report.name_is_guessed, "{report}");
        // Without the name, it depends.
        let report = judged(value(&header), &["--secret", SECRET], 0);
        assert_eq!(report.accepted, !proven, "{report}");
        let hint = report.hint.unwrap_or_default();
        assert_eq!(hint.contains("another name, which is part of the key (--name)"), proven);
    }
    // Cut out of the cookie of the usual name; of the encrypted one the content is shown too.
    for (format, usual) in
        [("signed", "__Host-session"), ("private", "__Host-session"), ("express", "session")]
    {
        let cut = minted(format, &[]).replace(usual, "other");
        let report = judged(&cut, &["--secret", SECRET], 0);
        assert_eq!((report.accepted, report.format, last(&report).0), (false, None, "signature"));
        let hint = report.hint.unwrap();
        assert!(hint.contains(&format!("holds under the name `{usual}`")), "{hint}");
        assert_eq!(report.content.unwrap()["user"], "ada");
    }
}

#[test]
fn what_is_pasted_is_understood() {
    let header = minted("flask", &[]);
    let express = minted("express", &[]).replace("; ", "; path=/; httponly\r\nset-cookie:");
    for pasted in [
        header.clone(),
        format!("Cookie: theme=dark; {header}"),
        format!("  COOKIE:{header}; Path=1\n"),
        format!("set-cookie: {header}; Path=/; Max-Age=60; SameSite=Lax"),
        format!("{header}; Path=/; HttpOnly; SameSite=Lax\r\n"),
        format!(".AspNetCore.Session=x; {header}"),
        format!("Set-Cookie: {express}; path=/; httponly"),
    ] {
        let report = judged(&pasted, &["--secret", SECRET], 0);
        assert!(report.accepted, "{pasted}: {report}");
        let no_cookies = ["Max-Age", "SameSite", "path", "session.sig"];
        let attributes = report.others.iter().any(|name| no_cookies.contains(&&**name));
        assert!(!attributes, "{report}");
    }
    // A value alone, with an `=` in it, out of `docs/FORMATS.md`.
    let starlette = "eyJuIjogMSwgInVzZXIiOiAiWm9cdTAwZWIifQ==.ZVPxAA.QIm1xh2ZXBr_4CtIESYrPprS5OU";
    let words = ["--secret", "not-a-secret-only-an-example-0123456789"];
    assert_eq!(judged(starlette, &words, 0).format, Some("Starlette"));
    let error = Cookie::all(&format!("a=b; {header}"), Some("sid")).err().unwrap();
    assert_eq!(error, "no cookie `sid` in it: there are `a`, `session`");
}
