//! Redis: where the servers tell each other whose sessions were ended.
//!
//! One sorted set holds all instants: its scores only rise (`ZADD GT`), and what is too old is dropped
//! by score, as `EXPIRE` would drop keys. One channel carries the news. One connection (RESP3)
//! carries both commands and news, so an answer to PING shows that news would arrive too.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, ConnectionInfo, IntoConnectionInfo, Msg, ProtocolVersion,
    PushInfo, RedisResult, aio::MultiplexedConnection, cmd, pipe,
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{
    sessions::{CLOCKS_DISAGREE, Clock, LONGEST, in_millis, millis},
    valid_since::{Millis, ValidSince},
};

const KEY: &str = "valid-since";
const CHANNEL: &str = "valid-since";

/// How long Redis may take to answer, or to accept a connection.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two checks that Redis is still there. Together with [`PATIENCE`] under a second: a copy
/// that counts as fed is no older.
const BEAT: Duration = Duration::from_millis(300);
/// Between two readings of the whole set, for what no message reports: that somebody deleted it.
const REFRESH: Duration = Duration::from_secs(60);
/// Entries that are read at once.
const PAGE: usize = 1000;
/// Between two attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Sets a user's instant and tells everybody, in one step, so that each is greater than the last;
/// unless the session that asks for it has been ended itself.
const END: &str = "
    local user, proposed, outlives = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
    local last = tonumber(redis.call('ZSCORE', KEYS[1], user) or 0)
    if last > outlives then return false end
    local since = string.format('%.0f', math.max(proposed, last + 1))
    redis.call('ZADD', KEYS[1], since, user)
    redis.call('PUBLISH', ARGV[4], since .. ' ' .. user)
    return since
";

/// A cheap handle: clones are the same feed.
#[derive(Clone)]
pub(crate) struct Feed(Arc<Inner>);

struct Inner {
    client: Client,
    copy: ValidSince,
    clock: Clock,
    /// Present while Redis is there.
    connection: Mutex<Option<MultiplexedConnection>>,
    /// Notified when the copy has an instant that Redis could not be told of.
    untold: Notify,
}

/// What came of ending a user's sessions; in the session that asked for it, the new instant is to
/// be stored.
#[derive(Debug, PartialEq)]
pub(crate) enum Ended {
    Everywhere(Millis),
    /// On this server only: Redis, and then all other servers, hear of it as soon as Redis is back.
    OnlyHere(Millis),
    /// The session that asked had been ended itself, and this server had not heard of it.
    AlreadyOut,
}

impl Feed {
    pub(crate) fn new(url: &str, copy: ValidSince, clock: Clock) -> RedisResult<Self> {
        let info: ConnectionInfo = url.into_connection_info()?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let connection = Mutex::default();
        Ok(Self(Arc::new(Inner { client, copy, clock, connection, untold: Notify::new() })))
    }

    /// Ends all sessions of `user`, at the request of one that outlives this instant. The only
    /// thing in this program that waits for Redis, and for no longer than [`PATIENCE`].
    pub(crate) async fn end_sessions(&self, user: &str, outlives: Millis) -> Ended {
        let Inner { copy, untold, .. } = &*self.0;
        match self.tell(user, copy.next(user, self.now()), outlives).await {
            Ok(Some(since)) => {
                copy.raise(user, since);
                Ended::Everywhere(since)
            }
            Ok(None) => Ended::AlreadyOut,
            Err(error) => {
                // Redis may have done it, and only its answer was lost: then this comes on top.
                let since = copy.end(user, self.now());
                untold.notify_one();
                tracing::warn!(%error, "sessions were ended on this server only, for now");
                Ended::OnlyHere(since)
            }
        }
    }

    async fn tell(
        &self,
        user: &str,
        proposed: Millis,
        outlives: Millis,
    ) -> RedisResult<Option<Millis>> {
        let connection = self.connection().clone();
        let Some(mut connection) = connection else {
            return Err(io::Error::from(io::ErrorKind::NotConnected).into());
        };
        let mut script = cmd("EVAL");
        script.arg(END).arg(1).arg(KEY).arg(user).arg(proposed).arg(outlives).arg(CHANNEL);
        script.query_async(&mut connection).await
    }

    /// Keeps the copy up to date forever.
    pub(crate) async fn follow(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let Err(error) = self.listen().await;
            let was_here = self.connection().take().is_some();
            self.0.copy.set_away(&error);
            pause = if was_here { FIRST_PAUSE } else { LONGEST_PAUSE.min(2 * pause) };
            sleep(pause).await;
        }
    }

    /// From connecting to losing the connection.
    async fn listen(&self) -> RedisResult<Infallible> {
        let feed = self.clone();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_push_sender(move |push| {
                feed.take_in(push);
                Ok::<_, Infallible>(())
            });
        let client = &self.0.client;
        let mut redis = client.get_multiplexed_async_connection_with_config(&config).await?;

        // In this order, a message reports what happens between the two. The other way round there
        // would be no message, and it would not have been read either.
        redis.subscribe(CHANNEL).await?;
        self.refresh(&mut redis).await?;
        *self.connection() = Some(redis.clone());
        self.0.copy.set_here();

        tokio::select! {
            error = self.beat(redis.clone()) => error,
            error = self.refresh_again(redis.clone()) => error,
        }
    }

    async fn beat(&self, mut redis: MultiplexedConnection) -> RedisResult<Infallible> {
        loop {
            sleep(BEAT).await;
            cmd("PING").exec_async(&mut redis).await?;
        }
    }

    async fn refresh_again(&self, mut redis: MultiplexedConnection) -> RedisResult<Infallible> {
        loop {
            let _ = timeout(REFRESH, self.0.untold.notified()).await;
            self.refresh(&mut redis).await?;
        }
    }

    fn take_in(&self, push: PushInfo) {
        let message = Msg::from_push_info(push).and_then(|it| it.get_payload::<String>().ok());
        if let Some((since, user)) = message.as_deref().and_then(|text| text.split_once(' '))
            && let Ok(since) = since.parse()
        {
            self.0.copy.raise(user, since);
        }
    }

    /// Brings the copy and Redis into agreement, both ways.
    async fn refresh(&self, redis: &mut MultiplexedConnection) -> RedisResult<()> {
        let oldest = self.now().saturating_sub(in_millis(LONGEST + CLOCKS_DISAGREE));
        let too_old = format!("({oldest}");
        cmd("ZREMRANGEBYSCORE").arg(KEY).arg("-inf").arg(too_old).exec_async(redis).await?;
        let untold = self.0.copy.merge(&read(redis).await?, oldest);
        for page in untold.chunks(PAGE) {
            let mut news = pipe();
            for (user, since) in page {
                news.cmd("ZADD").arg(KEY).arg("GT").arg(since).arg(user).ignore();
                news.cmd("PUBLISH").arg(CHANNEL).arg(format!("{since} {user}")).ignore();
            }
            news.exec_async(redis).await?;
        }
        Ok(())
    }

    fn now(&self) -> Millis {
        millis((self.0.clock)())
    }

    fn connection(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The whole set. It may change meanwhile: `ZSCAN` returns what is there throughout, and messages
/// report the rest.
async fn read(redis: &mut MultiplexedConnection) -> RedisResult<HashMap<String, Millis>> {
    let (mut all, mut cursor) = (HashMap::new(), 0_u64);
    loop {
        let mut scan = cmd("ZSCAN");
        scan.arg(KEY).arg(cursor).arg("COUNT").arg(PAGE);
        let (next, page): (u64, Vec<(String, f64)>) = scan.query_async(redis).await?;
        // A score is a float, which holds these numbers exactly.
        all.extend(page.into_iter().map(|(user, since)| (user, since as Millis)));
        if next == 0 {
            return Ok(all);
        }
        cursor = next;
    }
}
