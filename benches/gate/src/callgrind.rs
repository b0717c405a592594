//! Instructions, as valgrind's callgrind counts them.

use std::{
    env, fs, io,
    process::{Command, Stdio},
};

/// The word that makes this program run one case.
pub(crate) const REPEAT: &str = "repeat";

/// Instructions of one case's requests, but for those of SHA-256 and of the C library: valgrind has
/// no SHA instructions, and the library copies by other code on other processors.
pub(crate) fn instructions(case: &str) -> io::Result<u64> {
    let profile = env::temp_dir().join(format!("gate-{}.callgrind", std::process::id()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=gate::watched", "--compress-strings=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args([REPEAT, case])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| io::Error::other(format!("valgrind does not start: {error}")))?;
    if !status.success() {
        return Err(io::Error::other(format!("valgrind failed on {case}: {status}")));
    }
    let text = fs::read_to_string(&profile)?;
    fs::remove_file(&profile)?;
    Ok(total(&text))
}

/// The sum of the costs of all functions that count, in callgrind's format.
fn total(profile: &str) -> u64 {
    let (mut total, mut counts, mut of_a_call, mut library) = (0, true, false, false);
    for line in profile.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            library = object.contains("/libc.so");
        } else if let Some(function) = line.strip_prefix("fn=") {
            counts = !library && !function.contains("sha2::");
        } else if line.starts_with("calls=") {
            // The next line is the cost of the function that is called, which has its own lines.
            of_a_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let cost = line.split_whitespace().nth(1).and_then(|cost| cost.parse::<u64>().ok());
            if !std::mem::take(&mut of_a_call) && counts {
                total += cost.unwrap_or(0);
            }
        }
    }
    total
}
