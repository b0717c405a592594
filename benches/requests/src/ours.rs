//! This crate, with three of its codecs.

use std::{convert::Infallible, future};

use http::{Request, Response};
use tower::{Layer, service_fn};
use tower_cookie_session::{Flask, Private, SecretKey, Session, SessionLayer, Signed};

use crate::{
    Job, Peer, Requests, of_tower,
    samples::{ADA, FLASHES, NAME, NUMBER, next_number},
};

pub struct Ours {
    name: &'static str,
    layer: SessionLayer,
}

pub fn key() -> SecretKey {
    SecretKey::new("a key for benches: 0123456789 abcdef").expect("it is long enough")
}

pub fn signed() -> Ours {
    Ours { name: "ours: Signed", layer: SessionLayer::new(Signed::new(key())) }
}

pub fn private() -> Ours {
    Ours { name: "ours: Private", layer: SessionLayer::new(Private::new(key())) }
}

pub fn flask() -> Ours {
    Ours { name: "ours: Flask", layer: SessionLayer::new(Flask::new(key())) }
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        self.name
    }

    fn varies(&self) -> bool {
        true
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let service = service_fn(move |request: Request<()>| {
            if let Some(session) = request.extensions().get::<Session>() {
                handle(session, &job);
            }
            future::ready(Ok::<_, Infallible>(Response::new(())))
        });
        of_tower(self.layer.layer(service), cookies)
    }
}

fn handle(session: &Session, job: &Job) {
    match job {
        Job::Nothing => {}
        Job::ReadName => assert_eq!(session.get::<String>(NAME).unwrap().unwrap(), ADA),
        Job::WriteNumber => session.insert(NUMBER, next_number()).unwrap(),
        Job::MissName => assert_eq!(session.get::<String>(NAME), Ok(None)),
        Job::CheckNumber => assert!(session.get::<u8>(NUMBER).unwrap().unwrap() > 41),
        Job::Fill(sample) => {
            for (key, value) in &sample.members {
                match *key {
                    // What Flask and we keep there has a form of its own.
                    FLASHES => session.flash("success", "Saved").unwrap(),
                    key => session.insert(key, value).unwrap(),
                }
            }
        }
    }
}
