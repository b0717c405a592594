//! HTTP/1 as bytes on a connection, so that nothing stands between a test and what it sends.

use std::{io, net::SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::Answer;

/// One connection, kept alive.
#[derive(Debug)]
pub struct Http1 {
    connection: BufReader<TcpStream>,
    /// Kept from request to request, for who sends a million of them.
    sent: Vec<u8>,
}

impl Http1 {
    /// Connects.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn connect(at: SocketAddr) -> io::Result<Self> {
        let connection = TcpStream::connect(at).await?;
        connection.set_nodelay(true)?;
        Ok(Self { connection: BufReader::new(connection), sent: Vec::new() })
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.connection.write_all(bytes.as_ref()).await
    }

    /// GETs a path with these Cookie lines, and waits for the answer.
    ///
    /// # Errors
    /// Those of the connection, and what is no response.
    pub async fn get(
        &mut self,
        path: &str,
        cookie_lines: &[impl AsRef<[u8]>],
    ) -> io::Result<Answer> {
        let mut sent = std::mem::take(&mut self.sent);
        sent.clear();
        for part in ["GET ", path, " HTTP/1.1\r\nHost: test\r\n"] {
            sent.extend_from_slice(part.as_bytes());
        }
        for line in cookie_lines {
            for part in [b"Cookie: ", line.as_ref(), b"\r\n"] {
                sent.extend_from_slice(part);
            }
        }
        sent.extend_from_slice(b"\r\n");
        self.connection.write_all(&sent).await?;
        self.sent = sent;
        self.answer().await
    }

    /// The next response.
    ///
    /// # Errors
    /// Those of the connection, and what is no response.
    pub async fn answer(&mut self) -> io::Result<Answer> {
        let (status, headers) = self.head().await?;
        let length = headers.get(header::CONTENT_LENGTH).map(HeaderValue::to_str);
        let mut body = Vec::new();
        match length {
            Some(length) => {
                let length = length.map_err(odd)?.parse().map_err(odd)?;
                body.resize(length, 0);
                self.connection.read_exact(&mut body).await?;
            }
            // As before HTTP/1.1: the body ends with the connection.
            None => {
                self.connection.read_to_end(&mut body).await?;
            }
        }
        Ok(Answer { status, headers, body })
    }

    /// The head of the next response, and nothing of its body.
    ///
    /// # Errors
    /// Those of the connection, and what is no response.
    pub async fn head(&mut self) -> io::Result<(StatusCode, HeaderMap)> {
        let mut line = String::new();
        self.line(&mut line).await?;
        let status = line.split(' ').nth(1).unwrap_or_default().parse().map_err(odd)?;
        let mut headers = HeaderMap::new();
        loop {
            self.line(&mut line).await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            let name: HeaderName = name.parse().map_err(odd)?;
            headers.append(name, value.parse().map_err(odd)?);
        }
        Ok((status, headers))
    }

    /// Ends the connection with a reset, as a client does that is killed.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn reset(self) -> io::Result<()> {
        self.connection.get_ref().set_zero_linger()
    }

    /// Whether the server has ended the connection.
    pub async fn is_over(&mut self) -> bool {
        !matches!(self.connection.read(&mut [0]).await, Ok(1))
    }

    async fn line(&mut self, line: &mut String) -> io::Result<()> {
        line.clear();
        if self.connection.read_line(line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(())
    }
}

fn odd(error: impl Into<crate::Failure>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
