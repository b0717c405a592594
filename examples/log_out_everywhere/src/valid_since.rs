//! This server's copy of the valid-since instants, which is asked without waiting.
//!
//! An instant only ever rises. So neither the order of messages nor hearing one twice matters, and
//! a Redis that lost its data cannot bring back what was ended.

use std::{collections::HashMap, fmt::Display, sync::Arc};

use tokio::sync::watch;

/// Since 1970.
pub(crate) type Millis = u64;

/// What becomes of logged-in sessions while nobody can say whether they were ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WhenAway {
    /// The last copy decides: what was ended since then lives on until Redis is back.
    Accept,
    /// All are refused, until Redis is back. (Their cookies stay, so they work again then.)
    Refuse,
}

/// A cheap handle: clones are the same copy.
#[derive(Clone)]
pub(crate) struct ValidSince {
    when_away: WhenAway,
    state: Arc<watch::Sender<State>>,
}

#[derive(Default)]
struct State {
    feed: Feed,
    users: HashMap<String, Millis>,
}

#[derive(Default, PartialEq)]
enum Feed {
    /// Nothing has been loaded yet. As good as away, but not worth a warning.
    #[default]
    Starting,
    Here,
    Away,
}

impl ValidSince {
    pub(crate) fn new(when_away: WhenAway) -> Self {
        Self { when_away, state: Arc::default() }
    }

    /// Whether a session of `user` that outlives this instant holds.
    pub(crate) fn admits(&self, user: &str, outlives: Millis) -> bool {
        self.admits_anyone() && self.of(user) <= outlives
    }

    /// Whether any logged-in session holds.
    pub(crate) fn admits_anyone(&self) -> bool {
        self.when_away == WhenAway::Accept || self.state.borrow().feed == Feed::Here
    }

    /// 0 for a user whose sessions were never ended, or so long ago that it does not matter.
    pub(crate) fn of(&self, user: &str) -> Millis {
        self.state.borrow().users.get(user).copied().unwrap_or(0)
    }

    /// Takes in what another server did.
    pub(crate) fn raise(&self, user: &str, since: Millis) {
        self.state.send_modify(|state| state.raise(user, since));
    }

    /// Ends all sessions of `user` on this server, and returns the new instant.
    pub(crate) fn end(&self, user: &str, now: Millis) -> Millis {
        let mut since = now;
        self.state.send_modify(|state| {
            since = state.next(user, now);
            state.raise(user, since);
        });
        since
    }

    /// The instant that [`end`](Self::end) would set.
    pub(crate) fn next(&self, user: &str, now: Millis) -> Millis {
        self.state.borrow().next(user, now)
    }

    /// Takes in what Redis holds, drops what is older than `oldest`, and returns what Redis does not
    /// know: what was ended while Redis was away, or everything if it lost its data.
    pub(crate) fn merge(
        &self,
        theirs: &HashMap<String, Millis>,
        oldest: Millis,
    ) -> Vec<(String, Millis)> {
        let mut untold = Vec::new();
        self.state.send_modify(|state| {
            for (user, since) in theirs {
                state.raise(user, *since);
            }
            state.users.retain(|_, since| *since >= oldest);
            let known = |user: &String| theirs.get(user).copied().unwrap_or(0);
            let news = state.users.iter().filter(|(user, since)| **since > known(user));
            untold = news.map(|(user, since)| (user.clone(), *since)).collect();
        });
        untold
    }

    /// The copy is current, and stays so until further notice.
    pub(crate) fn set_here(&self) {
        if self.change(Feed::Here) {
            let users = self.state.borrow().users.len();
            tracing::info!(users, "Redis is here: ended sessions are known");
        }
    }

    /// The copy is no longer fed.
    pub(crate) fn set_away(&self, why: &dyn Display) {
        if self.change(Feed::Away) {
            match self.when_away {
                WhenAway::Accept => {
                    tracing::warn!(%why, "Redis is away: sessions are ACCEPTED by the last copy");
                }
                WhenAway::Refuse => {
                    tracing::warn!(%why, "Redis is away: logged-in sessions are REFUSED");
                }
            }
        }
    }

    /// Waits for the first [`set_here`](Self::set_here).
    pub(crate) async fn loaded(&self) {
        // `self` has the sender, so it cannot be gone.
        let _ = self.state.subscribe().wait_for(|state| state.feed == Feed::Here).await;
    }

    /// Whether this is a change, and so worth a line in the log.
    fn change(&self, feed: Feed) -> bool {
        self.state.send_if_modified(|state| {
            let changes = state.feed != feed;
            state.feed = feed;
            changes
        })
    }
}

impl State {
    fn raise(&mut self, user: &str, since: Millis) {
        match self.users.get_mut(user) {
            Some(known) => *known = since.max(*known),
            None => _ = self.users.insert(user.to_owned(), since),
        }
    }

    /// Greater than the last one, whatever the clock says.
    fn next(&self, user: &str, now: Millis) -> Millis {
        now.max(self.users.get(user).map_or(0, |since| since + 1))
    }
}
