//! HTTP/2 without TLS, by prior knowledge; one connection for many requests at once.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Request, Response, header},
};
use h2::{RecvStream, SendStream, client};
use tokio::{net::TcpStream, task::JoinHandle};

use crate::{Answer, Failure};

/// One connection; clones share it.
#[derive(Clone, Debug)]
pub struct Http2 {
    requests: client::SendRequest<Bytes>,
    _driver: Arc<Driver>,
}

/// The task that moves the bytes; it ends with the last clone.
#[derive(Debug)]
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Http2 {
    /// Connects.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn connect(at: SocketAddr) -> Result<Self, Failure> {
        let connection = TcpStream::connect(at).await?;
        connection.set_nodelay(true)?;
        let (requests, connection) = client::handshake(connection).await?;
        let driver = tokio::spawn(async move {
            // Whoever waits for an answer is told of what went wrong.
            let _ = connection.await;
        });
        Ok(Self { requests, _driver: Arc::new(Driver(driver)) })
    }

    /// Sends a head, for a body that may follow; `crumbs` are fields of their own, as browsers send
    /// cookies.
    ///
    /// # Errors
    /// Those of the connection, and bytes that no header may have.
    pub async fn send(
        &self,
        path: &str,
        crumbs: &[impl AsRef<[u8]>],
        is_whole: bool,
    ) -> Result<(client::ResponseFuture, SendStream<Bytes>), Failure> {
        let mut request = Request::builder().uri(format!("http://test{path}")).body(())?;
        if !is_whole {
            *request.method_mut() = axum::http::Method::POST;
        }
        for crumb in crumbs {
            let crumb = HeaderValue::from_bytes(crumb.as_ref())?;
            request.headers_mut().append(header::COOKIE, crumb);
        }
        Ok(self.requests.clone().ready().await?.send_request(request, is_whole)?)
    }

    /// GETs a path with these crumbs, and waits for the answer.
    ///
    /// # Errors
    /// Those of the connection and of the stream.
    pub async fn get(&self, path: &str, crumbs: &[impl AsRef<[u8]>]) -> Result<Answer, Failure> {
        let (response, _) = self.send(path, crumbs, true).await?;
        Self::answer(response.await?).await
    }

    /// POSTs to a path with a body and trailers.
    ///
    /// # Errors
    /// Those of the connection and of the stream.
    pub async fn post(
        &self,
        path: &str,
        crumbs: &[impl AsRef<[u8]>],
        trailers: HeaderMap,
    ) -> Result<Answer, Failure> {
        let (response, mut body) = self.send(path, crumbs, false).await?;
        body.send_data(Bytes::from_static(b"a body"), false)?;
        body.send_trailers(trailers)?;
        Self::answer(response.await?).await
    }

    async fn answer(response: Response<RecvStream>) -> Result<Answer, Failure> {
        let (head, mut stream) = response.into_parts();
        let mut body = Vec::new();
        while let Some(data) = stream.data().await {
            let data = data?;
            stream.flow_control().release_capacity(data.len())?;
            body.extend_from_slice(&data);
        }
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}
