//! Plain tower: a service of `http`'s requests and responses, without a framework.
//!
//! `cargo run --example service_fn`

use http::{Request, Response, StatusCode, header};
use tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};
use tower_cookie_session::{Error, SecretKey, Session, SessionLayer, Signed};

/// Counts a visitor's visits.
async fn visits(request: Request<()>) -> Result<Response<String>, BoxError> {
    // The layer puts the session there; without the layer there is none.
    let session = request.extensions().get::<Session>().ok_or("no session layer")?;
    let counted = session.update("visits", |visits: &mut u32| {
        *visits += 1;
        *visits
    });
    Ok(match counted {
        Ok(visits) => Response::new(format!("visit {visits}")),
        // A visitor from an older release, say, whose `visits` is not a number.
        Err(Error::WrongType { .. }) => {
            session.remove("visits")?;
            Response::new("start again".to_owned())
        }
        Err(error) => {
            let response = Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR);
            response.body(error.to_string())?
        }
    })
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let sessions = SessionLayer::new(Signed::new(SecretKey::generate()));
    let service = ServiceBuilder::new().layer(sessions).service(service_fn(visits));

    // In short, a browser: it sends back what it was given.
    let mut cookie = None;
    for expected in ["visit 1", "visit 2", "visit 3"] {
        let mut request = Request::new(());
        if let Some(cookie) = cookie.take() {
            request.headers_mut().insert(header::COOKIE, cookie);
        }
        let response = service.clone().oneshot(request).await?;
        let line = response.headers().get(header::SET_COOKIE).ok_or("nothing was sent")?;
        let pair = line.to_str()?.split(';').next().unwrap_or_default();
        println!("{}: {line:?}", response.body());
        cookie = Some(pair.parse()?);
        assert_eq!(response.body(), expected);
    }
    Ok(())
}
