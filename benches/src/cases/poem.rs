//! poem's `CookieSession`, signed.

use poem::{
    Endpoint, EndpointExt, Request, Response,
    endpoint::make,
    http::header,
    session::{CookieConfig, CookieSession, Session},
    web::cookie::CookieKey,
};

use requests::{ADA, Job, NAME, NUMBER, Peer, Requests, look, next_number, now, shared};

pub(super) struct Signed {
    key: CookieKey,
}

impl Default for Signed {
    fn default() -> Self {
        Self { key: CookieKey::generate() }
    }
}

pub(super) fn bare(cookies: Option<&str>) -> Requests {
    of_endpoint(make(|_| std::future::ready(Response::default())), cookies)
}

impl Peer for Signed {
    fn name(&self) -> &'static str {
        "poem, CookieSession"
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let endpoint = make(move |request: Request| {
            if let Some(session) = request.extensions().get::<Session>() {
                handle(session, &job);
            }
            std::future::ready(Response::default())
        });
        let config = CookieConfig::signed(self.key.clone());
        of_endpoint(endpoint.with(CookieSession::new(config)), cookies)
    }
}

fn handle(session: &Session, job: &Job) {
    match job {
        Job::Nothing => {}
        Job::ReadName => assert_eq!(session.get::<String>(NAME).unwrap(), ADA),
        Job::WriteNumber => session.set(NUMBER, next_number()),
        Job::MissName => assert_eq!(session.get::<String>(NAME), None),
        Job::CheckNumber => assert!(session.get::<u8>(NUMBER).unwrap() > 41),
        Job::Fill(sample) => {
            sample.members.iter().for_each(|(key, value)| session.set(key, value));
        }
    }
}

fn of_endpoint(endpoint: impl Endpoint + 'static, cookies: Option<&str>) -> Requests {
    let cookies = cookies.map(shared);
    Box::new(move |seen| {
        let mut request = Request::default();
        if let Some(cookies) = &cookies {
            request.headers_mut().insert(header::COOKIE, cookies.clone());
        }
        let response = now(endpoint.get_response(request));
        look(seen, response.headers());
    })
}
