//! hyper alone: its service is a tower service behind an adapter.
//!
//! `cargo run -p transports --bin hyper`

use std::convert::Infallible;

use http_body_util::Empty;
use hyper::{Request, Response, body::Incoming, client, header, server};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::{TcpListener, TcpStream};
use tower::{BoxError, ServiceBuilder, service_fn};
use tower_cookie_session::{SecretKey, Session, SessionLayer, Signed};

async fn greet(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let session = request.extensions().get::<Session>();
    let greeted = session.map(|session| session.insert("greeted", true));
    Ok(match greeted {
        Some(Ok(())) => Response::new("Hello".to_owned()),
        Some(Err(error)) => Response::new(error.to_string()),
        None => Response::new("no session layer".to_owned()),
    })
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let service = ServiceBuilder::new().layer(sessions).service(service_fn(greet));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            let connection = server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });

    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut client, connection) = client::conn::http1::handshake(stream).await?;
    tokio::spawn(connection);
    let request = Request::get("/").header(header::HOST, "localhost");
    let response = client.send_request(request.body(Empty::<&[u8]>::new())?).await?;
    println!("{:?}", response.headers());
    assert_eq!(response.headers()[header::VARY], "Cookie");
    assert!(response.headers().contains_key(header::SET_COOKIE));
    Ok(())
}
