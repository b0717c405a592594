//! Where the visitors write down what happened to them, for the client to read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::tally::Tally;

#[derive(Clone, Default)]
pub(crate) struct Board(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    since: Tally,
    total: Tally,
    visitors: Vec<Line>,
}

/// For one visitor: what is in the jar, after how many rounds.
struct Line {
    token: String,
    rounds: u64,
}

impl Board {
    /// Gives a visitor a line, and says which.
    pub(crate) fn enter(&self, token: &str) -> usize {
        let visitors = &mut self.lock().visitors;
        visitors.push(Line { token: token.to_owned(), rounds: 0 });
        visitors.len() - 1
    }

    pub(crate) fn after_round(&self, line: usize, tally: Tally, token: &str) {
        let mut state = self.lock();
        state.since += tally;
        state.total += tally;
        if let Some(line) = state.visitors.get_mut(line) {
            token.clone_into(&mut line.token);
            line.rounds += 1;
        }
    }

    /// What has been counted since this was last asked.
    pub(crate) fn since(&self) -> Tally {
        std::mem::take(&mut self.lock().since)
    }

    pub(crate) fn total(&self) -> Tally {
        self.lock().total
    }

    pub(crate) fn tokens(&self) -> Vec<String> {
        self.lock().visitors.iter().map(|line| line.token.clone()).collect()
    }

    /// The rounds of the visitor who has had the fewest since `then`.
    pub(crate) fn fewest_since(&self, then: &[u64]) -> u64 {
        let now = self.rounds();
        now.iter().zip(then).map(|(now, then)| now - then).min().unwrap_or_default()
    }

    pub(crate) fn rounds(&self) -> Vec<u64> {
        self.lock().visitors.iter().map(|line| line.rounds).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
