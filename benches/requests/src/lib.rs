//! What every measurement shares: the sessions, the operations, this crate's part, and requests to a
//! service.

mod allocations;
mod ours;
mod samples;

pub use allocations::allocations;
pub use ours::{Ours, flask, key, private, signed};
pub use samples::{ADA, FLASHES, NAME, NUMBER, Sample, next_number, samples};

use std::{
    fmt::Debug,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, HeaderValue, header};
use tower::Service;

/// An operation, as the table names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
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

pub const OPS: [Op; 5] = [Op::Pass, Op::Read, Op::Write, Op::Anonymous, Op::Forged];

/// What a handler does with its session.
#[derive(Clone, Debug)]
pub enum Job {
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

/// What the check of a case looks at in a response.
#[derive(Debug, Default)]
pub struct Seen {
    pub set_cookie: Option<String>,
    pub vary: bool,
}

/// Runs one request.
pub type Run = Box<dyn FnMut()>;

/// Answers one request; says what it saw in the response where it is asked.
pub type Requests = Box<dyn FnMut(Option<&mut Seen>)>;

/// A session, or what comes close to one.
pub trait Peer {
    fn name(&self) -> &'static str;

    /// Whether it answers `Vary: Cookie` where the session was looked at.
    fn varies(&self) -> bool {
        false
    }

    /// Requests with this Cookie header to a handler that does `job`.
    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests;
}

/// The five operations of one peer with one sample, checked.
pub fn operations(peer: &dyn Peer, sample: &Sample) -> [(Op, Run); 5] {
    let session = filled(peer, sample);
    OPS.map(|op| {
        let cookies = match op {
            Op::Anonymous => None,
            Op::Forged => Some(among_others(&forged(&session))),
            Op::Pass | Op::Read | Op::Write => Some(among_others(&session)),
        };
        let mut requests = peer.requests(op.job(), cookies.as_deref());
        check(peer, op, &mut requests);
        let run: Run = Box::new(move || requests(None));
        (op, run)
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
pub fn among_others(cookie: &str) -> String {
    format!("theme=dark; _ga=GA1.1.1234567890.1700000000; {cookie}; lang=en-GB")
}

/// With another letter in the middle, which is in the content and not in the MAC.
pub fn forged(cookie: &str) -> String {
    let value = cookie.find('=').expect("it is a pair") + 1;
    let mut bytes = cookie.as_bytes().to_vec();
    let is_plain =
        |at: &usize| bytes[*at].is_ascii_alphanumeric() && !bytes[at - 2..*at].contains(&b'%');
    let at = (value + (bytes.len() - value) / 2..).find(is_plain).expect("there is a letter");
    bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    String::from_utf8(bytes).expect("a letter became a letter")
}

/// Requests to a tower service, which is polled once: there is nothing to wait for.
pub fn of_tower<S, B>(mut service: S, cookies: Option<&str>) -> Requests
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
pub fn shared(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).expect("no cookie has control characters")
}

pub fn look(seen: Option<&mut Seen>, headers: &HeaderMap) {
    let Some(seen) = seen else { return };
    let text = |name| headers.get(name).map(|line| String::from_utf8_lossy(line.as_bytes()).into());
    seen.set_cookie = text(header::SET_COOKIE);
    seen.vary = text(header::VARY).is_some_and(|vary: String| vary == "Cookie");
}

/// What a future has at once.
pub fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("there is nothing to wait for"),
    }
}
