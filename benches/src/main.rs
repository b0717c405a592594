//! What a session costs: ours, its peers', and the least that it could. See README.md.

mod cases;
mod goals;
mod growth;
mod measure;
mod options;
mod parts;
mod random;
mod results;
mod table;

use std::process::ExitCode;

use options::{Options, USAGE};
use results::Results;

fn main() -> ExitCode {
    let Some(options) = Options::read() else {
        eprint!("{USAGE}");
        return ExitCode::FAILURE;
    };
    if options.growth {
        return match growth::run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("the plot cannot be written: {error}");
                ExitCode::FAILURE
            }
        };
    }
    if options.parts {
        parts::print(options.rounds());
        return ExitCode::SUCCESS;
    }
    let mut cases = cases::all(options.only.as_deref());
    let runs = cases.iter_mut().map(|case| &mut case.run).collect();
    let figures = measure::interleaved(runs, options.rounds());
    let results = Results::new(cases, figures);
    println!(
        "Net nanoseconds / net allocations (times the floor): medians of {} rounds, of which the \
         middle half lies {:.0} % apart.",
        options.rounds(),
        results.spread() * 100.0
    );
    table::print(&results);
    // Some are about the best of the peers.
    if options.only.is_none() {
        goals::print(&results);
    }
    ExitCode::SUCCESS
}
