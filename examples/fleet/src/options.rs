//! `--name value`, and `--name` alone.

use std::str::FromStr;

use crate::Failure;

pub(crate) struct Options(Vec<String>);

impl Options {
    pub(crate) fn new(arguments: impl Iterator<Item = String>) -> Self {
        Self(arguments.collect())
    }

    /// Takes out `name`, and says whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|argument| argument == name);
        at.map(|at| self.0.remove(at)).is_some()
    }

    /// Takes out `name` and what follows it.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let Some(at) = self.0.iter().position(|argument| argument == name) else {
            return Ok(None);
        };
        let value = self.0.drain(at..(at + 2).min(self.0.len())).nth(1);
        match value.as_deref().map(str::parse) {
            Some(Ok(value)) => Ok(Some(value)),
            _ => Err(format!("{name} needs a value").into()),
        }
    }

    /// Refuses whatever was not taken.
    pub(crate) fn end(self) -> Result<(), Failure> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(format!("unknown: {}", self.0.join(" ")).into())
        }
    }
}
