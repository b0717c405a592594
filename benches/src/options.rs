//! The command line.

use crate::processes::SHARE;

pub(crate) const USAGE: &str = "\
usage: tower-cookie-session-benches [growth | parts] [--quick] [--only NAME]

  growth        how the cost grows, instead of the table of peers
  parts         where the time goes, instead of it
  --quick       few rounds, in one process: a look, not a measurement
  --only NAME   only the peers (or kinds of growth) with this in their names, and the floor
";

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) growth: bool,
    pub(crate) parts: bool,
    pub(crate) quick: bool,
    /// This is one of the processes that a measurement takes.
    pub(crate) share: bool,
    pub(crate) only: Option<String>,
}

impl Options {
    pub(crate) fn read() -> Option<Self> {
        let mut options = Self::default();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match &*word {
                "growth" => options.growth = true,
                "parts" => options.parts = true,
                SHARE => options.share = true,
                "--quick" => options.quick = true,
                "--only" => options.only = Some(words.next()?),
                _ => return None,
            }
        }
        Some(options)
    }

    /// Rounds that a median is of.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 9 } else { 100 }
    }
}
