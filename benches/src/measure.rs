//! Time and allocations, one request at a time.

use std::time::{Duration, Instant};

use requests::{Run, allocations};

use crate::random::Random;

/// The medians of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) nanoseconds: f64,
    pub(crate) allocations: u64,
    /// Between the quartiles, as a part of the median.
    pub(crate) spread: f64,
}

/// What was measured of a case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// Nanoseconds, of each round.
    pub(crate) times: Vec<f64>,
    pub(crate) allocations: u64,
}

impl Measured {
    pub(crate) fn figure(mut self) -> Figure {
        self.times.sort_by(f64::total_cmp);
        let at = |part: f64| self.times[((self.times.len() - 1) as f64 * part) as usize];
        let nanoseconds = at(0.5);
        let spread = (at(0.75) - at(0.25)) / nanoseconds;
        Figure { nanoseconds, allocations: self.allocations, spread }
    }
}

/// How long a case runs in a round: short, so that a neighbour disturbs few of the rounds.
const BATCH: Duration = Duration::from_micros(300);

/// Measures all cases, interleaved: each round runs every one of them, in another order.
pub(crate) fn interleaved(mut cases: Vec<&mut Run>, rounds: usize) -> Vec<Measured> {
    let batches: Vec<u32> = cases.iter_mut().map(|case| batch(case)).collect();
    let new = |case: &mut &mut Run| Measured {
        allocations: allocations(case),
        times: Vec::with_capacity(rounds),
    };
    let mut measured: Vec<Measured> = cases.iter_mut().map(new).collect();
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut random = Random::default();
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for &case in &order {
            measured[case].times.push(time(cases[case], batches[case]));
        }
    }
    measured
}

/// The medians of all cases, measured in this process.
pub(crate) fn figures(cases: Vec<&mut Run>, rounds: usize) -> Vec<Figure> {
    interleaved(cases, rounds).into_iter().map(Measured::figure).collect()
}

/// Nanoseconds of one request, over a batch.
fn time(run: &mut Run, batch: u32) -> f64 {
    for _ in 0..batch / 16 + 1 {
        run();
    }
    let start = Instant::now();
    for _ in 0..batch {
        run();
    }
    start.elapsed().as_nanos() as f64 / f64::from(batch)
}

/// How many requests take as long as a batch should; the fastest of a few tries, for the first are
/// slow.
fn batch(run: &mut Run) -> u32 {
    let fastest = (0..5).map(|_| time(run, 100)).fold(f64::INFINITY, f64::min);
    ((BATCH.as_nanos() as f64 / fastest) as u32).clamp(10, 10_000)
}
