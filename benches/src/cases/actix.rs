//! actix-session with its cookie store, signed.

use std::rc::Rc;

use actix_http::Request;
use actix_session::{
    Session, SessionMiddleware, config::CookieContentSecurity, storage::CookieSessionStore,
};
use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    cookie::Key,
    dev::{Service, ServiceResponse},
    http::header::{self, HeaderValue},
    test::{TestRequest, init_service},
    web,
};

use requests::{ADA, Job, NAME, NUMBER, Peer, Requests, Seen, next_number, now};

pub(super) struct Signed {
    key: Key,
}

impl Default for Signed {
    fn default() -> Self {
        Self { key: Key::generate() }
    }
}

pub(super) fn bare(cookies: Option<&str>) -> Requests {
    let handler = || std::future::ready(HttpResponse::Ok().finish());
    of_service(now(init_service(App::new().route("/", web::get().to(handler)))), cookies)
}

impl Peer for Signed {
    fn name(&self) -> &'static str {
        "actix-session, cookie store"
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let middleware =
            SessionMiddleware::builder(CookieSessionStore::default(), self.key.clone())
                .cookie_content_security(CookieContentSecurity::Signed)
                .build();
        let job = Rc::new(job);
        let handler = move |session: Session| {
            handle(&session, &job);
            std::future::ready(HttpResponse::Ok().finish())
        };
        let app = App::new().wrap(middleware).route("/", web::get().to(handler));
        of_service(now(init_service(app)), cookies)
    }
}

fn handle(session: &Session, job: &Job) {
    match job {
        Job::Nothing => {}
        Job::ReadName => assert_eq!(session.get::<String>(NAME).unwrap().unwrap(), ADA),
        Job::WriteNumber => session.insert(NUMBER, next_number()).unwrap(),
        Job::MissName => assert_eq!(session.get::<String>(NAME).unwrap(), None),
        Job::CheckNumber => assert!(session.get::<u8>(NUMBER).unwrap().unwrap() > 41),
        Job::Fill(sample) => {
            for (key, value) in &sample.members {
                session.insert(*key, value).unwrap();
            }
        }
    }
}

fn of_service<S, B>(service: S, cookies: Option<&str>) -> Requests
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody,
{
    let cookies = cookies.map(|text| HeaderValue::from_str(text).unwrap());
    Box::new(move |seen| {
        let mut request = TestRequest::default();
        if let Some(cookies) = &cookies {
            request = request.insert_header((header::COOKIE, cookies.clone()));
        }
        let response = now(service.call(request.to_request())).unwrap();
        if let Some(Seen { set_cookie, .. }) = seen {
            let line = response.headers().get(header::SET_COOKIE);
            *set_cookie = line.map(|line| line.to_str().unwrap().to_owned());
        }
    })
}
