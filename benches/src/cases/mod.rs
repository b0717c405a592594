//! What is measured: every peer, on every operation, with every sample.

mod actix;
mod axum_extra;
pub(crate) mod bare;
mod floor;
pub(crate) mod ours;
mod poem;
mod tower_cookies;
mod tower_sessions;
mod tower_sessions_api;
mod tower_sessions_cookie_store;

use std::{
    fmt::Debug,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, HeaderValue, header};
use tower::Service;

use crate::{
    measure::Request,
    samples::{Sample, samples},
};

/// An operation, as the table names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A valid cookie comes, and the handler leaves the session alone.
    Pass,
    /// The handler reads one text.
    Read,
    /// The handler stores another number.
    Write,
    /// No cookie comes, and the handler leaves the session alone.
    Anonymous,
    /// A letter of the cookie is another one, and the handler reads.
    Forged,
}

pub(crate) const OPS: [Op; 5] = [Op::Pass, Op::Read, Op::Write, Op::Anonymous, Op::Forged];

/// What a handler does with its session.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    Nothing,
    ReadName,
    WriteNumber,
    /// The session must be empty.
    MissName,
    /// The number must be one that was written.
    CheckNumber,
    /// Stores all of a sample.
    Fill(Sample),
}

impl Op {
    fn job(self) -> Job {
        match self {
            Self::Pass | Self::Anonymous => Job::Nothing,
            Self::Read => Job::ReadName,
            Self::Write => Job::WriteNumber,
            Self::Forged => Job::MissName,
        }
    }
}

/// Whose bare service a peer is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Tower,
    Axum,
    Poem,
    Actix,
}

/// What the check of a case looks at in a response.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    set_cookie: Option<String>,
    vary: bool,
}

/// Answers one request; says what it saw in the response where it is asked.
pub(crate) type Requests = Box<dyn FnMut(Option<&mut Seen>)>;

/// A session, or what comes close to one.
pub(crate) trait Peer {
    fn name(&self) -> &'static str;

    fn framework(&self) -> Framework {
        Framework::Tower
    }

    /// Whether it answers `Vary: Cookie` where the session was looked at.
    fn varies(&self) -> bool {
        false
    }

    /// Requests with this Cookie header to a handler that does `job`.
    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests;
}

/// One cell of the table.
pub(crate) struct Case {
    pub(crate) peer: &'static str,
    pub(crate) framework: Framework,
    pub(crate) size: &'static str,
    pub(crate) op: Op,
    pub(crate) run: Request,
}

pub(crate) const BARE: &str = "bare";
pub(crate) const FLOOR: &str = "floor";

/// All cases whose peer `only` names, checked; the floor and the bare services always.
pub(crate) fn all(only: Option<&str>) -> Vec<Case> {
    let mut cases = bare::cases();
    let peers: [Box<dyn Peer>; 10] = [
        Box::new(floor::Floor::new()),
        Box::new(ours::signed()),
        Box::new(ours::private()),
        Box::new(ours::flask()),
        Box::new(tower_sessions::Memory::default()),
        Box::new(tower_sessions_cookie_store::Signed::default()),
        Box::new(tower_cookies::Signed::default()),
        Box::new(axum_extra::SignedJar::default()),
        Box::new(poem::Signed::default()),
        Box::new(actix::Signed::default()),
    ];
    for peer in &peers {
        let wanted = |only: &str| peer.name() == FLOOR || peer.name().contains(only);
        if only.is_none_or(wanted) {
            cases.extend(samples().iter().flat_map(|sample| of_peer(&**peer, sample)));
        }
    }
    cases
}

/// The five operations of one peer with one sample.
fn of_peer(peer: &dyn Peer, sample: &Sample) -> [Case; 5] {
    let session = filled(peer, sample);
    OPS.map(|op| {
        let cookies = match op {
            Op::Anonymous => None,
            Op::Forged => Some(among_others(&forged(&session))),
            Op::Pass | Op::Read | Op::Write => Some(among_others(&session)),
        };
        let mut requests = peer.requests(op.job(), cookies.as_deref());
        check(peer, op, &mut requests);
        Case {
            peer: peer.name(),
            framework: peer.framework(),
            size: sample.size,
            op,
            run: Box::new(move || requests(None)),
        }
    })
}

/// The cookie, `name=value`, of a session that holds the sample.
fn filled(peer: &dyn Peer, sample: &Sample) -> String {
    let seen = see(&mut peer.requests(Job::Fill(sample.clone()), None));
    pair(&seen).unwrap_or_else(|| panic!("{} has a cookie for a session", peer.name()))
}

fn check(peer: &dyn Peer, op: Op, requests: &mut Requests) {
    // The handler itself panics where it reads something else than it should.
    let seen = see(requests);
    let looked = matches!(op, Op::Read | Op::Write | Op::Forged);
    assert_eq!(seen.vary, looked && peer.varies(), "{} {op:?}", peer.name());
    match op {
        Op::Write => {
            let cookie = pair(&seen).unwrap_or_else(|| panic!("{} sets a cookie", peer.name()));
            peer.requests(Job::CheckNumber, Some(&among_others(&cookie)))(None);
        }
        Op::Pass | Op::Read | Op::Anonymous => {
            assert_eq!(seen.set_cookie, None, "{} {op:?}", peer.name());
        }
        // Some peers remove what they refuse.
        Op::Forged => {}
    }
}

fn see(requests: &mut Requests) -> Seen {
    let mut seen = Seen::default();
    requests(Some(&mut seen));
    seen
}

fn pair(seen: &Seen) -> Option<String> {
    Some(seen.set_cookie.as_ref()?.split(';').next()?.to_owned())
}

/// As browsers have it, between other cookies.
pub(crate) fn among_others(cookie: &str) -> String {
    format!("theme=dark; _ga=GA1.1.1234567890.1700000000; {cookie}; lang=en-GB")
}

/// With another letter in the middle, which is in the content and not in the MAC.
pub(crate) fn forged(cookie: &str) -> String {
    let value = cookie.find('=').expect("it is a pair") + 1;
    let mut bytes = cookie.as_bytes().to_vec();
    let is_plain =
        |at: &usize| bytes[*at].is_ascii_alphanumeric() && !bytes[at - 2..*at].contains(&b'%');
    let at = (value + (bytes.len() - value) / 2..).find(is_plain).expect("there is a letter");
    bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    String::from_utf8(bytes).expect("a letter became a letter")
}

/// Requests to a tower service, which is polled once: there is nothing to wait for.
pub(crate) fn of_tower<S, B>(mut service: S, cookies: Option<&str>) -> Requests
where
    S: Service<http::Request<()>, Response = http::Response<B>, Error: Debug> + 'static,
{
    let cookies = cookies.map(shared);
    Box::new(move |seen| {
        let mut request = http::Request::new(());
        if let Some(cookies) = &cookies {
            request.headers_mut().insert(header::COOKIE, cookies.clone());
        }
        let response = now(service.call(request)).expect("the service does not fail");
        look(seen, response.headers());
    })
}

/// A header whose clones share their text, as the ones that hyper makes do.
pub(crate) fn shared(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).expect("no cookie has control characters")
}

pub(crate) fn look(seen: Option<&mut Seen>, headers: &HeaderMap) {
    let Some(seen) = seen else { return };
    let text = |name| headers.get(name).map(|line| String::from_utf8_lossy(line.as_bytes()).into());
    seen.set_cookie = text(header::SET_COOKIE);
    seen.vary = text(header::VARY).is_some_and(|vary: String| vary == "Cookie");
}

/// What a future has at once.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("there is nothing to wait for"),
    }
}
