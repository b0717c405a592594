//! tonic: the session travels in the metadata `cookie` and `set-cookie`, behind the same layer.
//!
//! `cargo run -p transports --bin grpc`

use std::convert::Infallible;

use axum::Router;
use tokio::net::TcpListener;
use tonic::{Request, Response, Status};
use tonic::{body::Body, client, codegen::http, server, transport::Channel};
use tonic_prost::ProstCodec;
use tower::{BoxError, service_fn};
use tower_cookie_session::{SecretKey, Session, SessionLayer, Signed};

const PATH: &str = "/visits.Visits/Count";

/// A method of the service, as you would write it.
async fn count(request: Request<()>) -> Result<Response<u32>, Status> {
    let session = request.extensions().get::<Session>();
    let session = session.ok_or_else(|| Status::internal("no session layer"))?;
    let visits = session.update("visits", |visits: &mut u32| {
        *visits += 1;
        *visits
    });
    visits.map(Response::new).map_err(|error| Status::internal(error.to_string()))
}

/// What tonic's generated code turns it into.
async fn visits(
    request: http::Request<axum::body::Body>,
) -> Result<http::Response<Body>, Infallible> {
    let codec = ProstCodec::<u32, ()>::default();
    Ok(server::Grpc::new(codec).unary(service_fn(count), request).await)
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let app = Router::new().route_service(PATH, service_fn(visits)).layer(sessions);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let channel = Channel::from_shared(format!("http://{}", listener.local_addr()?))?;
    tokio::spawn(axum::serve(listener, app).into_future());

    let mut client = client::Grpc::new(channel.connect().await?);
    let mut cookie = String::new();
    for visit in 1..=3 {
        let mut request = Request::new(());
        request.metadata_mut().insert("cookie", cookie.parse()?);
        client.ready().await?;
        let codec = ProstCodec::<(), u32>::default();
        let reply = client.unary(request, PATH.parse()?, codec).await?;
        let line = reply.metadata().get("set-cookie").ok_or("nothing was sent")?.to_str()?;
        println!("{line}");
        cookie = line.split(';').next().unwrap_or_default().to_owned();
        assert_eq!(visit, reply.into_inner());
    }
    Ok(())
}
