//! Holds this crate's instructions and allocations for a request against the committed ones.
//! See ../../README.md.

mod callgrind;
mod counts;

use std::{env, fs, io, path::Path, process::ExitCode};

use counts::Counts;
use requests::{Op, Run, operations, samples, signed};

/// Requests that an instruction count is the mean of.
const REQUESTS: u64 = 100;
/// How many instructions more than committed are let pass.
const ROOM: f64 = 0.03;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        [] => check(),
        ["accept"] => accept(),
        [callgrind::REPEAT, case] => repeat(case),
        _ => Err(io::Error::other("usage: gate [accept]")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gate: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Every operation on every session, by name.
fn cases() -> Vec<(String, Run)> {
    let name = |op: Op, size| format!("{op:?} {size}").to_lowercase();
    let of_sample = |sample: &requests::Sample| {
        operations(&signed(), sample).map(|(op, run)| (name(op, sample.size), run))
    };
    samples().iter().flat_map(of_sample).collect()
}

fn count() -> io::Result<Counts> {
    let mut counts = Counts::default();
    for (case, mut run) in cases() {
        let instructions = callgrind::instructions(&case)? / REQUESTS;
        counts.push(case, instructions, requests::allocations(&mut run));
    }
    Ok(counts)
}

fn committed() -> impl AsRef<Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.txt")
}

fn check() -> io::Result<()> {
    let counts = count()?;
    let regressions = counts.compare(&fs::read_to_string(committed())?, ROOM);
    println!("{counts}");
    match regressions.len() {
        0 => Ok(()),
        _ => Err(io::Error::other(regressions.join("\n      "))),
    }
}

/// Takes today's counts for the committed ones.
fn accept() -> io::Result<()> {
    fs::write(committed(), count()?.to_string())
}

/// What callgrind watches.
fn repeat(wanted: &str) -> io::Result<()> {
    let found = cases().into_iter().find(|(case, _)| case == wanted);
    let (_, mut run) = found.ok_or_else(|| io::Error::other("there is no such case"))?;
    run();
    watched(&mut run);
    Ok(())
}

#[inline(never)]
fn watched(run: &mut Run) {
    for _ in 0..REQUESTS {
        run();
    }
}
