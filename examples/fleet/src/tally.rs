//! What the client counts.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// No answer, or not a 200.
    pub(crate) errors: u64,
    /// Rounds in which some answer did not know its visitor.
    pub(crate) lost: u64,
    /// Answered updates.
    pub(crate) updates: u64,
    /// Reads whose response set a cookie.
    pub(crate) reissued: u64,
    /// Answered updates that are gone because a read's response came after theirs.
    pub(crate) overwritten: u64,
    /// The same, because another update's response did.
    pub(crate) overwritten_by_updates: u64,
    /// Rounds after which the session did not hold what the cookies' arrival implies.
    pub(crate) unexplained: u64,
}

impl Tally {
    pub(crate) const HEAD: &'static str = "                               requests  errors  lost  \
        unexplained  updates  re-issued  overwritten by: re-issues      updates";

    pub(crate) fn row(&self, name: &str) -> String {
        let share = 100.0 * self.overwritten as f64 / self.updates.max(1) as f64;
        format!(
            "{name:<30} {:>8} {:>7} {:>5} {:>12} {:>8} {:>10} {:>17} {share:>6.2} % {:>12}",
            self.requests,
            self.errors,
            self.lost,
            self.unexplained,
            self.updates,
            self.reissued,
            self.overwritten,
            self.overwritten_by_updates,
        )
    }

    /// Whether nothing happened that must not happen.
    pub(crate) fn is_clean(&self) -> bool {
        (self.errors, self.lost, self.unexplained) == (0, 0, 0)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.errors += other.errors;
        self.lost += other.lost;
        self.updates += other.updates;
        self.reissued += other.reissued;
        self.overwritten += other.overwritten;
        self.overwritten_by_updates += other.overwritten_by_updates;
        self.unexplained += other.unexplained;
    }
}
