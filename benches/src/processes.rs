//! One measurement in several processes: where a process happens to have its memory changes some of
//! its times by a fifth, in all of its rounds.

use std::{
    env, io,
    process::{Command, Stdio},
};

use requests::Run;

use crate::measure::{Figure, figures, times};

/// The word that makes this program one of the processes.
pub(crate) const SHARE: &str = "share";

const PROCESSES: usize = 10;

/// Like [`measure::interleaved`](crate::measure::interleaved), with the rounds shared out.
pub(crate) fn interleaved(cases: Vec<&mut Run>) -> io::Result<Vec<Figure>> {
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..PROCESSES {
        let lines = share()?;
        for (times, line) in times.iter_mut().zip(lines.lines()) {
            times.extend(line.split(' ').filter_map(|time| time.parse::<f64>().ok()));
        }
    }
    Ok(figures(cases, times))
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

/// Measures, and prints what [`interleaved`] reads.
pub(crate) fn print(mut cases: Vec<&mut Run>, rounds: usize) {
    for times in times(&mut cases, rounds / PROCESSES) {
        let times: Vec<String> = times.iter().map(f64::to_string).collect();
        println!("{}", times.join(" "));
    }
}
