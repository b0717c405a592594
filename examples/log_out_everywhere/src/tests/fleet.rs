//! Servers that share a key, accounts and a clock, and devices that go from one to another.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use time::OffsetDateTime;
use tower::ServiceExt as _;
use tower_cookie_session::{SecretKey, Session, SessionLayer, Signed};

use crate::{
    accounts::Accounts,
    app::{self, App},
    feed::Feed,
    sessions::{self, Clock},
    valid_since::{Millis, ValidSince, WhenAway},
};

/// In the middle of a second.
pub(super) const NOW: Millis = 1_700_000_000_500;
pub(super) const SECOND: Millis = 1000;
pub(super) const DAY: Millis = 24 * 60 * 60 * SECOND;

pub(super) struct Fleet {
    pub(super) clock: ManualClock,
    key: SecretKey,
    accounts: PathBuf,
}

#[derive(Clone)]
pub(super) struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    pub(super) fn at(millis: Millis) -> Self {
        Self(Arc::new(AtomicU64::new(millis)))
    }

    pub(super) fn set(&self, millis: Millis) {
        self.0.store(millis, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || {
            let millis = clock.0.load(Ordering::Relaxed);
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap()
        })
    }
}

pub(super) struct Server {
    pub(super) copy: ValidSince,
    pub(super) feed: Feed,
    pub(super) layer: SessionLayer,
    router: Router,
}

impl Fleet {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("log-out-everywhere-{}-{count}.txt", std::process::id());
        Self {
            clock: ManualClock::at(NOW),
            key: SecretKey::generate(),
            accounts: std::env::temp_dir().join(name),
        }
    }

    /// A server whose copy is current, and no Redis: the test brings the news.
    pub(super) fn server(&self, when_away: WhenAway) -> Server {
        let server = self.server_with("redis://127.0.0.1:1", when_away);
        server.copy.set_here();
        server
    }

    pub(super) fn server_with(&self, redis: &str, when_away: WhenAway) -> Server {
        let (key, clock) = (self.key.clone(), self.clock.get());
        let copy = ValidSince::new(when_away);
        let feed = Feed::new(redis, copy.clone(), clock.clone()).unwrap();
        let accounts = Accounts::at(&self.accounts);
        let layer = sessions::layer(key.clone(), copy.clone(), clock.clone()).unwrap();
        let app = App::new(key, accounts, copy.clone(), feed.clone(), clock).unwrap();
        Server { copy, feed, layer, router: app::router(app) }
    }

    /// A layer with the same key and cookie that sets no created time.
    pub(super) fn plain_layer(&self) -> SessionLayer {
        let clock = self.clock.get();
        SessionLayer::new(Signed::new(self.key.clone())).clock(move || clock())
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.accounts);
    }
}

impl Server {
    /// What the feed would do with a message from another server.
    pub(super) fn hears_from(&self, other: &Self) {
        self.copy.raise("ada", other.copy.of("ada"));
    }

    pub(super) fn session(&self, device: &Device) -> Session {
        self.layer.open(device.cookie.as_deref().unwrap_or_default())
    }
}

/// A browser, or whoever has a copy of its cookie.
#[derive(Clone, Default)]
pub(super) struct Device {
    pub(super) cookie: Option<String>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) set_cookie: Option<String>,
}

impl Device {
    pub(super) async fn logged_in(server: &Server, user: &str) -> Self {
        let mut device = Self::default();
        let form = match user {
            "ada" => "user=ada&password=correct+horse",
            _ => "user=bob&password=battery+staple",
        };
        let answer = device.post(server, "/login", form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        device
    }

    pub(super) async fn is_in(&mut self, server: &Server) -> bool {
        let page = self.get(server).await;
        assert_eq!(page.status, 200);
        page.body.contains("Logged in as")
    }

    pub(super) async fn get(&mut self, server: &Server) -> Answer {
        self.send(server, Request::get("/"), "").await
    }

    pub(super) async fn post(&mut self, server: &Server, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(server, request, form).await
    }

    pub(super) async fn send(
        &mut self,
        server: &Server,
        request: axum::http::request::Builder,
        form: &str,
    ) -> Answer {
        let request = match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let request = request.body(Body::from(form.to_owned())).unwrap();
        let (head, body) = server.router.clone().oneshot(request).await.unwrap().into_parts();
        let set_cookie = head.headers.get(header::SET_COOKIE).map(|line| line.to_str().unwrap());
        if let Some(line) = set_cookie {
            let removed = line.contains("; Max-Age=0");
            self.cookie = (!removed).then(|| line.split(';').next().unwrap().to_owned());
        }
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status.as_u16(),
            body: String::from_utf8(body.to_vec()).unwrap(),
            set_cookie: set_cookie.map(str::to_owned),
        }
    }
}
