//! What a session costs: ours, its peers', and the least that it could. See README.md.

mod cases;
mod goals;
mod growth;
mod measure;
mod options;
mod parts;
mod processes;
mod random;
mod results;
mod table;

use std::{io, process::ExitCode};

use measure::Measured;
use options::{Options, USAGE};
use processes::PROCESSES;
use results::Results;

fn main() -> ExitCode {
    let Some(options) = Options::read() else {
        eprint!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let done = if options.growth {
        growth::run(&options)
    } else if options.parts {
        parts::print(options.rounds());
        Ok(())
    } else {
        peers(&options)
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("benches: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The table of peers, and the goals.
fn peers(options: &Options) -> io::Result<()> {
    let mut cases = cases::all(options.only.as_deref());
    let runs = cases.iter_mut().map(|case| &mut case.run).collect();
    if options.share {
        processes::print(&measure::interleaved(runs, options.rounds() / PROCESSES));
        return Ok(());
    }
    let figures = if options.quick {
        measure::figures(runs, options.rounds())
    } else {
        processes::measured()?.into_iter().map(Measured::figure).collect()
    };
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
    Ok(())
}
