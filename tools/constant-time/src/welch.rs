//! Welch's t-test over times of two classes, cropped as dudect does it.

/// How many crops are tried, besides the whole.
const CROPS: i32 = 100;
/// A crop with fewer times of a class says nothing.
const LEAST: f64 = 10_000.0;

/// The largest |t| of all crops, and the two means there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verdict {
    pub t: f64,
    pub means: [f64; 2],
}

#[derive(Clone, Copy, Default)]
struct Class {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Class {
    fn mean(self) -> f64 {
        self.sum / self.count
    }

    /// The variance of the mean.
    fn spread(self) -> f64 {
        let variance = (self.squares - self.sum * self.mean()) / (self.count - 1.0);
        variance / self.count
    }
}

/// Times in nanoseconds, each with its class. Long ones are interruptions, so the test is made on
/// all times up to a percentile, for many percentiles.
pub fn test(times: &mut [(u32, bool)]) -> Verdict {
    times.sort_unstable();
    let crop = |i: i32| 1.0 - 0.5_f64.powf(10.0 * f64::from(i) / f64::from(CROPS));
    let ends = (1..=CROPS).map(|i| (crop(i) * times.len() as f64) as usize).chain([times.len()]);

    let mut worst = Verdict::default();
    let (mut classes, mut taken) = ([Class::default(); 2], 0);
    for end in ends {
        // Equal times stay together: they are sorted by class.
        while taken < times.len() && (taken < end || times[taken].0 == times[taken - 1].0) {
            let (time, class) = (f64::from(times[taken].0), &mut classes[times[taken].1 as usize]);
            class.count += 1.0;
            class.sum += time;
            class.squares += time * time;
            taken += 1;
        }
        let [a, b] = classes;
        let t = (a.mean() - b.mean()).abs() / (a.spread() + b.spread()).sqrt();
        if a.count.min(b.count) >= LEAST && t > worst.t {
            worst = Verdict { t, means: [a.mean(), b.mean()] };
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(later: u32) -> Vec<(u32, bool)> {
        let time = |i: u32| i.wrapping_mul(2_654_435_761) >> 26;
        (0..100_000).map(|i| (1000 + time(i) + (i % 2) * later, i % 2 == 1)).collect()
    }

    #[test]
    fn a_difference_is_found_and_none_is_not() {
        assert!(test(&mut times(0)).t < 4.5);
        let found = test(&mut times(3));
        assert!(found.t > 10.0, "{found:?}");
        assert!(found.means[0] < found.means[1]);
    }
}
