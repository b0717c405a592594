//! As much of Redis as the feed needs, with faults on request.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        TcpListener,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, watch},
    task::AbortHandle,
};

use crate::valid_since::Millis;

/// A cheap handle: clones are the same server.
#[derive(Clone)]
pub(super) struct FakeRedis {
    state: Arc<Mutex<State>>,
    /// Whether it takes commands without answering.
    hangs: Arc<watch::Sender<bool>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) users: HashMap<String, Millis>,
    /// Another server's news, at the moment after the set was read.
    pub(super) after_reading: Option<(String, Millis)>,
    /// Whether the next attempt to end sessions fails, as when there is no memory left.
    pub(super) script_fails: bool,
    /// How often the set was read.
    pub(super) readings: usize,
    /// Whether connections are dropped at once.
    pub(super) refuses: bool,
    subscribers: Vec<mpsc::UnboundedSender<String>>,
    connections: Vec<AbortHandle>,
}

impl FakeRedis {
    /// Also returns its URL.
    pub(super) async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let this = Self { state: Arc::default(), hangs: Arc::default() };
        let server = this.clone();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                if server.state().refuses {
                    continue;
                }
                let (read, write) = socket.into_split();
                let (sender, answers) = mpsc::unbounded_channel();
                let connection = server.clone();
                let reader = tokio::spawn(async move { connection.serve(read, sender).await });
                tokio::spawn(send(write, answers));
                server.state().connections.push(reader.abort_handle());
            }
        });
        (this, url)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn of(&self, user: &str) -> Millis {
        self.state().users.get(user).copied().unwrap_or(0)
    }

    pub(super) fn hang(&self, hangs: bool) {
        self.hangs.send_replace(hangs);
    }

    /// Cuts all connections, and takes no new ones until `refuses` is set back.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.refuses = true;
        state.subscribers.clear();
        state.connections.drain(..).for_each(|connection| connection.abort());
    }

    async fn serve(
        self,
        read: OwnedReadHalf,
        answers: mpsc::UnboundedSender<String>,
    ) -> io::Result<()> {
        let mut read = BufReader::new(read);
        loop {
            let command = command(&mut read).await?;
            self.hangs.subscribe().wait_for(|hangs| !hangs).await.unwrap();
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            let mut state = self.state();
            let answer = match words[..] {
                ["HELLO", ..] => "%1\r\n+proto\r\n:3\r\n".to_owned(),
                ["CLIENT", ..] => "+OK\r\n".to_owned(),
                ["PING"] => "+PONG\r\n".to_owned(),
                ["SUBSCRIBE", channel] => {
                    state.subscribers.push(answers.clone());
                    format!(">3\r\n+subscribe\r\n+{channel}\r\n:1\r\n")
                }
                ["PUBLISH", _, message] => {
                    state.publish(message);
                    ":1\r\n".to_owned()
                }
                // One entry a page.
                ["ZSCAN", _, cursor, "COUNT", _] => {
                    let cursor: usize = cursor.parse().unwrap();
                    let mut users: Vec<_> = state.users.iter().collect();
                    users.sort();
                    let next = if cursor + 1 < users.len() { cursor + 1 } else { 0 };
                    let page = match users.get(cursor) {
                        Some((user, since)) => format!("*2\r\n+{user}\r\n+{since}\r\n"),
                        None => "*0\r\n".to_owned(),
                    };
                    if next == 0 {
                        state.readings += 1;
                        if let Some((user, since)) = state.after_reading.take() {
                            state.raise(&user, since);
                            state.publish(&format!("{since} {user}"));
                        }
                    }
                    format!("*2\r\n+{next}\r\n{page}")
                }
                ["ZREMRANGEBYSCORE", _, "-inf", oldest] => {
                    let oldest = oldest.strip_prefix('(').unwrap().parse().unwrap();
                    state.users.retain(|_, since| *since >= oldest);
                    ":0\r\n".to_owned()
                }
                ["ZADD", _, "GT", since, user] => {
                    state.raise(user, since.parse().unwrap());
                    ":0\r\n".to_owned()
                }
                ["EVAL", ..] if std::mem::take(&mut state.script_fails) => {
                    "-OOM a test\r\n".to_owned()
                }
                // The script's part; `run` tests the script itself.
                ["EVAL", _, "1", _, user, proposed, outlives, _] => {
                    let last = state.users.get(user).copied().unwrap_or(0);
                    if last > outlives.parse().unwrap() {
                        "_\r\n".to_owned()
                    } else {
                        let since = proposed.parse::<Millis>().unwrap().max(last + 1);
                        state.raise(user, since);
                        state.publish(&format!("{since} {user}"));
                        format!("+{since}\r\n")
                    }
                }
                _ => panic!("{words:?}"),
            };
            let _ = answers.send(answer);
        }
    }
}

impl State {
    fn raise(&mut self, user: &str, since: Millis) {
        let known = self.users.entry(user.to_owned()).or_default();
        *known = since.max(*known);
    }

    fn publish(&mut self, message: &str) {
        let push = format!(">3\r\n+message\r\n+valid-since\r\n+{message}\r\n");
        self.subscribers.retain(|subscriber| subscriber.send(push.clone()).is_ok());
    }
}

async fn send(mut write: OwnedWriteHalf, mut answers: mpsc::UnboundedReceiver<String>) {
    while let Some(answer) = answers.recv().await {
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// An array of bulk strings.
async fn command(read: &mut BufReader<OwnedReadHalf>) -> io::Result<Vec<String>> {
    let count = number(read, '*').await?;
    let mut words = Vec::new();
    for _ in 0..count {
        let mut bytes = vec![0; number(read, '$').await? + 2];
        read.read_exact(&mut bytes).await?;
        bytes.truncate(bytes.len() - 2);
        words.push(String::from_utf8(bytes).unwrap());
    }
    Ok(words)
}

async fn number(read: &mut BufReader<OwnedReadHalf>, sign: char) -> io::Result<usize> {
    let mut line = String::new();
    if read.read_line(&mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim().strip_prefix(sign).unwrap().parse().unwrap())
}
