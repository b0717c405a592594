//! What was counted, as a file keeps it.

use std::fmt;

#[derive(Default)]
pub(crate) struct Counts(Vec<Count>);

struct Count {
    case: String,
    instructions: u64,
    allocations: u64,
}

impl Counts {
    pub(crate) fn push(&mut self, case: String, instructions: u64, allocations: u64) {
        self.0.push(Count { case, instructions, allocations });
    }

    /// What is worse than in `committed`, or not in it, in words.
    pub(crate) fn compare(&self, committed: &str, room: f64) -> Vec<String> {
        let read = |count: &Count| {
            let row = committed.lines().find_map(|line| line.strip_prefix(&count.case))?;
            let mut numbers = row.split_whitespace().map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        };
        let mut regressions = Vec::new();
        for count in &self.0 {
            let Some((instructions, allocations)): Option<(u64, u64)> = read(count) else {
                regressions.push(format!("{} has no committed counts", count.case));
                continue;
            };
            let more = count.instructions as f64 / instructions as f64 - 1.0;
            if more > room {
                regressions.push(format!(
                    "{} takes {} instructions, {:.1} % more than the committed {instructions}",
                    count.case,
                    count.instructions,
                    more * 100.0
                ));
            }
            if count.allocations != allocations {
                regressions.push(format!(
                    "{} takes {} allocations, and not the committed {allocations}",
                    count.case, count.allocations
                ));
            }
        }
        regressions
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20}{:>12}{:>12}", "", "instructions", "allocations")?;
        for Count { case, instructions, allocations } in &self.0 {
            writeln!(f, "{case:<20}{instructions:>12}{allocations:>12}")?;
        }
        Ok(())
    }
}
