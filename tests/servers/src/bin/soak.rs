//! A million requests to a server, and what it keeps of them: `soak ADDRESS PROCESS-ID`.

use std::{
    net::SocketAddr,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicIsize, Ordering::Relaxed},
    },
    time::Instant,
};

use axum::http::StatusCode;
use servers::{Answer, Failure, Http1, Http2, NAME};
use tokio::task::JoinSet;

/// After as many nothing is needed for the first time any more.
const WARM_UP: isize = 100_000;
const PARTS: isize = 10;
const PART: isize = 100_000;
/// Of each protocol.
const CONNECTIONS: usize = 16;
/// Before a client connects anew.
const ON_A_CONNECTION: usize = 5000;
/// In KiB.
const MOST: i64 = 5 * 1024;

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(at), Some(server)) = (arguments.next(), arguments.next()) else {
        return Err("usage: soak ADDRESS PROCESS-ID".into());
    };
    let at = at.parse()?;

    ask(at, WARM_UP).await?;
    let warm = resident(&server)?;
    println!("{WARM_UP:>8} requests to warm up: {warm} KiB resident");
    let begun = Instant::now();
    let mut most = 0;
    for part in 1..=PARTS {
        let then = Instant::now();
        ask(at, PART).await?;
        let growth = resident(&server)? - warm;
        most = most.max(growth);
        let rate = PART as f64 / then.elapsed().as_secs_f64();
        println!("{:>8} requests: {growth:+5} KiB, {rate:.0} a second", part * PART);
    }
    let rate = (PARTS * PART) as f64 / begun.elapsed().as_secs_f64();
    println!("soak: {} requests, {rate:.0} a second, at most {most:+} KiB", PARTS * PART);
    Ok(if most < MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// VmRSS of a process, in KiB.
fn resident(process: &str) -> Result<i64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?.parse()?)
}

async fn ask(at: SocketAddr, requests: isize) -> Result<(), Failure> {
    let left = Arc::new(AtomicIsize::new(requests));
    let mut visitors = JoinSet::new();
    for n in 0..2 * CONNECTIONS {
        let left = Arc::clone(&left);
        visitors.spawn(async move {
            while left.load(Relaxed) > 0 {
                let client = if n % 2 == 0 {
                    Client::One(Http1::connect(at).await?)
                } else {
                    Client::Two(Http2::connect(at).await?)
                };
                visit(client, &format!("visitor-{n}"), &left).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(ended) = visitors.join_next().await {
        ended??;
    }
    Ok(())
}

enum Client {
    One(Http1),
    Two(Http2),
}

impl Client {
    async fn get(&mut self, path: &str, cookie: &[&str]) -> Result<Answer, Failure> {
        match self {
            Self::One(client) => Ok(client.get(path, cookie).await?),
            Self::Two(client) => client.get(path, cookie).await,
        }
    }
}

/// Reads, writes, shows a forged cookie and none, in turn; every answer has to be the right one.
async fn visit(mut client: Client, name: &str, left: &AtomicIsize) -> Result<(), Failure> {
    let mut cookie = String::new();
    let mut count = 0;
    for n in 0..ON_A_CONNECTION {
        if left.fetch_sub(1, Relaxed) <= 0 {
            break;
        }
        if cookie.is_empty() {
            cookie = changed(&client.get(&format!("/write/{name}"), &[]).await?, name)?;
            continue;
        }
        match n % 4 {
            0 => same(&client.get("/read", &[&cookie]).await?, &format!("Cookie {name}"))?,
            1 => {
                count += 1;
                let answer = client.get("/count", &[&cookie]).await?;
                cookie = changed(&answer, &format!("{name} {count}"))?;
            }
            2 => {
                let forged = cookie.replacen('=', "=x", 1);
                let answer = client.get("/read", &["theme=dark", &forged]).await?;
                same(&answer, "Rejected(BadSignature) -")?;
            }
            _ => same(&client.get("/read", &[]).await?, "New -")?,
        }
    }
    Ok(())
}

fn same(answer: &Answer, expected: &str) -> Result<(), Failure> {
    if answer.status == StatusCode::OK && answer.text() == expected && answer.cookie().is_none() {
        Ok(())
    } else {
        Err(format!("not {expected:?} of {NAME}: {answer:?}").into())
    }
}

fn changed(answer: &Answer, expected: &str) -> Result<String, Failure> {
    match answer.cookie() {
        Some(cookie) if answer.status == StatusCode::OK && answer.text() == expected => Ok(cookie),
        _ => Err(format!("not {expected:?} and a cookie: {answer:?}").into()),
    }
}
