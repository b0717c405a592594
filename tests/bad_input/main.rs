//! The crate against a table of bad inputs: odd cookies (R), odd configuration (C), odd handlers
//! (H) and odd clocks (K). Each test is named after the rows that it holds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails here fails a test")]

mod clocks;
mod configuration;
mod cookies;
mod handlers;
mod lifecycle;
mod responses;
mod tokens;

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    panic::{AssertUnwindSafe, catch_unwind},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Request, Response, header};
use sha2::Sha256;
use time::OffsetDateTime;
use tower::{Layer, ServiceExt, service_fn};
use tower_cookie_session::{
    Codec, Error, Origin, Rejection, SecretKey, Session, SessionCookie, SessionLayer, Signed,
};

const SECRET: &str = "0123456789 abcdefghijklmnopqrstuvwxyz";
const SALT: &str = "tower-cookie-session:session";
const NOW: u64 = 1_700_000_000;
/// The session of every valid cookie here.
const ADA: &str = r#"{"user":"ada"}"#;

/// What a handler does to its session.
type Work = fn(&Session) -> Result<(), Error>;

const NONE: Origin = Origin::New;
const FORGED: Origin = Origin::Rejected(Rejection::BadSignature);
const MALFORMED: Origin = Origin::Rejected(Rejection::Malformed);

fn key(secret: impl AsRef<[u8]>) -> SecretKey {
    SecretKey::new(secret).unwrap()
}

fn cookie() -> SessionCookie {
    SessionCookie::new("session").unwrap()
}

/// A clock that stands still.
fn at(seconds: u64) -> impl Fn() -> OffsetDateTime {
    let now = OffsetDateTime::from_unix_timestamp(seconds.try_into().unwrap()).unwrap();
    move || now
}

fn layer() -> SessionLayer {
    layer_of(Signed::new(key(SECRET)))
}

fn layer_of(codec: impl Codec) -> SessionLayer {
    SessionLayer::new(codec).cookie(cookie()).clock(at(NOW))
}

fn mac(key: impl AsRef<[u8]>, message: impl AsRef<[u8]>) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What a token signs: the payload and, without its leading zero bytes, the time of issue.
fn body(json: impl AsRef<[u8]>, issued: u64) -> String {
    let bytes = issued.to_be_bytes();
    format!("{}.{}", b64(json), b64(&bytes[issued.leading_zeros() as usize / 8..]))
}

fn sign(secret: impl AsRef<[u8]>, salt: &str, body: &str) -> String {
    format!("{body}.{}", b64(mac(mac(secret, salt), body)))
}

/// The Cookie header that brings `json` with a signature that holds.
fn sealed(json: impl AsRef<[u8]>) -> String {
    sealed_at(json, NOW)
}

fn sealed_at(json: impl AsRef<[u8]>, issued: u64) -> String {
    format!("session={}", sign(SECRET, SALT, &body(json, issued)))
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn panics<T>(work: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

fn request(cookie_lines: &[impl AsRef<[u8]>]) -> Request<()> {
    let lines = cookie_lines.iter().map(AsRef::as_ref);
    lines.fold(Request::builder(), |r, line| r.header(header::COOKIE, line)).body(()).unwrap()
}

fn session_of<B>(request: &Request<B>) -> Session {
    request.extensions().get().cloned().unwrap()
}

/// What a service gives that answers 200 at once.
fn answer<R>(body: R) -> Ready<Result<Response<R>, Infallible>> {
    ready(Ok(Response::new(body)))
}

/// Sends a request through the layer to a handler.
fn send<R>(
    layer: &SessionLayer,
    request: Request<()>,
    handler: impl Fn(Session) -> Response<R>,
) -> Response<R> {
    let handler = |request| ready(Ok::<_, Infallible>(handler(session_of(&request))));
    run(layer.layer(service_fn(handler)).oneshot(request)).unwrap()
}

/// The response head of a handler that does `work` and answers 200.
fn visit(layer: &SessionLayer, cookie: impl AsRef<[u8]>, work: impl Fn(Session)) -> HeaderMap {
    let handler = |session| {
        work(session);
        Response::new(())
    };
    send(layer, request(&[cookie]), handler).headers().clone()
}

/// What a handler sees that only looks: Ada's session or an empty one, and never a Set-Cookie.
fn look(layer: &SessionLayer, request: Request<()>) -> Origin {
    let sent = request.headers().clone();
    let response = send(layer, request, |session| {
        let user = session.get::<String>("user").unwrap();
        assert_eq!(user.as_deref(), (!session.is_new()).then_some("ada"), "{sent:?}");
        assert_eq!(session.len(), usize::from(!session.is_new()), "{sent:?}");
        Response::new(session.origin())
    });
    assert_eq!(set_cookies(response.headers()), [""; 0], "{sent:?}");
    assert_eq!(response.headers()[header::VARY], "Cookie", "{sent:?}");
    response.into_body()
}

/// One Cookie header, and where it leaves the session.
#[track_caller]
fn expect(row: &str, cookie: impl AsRef<[u8]>, expected: Origin) {
    let cookie = cookie.as_ref();
    let seen = look(&layer(), request(&[cookie]));
    assert_eq!(seen, expected, "{row}: {}", cookie.escape_ascii());
}

fn lines(headers: &HeaderMap, name: header::HeaderName) -> Vec<&str> {
    headers.get_all(name).iter().map(|line| line.to_str().unwrap()).collect()
}

fn set_cookies(headers: &HeaderMap) -> Vec<&str> {
    lines(headers, header::SET_COOKIE)
}

/// The response's one Set-Cookie as a browser sends it back.
#[track_caller]
fn returned(headers: &HeaderMap) -> &str {
    let [line] = set_cookies(headers)[..] else { panic!("not one Set-Cookie: {headers:?}") };
    line.split(';').next().unwrap()
}

/// The JSON in the response's one Set-Cookie.
#[track_caller]
fn stored(headers: &HeaderMap) -> String {
    let payload = returned(headers).strip_prefix("session=").unwrap().split('.').next().unwrap();
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// Without this, forgeries could be refused for a mistake in the functions that make them.
#[test]
fn valid_cookies_are_made_as_the_crate_makes_them() {
    let user = serde_json::json!({"user": "ada"});
    assert_eq!(layer().seal(&user).unwrap(), sealed(ADA));
    assert_eq!(layer().clock(at(0)).seal(&user).unwrap(), sealed_at(ADA, 0));
    expect("a valid cookie", sealed(ADA), Origin::Cookie);
}
