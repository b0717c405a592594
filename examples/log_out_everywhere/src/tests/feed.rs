//! How servers hear of each other, and what becomes of the news when Redis is cut off, loses its
//! data, or hangs.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::{
    fake_redis::FakeRedis,
    fleet::{DAY, Device, Fleet, ManualClock, NOW},
};
use crate::{
    feed::{Ended, Feed},
    valid_since::{Millis, ValidSince, WhenAway},
};

/// A feed that has loaded, and its copy.
async fn follow(url: &str, clock: &ManualClock) -> (Feed, ValidSince) {
    let copy = ValidSince::new(WhenAway::Refuse);
    let feed = Feed::new(url, copy.clone(), clock.get()).unwrap();
    tokio::spawn(feed.clone().follow());
    timeout(Duration::from_secs(5), copy.loaded()).await.unwrap();
    (feed, copy)
}

#[track_caller]
fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < limit, "not within {limit:?}, at {caller}");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);
/// Less than the patience with Redis.
const A_MOMENT: Duration = Duration::from_millis(450);
const A_WHILE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn what_one_server_ends_the_others_hear() {
    let (redis, url) = FakeRedis::start().await;
    let clock = ManualClock::at(NOW);
    let (one, copy_one) = follow(&url, &clock).await;
    let (two, copy_two) = follow(&url, &clock).await;
    assert_eq!(one.end_sessions("ada", 0).await, Ended::Everywhere(NOW));
    assert_eq!(copy_one.of("ada"), NOW, "here at once");
    within(SECOND, || copy_two.of("ada") == NOW).await;

    // In the same millisecond, and with a clock that is behind.
    assert_eq!(two.end_sessions("ada", NOW).await, Ended::Everywhere(NOW + 1));
    clock.set(NOW - 9000);
    assert_eq!(one.end_sessions("ada", NOW + 1).await, Ended::Everywhere(NOW + 2));
    redis.state().users.insert("ada".to_owned(), NOW + 50);
    assert_eq!(one.end_sessions("ada", NOW + 50).await, Ended::Everywhere(NOW + 51));
    within(SECOND, || copy_two.of("ada") == NOW + 51).await;

    // A session that was itself ended, by a server whose news nobody has heard yet, has no say.
    redis.state().users.insert("ada".to_owned(), NOW + 70);
    assert_eq!(one.end_sessions("ada", NOW + 69).await, Ended::AlreadyOut);
    assert_eq!(redis.of("ada"), NOW + 70);
}

#[tokio::test]
async fn nothing_falls_between_reading_and_listening() {
    let (redis, url) = FakeRedis::start().await;
    redis.state().users.insert("bob".to_owned(), NOW);
    redis.state().after_reading = Some(("ada".to_owned(), NOW));
    let (_feed, copy) = follow(&url, &ManualClock::at(NOW)).await;
    assert_eq!(copy.of("bob"), NOW);
    within(SECOND, || copy.of("ada") == NOW).await;
}

#[tokio::test]
async fn after_a_cut_everything_is_read_again() {
    let (redis, url) = FakeRedis::start().await;
    let (_feed, copy) = follow(&url, &ManualClock::at(NOW)).await;
    redis.stop();
    within(SECOND, || !copy.admits_anyone()).await;
    redis.state().users.insert("ada".to_owned(), NOW);
    redis.state().refuses = false;
    within(A_WHILE, || copy.admits_anyone()).await;
    assert_eq!(copy.of("ada"), NOW, "before anyone is admitted");
}

#[tokio::test]
async fn what_is_ended_during_a_cut_is_told_behind_it() {
    let (redis, url) = FakeRedis::start().await;
    let (feed, copy) = follow(&url, &ManualClock::at(NOW)).await;
    redis.stop();
    within(SECOND, || !copy.admits_anyone()).await;
    let start = Instant::now();
    assert_eq!(feed.end_sessions("ada", 0).await, Ended::OnlyHere(NOW));
    assert!(start.elapsed() < A_MOMENT, "there is nothing to wait for");
    assert_eq!(redis.of("ada"), 0);
    redis.state().refuses = false;
    within(A_WHILE, || redis.of("ada") == NOW).await;
}

#[tokio::test]
async fn the_button_says_when_every_server_knows() {
    let (redis, url) = FakeRedis::start().await;
    let fleet = Fleet::new();
    let server = fleet.server_with(&url, WhenAway::Refuse);
    tokio::spawn(server.feed.clone().follow());
    server.copy.loaded().await;
    let mut phone = Device::logged_in(&server, "ada").await;
    let mut laptop = Device::logged_in(&server, "ada").await;
    let mut thief = laptop.clone();
    assert_eq!(phone.post(&server, "/log-out-everywhere", "").await.status, 303);
    assert_eq!(redis.of("ada"), NOW);
    assert!(phone.get(&server).await.body.contains("ended, on every server"));
    assert!(phone.is_in(&server).await && !laptop.is_in(&server).await);

    // A session that another server has ended, which this one has not heard of, has no say.
    let mut laptop = Device::logged_in(&server, "ada").await;
    redis.state().users.insert("ada".to_owned(), NOW + 1);
    assert_eq!(laptop.post(&server, "/log-out-everywhere", "").await.status, 401);
    assert_eq!((laptop.cookie, redis.of("ada")), (None, NOW + 1));
    assert!(!thief.is_in(&server).await);
}

#[tokio::test]
async fn a_redis_that_lost_its_data_gets_it_back() {
    let (redis, url) = FakeRedis::start().await;
    let clock = ManualClock::at(NOW);
    let (one, copy_one) = follow(&url, &clock).await;
    let (_two, copy_two) = follow(&url, &clock).await;
    one.end_sessions("ada", 0).await;
    within(SECOND, || copy_two.of("ada") == NOW).await;

    redis.stop();
    within(SECOND, || !copy_one.admits_anyone() && !copy_two.admits_anyone()).await;
    redis.state().users.clear();
    // Pressed on one of them, while Redis is away.
    assert_eq!(one.end_sessions("bob", 0).await, Ended::OnlyHere(NOW));
    redis.state().refuses = false;
    within(A_WHILE, || copy_one.admits_anyone() && copy_two.admits_anyone()).await;
    within(SECOND, || copy_two.of("bob") == NOW).await;
    assert_eq!((copy_one.of("ada"), copy_two.of("ada")), (NOW, NOW), "what is ended stays ended");
    assert_eq!((redis.of("ada"), redis.of("bob")), (NOW, NOW));

    let (_three, copy) = follow(&url, &clock).await;
    assert_eq!((copy.of("ada"), copy.of("bob")), (NOW, NOW), "a server that starts now");
}

#[tokio::test]
async fn what_redis_did_not_take_is_told_again_soon() {
    let (redis, url) = FakeRedis::start().await;
    let (feed, _) = follow(&url, &ManualClock::at(NOW)).await;
    redis.state().script_fails = true;
    assert_eq!(feed.end_sessions("ada", 0).await, Ended::OnlyHere(NOW));
    within(SECOND, || redis.of("ada") == NOW).await;
}

#[tokio::test]
async fn a_redis_that_hangs_is_away_within_a_second_and_holds_up_no_request() {
    let (redis, url) = FakeRedis::start().await;
    let fleet = Fleet::new();
    let server = fleet.server_with(&url, WhenAway::Accept);
    tokio::spawn(server.feed.clone().follow());
    server.copy.loaded().await;
    let (_other, refuses) = follow(&url, &fleet.clock).await;
    let mut phone = Device::logged_in(&server, "ada").await;
    let mut thief = phone.clone();
    redis.hang(true);

    let start = Instant::now();
    for _ in 0..20 {
        assert!(phone.is_in(&server).await);
    }
    assert!(start.elapsed() < A_MOMENT, "{:?}", start.elapsed());
    // Even if the visitor does not wait for the answer, it is done.
    let button = phone.post(&server, "/log-out-everywhere", "");
    assert!(timeout(Duration::from_millis(20), button).await.is_err(), "it waits for Redis");
    within(SECOND, || !refuses.admits_anyone()).await;
    within(SECOND, || server.copy.of("ada") == NOW).await;
    assert!(!thief.is_in(&server).await);

    // Now it is known to be away.
    let mut laptop = Device::logged_in(&server, "ada").await;
    let start = Instant::now();
    assert_eq!(laptop.post(&server, "/log-out-everywhere", "").await.status, 503);
    assert!(start.elapsed() < A_MOMENT, "{:?}", start.elapsed());

    redis.hang(false);
    within(A_WHILE, || redis.of("ada") == NOW + 1 && refuses.admits_anyone()).await;
    laptop.post(&server, "/log-out-everywhere", "").await;
    within(SECOND, || redis.of("ada") == NOW + 2 && refuses.of("ada") == NOW + 2).await;
}

#[tokio::test]
async fn what_is_older_than_the_longest_session_is_dropped() {
    let (redis, url) = FakeRedis::start().await;
    let limit: Millis = 30 * DAY + 60_000;
    let users = [("ada", NOW - limit), ("bob", NOW - limit - 1), ("eve", NOW), ("joe", NOW)];
    redis.state().users = users.map(|(user, since)| (user.to_owned(), since)).into();
    let (_feed, copy) = follow(&url, &ManualClock::at(NOW)).await;
    let all = ["ada", "bob", "eve", "joe"].map(|user| copy.of(user));
    assert_eq!(all, [NOW - limit, 0, NOW, NOW]);
    assert_eq!(redis.state().users.len(), 3);
    assert_eq!(redis.state().readings, 1);
}
