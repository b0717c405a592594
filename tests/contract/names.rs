//! Uses the names of section 4 of the design, as a caller would (the other codecs: contract_codecs.rs). It must compile, and pass, with all features.
use std::time::Duration;
use time::OffsetDateTime;
use tower_cookie_session::*;

fn key() -> SecretKey {
    SecretKey::new("0123456789 abcdefghijklmnopqrstuvwxyz").unwrap()
}

#[test]
fn keys() -> Result<(), ConfigError> {
    let ring: KeyRing =
        KeyRing::new(key()).accept(SecretKey::legacy("dev")?).accept(SecretKey::generate());
    let _: KeyRing = key().into();
    assert!(SecretKey::from_env("NO_SUCH_VARIABLE_HERE").is_err());
    assert!(!format!("{:?}", Signed::new(ring.clone()).compress(true).clone()).contains("abcdef"));
    Ok(())
}

#[test]
fn configuration() -> Result<(), ConfigError> {
    let cookie = SessionCookie::new("sid")?
        .domain("example.com")?
        .path("/app")?
        .secure(true)?
        .http_only(true)
        .same_site(SameSite::Strict)?
        .partitioned(false)?
        .persistent(true)
        .max_size(3000)?;
    let expiry = Expiry::never()
        .idle(Duration::from_secs(1800))
        .absolute(Duration::from_secs(28_800))
        .idle_persistent(Duration::from_secs(3600))
        .renew_after(Duration::from_secs(60))
        .clock_skew(Duration::from_secs(5));
    let layer = SessionLayer::new(Signed::new(key()))
        .cookie(cookie)
        .expiry(expiry)?
        .also_read(
            SessionCookie::new("old")?.domain("example.com")?,
            Signed::new(SecretKey::legacy("old key")?),
        )
        .validate(|session: &Session| !session.contains_key("banned"))
        .clock(OffsetDateTime::now_utc);
    let _ = (
        SessionCookie::host(),
        SameSite::Lax,
        SameSite::None,
        Expiry::default(),
        format!("{:?}", layer.clone()),
    );
    assert!(
        SessionLayer::new(Signed::new(key())).expiry(Expiry::never().idle(Duration::ZERO)).is_err()
    );
    Ok(())
}

#[test]
fn session() -> Result<(), Error> {
    let layer = SessionLayer::new(Signed::new(key()));
    let line: String = layer.seal(&serde_json::json!({"cart": ["robot"], "user": "ada"}))?;
    assert!(line.starts_with("__Host-session="));
    let s: Session = layer.open(&format!("other=1; {line}"));
    assert!(matches!(s.origin(), Origin::Cookie) && !s.is_new() && !s.is_modified());
    assert_eq!(s.get::<String>("user")?.as_deref(), Some("ada"));
    assert!(matches!(s.get::<u8>("user"), Err(Error::WrongType { .. })));
    assert!(s.contains_key("cart") && s.len() == 2 && !s.is_empty());
    assert_eq!(s.keys(), ["cart", "user"]);
    s.insert("n", 1)?;
    s.insert(String::from("m"), &[1u8, 2][..])?;
    let n: u32 = s.update("n", |n: &mut u32| {
        *n += 1;
        *n
    })?;
    assert_eq!(n, 2);
    s.update("cart", |cart: &mut Vec<String>| cart.push("ship".into()))?;
    assert_eq!(s.get_or_insert_with("theme", || "dark".to_owned())?, "dark");
    assert_eq!(s.pop::<u32>("n")?, Some(2));
    assert_eq!(s.pop::<u32>("n")?, None);
    assert!(s.remove("theme")? && !s.remove("theme")?);
    s.retain(|key: &str| key != "m")?;
    let all: serde_json::Value = s.to()?;
    assert_eq!(all, serde_json::json!({"user": "ada", "cart": ["robot", "ship"]}));
    s.replace(&serde_json::json!({"user": "bob"}))?;
    s.flash("success", "Saved")?;
    assert_eq!(s.peek_flashes()?.len(), 1);
    let flashes: Vec<Flash> = s.take_flashes()?;
    assert_eq!((flashes[0].category.as_str(), flashes[0].message.as_str()), ("success", "Saved"));
    s.set_persistent(true)?;
    assert!(s.is_persistent() && s.is_modified() && s.encoded_len() > 60);
    s.expire_at(OffsetDateTime::now_utc() + Duration::from_secs(60))?;
    let id: String = s.id()?;
    s.renew()?;
    assert_ne!(id, s.id()?);
    let _: (Option<OffsetDateTime>, Option<OffsetDateTime>, Option<OffsetDateTime>) =
        (s.created_at(), s.issued_at(), s.expires_at());
    s.clear()?;
    assert!(s.is_empty());
    assert!(matches!(
        s.insert("big", "x".repeat(5000)),
        Err(Error::TooLarge { size: 5000.., limit: 4096, .. })
    ));
    assert!(matches!(s.insert("_session", 1), Err(Error::ReservedKey { .. })));
    assert!(matches!(Session::detached().origin(), Origin::New));
    assert!(matches!(
        layer.open("__Host-session=x").origin(),
        Origin::Rejected(Rejection::Malformed | Rejection::BadSignature)
    ));
    let _ = (Rejection::Expired, Rejection::FromTheFuture, Rejection::TooLong, Rejection::Refused);
    Ok(())
}

#[test]
fn any_tower_service() {
    use tower::Layer;
    fn is_send_sync<T: Clone + Send + Sync + 'static>() {}
    is_send_sync::<Session>();
    // neither the inner service, nor its error, nor the bodies need be Clone, Send, Default or 'static
    struct Odd<'a>(&'a str, std::rc::Rc<()>);
    struct OddBody<'a>(#[allow(dead_code, reason = "only that it borrows matters")] &'a str);
    impl<'a> tower::Service<http::Request<OddBody<'a>>> for Odd<'a> {
        type Response = http::Response<OddBody<'a>>;
        type Error = std::rc::Rc<str>;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }
        fn call(&mut self, _: http::Request<OddBody<'a>>) -> Self::Future {
            let _ = &self.1;
            std::future::ready(Ok(http::Response::new(OddBody(self.0))))
        }
    }
    let text = String::from("body");
    let mut service = SessionLayer::new(Signed::new(key())).layer(Odd(&text, std::rc::Rc::new(())));
    let _ = tower::Service::call(&mut service, http::Request::new(OddBody(&text)));
}
