//! The copy: it only rises, it says what others lack, and it reports a change once.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::timeout;

use crate::valid_since::{Millis, ValidSince, WhenAway};

fn map(entries: &[(&str, Millis)]) -> HashMap<String, Millis> {
    entries.iter().map(|(user, since)| ((*user).to_owned(), *since)).collect()
}

#[test]
fn an_instant_only_rises() {
    let copy = ValidSince::new(WhenAway::Accept);
    assert_eq!(copy.of("ada"), 0);
    for (since, known) in [(5, 5), (3, 5), (9, 9), (9, 9)] {
        copy.raise("ada", since);
        assert_eq!(copy.of("ada"), known);
    }
    copy.merge(&map(&[("ada", 4), ("bob", 2)]), 0);
    assert_eq!((copy.of("ada"), copy.of("bob")), (9, 2));
    copy.merge(&map(&[]), 0);
    assert_eq!((copy.of("ada"), copy.of("bob")), (9, 2), "a Redis that lost its data");
    assert!(copy.admits("ada", 9) && !copy.admits("ada", 8) && copy.admits("eve", 0));

    assert_eq!((copy.next("ada", 9), copy.next("ada", 2), copy.next("ada", 70)), (10, 10, 70));
    assert_eq!((copy.end("ada", 9), copy.end("ada", 2), copy.end("ada", 70)), (10, 11, 70));
    assert_eq!((copy.end("eve", 7), copy.of("eve")), (7, 7));
}

#[test]
fn what_redis_does_not_know_is_told_and_what_is_too_old_is_dropped() {
    let copy = ValidSince::new(WhenAway::Accept);
    for (user, since) in [("ada", 20), ("bob", 30), ("eve", 9), ("joe", 25)] {
        copy.raise(user, since);
    }
    let mut untold = copy.merge(&map(&[("ada", 20), ("bob", 29), ("joe", 26), ("zoe", 8)]), 10);
    untold.sort();
    assert_eq!(untold, [("bob".to_owned(), 30)]);
    let all = ["ada", "bob", "eve", "joe", "zoe"].map(|user| copy.of(user));
    assert_eq!(all, [20, 30, 0, 26, 0]);
    assert_eq!(copy.merge(&map(&[]), 10).len(), 3);
}

#[tokio::test]
async fn before_the_first_load_redis_is_as_good_as_away() {
    let soon = Duration::from_millis(10);
    for (when_away, admits) in [(WhenAway::Accept, true), (WhenAway::Refuse, false)] {
        let copy = ValidSince::new(when_away);
        assert_eq!(copy.admits("ada", 0), admits);
        assert!(timeout(soon, copy.loaded()).await.is_err());
        copy.set_away(&"a test");
        assert_eq!(copy.admits("ada", 0), admits);
        assert!(timeout(soon, copy.loaded()).await.is_err());
        copy.set_here();
        assert!(copy.admits("ada", 0));
        assert!(timeout(soon, copy.loaded()).await.is_ok());
    }
}

#[test]
fn a_change_is_traced_once() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        for when_away in [WhenAway::Accept, WhenAway::Refuse] {
            let copy = ValidSince::new(when_away);
            for _ in 0..3 {
                copy.set_away(&"unplugged");
                assert_eq!(copy.admits("ada", 0), when_away == WhenAway::Accept);
            }
            copy.raise("ada", 1);
            copy.set_here();
            copy.set_here();
        }
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = log.lines().filter_map(|line| line.split_once("valid_since: ")).collect();
    let here = "Redis is here: ended sessions are known users=1";
    let expected = [
        "Redis is away: sessions are ACCEPTED by the last copy why=unplugged",
        here,
        "Redis is away: logged-in sessions are REFUSED why=unplugged",
        here,
    ];
    assert_eq!(lines.iter().map(|(_, text)| *text).collect::<Vec<_>>(), expected);
    let levels = lines.iter().map(|(start, _)| start.contains(" WARN ")).collect::<Vec<_>>();
    assert_eq!(levels, [true, false, true, false]);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
