//! 100 connections at once, and many visitors on one: nobody ever sees another's session.

use std::sync::Arc;

use tokio::{sync::Barrier, task::JoinSet};

use super::*;

/// Of two requests each.
const ROUNDS: u64 = 25;

/// A visitor, and what the browser keeps.
struct Visitor {
    name: String,
    cookie: String,
    count: u64,
}

impl Visitor {
    async fn log_in(client: &mut Client, name: String) -> Self {
        let answer = client.get(&format!("/write/{name}"), &[""; 0]).await;
        let cookie = expect_set(&answer, &name, &name);
        Self { name, cookie, count: 0 }
    }

    /// An update and a look, on either of which the session must be the visitor's own, as it was.
    async fn round(&mut self, client: &mut Client, update: &str) {
        self.count += 1;
        let expected = format!("{} {}", self.name, self.count);
        let answer = match update {
            "/slow/1" => {
                let answer = client.get(update, &[&self.cookie]).await;
                let (read_before, then) = answer.text().split_once(' ').unwrap();
                assert_eq!((read_before, then), (&*self.name, &*expected));
                Answer::new(answer.status, answer.headers, expected.clone().into_bytes())
            }
            _ => client.get(update, &[&self.cookie]).await,
        };
        self.cookie = expect_set(&answer, &expected, &self.name);
        expect_read(&client.get("/who", &[&self.cookie]).await, &self.name, &self.name);
    }
}

async fn everyone(mut visitors: JoinSet<()>) {
    while let Some(ended) = visitors.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_connections_with_sessions_of_their_own() {
    let at = server().await;
    let all = Arc::new(Barrier::new(100));
    let mut visitors = JoinSet::new();
    for n in 0..100 {
        let all = Arc::clone(&all);
        visitors.spawn(async move {
            let mut client = if n % 2 == 0 { Client::one(at).await } else { Client::two(at).await };
            let mut visitor = Visitor::log_in(&mut client, format!("visitor-{n}")).await;
            all.wait().await;
            for _ in 0..ROUNDS {
                visitor.round(&mut client, "/count").await;
            }
            assert_eq!(visitor.count, ROUNDS);
            all.wait().await;
            // Whoever comes next on the connection is a stranger to it.
            expect_read(&client.get("/read", &[""; 0]).await, "New -", &n);
        });
    }
    everyone(visitors).await;
}

/// As behind a proxy: a connection is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn visitors_who_share_a_connection() {
    let at = server().await;
    let shared = Http2::connect(at).await.unwrap();
    let mut visitors = JoinSet::new();
    for n in 0..50 {
        let mut client = Client::Two(shared.clone());
        visitors.spawn(async move {
            let mut visitor = Visitor::log_in(&mut client, format!("stream-{n}")).await;
            for _ in 0..10 {
                visitor.round(&mut client, "/slow/1").await;
            }
        });
    }
    visitors.spawn(async move {
        let mut client = Client::one(at).await;
        let mut taking_turns = Vec::new();
        for n in 0..20 {
            taking_turns.push(Visitor::log_in(&mut client, format!("turn-{n}")).await);
        }
        for _ in 0..10 {
            for visitor in &mut taking_turns {
                visitor.round(&mut client, "/count").await;
            }
        }
    });
    everyone(visitors).await;
}
