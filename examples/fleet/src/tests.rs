//! The steps of a rotation, without nginx and processes: two servers, and a visitor between them.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header::COOKIE},
};
use tower::ServiceExt as _;
use tower_cookie_session::SecretKey;

use crate::{
    answer::Answer,
    costs,
    jar::{Cookie, Jar, NAME, token_set},
    keys,
    options::Options,
    server,
    tally::Tally,
};

const OLD: &str = "the old key of 32 bytes at least";
const NEW: &str = "a new key of 32 bytes or more too";

fn server(signs: &str, accepts: &str) -> Router {
    server::router(keys::ring(SecretKey::new(signs).unwrap(), accepts).unwrap())
}

async fn send(server: &Router, method: &str, path: &str, token: &str) -> (Answer, Option<String>) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(COOKIE, format!("{NAME}={token}")).body(Body::empty()).unwrap();
    let (head, body) = server.clone().oneshot(request).await.unwrap().into_parts();
    assert!(head.status.is_success());
    let body = to_bytes(body, 1024).await.unwrap();
    (std::str::from_utf8(&body).unwrap().parse().unwrap(), token_set(&head.headers))
}

async fn ada_at(server: &Router) -> String {
    send(server, "POST", "/login/ada", "").await.1.unwrap()
}

/// Whom a server recognises by a token, and whether it issues the token anew.
async fn shown(server: &Router, token: &str) -> (Option<String>, bool) {
    let (answer, set) = send(server, "GET", "/", token).await;
    (answer.user, set.is_some())
}

fn ada() -> Option<String> {
    Some("ada".to_owned())
}

/// While a step goes through the fleet, servers of two steps run side by side.
#[tokio::test]
async fn neighbouring_steps_know_each_others_tokens() {
    let steps = [server(OLD, ""), server(OLD, NEW), server(NEW, OLD), server(NEW, "")];
    for pair in steps.windows(2) {
        assert_eq!(shown(&pair[1], &ada_at(&pair[0]).await).await.0, ada());
        assert_eq!(shown(&pair[0], &ada_at(&pair[1]).await).await.0, ada());
    }
    for at_once in [[0, 2], [1, 3]] {
        let [before, after] = at_once.map(|step| &steps[step]);
        let both = [
            shown(after, &ada_at(before).await).await.0,
            shown(before, &ada_at(after).await).await.0,
        ];
        assert!(both.contains(&None), "steps {at_once:?} must not run side by side");
    }
}

#[tokio::test]
async fn signing_before_all_accept_loses_a_session() {
    let (lags, signs_new) = (server(OLD, ""), server(NEW, OLD));
    let (_, reissued) = send(&signs_new, "GET", "/", &ada_at(&lags).await).await;
    assert_eq!(shown(&lags, &reissued.unwrap()).await, (None, false));
}

/// While step 2 goes through the fleet, a session is issued anew whenever it changes sides.
#[tokio::test]
async fn only_step_two_issues_anew() {
    let (accepts, signs_new) = (server(OLD, NEW), server(NEW, OLD));
    let (old, new) = (ada_at(&accepts).await, ada_at(&signs_new).await);
    assert_eq!(shown(&accepts, &old).await, (ada(), false));
    assert_eq!(shown(&signs_new, &new).await, (ada(), false));
    assert_eq!(shown(&signs_new, &old).await, (ada(), true));
    assert_eq!(shown(&accepts, &new).await, (ada(), true));
}

#[test]
fn the_jar_knows_what_it_loses() {
    let cookie = |token: &str, count| Cookie { token: token.to_owned(), count };
    let sent = cookie("as sent", 4);
    let (update, read) = (cookie("update", 5), cookie("re-issue", 4));

    let mut jar = Jar::new(sent.clone());
    assert_eq!(jar.put(read.clone(), &sent), 0);
    assert_eq!(jar.put(update.clone(), &sent), 0, "the update was the last");
    assert_eq!(jar.cookie(), &update);

    let mut jar = Jar::new(sent.clone());
    assert_eq!(jar.put(update.clone(), &sent), 0);
    assert_eq!(jar.put(read.clone(), &sent), 1);
    assert_eq!(jar.put(read, &sent), 0, "it is gone already");
    assert_eq!(jar.put(update.clone(), &sent), 0);
    assert_eq!(jar.put(update, &sent), 1, "two updates at once");
}

#[test]
fn a_key_that_is_weak_is_refused() {
    let ring = |further| keys::ring(SecretKey::new(OLD).unwrap(), further);
    assert_eq!(ring("").unwrap().previous().len(), 0);
    assert_eq!(ring(NEW).unwrap().previous().len(), 1);
    assert!(ring("short").is_err());
}

#[test]
fn answers_are_read_as_they_are_written() {
    for user in [None, ada()] {
        let answer = Answer { user, count: 3 };
        assert_eq!(answer.to_string().parse(), Ok(answer));
    }
    assert!("Bad Gateway".parse::<Answer>().is_err());
}

#[test]
fn what_must_not_happen_is_told() {
    assert!(Tally { overwritten: 1, updates: 1, ..Tally::default() }.is_clean());
    for bad in [
        Tally { errors: 1, ..Tally::default() },
        Tally { lost: 1, ..Tally::default() },
        Tally { unexplained: 1, ..Tally::default() },
    ] {
        assert!(!bad.is_clean());
    }
}

#[test]
fn options() {
    let words = |text: &str| {
        Options::new(text.split(' ').map(str::to_owned).collect::<Vec<_>>().into_iter())
    };
    let mut given = words("--reads 2 --page-first");
    assert_eq!(given.value::<usize>("--reads").unwrap(), Some(2));
    assert!(given.flag("--page-first") && !given.flag("--page-first"));
    assert!(given.end().is_ok());
    assert!(words("--reads").value::<usize>("--reads").is_err());
    assert!(words("--raeds 2").end().is_err());
}

#[test]
fn sessions_are_of_the_size_that_they_are_said_to_be() {
    for size in costs::SIZES {
        assert_eq!(costs::session_of(size).len(), size);
    }
}
