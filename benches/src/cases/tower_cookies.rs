//! tower-cookies: signed cookies, and a JSON map by hand.

use std::convert::Infallible;

use http::{Request, Response};
use serde_json::{Map, Value};
use tower::{Layer, service_fn};
use tower_cookies::{Cookie, CookieManagerLayer, Cookies, Key};

use requests::{ADA, Job, NAME, NUMBER, Peer, Requests, next_number, of_tower};

pub(super) struct Signed {
    key: Key,
}

impl Default for Signed {
    fn default() -> Self {
        Self { key: Key::generate() }
    }
}

impl Peer for Signed {
    fn name(&self) -> &'static str {
        "tower-cookies, signed"
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let key = self.key.clone();
        let service = service_fn(move |request: Request<()>| {
            if let Some(cookies) = request.extensions().get::<Cookies>() {
                handle(cookies, &key, &job);
            }
            std::future::ready(Ok::<_, Infallible>(Response::new(())))
        });
        of_tower(CookieManagerLayer::new().layer(service), cookies)
    }
}

fn handle(cookies: &Cookies, key: &Key, job: &Job) {
    match job {
        Job::Nothing => {}
        Job::ReadName => assert_eq!(read(cookies, key).unwrap()[NAME].as_str(), Some(ADA)),
        Job::WriteNumber => {
            let mut session = read(cookies, key).unwrap();
            session.insert(NUMBER.to_owned(), next_number().into());
            write(cookies, key, &session);
        }
        Job::MissName => assert_eq!(read(cookies, key), None),
        Job::CheckNumber => assert!(read(cookies, key).unwrap()[NUMBER].as_u64() > Some(41)),
        Job::Fill(sample) => write(cookies, key, &sample.map()),
    }
}

fn read(cookies: &Cookies, key: &Key) -> Option<Map<String, Value>> {
    serde_json::from_str(cookies.signed(key).get("session")?.value()).ok()
}

fn write(cookies: &Cookies, key: &Key, session: &Map<String, Value>) {
    let text = serde_json::to_string(session).unwrap();
    let cookie = Cookie::build(("session", text)).path("/").secure(true).http_only(true);
    cookies.signed(key).add(cookie.build());
}
