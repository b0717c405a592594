//! axum-extra's `SignedCookieJar`, without a router, and a JSON map by hand.

use std::convert::Infallible;

use axum_core::{body::Body, response::IntoResponse};
use axum_extra::extract::{
    SignedCookieJar,
    cookie::{Cookie, Key},
};
use http::{Request, Response};
use serde_json::{Map, Value};
use tower::service_fn;

use requests::{ADA, Job, NAME, NUMBER, Peer, Requests, next_number, of_tower};

pub(super) struct SignedJar {
    key: Key,
}

impl Default for SignedJar {
    fn default() -> Self {
        Self { key: Key::generate() }
    }
}

pub(super) fn bare(cookies: Option<&str>) -> Requests {
    let service = service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(Body::empty())))
    });
    of_tower(service, cookies)
}

impl Peer for SignedJar {
    fn name(&self) -> &'static str {
        "axum-extra, SignedCookieJar"
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let key = self.key.clone();
        let service = service_fn(move |request: Request<()>| {
            let jar = SignedCookieJar::from_headers(request.headers(), key.clone());
            std::future::ready(Ok::<_, Infallible>(handle(jar, &job)))
        });
        of_tower(service, cookies)
    }
}

fn handle(jar: SignedCookieJar, job: &Job) -> Response<Body> {
    match job {
        Job::Nothing => {}
        Job::ReadName => assert_eq!(read(&jar).unwrap()[NAME].as_str(), Some(ADA)),
        Job::WriteNumber => {
            let mut session = read(&jar).unwrap();
            session.insert(NUMBER.to_owned(), next_number().into());
            return written(jar, &session);
        }
        Job::MissName => assert_eq!(read(&jar), None),
        Job::CheckNumber => assert!(read(&jar).unwrap()[NUMBER].as_u64() > Some(41)),
        Job::Fill(sample) => return written(jar, &sample.map()),
    }
    Response::new(Body::empty())
}

fn read(jar: &SignedCookieJar) -> Option<Map<String, Value>> {
    serde_json::from_str(jar.get("session")?.value()).ok()
}

fn written(jar: SignedCookieJar, session: &Map<String, Value>) -> Response<Body> {
    let text = serde_json::to_string(session).unwrap();
    let cookie = Cookie::build(("session", text)).path("/").secure(true).http_only(true);
    (jar.add(cookie), Response::new(Body::empty())).into_response()
}
