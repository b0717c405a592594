//! Which sessions are ended: two servers, clocks that the test sets, and news that it carries.

use axum::http::Request;
use serde::Serialize;
use tower_cookie_session::{Origin, Rejection};

use super::fleet::{DAY, Device, Fleet, NOW, SECOND};
use crate::{
    sessions::{millis, outlives},
    valid_since::WhenAway,
};

const BUTTON: &str = "/log-out-everywhere";

#[tokio::test]
async fn the_button_ends_all_other_sessions_of_its_user() {
    let fleet = Fleet::new();
    let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Refuse));
    let mut phone = Device::logged_in(&one, "ada").await;
    let mut laptop = Device::logged_in(&two, "ada").await;
    let mut bob = Device::logged_in(&two, "bob").await;
    let mut thief = laptop.clone();
    // All of it in one second, and even in one millisecond.
    phone.post(&one, BUTTON, "").await;
    two.hears_from(&one);
    for server in [&one, &two] {
        assert!(phone.is_in(server).await, "the session that pressed the button lives on");
        assert!(!laptop.is_in(server).await);
        assert!(!thief.is_in(server).await);
        assert!(bob.is_in(server).await);
    }
    let page = laptop.get(&two).await;
    assert!(page.body.contains("Your session was ended"), "{}", page.body);

    let mut laptop = Device::logged_in(&two, "ada").await;
    assert!(laptop.is_in(&one).await, "a login behind the button, in the same second");
    laptop.post(&two, BUTTON, "").await;
    one.hears_from(&two);
    for server in [&one, &two] {
        assert!(laptop.is_in(server).await);
        assert!(!phone.is_in(server).await, "what the first button left is ended by the second");
    }
}

#[tokio::test]
async fn no_clock_helps_a_session_from_before_the_button() {
    for login in [0, 400, 500, 999, 59 * SECOND] {
        let fleet = Fleet::new();
        let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Accept));
        let mut phone = Device::logged_in(&one, "ada").await;
        // The other server's clock is ahead.
        fleet.clock.set(NOW - 500 + login);
        let mut thief = Device::logged_in(&two, "ada").await;
        fleet.clock.set(NOW);
        phone.post(&one, BUTTON, "").await;
        two.hears_from(&one);
        assert!(!thief.is_in(&two).await && !thief.is_in(&one).await, "{login}");
        assert!(phone.is_in(&two).await, "{login}");
    }
}

#[tokio::test]
async fn a_login_after_the_button_holds_where_the_server_heard_of_it_or_a_minute_passed() {
    let heard = [(true, -59, true), (true, 0, true), (true, 61, true)];
    let not_heard = [(false, -59, false), (false, 0, false), (false, 59, false), (false, 61, true)];
    for (heard, seconds, holds) in heard.into_iter().chain(not_heard) {
        let fleet = Fleet::new();
        let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Accept));
        Device::logged_in(&one, "ada").await.post(&one, BUTTON, "").await;
        if heard {
            two.hears_from(&one);
        }
        fleet.clock.set(NOW.checked_add_signed(seconds * 1000).unwrap());
        let mut phone = Device::logged_in(&two, "ada").await;
        assert!(phone.is_in(&two).await);
        two.hears_from(&one);
        for server in [&one, &two] {
            assert_eq!(phone.is_in(server).await, holds, "heard {heard}, {seconds} s later");
        }
    }
}

#[tokio::test]
async fn a_stolen_token_that_was_renewed_inside_the_lag_is_ended() {
    let fleet = Fleet::new();
    let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Accept));
    let mut phone = Device::logged_in(&one, "ada").await;
    let mut thief = Device::logged_in(&one, "ada").await;
    let before = two.session(&thief).created_at();
    fleet.clock.set(NOW + DAY);
    phone.post(&one, BUTTON, "").await;

    // Two days later, the second server still has not heard, and gives the thief a new token.
    two.copy.set_away(&"a test");
    fleet.clock.set(NOW + 3 * DAY);
    assert!(thief.get(&two).await.set_cookie.is_some(), "renewed");
    let renewed = two.session(&thief);
    assert!(millis(renewed.issued_at().unwrap()) > one.copy.of("ada") + DAY);
    assert_eq!(renewed.created_at(), before);
    assert!(thief.is_in(&two).await);

    two.hears_from(&one);
    two.copy.set_here();
    for server in [&one, &two] {
        assert!(!thief.is_in(server).await);
        assert_eq!(server.session(&thief).origin(), Origin::Rejected(Rejection::Refused));
        assert!(phone.is_in(server).await);
    }
}

#[tokio::test]
async fn a_renewal_is_no_new_session() {
    let fleet = Fleet::new();
    let server = fleet.server(WhenAway::Refuse);
    let mut phone = Device::logged_in(&server, "ada").await;
    let before = outlives(&server.session(&phone)).unwrap();
    fleet.clock.set(NOW + 2 * DAY);
    assert!(phone.get(&server).await.set_cookie.is_some());
    assert_eq!(outlives(&server.session(&phone)), Some(before));
    fleet.clock.set(NOW + 31 * DAY);
    assert!(!phone.is_in(&server).await, "the absolute limit");
}

#[tokio::test]
async fn a_login_makes_a_new_session_of_an_old_one() {
    let fleet = Fleet::new();
    let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Accept));
    let visitor = one.layer.seal(&[("cart", "robot")].into_iter().collect::<Map>()).unwrap();
    Device::logged_in(&one, "ada").await.post(&one, BUTTON, "").await;
    // The session is from before the press, the login from long after it, and nobody heard.
    fleet.clock.set(NOW + DAY);
    let mut phone = Device { cookie: Some(visitor) };
    phone.post(&two, "/login", "user=ada&password=correct+horse").await;
    assert_eq!(two.session(&phone).get("cart"), Ok(Some("robot".to_owned())));
    two.hears_from(&one);
    assert!(phone.is_in(&one).await && phone.is_in(&two).await);
}

#[tokio::test]
async fn a_logged_in_session_without_a_created_time_is_refused() {
    #[derive(Serialize)]
    struct Contents<U> {
        user: U,
        knows: u64,
    }
    let fleet = Fleet::new();
    let (plain, server) = (fleet.plain_layer(), fleet.server(WhenAway::Accept));
    let session = plain.seal(&Contents { user: "ada", knows: NOW + DAY }).unwrap();
    assert_eq!(plain.open(&session).get("user"), Ok(Some("ada".to_owned())));
    assert_eq!(server.layer.open(&session).origin(), Origin::Rejected(Rejection::Refused));
    let mut device = Device { cookie: Some(session) };
    assert!(!device.is_in(&server).await);
    assert_eq!(device.post(&server, BUTTON, "").await.status, 401);
    assert_eq!(server.copy.of("ada"), 0, "nothing was ended by it");

    let odd = plain.seal(&Contents { user: 7, knows: 0 }).unwrap();
    assert_eq!(server.layer.open(odd).origin(), Origin::Rejected(Rejection::Refused));
    let nobody = plain.seal(&[("cart", "robot")].into_iter().collect::<Map>()).unwrap();
    assert_eq!(server.layer.open(nobody).origin(), Origin::Cookie, "nobody is logged in");
}

type Map = std::collections::HashMap<&'static str, &'static str>;

#[tokio::test]
async fn while_redis_is_away_the_configured_choice_holds() {
    let fleet = Fleet::new();
    let (accepts, refuses) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Refuse));
    let mut old = Device::logged_in(&accepts, "ada").await;
    let mut phone = Device::logged_in(&accepts, "ada").await;
    phone.post(&accepts, BUTTON, "").await;
    refuses.hears_from(&accepts);
    let cookie = phone.cookie.clone();
    accepts.copy.set_away(&"a test");
    refuses.copy.set_away(&"a test");

    assert!(phone.is_in(&accepts).await);
    assert!(!phone.is_in(&refuses).await);
    assert!(!old.is_in(&accepts).await, "the last copy still holds");
    assert_eq!(phone.cookie, cookie, "a refused cookie stays where it is");
    let login = phone.post(&refuses, "/login", "user=ada&password=correct+horse").await;
    assert_eq!(login.status, 503);
    assert_eq!(phone.post(&refuses, BUTTON, "").await.status, 401);
    assert!(Device::logged_in(&accepts, "ada").await.is_in(&accepts).await);

    refuses.copy.set_here();
    assert!(phone.is_in(&refuses).await, "and so it works again");
    assert!(!old.is_in(&refuses).await);
}

#[tokio::test]
async fn a_button_that_redis_cannot_hear_is_told_and_not_lost() {
    let fleet = Fleet::new();
    let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Accept));
    let mut phone = Device::logged_in(&one, "ada").await;
    let mut thief = Device::logged_in(&one, "ada").await;
    let answer = phone.post(&one, BUTTON, "").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("on this server only"), "{}", answer.body);
    assert!(phone.is_in(&one).await && !thief.is_in(&one).await);
    assert!(thief.is_in(&two).await);

    let untold = one.copy.merge(&Default::default(), 0);
    assert_eq!(untold, [("ada".to_owned(), one.copy.of("ada"))]);
    two.hears_from(&one);
    assert!(phone.is_in(&two).await && !thief.is_in(&two).await);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_too() {
    let fleet = Fleet::new();
    let (one, two) = (fleet.server(WhenAway::Accept), fleet.server(WhenAway::Accept));
    let mut phone = Device::logged_in(&one, "ada").await;
    let mut laptop = Device::logged_in(&two, "ada").await;
    for form in ["old=wrong&new=new+horse", "old=correct+horse&new=", "old=correct+horse&new=%0A"] {
        assert_eq!(phone.post(&one, "/password", form).await.status, 422, "{form}");
    }
    assert!(laptop.is_in(&one).await);
    let answer = phone.post(&one, "/password", "old=correct+horse&new=new+horse").await;
    assert!(answer.body.contains("Your password is changed."), "{}", answer.body);
    two.hears_from(&one);
    for server in [&one, &two] {
        assert!(phone.is_in(server).await && !laptop.is_in(server).await);
        let old = laptop.post(server, "/login", "user=ada&password=correct+horse").await;
        assert_eq!(old.status, 422);
    }
    laptop.post(&two, "/login", "user=ada&password=new+horse").await;
    assert!(laptop.is_in(&one).await);
    assert!(Device::logged_in(&one, "bob").await.is_in(&two).await);
}

#[tokio::test]
async fn nobody_presses_the_button_for_somebody_else() {
    let fleet = Fleet::new();
    let server = fleet.server(WhenAway::Accept);
    let mut phone = Device::logged_in(&server, "ada").await;
    let request = Request::post(BUTTON).header("sec-fetch-site", "cross-site");
    assert_eq!(phone.send(&server, request, "").await.status, 403);
    for path in [BUTTON, "/password"] {
        let answer = Device::default().post(&server, path, "old=correct+horse&new=x").await;
        assert_eq!(answer.status, 401, "{path}");
    }
    assert_eq!(server.copy.of("ada"), 0);

    phone.post(&server, "/logout", "").await;
    assert_eq!(phone.cookie, None);
}
