//! Time and allocations, one request at a time.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use crate::random::Random;

/// Runs one request.
pub(crate) type Request = Box<dyn FnMut()>;

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

/// Measures all cases, interleaved: each round runs every one of them, in another order.
pub(crate) fn interleaved(mut cases: Vec<&mut Request>, rounds: usize) -> Vec<Figure> {
    let batches: Vec<u32> = cases.iter_mut().map(|case| batch(case)).collect();
    let allocations: Vec<u64> = cases.iter_mut().map(|case| allocations(case)).collect();
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut random = Random::default();
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for &case in &order {
            times[case].push(time(cases[case], batches[case]));
        }
    }
    let figures = times.into_iter().zip(allocations).map(|(mut times, allocations)| {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        let median = at(0.5);
        Figure { nanoseconds: median, allocations, spread: (at(0.75) - at(0.25)) / median }
    });
    figures.collect()
}

/// Nanoseconds of one request, over a batch.
fn time(request: &mut Request, batch: u32) -> f64 {
    for _ in 0..batch / 16 + 1 {
        request();
    }
    let start = Instant::now();
    for _ in 0..batch {
        request();
    }
    start.elapsed().as_nanos() as f64 / f64::from(batch)
}

/// How many requests take as long as a batch should; the fastest of a few tries, for the first are
/// slow.
fn batch(request: &mut Request) -> u32 {
    let fastest = (0..5).map(|_| time(request, 100)).fold(f64::INFINITY, f64::min);
    ((BATCH.as_nanos() as f64 / fastest) as u32).clamp(10, 10_000)
}

/// Allocations of one request, the first ones left out.
pub(crate) fn allocations(request: &mut Request) -> u64 {
    request();
    let before = ALLOCATIONS.load(Relaxed);
    request();
    ALLOCATIONS.load(Relaxed) - before
}

/// The system's allocator, counted.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

impl Counting {
    /// Not `fetch_add`, which costs as much as a small allocation: there is one thread.
    fn count() {
        ALLOCATIONS.store(ALLOCATIONS.load(Relaxed) + 1, Relaxed);
    }
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count();
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}
