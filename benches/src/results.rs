//! What was measured, by peer, size and operation.

use requests::Op;

use crate::{
    cases::{BARE, Case, FLOOR, Framework},
    measure::Figure,
};

pub(crate) struct Results(Vec<(Case, Figure)>);

/// What a case needs beyond the bare service of its framework.
#[derive(Clone, Copy)]
pub(crate) struct Net {
    pub(crate) nanoseconds: f64,
    pub(crate) allocations: i64,
}

impl Results {
    pub(crate) fn new(cases: Vec<Case>, figures: Vec<Figure>) -> Self {
        Self(cases.into_iter().zip(figures).collect())
    }

    /// The peers in the order of the table, the bare services left out.
    pub(crate) fn peers(&self) -> Vec<&'static str> {
        let mut peers: Vec<_> = self.0.iter().map(|(case, _)| case.peer).collect();
        peers.dedup();
        peers.retain(|peer| *peer != BARE);
        peers
    }

    pub(crate) fn net(&self, peer: &str, size: &str, op: Op) -> Option<Net> {
        let same = |case: &Case| case.peer == peer && case.size == size && case.op == op;
        let (case, gross) = self.0.iter().find(|(case, _)| same(case))?;
        let bare = self.bare(case.framework, op);
        Some(Net {
            nanoseconds: gross.nanoseconds - bare.nanoseconds,
            allocations: gross.allocations as i64 - bare.allocations as i64,
        })
    }

    pub(crate) fn floor(&self, size: &str, op: Op) -> f64 {
        self.net(FLOOR, size, op).expect("the floor is always measured").nanoseconds
    }

    /// The bare service, with a Cookie header or without one.
    pub(crate) fn bare(&self, framework: Framework, op: Op) -> Figure {
        let request = if op == Op::Anonymous { Op::Anonymous } else { Op::Pass };
        let is_it =
            |case: &Case| case.peer == BARE && case.framework == framework && case.op == request;
        self.0.iter().find(|(case, _)| is_it(case)).expect("they are always measured").1
    }

    /// How far the middle half of the rounds lies apart, over all cases: the noise.
    pub(crate) fn spread(&self) -> f64 {
        let mut spreads: Vec<f64> = self.0.iter().map(|(_, figure)| figure.spread).collect();
        spreads.sort_by(f64::total_cmp);
        spreads[spreads.len() / 2]
    }
}
