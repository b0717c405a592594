//! Uses the codecs of section 4 of the design, as a caller would. It must compile, and pass, with all features.
use std::time::Duration;
use tower_cookie_session::*;

#[test]
fn codecs() -> Result<(), Box<dyn std::error::Error>> {
    let ring = KeyRing::new(SecretKey::new("0123456789 abcdefghijklmnopqrstuvwxyz")?)
        .accept(SecretKey::legacy("dev")?);
    let flask = Flask::new(ring.clone()).salt("my-app").digest(Digest::Sha256);
    let _ = (Digest::Sha1, Digest::Sha384, Digest::Sha512);
    for (layer, start) in [
        (SessionLayer::new(Private::new(ring.clone())), "__Host-session="),
        (SessionLayer::new(flask.clone()), "session="),
        (SessionLayer::new(Django::new(ring.clone())), "sessionid="),
        (SessionLayer::new(Starlette::new(ring.clone())), "session="),
        (SessionLayer::new(Express::new(ring.clone())), "session="),
    ] {
        let line = layer.seal(&serde_json::json!({"user": "ada"}))?;
        assert!(line.starts_with(start), "{line}");
        assert_eq!(layer.open(&line).get::<String>("user")?.as_deref(), Some("ada"));
    }
    let layer = SessionLayer::new(Signed::new(ring.clone()))
        .also_read(SessionCookie::new("session")?, flask.clone());
    let line = SessionLayer::new(flask).seal(&serde_json::json!({"user": "ada"}))?;
    assert_eq!(layer.open(&line).get::<String>("user")?.as_deref(), Some("ada"));
    assert!(
        SessionLayer::new(Express::new(ring))
            .expiry(Expiry::never().idle(Duration::from_secs(60)))
            .is_err()
    );
    Ok(())
}
