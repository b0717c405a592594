//! What a session costs in its cookie, and in Redis: measured side by side in one process, because
//! the time of either alone says little on a machine that others use too.

use std::{
    convert::Infallible,
    fs,
    future::{Ready, ready},
    hint::black_box,
    pin::pin,
    process::ExitCode,
    task::{Context, Poll, Waker},
    time::Instant,
};

use axum::http::{HeaderValue, Request, Response, header::COOKIE, header::SET_COOKIE};
use serde_json::Value;
use tower::{Layer as _, Service, service_fn};
use tower_cookie_session::{SecretKey, Session, SessionLayer, Signed};

use crate::{Failure, options::Options, redis::Redis};

/// Bytes of JSON: a login; a login with a cart; a session that nearly fills a cookie.
pub(crate) const SIZES: [usize; 3] = [55, 234, 2219];
const TYPICAL: usize = 1;

const ROUNDS: usize = 31;
const CALLS: u32 = 2000;
const ROUND_TRIPS: u32 = 300;

const USERS: f64 = 1e6;
const REQUESTS_A_DAY: f64 = 100.0;
/// How many of the requests change the session.
const UPDATES: f64 = 0.1;
const STORED: u64 = 100_000;

pub(crate) fn run(arguments: impl Iterator<Item = String>) -> Result<ExitCode, Failure> {
    let mut options = Options::new(arguments);
    let address: String = options.value("--redis")?.ok_or("--redis HOST:PORT is missing")?;
    options.end()?;
    if cfg!(debug_assertions) {
        return Err("times of a debug build say nothing: cargo run --release".into());
    }

    let mut redis = Redis::connect(&address)?;
    let mut sessions = Vec::new();
    for size in SIZES {
        let session = Stored::new(size)?;
        redis.ask(&["SET", &session.id, &session.json])?;
        sessions.push(session);
    }
    let costs = measure(&sessions, &mut redis)?;
    print_costs(&sessions, &costs);
    if let (Some(session), Some(cost)) = (sessions.get(TYPICAL), costs.get(TYPICAL)) {
        print_a_million(session, cost, memory(&mut redis, session)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// One session, in either place.
struct Stored {
    layer: SessionLayer,
    json: String,
    cookie: HeaderValue,
    id: String,
    set_cookie: usize,
}

impl Stored {
    fn new(size: usize) -> Result<Self, Failure> {
        let layer = SessionLayer::new(Signed::new(SecretKey::generate()));
        let json = session_of(size);
        let cookie = layer.seal(&serde_json::from_str::<Value>(&json)?)?;
        // A refusal is fast, too.
        if layer.open(&cookie).get::<String>("user")?.as_deref() != Some("ada") {
            return Err("the session is not what it should be".into());
        }
        let cookie = HeaderValue::from_maybe_shared(cookie.into_bytes())?;
        let id = format!("session:{size:032x}");
        let mut stored = Self { layer, json, cookie, id, set_cookie: 0 };
        let response = call(&mut stored.service(write), stored.request());
        stored.set_cookie = response.headers().get(SET_COOKIE).map_or(0, HeaderValue::len);
        Ok(stored)
    }

    fn request(&self) -> Request<()> {
        let mut request = Request::new(());
        request.headers_mut().insert(COOKIE, self.cookie.clone());
        request
    }

    fn service(
        &self,
        handler: fn(&Session),
    ) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible> + use<> {
        self.layer.layer(service_fn(move |request: Request<()>| -> Answered {
            if let Some(session) = request.extensions().get() {
                handler(session);
            }
            ready(Ok(Response::new(())))
        }))
    }
}

type Answered = Ready<Result<Response<()>, Infallible>>;

fn read(session: &Session) {
    drop(black_box(session.get::<String>("user")));
}

fn write(session: &Session) {
    drop(black_box(session.insert("count", 8)));
}

/// The session as JSON of `size` bytes: a user, a counter, and as many seen pages as fit.
pub(crate) fn session_of(size: usize) -> String {
    let session = |seen: &[String], note: usize| {
        let (seen, note) = (seen.join(","), "n".repeat(note));
        format!(r#"{{"count":7,"note":"{note}","seen":[{seen}],"user":"ada"}}"#)
    };
    let pages = (0..).map(|n| format!(r#""/toys/a-train-with-{n}-wagons""#));
    let mut seen = Vec::new();
    for page in pages {
        seen.push(page);
        if session(&seen, 0).len() > size {
            seen.pop();
            break;
        }
    }
    session(&seen, size.saturating_sub(session(&seen, 0).len()))
}

/// Nothing in a session waits, so one poll is all that a response takes.
fn call<S>(service: &mut S, request: Request<()>) -> Response<()>
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    let mut context = Context::from_waker(Waker::noop());
    match pin!(service.call(request)).poll(&mut context) {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => Response::new(()),
    }
}

/// Nanoseconds for a session of one size.
struct Costs {
    read: f64,
    write: f64,
    get: f64,
    set: f64,
    /// Processor time of both processes, for a get.
    get_cpu: f64,
}

fn measure(sessions: &[Stored], redis: &mut Redis) -> Result<Vec<Costs>, Failure> {
    let redis_process = redis.info("server", "process_id")?;
    let mut costs = Vec::new();
    for session in sessions {
        let mut bare = service_fn(|_: Request<()>| -> Answered { ready(Ok(Response::new(()))) });
        let mut reads = session.service(read);
        let mut writes = session.service(write);
        let [mut base, mut read, mut write, mut get, mut set, mut get_cpu] =
            [const { Vec::new() }; 6];
        for _ in 0..ROUNDS {
            base.push(each(CALLS, || drop(black_box(call(&mut bare, session.request())))));
            read.push(each(CALLS, || drop(black_box(call(&mut reads, session.request())))));
            write.push(each(CALLS, || drop(black_box(call(&mut writes, session.request())))));

            let cpu = cpu(redis_process)?;
            get.push(each(ROUND_TRIPS, || drop(black_box(redis.ask(&["GET", &session.id])))));
            get_cpu.push((self::cpu(redis_process)? - cpu) / f64::from(ROUND_TRIPS));
            let command = ["SET", &session.id, &session.json, "EX", "1209600"];
            set.push(each(ROUND_TRIPS, || drop(black_box(redis.ask(&command)))));
        }
        if redis.ask(&["GET", &session.id])? != session.json {
            return Err("redis does not hold the session".into());
        }
        let base = fastest(base);
        costs.push(Costs {
            read: fastest(read) - base,
            write: fastest(write) - base,
            get: fastest(get),
            set: fastest(set),
            get_cpu: fastest(get_cpu),
        });
    }
    Ok(costs)
}

fn each(times: u32, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed().as_nanos() as f64 / f64::from(times)
}

/// Nanoseconds of processor time that this thread and Redis' have used.
fn cpu(redis: u64) -> Result<f64, Failure> {
    let of = |process: &str| -> Result<f64, Failure> {
        let text = fs::read_to_string(format!("/proc/{process}/schedstat"))?;
        Ok(text.split(' ').next().unwrap_or_default().parse()?)
    };
    Ok(of("thread-self")? + of(&redis.to_string())?)
}

/// Whatever else runs on the machine can only add.
fn fastest(times: Vec<f64>) -> f64 {
    times.into_iter().fold(f64::INFINITY, f64::min)
}

/// Bytes of a session in Redis: as Redis reports it, and by how much Redis grows with many.
fn memory(redis: &mut Redis, session: &Stored) -> Result<(u64, u64), Failure> {
    let usage = redis.ask(&["MEMORY", "USAGE", &session.id])?.parse()?;
    let before = redis.info("memory", "used_memory")?;
    for n in 0..STORED {
        let id = format!("session:{:032x}", u128::from(n) << 64);
        redis.send(&["SET", &id, &session.json, "EX", "1209600"])?;
        if n % 100 == 99 {
            for _ in 0..100 {
                redis.answer()?;
            }
        }
    }
    let each = (redis.info("memory", "used_memory")? - before) / STORED;
    Ok((usage, each))
}

fn print_costs(sessions: &[Stored], costs: &[Costs]) {
    println!("bytes                      nanoseconds                           ratios");
    println!(
        "{:>5} {:>7} {:>11} {:>6} {:>7} {:>7} {:>9} {:>10} {:>14} {:>14}",
        "JSON",
        "Cookie",
        "Set-Cookie",
        "read",
        "change",
        "GET",
        "its CPU",
        "GET:read",
        "its CPU:read",
        "GET+SET:change"
    );
    for (session, cost) in sessions.iter().zip(costs) {
        println!(
            "{:>5} {:>7} {:>11} {:>6.0} {:>7.0} {:>7.0} {:>9.0} {:>10.0} {:>14.0} {:>14.0}",
            session.json.len(),
            session.cookie.len(),
            session.set_cookie,
            cost.read,
            cost.write,
            cost.get,
            cost.get_cpu,
            cost.get / cost.read,
            cost.get_cpu / cost.read,
            (cost.get + cost.set) / cost.write,
        );
    }
}

fn print_a_million(session: &Stored, cost: &Costs, (usage, each): (u64, u64)) {
    let requests = USERS * REQUESTS_A_DAY;
    let updates = requests * UPDATES;
    let cookie = ((requests - updates) * cost.read + updates * cost.write) / 1e9;
    let redis = (requests + updates) * cost.get_cpu / 1e9;
    let sent = requests * session.cookie.len() as f64 / 1e9;
    let received = updates * session.set_cookie as f64 / 1e9;
    let id = requests * "id=0123456789abcdefghijkl".len() as f64 / 1e9;
    println!(
        "\na million users, {REQUESTS_A_DAY} requests a day, one in ten a change, {} B of JSON",
        session.json.len()
    );
    println!("CPU a day      {cookie:.0} s; Redis {redis:.0} s, {:.0} times that", redis / cookie);
    println!("sent a day     {sent:.1} GB; a session id of 22 letters {id:.1} GB");
    println!("received a day {received:.1} GB");
    println!(
        "memory         0; Redis {:.0} MB: {each} B a session by used_memory over {STORED}, {usage} B by MEMORY USAGE",
        USERS * each as f64 / 1e6,
    );
}
