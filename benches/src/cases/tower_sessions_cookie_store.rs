//! tower-sessions-cookie-store: the API of tower-sessions, with the session in a signed cookie.

use std::convert::Infallible;

use http::{Request, Response};
use tower::{Layer, service_fn};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key, Session};

use super::{Job, Peer, Requests, of_tower};
use crate::samples::{ADA, NAME, NUMBER, next_number};

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
        "tower-sessions-cookie-store"
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let layer = CookieSessionManagerLayer::signed(self.key.clone());
        // One future for each job, for what a future of all of them carries along costs time.
        match job {
            Job::Nothing => of_tower(layer.layer(service_fn(async |_| answer())), cookies),
            Job::ReadName => of_tower(layer.layer(service_fn(read)), cookies),
            Job::WriteNumber => of_tower(layer.layer(service_fn(write)), cookies),
            Job::MissName => of_tower(layer.layer(service_fn(miss)), cookies),
            Job::CheckNumber => of_tower(layer.layer(service_fn(check)), cookies),
            Job::Fill(sample) => {
                let fill = service_fn(move |request| {
                    let (sample, session) = (sample.clone(), session(&request));
                    async move {
                        for (key, value) in &sample.members {
                            session.insert(key, value).await.unwrap();
                        }
                        answer()
                    }
                });
                of_tower(layer.layer(fill), cookies)
            }
        }
    }
}

type Answer = Result<Response<()>, Infallible>;

fn answer() -> Answer {
    Ok(Response::new(()))
}

fn session(request: &Request<()>) -> Session {
    request.extensions().get::<Session>().unwrap().clone()
}

async fn read(request: Request<()>) -> Answer {
    assert_eq!(session(&request).get::<String>(NAME).await.unwrap().unwrap(), ADA);
    answer()
}

async fn write(request: Request<()>) -> Answer {
    session(&request).insert(NUMBER, next_number()).await.unwrap();
    answer()
}

async fn miss(request: Request<()>) -> Answer {
    assert_eq!(session(&request).get::<String>(NAME).await.unwrap(), None);
    answer()
}

async fn check(request: Request<()>) -> Answer {
    assert!(session(&request).get::<u8>(NUMBER).await.unwrap().unwrap() > 41);
    answer()
}
