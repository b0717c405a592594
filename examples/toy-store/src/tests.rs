//! The store as a browser without a screen sees it: requests go into the router, with a cookie jar
//! between them.

use argon2::{Algorithm, Argon2, Params, Version};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use tower::ServiceExt as _;
use tower_cookie_session::SecretKey;

use crate::{
    Options,
    accounts::Accounts,
    app::{self, App},
    shop::COOKIE_LIMIT,
};

const NAME: &str = "__Host-session";
const PASSWORD: &str = "correct horse";

struct Browser {
    store: Router,
    cookie: Option<String>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Browser {
    fn new() -> Self {
        // The least work that argon2 knows: these passwords guard nothing.
        let params = Params::new(Params::MIN_M_COST, 1, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::default(), Version::default(), params);
        let accounts = Accounts::open(":memory:", argon2).unwrap();
        let app = App::new(SecretKey::generate(), accounts, false).unwrap();
        Self { store: app::router(app), cookie: None }
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Answer {
        let request = match &self.cookie {
            Some(value) => request.header(header::COOKIE, format!("{NAME}={value}")),
            None => request,
        };
        let request = request.body(Body::from(body)).unwrap();
        let (head, body) = self.store.clone().oneshot(request).await.unwrap().into_parts();
        if let Some(line) = head.headers.get(header::SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split_once('=').unwrap();
            assert_eq!(name, NAME);
            let removed = line.to_str().unwrap().contains("; Max-Age=0");
            self.cookie = (!removed).then(|| value.split(';').next().unwrap().to_owned());
        }
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status, headers: head.headers, body }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), String::new()).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, form.to_owned()).await
    }

    /// The page after a form: where it was redirected to, if it was.
    async fn submit(&mut self, path: &str, form: &str) -> Answer {
        let answer = self.post(path, form).await;
        if answer.status != StatusCode::SEE_OTHER {
            return answer;
        }
        let location = answer.headers[header::LOCATION].to_str().unwrap();
        self.get(location).await
    }

    async fn registered() -> Self {
        let mut browser = Self::new();
        browser.submit("/register", &format!("name=Ada&password={PASSWORD}")).await;
        browser
    }
}

impl Answer {
    #[track_caller]
    fn shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "expected `{text}` in:\n{}", self.body);
        self
    }

    #[track_caller]
    fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "unexpected `{text}` in:\n{}", self.body);
        self
    }

    #[track_caller]
    fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    fn set_cookie(&self) -> Option<&str> {
        Some(self.headers.get(header::SET_COOKIE)?.to_str().unwrap())
    }
}

#[tokio::test]
async fn a_look_around_leaves_no_cookie() {
    let mut browser = Browser::new();
    for path in ["/", "/cart", "/login", "/register", "/name-tag"] {
        let page = browser.get(path).await;
        assert_eq!(page.is(200).set_cookie(), None, "{path}");
        assert_eq!(page.headers[header::VARY], "Cookie", "{path}");
        page.shows("<html lang=\"en\">").shows("Cart (0)").lacks("class=\"flash");
        assert_eq!(page.body.matches("<h1>").count(), 1, "{path}");
    }
    browser.get("/name-tag").await.shows("id=\"none\"");
    let style = browser.get("/style.css").await;
    assert!(!style.is(200).headers.contains_key(header::VARY));
    for path in ["/nowhere", "/logout"] {
        browser.get(path).await.is(404).shows("Cart (0)");
    }
}

#[tokio::test]
async fn toys_go_into_the_cart_and_back() {
    let mut browser = Browser::new();
    let page = browser.submit("/cart/add", "toy=robot&engraving=%3Cb%3EMax").await;
    page.shows("class=\"flash success\" role=\"status\">Robot is in your cart.").shows("Cart (1)");
    browser.get("/").await.lacks("is in your cart").shows("Cart (1)");
    browser.submit("/cart/add", "toy=kite&engraving=").await.shows("Cart (2)");
    browser.get("/cart").await.shows("“&lt;b&gt;Max”").shows("€38.90").shows(" of 4096 bytes");
    browser.post("/cart/add", "toy=dragon&engraving=").await.is(404);
    browser.submit("/cart/remove", "index=0").await.shows("Robot is back on the shelf.");
    browser.submit("/cart/remove", "index=7").await.lacks("back on the shelf").shows("Cart (1)");
    browser.submit("/cart/remove", "index=0").await.shows("Your cart is empty.");
}

#[tokio::test]
async fn a_full_cart_is_told_and_loses_nothing() {
    // With long engravings, the room left is enough for a message on the next page; with short ones
    // it is not, and the message is shown without a detour.
    for (engraving, status) in [("%F0%9F%A7%B8".repeat(60), 303), (String::new(), 422)] {
        let form = format!("toy=robot&engraving={engraving}");
        let mut browser = Browser::new();
        let mut toys = 0;
        let full = loop {
            let answer = browser.post("/cart/add", &form).await;
            assert!(NAME.len() + browser.cookie.as_ref().unwrap().len() <= COOKIE_LIMIT);
            let direct = answer.status;
            let page =
                if direct == StatusCode::SEE_OTHER { browser.get("/").await } else { answer };
            if page.body.contains("Your cart is full") {
                assert_eq!(direct.as_u16(), status);
                break page;
            }
            toys += 1;
        };
        assert!(toys > 5, "{toys} toys");
        full.shows(
            "class=\"flash error\" role=\"status\">Your cart is full: Robot did not fit, and",
        );
        full.shows(&format!("Cart ({toys})"));
        browser.get("/").await.shows(&format!("Cart ({toys})")).lacks("class=\"flash");
    }
}

#[tokio::test]
async fn an_engraving_has_at_most_sixty_characters() {
    let mut browser = Browser::new();
    browser.submit("/cart/add", &format!("toy=ship&engraving={}", "%C3%A9".repeat(99))).await;
    browser.get("/cart").await.shows(&format!("“{}”", "é".repeat(60)));
}

#[tokio::test]
async fn the_cart_survives_login_and_not_logout() {
    let mut browser = Browser::new();
    browser.submit("/cart/add", "toy=robot&engraving=").await;
    let page = browser.submit("/register", &format!("name=+Ada+&password={PASSWORD}")).await;
    page.is(200).shows("Welcome, Ada.").shows("Cart (1)").shows("Log out").lacks("Log in");
    browser.get("/account").await.is(200).shows("<strong>Ada</strong>").lacks("Welcome");

    let page = browser.submit("/logout", "").await;
    page.shows("Goodbye. Your cart is empty again.").shows("Cart (0)").shows("Log in");
    assert_eq!(browser.cookie, None, "the message was all that was left");

    browser.submit("/cart/add", "toy=robot&engraving=").await;
    let page = browser.submit("/login", &format!("name=ADA&password={PASSWORD}")).await;
    page.shows("Welcome back, Ada.").lacks("remember you").shows("Cart (1)");
}

#[tokio::test]
async fn only_a_remembered_cookie_outlives_the_browser() {
    let mut browser = Browser::registered().await;
    let form = format!("name=Ada&password={PASSWORD}");
    let answer = browser.post("/login", &form).await;
    assert!(!answer.is(303).set_cookie().unwrap().contains("Max-Age"));
    browser.get("/name-tag").await.shows("paper sticker");

    let answer = browser.post("/login", &format!("{form}&remember=yes")).await;
    let line = answer.set_cookie().unwrap();
    assert!(line.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000"), "{line}");
    browser.get("/").await.shows("Welcome back, Ada. This device will remember you.");
    browser.get("/name-tag").await.shows("laminated card");
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_name_look_the_same() {
    let mut browser = Browser::registered().await;
    browser.submit("/logout", "").await;
    for name in ["Ada", "Eve"] {
        let form = format!("name={name}&password=wrong&remember=yes");
        let page = browser.post("/login", &form).await;
        page.is(422).shows(&format!("value=\"{name}\"")).lacks("value=\"wrong\"").shows(" checked");
        page.shows("aria-describedby=\"password-error\"");
        page.shows("id=\"password-error\" role=\"alert\">Name or password is wrong.");
        assert_eq!(browser.cookie, None);
    }
}

#[tokio::test]
async fn registering_says_what_is_wrong_and_where() {
    let mut browser = Browser::registered().await;
    let (long, longest) = ("x".repeat(41), "é".repeat(40));
    for (form, error) in [
        (format!("name=++&password={PASSWORD}"), "id=\"name-error\" role=\"alert\">Please tell"),
        (format!("name={long}&password={PASSWORD}"), "A name has at most 40 characters."),
        (format!("name=aDA&password={PASSWORD}"), "This name is taken."),
        ("name=Bob&password=1234567".to_owned(), "A password has at least 8 characters."),
    ] {
        browser.post("/register", &form).await.is(422).shows(error);
    }
    browser.post("/register", &format!("name={longest}&password=12345678")).await.is(303);
}

#[tokio::test]
async fn a_name_that_the_cart_leaves_no_room_for_changes_nothing() {
    let mut browser = Browser::new();
    let form = format!("name={}&password={PASSWORD}&remember=yes", "é".repeat(40));
    browser.submit("/register", &form).await.is(200);
    browser.submit("/logout", "").await;
    while !browser.submit("/cart/add", "toy=kite&engraving=").await.body.contains("cart is full") {}
    let before = browser.get("/cart").await.body;
    browser.post("/login", &form).await.is(422).shows("leaves no room");
    assert_eq!(browser.get("/cart").await.body, before);
    browser.get("/name-tag").await.shows("paper sticker");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one() {
    let mut browser = Browser::new();
    let page = browser.submit("/account/password", "old=x&new=y").await;
    page.shows("Please log in first.").shows("<h1>Log in</h1>");

    let mut browser = Browser::registered().await;
    let page = browser.post("/account/password", "old=wrong&new=battery+staple").await;
    page.is(422).shows("id=\"old-error\" role=\"alert\"");
    let page = browser.post("/account/password", &format!("old={PASSWORD}&new=short")).await;
    page.is(422).shows("id=\"new-error\" role=\"alert\"").lacks("old-error");
    let form = format!("old={PASSWORD}&new=battery+staple");
    browser.submit("/account/password", &form).await.is(200).shows("Your password is changed.");

    browser.submit("/logout", "").await;
    browser.post("/login", &format!("name=Ada&password={PASSWORD}")).await.is(422);
    browser.post("/login", "name=Ada&password=battery+staple").await.is(303);
}

#[tokio::test]
async fn a_message_is_seen_once() {
    let mut browser = Browser::new();
    let page = browser.submit("/account/password", "old=&new=").await;
    page.shows("class=\"flash info\" role=\"status\">Please log in first.");
    browser.get("/login").await.lacks("class=\"flash");
}

#[tokio::test]
async fn the_name_tag_takes_the_cookie_apart() {
    let mut browser = Browser::registered().await;
    browser.get("/").await;
    let value = browser.cookie.clone().unwrap();
    let page = browser.get("/name-tag").await;
    page.shows(&format!("id=\"raw\">{NAME}={value}<"));
    for (id, part) in ["payload", "time", "signature"].iter().zip(value.split('.')) {
        page.shows(&format!("id=\"part-{id}\">{part}<"));
    }
    page.shows("&quot;user&quot;: &quot;Ada&quot;");
    page.shows(&format!("id=\"size\">{} of 4096 bytes", NAME.len() + value.len()));
    page.shows("id=\"issued\" datetime=\"")
        .shows("id=\"ends\" datetime=\"")
        .lacks("id=\"refused\"");
}

#[tokio::test]
async fn a_changed_cookie_lands_on_working_pages_that_say_why() {
    let mut browser = Browser::registered().await;
    let good = browser.cookie.clone().unwrap();
    for bad in [good.replacen("eyJ", "eyK", 1), format!("{good}x"), "junk".to_owned()] {
        browser.cookie = Some(bad);
        browser.get("/").await.is(200).shows("Log in").shows("Cart (0)");
        let page = browser.get("/name-tag").await;
        page.is(200).shows("id=\"refused\"").shows("not signed with one of the keys");
        page.lacks("id=\"issued\"").lacks("id=\"ends\"");
    }
    browser.submit("/name-tag/forget", "").await.shows("The bad cookie is gone.");
    browser.get("/name-tag").await.shows("id=\"none\"").lacks("id=\"refused\"");

    // Next to a bad one, the good one counts, and is the one that is shown.
    browser.cookie = Some(format!("junk; {NAME}={good}"));
    let page = browser.get("/name-tag").await;
    page.shows(&format!("id=\"raw\">{NAME}={good}<")).shows("Account").lacks("id=\"refused\"");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let mut browser = Browser::registered().await;
    for (path, form) in [("/logout", ""), ("/login", "name=Eve&password=evil+password")] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site");
        let page = browser.send(request, form.to_owned()).await;
        assert_eq!(page.is(403).set_cookie(), None);
        page.shows("That form was not ours");
    }
    browser.get("/account").await.is(200).shows("Ada");
}

#[tokio::test]
async fn a_browser_that_drops_the_cookie_is_told() {
    let mut browser = Browser::new();
    let answer = browser.post("/cart/add", "toy=robot&engraving=").await;
    assert_eq!(answer.headers[header::LOCATION], "/?set=1");
    let kept = browser.cookie.take();
    browser.get("/?set=1").await.shows("id=\"cookie-lost\"").shows("--insecure");
    browser.get("/").await.lacks("cookie-lost");
    browser.cookie = kept;
    browser.get("/?set=1").await.lacks("cookie-lost");
    browser.cookie = Some("junk".to_owned());
    browser.get("/?set=1").await.lacks("cookie-lost");
}

#[test]
fn the_command_line() {
    let parse = |line: &str| Options::parse(line.split_whitespace().map(str::to_owned));
    let database = "toy-store.sqlite".to_owned();
    assert_eq!(parse(""), Ok(Options { port: 3000, insecure: false, database }));
    let options = Options { port: 0, insecure: true, database: ":memory:".to_owned() };
    assert_eq!(parse("--port 0 --insecure --database :memory:"), Ok(options));
    let error = parse("--colour --port 1 blue").unwrap_err();
    assert!(error.starts_with("unknown: `--colour`, `blue`; "), "{error}");
    for line in ["--port", "--port many", "--port 65536", "--database"] {
        assert!(parse(line).unwrap_err().contains("needs"), "{line}");
    }
}
