//! The floor: what a signed session cannot cost less than, by hand and with the best primitives.
//!
//! No dictionary, no keys to rotate, no options: the handler's two questions are compiled in. It
//! trusts the token's shape (a time of six letters, a MAC of 43) and that no name of the two keys
//! stands deeper in the session; it reads into a buffer of the thread's, and lends the text it finds
//! instead of copying it.

use std::{
    cell::RefCell,
    convert::Infallible,
    future::{self, Future},
    ops::Range,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::SystemTime,
};

use base64::{
    Engine,
    engine::{Simd, general_purpose::NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Request, Response, header};
use memchr::{memchr, memmem};
use sha2::Sha256;
use tower::{Service, service_fn};

use requests::{ADA, Job, Peer, Requests, next_number, of_tower};

const COOKIE: &str = "__Host-session=";
const ATTRIBUTES: &str = "; Path=/; Secure; HttpOnly; SameSite=Lax";
/// In base64, with the dot before it.
const TIME: usize = 7;
const TAG: usize = 44;
/// 14 days, in seconds.
const IDLE: u32 = 14 * 24 * 60 * 60;

/// What all requests share.
#[derive(Clone)]
pub(super) struct Floor(Arc<Tools>);

struct Tools {
    mac: Hmac<Sha256>,
    base64: Simd,
    cookie: memmem::Finder<'static>,
    name: memmem::Finder<'static>,
    number: memmem::Finder<'static>,
}

/// The session of a request.
#[derive(Clone)]
struct Session(Arc<Mutex<State>>);

struct State {
    cookies: Option<HeaderValue>,
    touched: bool,
    set_cookie: Option<HeaderValue>,
}

thread_local! {
    static BUFFER: RefCell<[u8; 4096]> = const { RefCell::new([0; 4096]) };
}

impl Floor {
    pub(super) fn new() -> Self {
        Self(Arc::new(Tools {
            mac: Hmac::new_from_slice(&[7; 32]).expect("HMAC takes keys of any length"),
            base64: Simd::url_safe(NO_PAD),
            cookie: memmem::Finder::new(COOKIE),
            name: memmem::Finder::new("\"name\":\""),
            number: memmem::Finder::new("\"n\":"),
        }))
    }
}

impl Tools {
    fn read(&self, state: &mut State, look: impl FnOnce(&str)) -> Option<()> {
        state.touched = true;
        BUFFER.with_borrow_mut(|buffer| {
            let json = self.open(state.cookies.as_ref()?.as_bytes(), &mut buffer[..], now())?;
            let value = self.name.find(json)? + self.name.needle().len();
            let len = memchr(b'"', json.get(value..)?)?;
            look(std::str::from_utf8(json.get(value..value + len)?).ok()?);
            Some(())
        })
    }

    fn write(&self, state: &mut State, number: u8) -> Option<()> {
        state.touched = true;
        BUFFER.with_borrow_mut(|buffer| {
            let now = now();
            let len = self.open(state.cookies.as_ref()?.as_bytes(), &mut buffer[..], now)?.len();
            let value = self.number.find(&buffer[..len])? + self.number.needle().len();
            // Two digits in the place of two digits.
            buffer[value..value + 2].copy_from_slice(&[b'0' + number / 10, b'0' + number % 10]);
            state.set_cookie = Some(self.seal(&buffer[..len], now));
            Some(())
        })
    }

    /// The JSON in a Cookie header.
    fn open<'a>(&self, cookies: &[u8], buffer: &'a mut [u8], now: u32) -> Option<&'a [u8]> {
        let token = cookies.get(self.cookie.find(cookies)? + COOKIE.len()..)?;
        let token = token.get(..memchr(b';', token).unwrap_or(token.len()))?;
        let (signed, tag) = token.split_at_checked(token.len().checked_sub(TAG)?)?;
        let differs = |bits, (a, b): (&u8, &u8)| bits | (a ^ b);
        if self.tag(signed).iter().zip(tag.get(1..)?).fold(0, differs) != 0 {
            return None;
        }
        let (payload, time) = signed.split_at_checked(signed.len().checked_sub(TIME)?)?;
        let mut issued = [0; 6];
        self.base64.decode_slice(time.get(1..)?, &mut issued).ok()?;
        let [a, b, c, d, ..] = issued;
        if now.wrapping_sub(u32::from_be_bytes([a, b, c, d])) > IDLE {
            return None;
        }
        let len = self.base64.decode_slice(payload, buffer).ok()?;
        buffer.get(..len)
    }

    /// The line of Set-Cookie, in one buffer that is as long as it has to be.
    fn seal(&self, json: &[u8], now: u32) -> HeaderValue {
        let payload = COOKIE.len()..COOKIE.len() + (json.len() * 4).div_ceil(3);
        let tag = payload.end + TIME + 1;
        let mut line = Vec::with_capacity(tag + TAG - 1 + ATTRIBUTES.len());
        line.extend_from_slice(COOKIE.as_bytes());
        line.resize(tag + TAG - 1, b'.');
        self.encode(json, &mut line, payload.clone());
        self.encode(&now.to_be_bytes(), &mut line, payload.end + 1..tag - 1);
        let mac = self.tag(&line[COOKIE.len()..tag - 1]);
        line[tag..].copy_from_slice(&mac);
        line.extend_from_slice(ATTRIBUTES.as_bytes());
        HeaderValue::try_from(line).expect("it is ASCII")
    }

    fn encode(&self, bytes: &[u8], line: &mut [u8], place: Range<usize>) {
        self.base64.encode_slice(bytes, &mut line[place]).expect("there is room");
    }

    fn tag(&self, signed: &[u8]) -> [u8; TAG - 1] {
        let mut mac = self.mac.clone();
        mac.update(signed);
        let mut tag = [0; TAG - 1];
        let mac = mac.finalize().into_bytes();
        self.base64.encode_slice(mac, &mut tag).expect("there is room");
        tag
    }
}

fn now() -> u32 {
    SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970").as_secs() as u32
}

/// The middleware.
struct Sessions<S>(S);

impl<S> Service<Request<()>> for Sessions<S>
where
    S: Service<Request<()>, Response = Response<()>, Future: Unpin>,
{
    type Response = Response<()>;
    type Error = S::Error;
    type Future = Answer<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<()>) -> Self::Future {
        let cookies = request.headers().get(header::COOKIE).cloned();
        let state = State { cookies, touched: false, set_cookie: None };
        let session = Session(Arc::new(Mutex::new(state)));
        request.extensions_mut().insert(session.clone());
        Answer { inner: self.0.call(request), session }
    }
}

struct Answer<F> {
    inner: F,
    session: Session,
}

impl<F, E> Future for Answer<F>
where
    F: Future<Output = Result<Response<()>, E>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = std::task::ready!(Pin::new(&mut self.inner).poll(cx));
        if let Ok(response) = &mut answer {
            let mut state = self.session.0.lock().expect("no handler panics");
            let headers = response.headers_mut();
            if state.touched {
                headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
            }
            if let Some(line) = state.set_cookie.take() {
                headers.append(header::SET_COOKIE, line);
            }
        }
        Poll::Ready(answer)
    }
}

impl Peer for Floor {
    fn name(&self) -> &'static str {
        super::FLOOR
    }

    fn varies(&self) -> bool {
        true
    }

    fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
        let floor = self.clone();
        let service = service_fn(move |request: Request<()>| {
            if let Some(Session(session)) = request.extensions().get() {
                floor.0.handle(&mut session.lock().expect("no handler panics"), &job);
            }
            future::ready(Ok::<_, Infallible>(Response::new(())))
        });
        of_tower(Sessions(service), cookies)
    }
}

impl Tools {
    fn handle(&self, state: &mut State, job: &Job) {
        match job {
            Job::Nothing => {}
            Job::ReadName => self.read(state, |name| assert_eq!(name, ADA)).expect("a name"),
            Job::WriteNumber => self.write(state, next_number()).expect("a number"),
            Job::MissName => assert!(self.read(state, |_| ()).is_none()),
            Job::CheckNumber => self.check_number(state),
            Job::Fill(sample) => {
                state.set_cookie = Some(self.seal(sample.json().as_bytes(), now()));
            }
        }
    }

    fn check_number(&self, state: &State) {
        BUFFER.with_borrow_mut(|buffer| {
            let cookies = state.cookies.as_ref().expect("a cookie").as_bytes();
            let json = self.open(cookies, &mut buffer[..], now()).expect("it is signed");
            assert!(json.starts_with(b"{\"n\":42,") || json.starts_with(b"{\"n\":43,"));
        });
    }
}
