//! What grows.

use std::{convert::Infallible, future};

use http::{Request, Response};
use requests::{ADA, NAME, Run, Sample, among_others, forged, key, of_tower, samples};
use tower::{Layer, service_fn};
use tower_cookie_session::{KeyRing, SecretKey, Session, SessionLayer, Signed};

pub(crate) struct Kind {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) one: &'static str,
    /// The first point that the line goes through.
    pub(crate) fit_from: usize,
    pub(crate) points: fn() -> Vec<Point>,
}

pub(crate) struct Point {
    pub(crate) amount: usize,
    pub(crate) run: Run,
}

pub(crate) fn all() -> [Kind; 5] {
    let all = |what, unit, one, points| Kind { what, unit, one, fit_from: 0, points };
    [
        all("bytes of the session", "B", "byte", sizes),
        all("foreign cookies", "cookies", "cookie", foreign),
        // What an old key signed is issued anew, so the second key costs a write.
        Kind { fit_from: 1, ..all("keys, the last one signed", "keys", "key", keys) },
        all("cookies of the name, the last one good", "cookies", "cookie", candidates),
        all("reads in a request", "reads", "read", reads),
    ]
}

/// A short header without a session, and one of 400 KB; both are read.
pub(crate) fn hostile() -> (Run, Run) {
    let read = |cookies: &str| {
        request(&layer(key()), cookies, |session| {
            assert_eq!(session.get::<String>(NAME), Ok(None));
        })
    };
    let mut cookies = others(0..20_000);
    cookies.truncate(400_000);
    assert_eq!(cookies.len(), 400_000);
    (read("theme=dark"), read(&cookies))
}

fn sizes() -> Vec<Point> {
    [50, 100, 200, 400, 800, 1200, 1600, 2000, 2400, 2800, 3000]
        .map(|len| {
            let toys: Vec<_> =
                (0..(len - 50) / 24).map(|toy| format!("/toys/robot-{toy:03}")).collect();
            let members = vec![(NAME, ADA.into()), ("toys", toys.into()), ("csrf", "".into())];
            let sample = Sample { size: "", members }.filled(len);
            let layer = layer(key());
            Point { amount: len, run: reading(&layer, &among_others(&sealed(&layer, &sample))) }
        })
        .into()
}

fn foreign() -> Vec<Point> {
    let layer = layer(key());
    [0, 1, 3, 10, 30, 60, 100, 150, 200]
        .map(|amount| {
            let cookies = others(0..amount) + &sealed(&layer, &typical());
            Point { amount, run: reading(&layer, &cookies) }
        })
        .into()
}

fn keys() -> Vec<Point> {
    let numbered = |number: usize| {
        SecretKey::new(format!("{number} is the number of this key: 0123456789")).expect("long")
    };
    (1..=8)
        .map(|amount| {
            let accepted = (1..amount).map(numbered);
            let ring = accepted.fold(KeyRing::new(numbered(0)), KeyRing::accept);
            let cookie = sealed(&layer(numbered(amount - 1)), &typical());
            Point { amount, run: reading(&layer(ring), &among_others(&cookie)) }
        })
        .collect()
}

fn candidates() -> Vec<Point> {
    let layer = layer(key());
    let cookie = sealed(&layer, &typical());
    (1..=8)
        .map(|amount| {
            let mut cookies = vec![forged(&cookie); amount - 1];
            cookies.push(cookie.clone());
            Point { amount, run: reading(&layer, &among_others(&cookies.join("; "))) }
        })
        .collect()
}

fn reads() -> Vec<Point> {
    let layer = layer(key());
    let cookies = among_others(&sealed(&layer, &typical()));
    [1, 2, 5, 10, 20, 50, 100]
        .map(|amount| {
            let run = request(&layer, &cookies, move |session| {
                for _ in 0..amount {
                    read(session);
                }
            });
            Point { amount, run }
        })
        .into()
}

fn layer(keys: impl Into<KeyRing>) -> SessionLayer {
    SessionLayer::new(Signed::new(keys))
}

fn typical() -> Sample {
    samples()[1].clone()
}

/// The cookie, `name=value`, of a session that holds the sample's ordinary keys.
fn sealed(layer: &SessionLayer, sample: &Sample) -> String {
    let mut members = sample.map();
    members.retain(|key, _| !key.starts_with('_'));
    layer.seal(&members).expect("it fits")
}

fn others(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| format!("other_{number}=0123456789abcdef; ")).collect()
}

fn read(session: &Session) {
    assert_eq!(session.get::<String>(NAME).unwrap().unwrap(), ADA);
}

fn reading(layer: &SessionLayer, cookies: &str) -> Run {
    request(layer, cookies, read)
}

fn request(layer: &SessionLayer, cookies: &str, handler: impl Fn(&Session) + 'static) -> Run {
    let service = service_fn(move |request: Request<()>| {
        if let Some(session) = request.extensions().get::<Session>() {
            handler(session);
        }
        future::ready(Ok::<_, Infallible>(Response::new(())))
    });
    let mut requests = of_tower(layer.layer(service), Some(cookies));
    Box::new(move || requests(None))
}
