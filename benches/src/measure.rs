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

/// How long a case runs in a round: short, so that a neighbour disturbs few of the rounds.
const BATCH: Duration = Duration::from_micros(300);

/// Measures all cases, interleaved.
pub(crate) fn interleaved(mut cases: Vec<&mut Run>, rounds: usize) -> Vec<Figure> {
    let times = times(&mut cases, rounds);
    figures(cases, times)
}

/// Nanoseconds of every case in each round; a round runs all of them, in another order.
pub(crate) fn times(cases: &mut [&mut Run], rounds: usize) -> Vec<Vec<f64>> {
    let batches: Vec<u32> = cases.iter_mut().map(|case| batch(case)).collect();
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut random = Random::default();
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for &case in &order {
            times[case].push(time(cases[case], batches[case]));
        }
    }
    times
}

/// The medians of what was measured, and the allocations, which are counted here.
pub(crate) fn figures(cases: Vec<&mut Run>, times: Vec<Vec<f64>>) -> Vec<Figure> {
    let figures = cases.into_iter().zip(times).map(|(case, mut times)| {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        let median = at(0.5);
        let spread = (at(0.75) - at(0.25)) / median;
        Figure { nanoseconds: median, allocations: allocations(case), spread }
    });
    figures.collect()
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
