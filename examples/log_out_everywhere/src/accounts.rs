//! A stand-in for the application's database, so that the servers on this machine agree on who has
//! which password: a text file. Do not imitate it; the toy store shows how passwords are kept.

use std::{fs, io, path::PathBuf};

/// A line for each user: the name, a tab, the password as it is.
#[derive(Clone)]
pub(crate) struct Accounts(PathBuf);

const FIRST: &str = "ada\tcorrect horse\nbob\tbattery staple\n";

impl Accounts {
    pub(crate) fn at(file: impl Into<PathBuf>) -> Self {
        Self(file.into())
    }

    pub(crate) fn check(&self, user: &str, password: &str) -> io::Result<bool> {
        Ok(self.read()?.lines().any(|line| line.split_once('\t') == Some((user, password))))
    }

    /// Returns false for a password that no line can hold.
    pub(crate) fn set_password(&self, user: &str, password: &str) -> io::Result<bool> {
        if password.is_empty() || password.contains(char::is_control) {
            return Ok(false);
        }
        let line = |line: &str| match line.split_once('\t') {
            Some((name, _)) if name == user => format!("{name}\t{password}\n"),
            _ => format!("{line}\n"),
        };
        let text: String = self.read()?.lines().map(line).collect();
        // Another server reads the old file or the new one, and never half of it.
        let draft = self.0.with_extension(format!("{}.draft", std::process::id()));
        fs::write(&draft, text)?;
        fs::rename(draft, &self.0)?;
        Ok(true)
    }

    fn read(&self) -> io::Result<String> {
        match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(FIRST.to_owned()),
            text => text,
        }
    }
}
