//! The straight line through points, by least squares.

pub(super) struct Line {
    pub(super) slope: f64,
    pub(super) start: f64,
}

impl Line {
    pub(super) fn through(points: &[(f64, f64)]) -> Self {
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            points.iter().map(|point| of(point.0 - x, point.1 - y)).sum()
        };
        let slope = sum(&|x, y| x * y) / sum(&|x, _| x * x);
        Self { slope, start: y - slope * x }
    }

    pub(super) fn at(&self, x: f64) -> f64 {
        self.start + self.slope * x
    }

    /// How far the worst point lies above or below, as a part of the line's height there.
    pub(super) fn furthest(&self, points: &[(f64, f64)]) -> f64 {
        let distances = points.iter().map(|(x, y)| ((y - self.at(*x)) / self.at(*x)).abs());
        distances.fold(0.0, f64::max)
    }
}
