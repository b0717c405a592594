//! A person with one browser: round after round of parallel requests, and a look at what they left.

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header::COOKIE},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::task::JoinSet;

use crate::{
    Failure,
    answer::Answer,
    jar::{Cookie, Jar, NAME, token_set},
    tally::Tally,
};

/// The way to the fleet, the same for all visitors.
#[derive(Clone)]
pub(crate) struct Web {
    client: Client<HttpConnector, Body>,
    origin: String,
}

/// What a visitor sends at once.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) updates: usize,
    pub(crate) reads: usize,
    /// One read goes ahead alone, as a page's does before its scripts'.
    pub(crate) page_first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Update,
}

struct Response {
    answer: Answer,
    set: Option<String>,
}

pub(crate) struct Visitor {
    web: Web,
    name: String,
    jar: Jar,
}

impl Web {
    pub(crate) fn new(address: &str) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            origin: format!("http://{address}"),
        }
    }

    async fn send(&self, method: Method, path: &str, token: &str) -> Result<Response, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header(COOKIE, format!("{NAME}={token}"))
            .body(Body::empty())?;
        let (head, body) = self.client.request(request).await?.into_parts();
        if head.status != StatusCode::OK {
            return Err(format!("{path}: {}", head.status).into());
        }
        let body = to_bytes(Body::new(body), 1024).await?;
        let answer = std::str::from_utf8(&body)?.parse()?;
        Ok(Response { answer, set: token_set(&head.headers) })
    }

    /// Who the bearer of a token is. Any cookie in the response is ignored.
    pub(crate) async fn user(&self, token: &str) -> Result<Option<String>, Failure> {
        Ok(self.send(Method::GET, "/", token).await?.answer.user)
    }
}

impl Visitor {
    pub(crate) async fn log_in(web: Web, name: String) -> Result<Self, Failure> {
        let cookie = login(&web, &name).await?;
        Ok(Self { web, name, jar: Jar::new(cookie) })
    }

    pub(crate) fn token(&self) -> &str {
        &self.jar.cookie().token
    }

    /// Sends the requests of a round, and then looks, with a lone request, at what the session
    /// holds. An update that was answered but is gone was overwritten; what the jar saw arrive says
    /// by what, and has to agree.
    pub(crate) async fn round(&mut self, round: Round) -> Tally {
        let mut tally = Tally::default();
        if round.page_first {
            self.at_once(vec![Kind::Read], &mut tally).await;
        }
        let held = self.jar.cookie().count;
        let mut kinds = [vec![Kind::Update; round.updates], vec![Kind::Read; round.reads]].concat();
        fastrand::shuffle(&mut kinds);
        self.at_once(kinds, &mut tally).await;

        let expected = self.jar.cookie().count;
        let looked = self.at_once(vec![Kind::Read], &mut tally).await;
        if let Some(Answer { count, .. }) = looked {
            let gone = (held + tally.updates).checked_sub(count);
            let seen = tally.overwritten + tally.overwritten_by_updates;
            if count != expected || gone != Some(seen) {
                tally.unexplained += 1;
            }
        }
        if tally.lost > 0 {
            tally.lost = 1;
            // The person sighs, and logs in again.
            match login(&self.web, &self.name).await {
                Ok(cookie) => self.jar = Jar::new(cookie),
                Err(_) => tally.errors += 1,
            }
        }
        tally
    }

    /// Sends requests at once, and takes their cookies as they arrive; returns the last answer.
    async fn at_once(&mut self, kinds: Vec<Kind>, tally: &mut Tally) -> Option<Answer> {
        let sent = self.jar.cookie().clone();
        let mut under_way = JoinSet::new();
        for kind in kinds {
            let (web, token) = (self.web.clone(), sent.token.clone());
            under_way.spawn(async move {
                let (method, path) = match kind {
                    Kind::Read => (Method::GET, "/"),
                    Kind::Update => (Method::POST, "/add"),
                };
                (kind, web.send(method, path, &token).await)
            });
        }
        let mut last = None;
        while let Some(arrived) = under_way.join_next().await {
            tally.requests += 1;
            match arrived {
                Ok((kind, Ok(response))) => {
                    last = Some(response.answer.clone());
                    self.take(kind, response, &sent, tally);
                }
                Ok((_, Err(error))) => {
                    eprintln!("{}: {error}", self.name);
                    tally.errors += 1;
                }
                Err(_) => tally.errors += 1,
            }
        }
        last
    }

    fn take(&mut self, kind: Kind, response: Response, sent: &Cookie, tally: &mut Tally) {
        let Response { answer, set } = response;
        if answer.user.as_ref() != Some(&self.name) {
            tally.lost += 1;
        }
        tally.updates += u64::from(kind == Kind::Update);
        tally.reissued += u64::from(kind == Kind::Read && set.is_some());
        let Some(token) = set else { return };
        let overwritten = self.jar.put(Cookie { token, count: answer.count }, sent);
        match kind {
            Kind::Read => tally.overwritten += overwritten,
            Kind::Update => tally.overwritten_by_updates += overwritten,
        }
    }
}

async fn login(web: &Web, name: &str) -> Result<Cookie, Failure> {
    let response = web.send(Method::POST, &format!("/login/{name}"), "").await?;
    let token = response.set.ok_or("a login without a cookie")?;
    Ok(Cookie { token, count: response.answer.count })
}
