//! tonic: the session travels in the metadata `cookie` and `set-cookie`, behind the same layer.
//!
//! `cargo run -p transports --bin grpc`

use std::convert::Infallible;
use std::future::{Ready, ready};

use axum::Router;
use tokio::net::TcpListener;
use tonic::{Request, Response, Status};
use tonic::{body::Body, client, codegen::http, server, transport::Channel};
use tonic_prost::ProstCodec;
use tower::{BoxError, service_fn};
use tower_cookie_session::{SecretKey, Session, SessionLayer, Signed};

const PATH: &str = "/visits.Visits/Count";

/// What a generated service does with each of its methods.
struct Count;

impl server::UnaryService<()> for Count {
    type Response = u32;
    type Future = Ready<Result<Response<u32>, Status>>;

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let count = |visits: &mut u32| {
            *visits += 1;
            Response::new(*visits)
        };
        let session = request.extensions().get::<Session>();
        let counted = session.map(|session| session.update("visits", count));
        let counted = counted.ok_or_else(|| Status::internal("no session layer"));
        ready(
            counted
                .and_then(|counted| counted.map_err(|error| Status::internal(error.to_string()))),
        )
    }
}

async fn visits(
    request: http::Request<axum::body::Body>,
) -> Result<http::Response<Body>, Infallible> {
    Ok(server::Grpc::new(ProstCodec::<u32, ()>::default()).unary(Count, request).await)
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let app = Router::new().route_service(PATH, service_fn(visits)).layer(sessions);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, app).into_future());

    let mut client = client::Grpc::new(Channel::from_shared(address)?.connect().await?);
    let mut request = Request::new(());
    for visit in 1..=3 {
        client.ready().await?;
        let codec = ProstCodec::<(), u32>::default();
        let reply = client.unary(request, PATH.parse()?, codec).await?;
        let cookie = reply.metadata().get("set-cookie").ok_or("nothing was sent")?.to_str()?;
        println!("{}: {cookie}", reply.get_ref());
        assert_eq!(*reply.get_ref(), visit);
        request = Request::new(());
        let pair = cookie.split(';').next().unwrap_or_default();
        request.metadata_mut().insert("cookie", pair.parse()?);
    }
    Ok(())
}
