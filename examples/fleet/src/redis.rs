//! As much of Redis' protocol as it takes to store a session: the least that any client does, so
//! that the comparison is with the best case.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use crate::Failure;

pub(crate) struct Redis(BufReader<TcpStream>);

impl Redis {
    pub(crate) fn connect(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(crate) fn ask(&mut self, command: &[&str]) -> Result<String, Failure> {
        self.send(command)?;
        self.answer()
    }

    /// Without waiting for the answer.
    pub(crate) fn send(&mut self, command: &[&str]) -> Result<(), Failure> {
        let mut text = format!("*{}\r\n", command.len());
        for word in command {
            text.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        Ok(self.0.get_mut().write_all(text.as_bytes())?)
    }

    pub(crate) fn answer(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let line = line.trim_end();
        match line.split_at_checked(1) {
            Some(("+" | ":", rest)) => Ok(rest.to_owned()),
            Some(("$", len)) => {
                let mut bulk = vec![0; len.parse::<usize>()? + 2];
                self.0.read_exact(&mut bulk)?;
                bulk.truncate(bulk.len() - 2);
                Ok(String::from_utf8(bulk)?)
            }
            _ => Err(format!("redis: {line}").into()),
        }
    }

    /// A number from `INFO`.
    pub(crate) fn info(&mut self, section: &str, name: &str) -> Result<u64, Failure> {
        let info = self.ask(&["INFO", section])?;
        let number = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        Ok(number.ok_or_else(|| format!("redis: no {name}"))?.parse()?)
    }
}
