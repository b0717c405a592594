//! What all sessions of a layer share.

use std::{
    borrow::Cow,
    fmt, iter,
    sync::{Arc, atomic::AtomicBool},
    time::SystemTime,
};

use time::OffsetDateTime;

use super::Session;
use crate::{
    codec::{AnyCodec, Codec},
    cookie::{NameFinder, SessionCookie},
    error::Error,
    expiry::Expiry,
    payload::Payload,
};

pub(crate) type Validate = Arc<dyn Fn(&Session) -> bool + Send + Sync>;
pub(crate) type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Config {
    /// Where the session is read from and written to.
    pub(crate) own: Source,
    pub(crate) expiry: Expiry,
    /// Where else it is read from, each with the limits that its tokens are judged by; `None` for
    /// the layer's.
    pub(crate) also_read: Vec<(Source, Option<Expiry>)>,
    pub(crate) validate: Option<Validate>,
    /// Instead of the system's, for tests.
    pub(crate) clock: Option<Clock>,
    /// Whether the warning about another layer with this cookie has been given.
    pub(super) namesake: Arc<AtomicBool>,
}

impl Config {
    /// A codec with the cookie and the lifetime that it comes with.
    pub(crate) fn new(codec: impl Codec) -> Self {
        let (cookie, expiry) = match Codec::defaults(&codec) {
            Some(defaults) => (defaults.cookie, defaults.expiry),
            None => (SessionCookie::host(), Expiry::default()),
        };
        Self {
            own: Source::new(cookie, codec),
            expiry,
            also_read: Vec::new(),
            validate: None,
            clock: None,
            namesake: Arc::default(),
        }
    }

    /// Whole seconds since 1970; a clock that is set before then counts as 1970.
    pub(super) fn now(&self) -> u64 {
        match &self.clock {
            Some(clock) => u64::try_from(clock().unix_timestamp()).unwrap_or(0),
            None => SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs()),
        }
    }

    /// `payload` as it would be written: with the time of its creation, where an absolute limit
    /// needs one.
    ///
    /// # Errors
    /// [`Error::ReservedKey`] where another program's `_session` is in the way.
    pub(super) fn stamped<'a>(
        &self,
        payload: &'a Payload,
        now: u64,
    ) -> Result<Cow<'a, Payload>, Error> {
        if !self.expiry.is_absolute() {
            return Ok(Cow::Borrowed(payload));
        }
        let mut own = payload.own()?;
        if own.created.is_some() {
            return Ok(Cow::Borrowed(payload));
        }
        own.created = i64::try_from(payload.issued_at().unwrap_or(now)).ok();
        Ok(Cow::Owned(payload.with_own(&own)))
    }

    /// Bytes of the cookie's name and value.
    pub(super) fn size(&self, payload: &Payload, now: u64) -> usize {
        let source = &self.own;
        source.cookie.name().len() + source.codec.encoded_len(payload.json(), now, source.room())
    }

    /// Whether the cookie can carry `payload`.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::ReservedKey`].
    pub(super) fn fits(&self, payload: &Payload, now: u64) -> Result<(), Error> {
        let stamped = self.stamped(payload, now)?;
        let (size, limit) = (self.size(&stamped, now), self.own.cookie.size_limit());
        if size > limit {
            let flashes = stamped.flashes().map_or(0, str::len);
            return Err(Error::TooLarge { size, limit, largest: stamped.largest(), flashes });
        }
        Ok(())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("own", &self.own)
            .field("expiry", &self.expiry)
            .field("also_read", &self.also_read)
            .field("validate", &self.validate.is_some())
            .finish_non_exhaustive()
    }
}

/// A cookie and the codec of its value.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) cookie: SessionCookie,
    pub(crate) codec: Arc<dyn AnyCodec>,
    pub(super) attributes: String,
    pub(super) finder: NameFinder,
    pub(super) companion: Option<Companion>,
}

#[derive(Clone, Debug)]
pub(super) struct Companion {
    pub(super) name: String,
    pub(super) finder: NameFinder,
}

impl Source {
    pub(crate) fn new(cookie: SessionCookie, mut codec: impl Codec) -> Self {
        codec.prepare(cookie.name());
        Self::prepared(cookie, Arc::new(codec))
    }

    /// The same codec, bound to another cookie.
    pub(crate) fn with_cookie(&self, cookie: SessionCookie) -> Self {
        let codec = self.codec.prepared(cookie.name());
        Self::prepared(cookie, codec)
    }

    fn prepared(cookie: SessionCookie, codec: Arc<dyn AnyCodec>) -> Self {
        let companion = codec.companion().map(|suffix| {
            let name = format!("{}{suffix}", cookie.name());
            Companion { finder: NameFinder::new(&name), name }
        });
        Self {
            codec,
            attributes: cookie.attributes(),
            finder: NameFinder::new(cookie.name()),
            companion,
            cookie,
        }
    }

    /// The names of its cookies: one, or two.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let companion = self.companion.as_ref().map(|companion| &*companion.name);
        iter::once(self.cookie.name()).chain(companion)
    }

    /// Whether a cookie of this name, in another source's place, is one of ours.
    pub(super) fn is_ours(&self, name: &str, place: &SessionCookie) -> bool {
        !self.cookie.is_apart_from(place) && self.names().any(|ours| ours == name)
    }

    /// How many bytes the cookie has for its value.
    pub(super) fn room(&self) -> usize {
        self.cookie.size_limit().saturating_sub(self.cookie.name().len())
    }

    pub(super) fn is_persistent(&self, payload: &Payload) -> bool {
        payload.persistence(self.codec.persistence()).unwrap_or(self.cookie.is_persistent())
    }

    /// Stores a choice of persistence, unless it holds already.
    pub(super) fn persist(&self, payload: &mut Payload, persistent: bool) {
        if self.is_persistent(payload) != persistent {
            let setting = self.cookie.is_persistent();
            *payload = payload.with_persistence(persistent, setting, self.codec.persistence());
        }
    }

    /// Makes a session that `from` brought one of ours: if it was to outlive the browser there, or
    /// said itself that it was not, the same holds here.
    pub(super) fn adopt(&self, payload: &mut Payload, from: &Self) {
        let word = payload.persistence(from.codec.persistence());
        if let Some(persistent) = word.or(from.cookie.is_persistent().then_some(true)) {
            self.persist(payload, persistent);
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("cookie", &self.cookie)
            .field("codec", &self.codec)
            .finish_non_exhaustive()
    }
}
