//! A framework's own server, as a process that ends with the test.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::framework::Framework;

const START: Duration = Duration::from_secs(30);

pub(crate) struct Peer {
    pub(crate) site: SocketAddr,
    /// What it says it is.
    pub(crate) version: String,
    _process: Process,
}

impl Peer {
    pub(crate) fn start(framework: Framework, secret: &str) -> Self {
        let mut command = framework.command();
        command.arg(secret).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = match command.spawn() {
            Ok(child) => Process(child),
            Err(error) => panic!("{command:?}: {error}"),
        };
        let stdout = process.0.stdout.take().unwrap();
        let (sender, first_line) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            // Read to the end, so that the peer can always write.
            lines.by_ref().take(1).for_each(|line| sender.send(line).unwrap_or_default());
            lines.for_each(drop);
        });
        let Ok(line) = first_line.recv_timeout(START) else { panic!("{framework} did not start") };
        let (version, site) = line.split_once('\t').unwrap();
        Self { site: site.parse().unwrap(), version: version.to_owned(), _process: process }
    }
}

/// Killed when it is dropped, a panic's way out included.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
