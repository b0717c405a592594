//! One measurement in several processes: where a process happens to have its memory changes some of
//! its times by a fifth, in all of its rounds.

use std::{
    env, io,
    process::{Command, Stdio},
};

use crate::measure::Measured;

/// The word that makes this program one of the processes.
pub(crate) const SHARE: &str = "share";

/// How many processes share the rounds.
pub(crate) const PROCESSES: usize = 10;

/// What was measured of each case, by all processes.
pub(crate) fn measured() -> io::Result<Vec<Measured>> {
    let mut all = Vec::new();
    for _ in 0..PROCESSES {
        let share = share()?;
        all.resize(share.lines().count(), Measured::default());
        for (case, line) in all.iter_mut().zip(share.lines()) {
            read(line, case).map_err(io::Error::other)?;
        }
    }
    Ok(all)
}

/// What one process prints: a line for each case.
fn share() -> io::Result<String> {
    let mut process = Command::new(env::current_exe()?);
    let output = process.args(env::args().skip(1)).arg(SHARE).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("a process failed: {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

pub(crate) fn print(measured: &[Measured]) {
    for case in measured {
        print!("{}", case.allocations);
        case.times.iter().for_each(|time| print!(" {time}"));
        println!();
    }
}

/// Adds what [`print`] printed.
fn read(line: &str, case: &mut Measured) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (allocations, times) = line.split_once(' ').unwrap_or((line, ""));
    case.allocations = allocations.parse()?;
    for time in times.split(' ') {
        case.times.push(time.parse()?);
    }
    Ok(())
}
