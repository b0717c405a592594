//! A browser: one jar, and requests to any server of this host.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::{cookie_text, framework::Framework, jar::Jar};

const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) jar: Jar,
}

pub(crate) struct Reply {
    pub(crate) body: String,
    pub(crate) set_cookies: Vec<String>,
}

impl Browser {
    /// The answer, as JSON.
    pub(crate) fn get(&mut self, site: SocketAddr, path: &str) -> Value {
        serde_json::from_str(&self.send(site, "GET", path, "").body).unwrap()
    }

    pub(crate) fn post(&mut self, site: SocketAddr, path: &str, body: impl Into<Value>) -> Reply {
        self.send(site, "POST", path, &body.into().to_string())
    }

    /// Sends a request with the jar's cookies, and keeps what the response sets.
    pub(crate) fn send(&mut self, site: SocketAddr, method: &str, path: &str, body: &str) -> Reply {
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {site}\r\nConnection: close\r\n{}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.jar.header(),
            body.len(),
        );
        let (head, body) = exchange(site, &request);
        let status = head[0].split(' ').nth(1);
        assert_eq!(status, Some("200"), "{method} {path}: {head:?} {body}");
        let set_cookies: Vec<_> = fields(&head, "set-cookie").map(str::to_owned).collect();
        set_cookies.iter().for_each(|line| self.jar.store(line));
        Reply { body, set_cookies }
    }

    /// The members of the session in the jar, as they are written; none where there is no cookie.
    pub(crate) fn members(&self, framework: Framework) -> BTreeMap<String, String> {
        let text = self.token(framework).map(|token| cookie_text::json(framework, token));
        text.map(|text| cookie_text::members(&text)).unwrap_or_default()
    }

    /// The session cookie's value, or `None` where there is none.
    pub(crate) fn token(&self, framework: Framework) -> Option<&str> {
        self.jar.get(framework.cookie_name())
    }
}

/// The lines of a response's head, and its body. In HTTP/1.0, for then it comes in one piece.
fn exchange(site: SocketAddr, request: &str) -> (Vec<String>, String) {
    let mut stream = TcpStream::connect_timeout(&site, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = BufReader::new(stream);
    let lines = response.by_ref().lines().map(Result::unwrap);
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    // Not to the end of the connection: Flask's server waits for the other side to close it.
    let len = fields(&head, "content-length").next().unwrap().parse().unwrap();
    let mut body = vec![0; len];
    response.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// The values of a response's header fields of this name.
fn fields<'a>(head: &'a [String], name: &'a str) -> impl Iterator<Item = &'a str> {
    let fields = head.iter().filter_map(|line| line.split_once(':'));
    fields.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
