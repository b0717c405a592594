//! The size of the cookie is counted as browsers count it, at the change that makes it too large.

use tower_cookie_session::{Error, Expiry, Session};

use crate::{dictionary::token, support::*};

/// The length of the longest text that `insert` takes under `key`.
fn largest(session: &Session, key: &str) -> usize {
    let fits = |len: usize| session.insert(key, "x".repeat(len)).is_ok();
    let lengths: Vec<usize> = (0..5000).collect();
    let largest = lengths.partition_point(|len| fits(*len)) - 1;
    assert!(!fits(largest + 1) && fits(largest));
    largest
}

#[test]
fn the_largest_value_gives_the_largest_cookie() {
    for name in ["sid", "__Host-session", "a-name-of-another-length"] {
        let layer = layer().cookie(cookie(name));
        let reply = respond(&layer, "", |session| {
            let len = largest(session, "key");
            let error = session.insert("key", "y".repeat(len + 1)).unwrap_err();
            assert!(
                matches!(error, Error::TooLarge { size: 4097..=4098, limit: 4096, .. }),
                "{error}"
            );
            assert_eq!(session.get::<String>("key").unwrap().unwrap(), "x".repeat(len));
        });
        let cookie = reply.cookie();
        // The `=` is not counted.
        let size = cookie.len() - 1;
        assert!((4095..=4096).contains(&size), "{size}");
        assert!(!layer.open(&cookie).is_new());
    }
}

#[test]
fn the_error_names_the_largest_keys_and_nothing_changes() {
    let s = Session::detached();
    s.insert("small", 1).unwrap();
    s.insert("middle", "m".repeat(500)).unwrap();
    let before = (s.keys(), s.encoded_len());
    let Err(Error::TooLarge { size, limit, largest, .. }) = s.insert("big", "b".repeat(5000))
    else {
        panic!()
    };
    assert_eq!((limit, largest), (4096, ["big", "middle", "small"].map(String::from).to_vec()));
    assert!(size > 6000 && (s.keys(), s.encoded_len()) == before);
    let too_large =
        |result: Result<(), Error>| assert!(matches!(result, Err(Error::TooLarge { .. })));
    too_large(s.update("small", |text: &mut serde_json::Value| *text = "b".repeat(5000).into()));
    too_large(s.replace(&serde_json::json!({"big": "b".repeat(5000)})));
    too_large(s.flash("info", "b".repeat(5000)));
    too_large(s.get_or_insert_with("big", || "b".repeat(5000)).map(drop));
    assert_eq!((s.keys(), s.encoded_len()), before);
}

#[test]
fn the_error_names_a_doubled_key_once() {
    let json = format!("{{\"a\":\"{0}\",\"a\":\"{0}\",\"b\":\"{0}\"}}", "x".repeat(500));
    let session = layer().open(token(&json));
    let error = session.insert("big", "y".repeat(3000)).unwrap_err();
    let Error::TooLarge { largest, .. } = error else { panic!("{error}") };
    assert_eq!(largest, ["big", "a", "b"]);
}

#[test]
fn all_that_will_be_written_counts() {
    let full = |json_room: usize, layer: &tower_cookie_session::SessionLayer| {
        let session = layer.open("");
        let len = largest(&session, "a");
        session.insert("a", "x".repeat(len - json_room)).unwrap();
        session
    };
    let too_large = |result: Result<(), Error>| {
        assert!(matches!(result, Err(Error::TooLarge { .. })), "{result:?}")
    };
    let s = full(4, &layer());
    too_large(s.renew());
    too_large(s.expire_at(instant(NOW + 60)));
    too_large(s.set_persistent(true));
    too_large(s.id().map(drop));
    too_large(s.flash("a", "b"));
    assert!(!s.is_persistent() && s.created_at().is_none());
    // Under an absolute limit the created time will be stored.
    let absolute =
        layer().expiry(Expiry::never().absolute(std::time::Duration::from_secs(60))).unwrap();
    let with = largest(&absolute.open(""), "a");
    let without = largest(&layer().open(""), "a");
    assert_eq!(without - with, r#","_session":{"created":1700000000}"#.len());
    let reply = respond(&absolute, "", |s| s.insert("a", "x".repeat(with)).unwrap());
    assert!(reply.cookie().len() - 1 <= 4096);
}

#[test]
fn a_removal_that_leaves_it_too_large_is_refused() {
    let cookies = seal(&layer(), &format!(r#"{{"a":"{}","b":1,"c":2}}"#, "x".repeat(200)));
    let small = layer().cookie(cookie("sid").max_size(200).unwrap());
    respond(&small, &cookies, |session| {
        assert!(!session.is_new(), "it is read whatever the limit");
        assert!(matches!(session.remove("b"), Err(Error::TooLarge { limit: 200, .. })));
        assert!(session.contains_key("b"));
        assert_eq!(session.insert("b", 1), Ok(()), "no change");
    })
    .assert_kept();
    respond(&small, &cookies, |session| assert_eq!(session.remove("a"), Ok(true)));
    assert!(respond(&small, &cookies, |session| session.clear().unwrap()).is_removal());
}

#[test]
fn encoded_len_is_what_is_sent() {
    for json in [r#"{"a":1}"#, r#"{"a":"é😀"}"#, r#"{"a":12}"#, r#"{"a":123}"#, "{}"] {
        let cookies = seal(&layer(), json);
        let len = layer().open(&cookies).encoded_len();
        assert_eq!(len, if json == "{}" { 0 } else { cookies.len() - 1 });
    }
    assert_eq!(Session::detached().encoded_len(), 0);
}

#[test]
fn a_renewal_that_changes_nothing_has_to_fit_too() {
    let renewed = respond(&layer(), "", |session| {
        session.insert("a", "x".repeat(2000)).unwrap();
        session.renew().unwrap();
    });
    let smaller = layer().cookie(cookie("sid").max_size(1000).unwrap());
    let reply = respond(&smaller, &renewed.cookie(), |session| {
        assert!(matches!(session.renew(), Err(Error::TooLarge { .. })));
    });
    reply.assert_kept();
}

#[cfg(feature = "compress")]
#[test]
fn compressed_only_when_it_would_not_fit() {
    use tower_cookie_session::Signed;
    let layer = layer_of(Signed::new(key()).compress(true));
    let insert =
        |len: usize| respond(&layer, "", |session| session.insert("a", "x".repeat(len)).unwrap());
    assert!(!insert(2900).cookie().starts_with("sid=."));
    let long = insert(20_000).cookie();
    assert!(long.starts_with("sid=.") && long.len() < 200);
    let session = layer.open(&long);
    assert_eq!(session.get::<String>("a").unwrap().unwrap().len(), 20_000);
    assert_eq!(session.encoded_len(), long.len() - 1);
    assert_eq!(session.insert("b", 1), Ok(()));
    // What does not compress does not fit either.
    let noise: String =
        (0..5000_u32).map(|n| char::from(33 + (n * n % 9_973 % 90) as u8)).collect();
    assert!(matches!(layer.open("").insert("a", noise), Err(Error::TooLarge { .. })));
    // Nor does what nobody would inflate again: the text may have 64 KiB.
    let most = "x".repeat(65_536 - "{'a':''}".len());
    let kept = insert(most.len()).cookie();
    assert_eq!(layer.open(&kept).get::<String>("a").unwrap().as_ref(), Some(&most));
    assert!(matches!(layer.open("").insert("a", most + "x"), Err(Error::TooLarge { .. })));
}
