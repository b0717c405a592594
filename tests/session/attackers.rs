//! What somebody can do, and what not, with an old cookie, a stolen cookie, a sub-domain beside us,
//! or an old key.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tower_cookie_session::{
    Expiry, KeyRing, Origin, Rejection, SecretKey, Session, SessionLayer, Signed,
};

use crate::support::*;

fn limited() -> SessionLayer {
    let limits = Expiry::never().idle(Duration::from_secs(100)).absolute(Duration::from_secs(1000));
    layer().expiry(limits).unwrap()
}

fn log_in(session: &Session) {
    session.renew().unwrap();
    session.insert("user", 7).unwrap();
}

fn user(layer: &SessionLayer, cookies: &str) -> Option<u8> {
    layer.open(cookies).get("user").unwrap()
}

#[test]
fn an_old_cookie_is_good_until_its_limit_also_after_the_logout() {
    let layer = limited();
    let cookies = respond(&layer, "", log_in).cookie();
    assert!(respond(&layer, &cookies, |session| session.clear().unwrap()).is_removal());
    assert_eq!(user(&at(&layer, NOW + 100), &cookies), Some(7));
    assert_eq!(user(&at(&layer, NOW + 101), &cookies), None);
}

#[test]
fn an_old_cookie_brings_back_what_was_in_it() {
    let layer = limited();
    let before = respond(&layer, "", |session| session.insert("credit", 100).unwrap()).cookie();
    let after = respond(&layer, &before, |session| session.insert("credit", 0).unwrap()).cookie();
    // So a session must not hold what must not be replayed. Beside the newer one it loses, ...
    let newer = respond(&at(&layer, NOW + 1), &after, |session| {
        session.insert("credit", 1).unwrap();
    });
    let both = format!("{before}; {}", newer.cookie());
    assert_eq!(at(&layer, NOW + 1).open(both).get("credit"), Ok(Some(1)));
    // ... and alone it counts.
    assert_eq!(layer.open(before).get("credit"), Ok(Some(100)));
}

#[test]
fn a_stolen_cookie_is_kept_alive_up_to_the_absolute_limit_and_no_longer() {
    let layer = limited();
    let mut stolen = respond(&layer, "", log_in).cookie();
    for second in (50..=1000).step_by(50) {
        let reply = respond(&at(&layer, NOW + second), &stolen, |session| {
            assert_eq!(session.get("user"), Ok(Some(7)));
        });
        stolen = reply.cookie();
    }
    let late = at(&layer, NOW + 1001).open(&stolen).origin();
    assert_eq!(late, Origin::Rejected(Rejection::Expired));
}

#[test]
fn a_stolen_cookie_outlives_the_owners_logout_and_renewal() {
    let layer = limited();
    let stolen = respond(&layer, "", log_in).cookie();
    let owners = respond(&layer, &stolen, log_in).cookie();
    respond(&layer, &owners, |session| session.clear().unwrap());
    assert_eq!(user(&layer, &stolen), Some(7));
}

/// A layer that ends what was created before an instant which the application keeps, and with it
/// every login without a created time.
fn revocable(valid_since: &Arc<AtomicI64>) -> SessionLayer {
    let valid_since = Arc::clone(valid_since);
    limited().validate(move |session| {
        let since = instant(valid_since.load(Ordering::Relaxed));
        !session.contains_key("user")
            || session.created_at().is_some_and(|created| created >= since)
    })
}

#[test]
fn logging_out_everywhere_ends_a_stolen_cookie_also_one_renewed_inside_the_lag() {
    let (first, lagging) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let stolen = respond(&revocable(&first), "", log_in).cookie();

    // The owner presses the button: the first server knows, the second does not yet.
    first.store(NOW + 50, Ordering::Relaxed);
    let owners = respond(&at(&revocable(&first), NOW + 50), "", log_in).cookie();
    assert_eq!(user(&at(&revocable(&first), NOW + 50), &stolen), None);

    // Meanwhile the thief has the second one renew the token: it is issued after the button.
    let renewed = respond(&at(&revocable(&lagging), NOW + 51), &stolen, |session| {
        assert_eq!(session.get("user"), Ok(Some(7)));
    });
    let renewed = renewed.cookie();
    let session = at(&layer(), NOW + 51).open(&renewed);
    assert_eq!(session.issued_at(), Some(instant(NOW + 51)), "later than the button");
    assert_eq!(session.created_at(), Some(instant(NOW)), "and created before");

    lagging.store(NOW + 50, Ordering::Relaxed);
    for server in [&first, &lagging] {
        let layer = at(&revocable(server), NOW + 52);
        let refused = layer.open(&renewed).origin();
        assert_eq!(refused, Origin::Rejected(Rejection::Refused));
        assert_eq!(user(&layer, &owners), Some(7));
    }
}

#[test]
fn a_login_without_a_created_time_is_refused_by_such_a_hook() {
    // Sealed by a layer without an absolute limit, and never renewed: no created time.
    let undated = seal(&layer(), r#"{"user":7}"#);
    assert_eq!(layer().open(&undated).created_at(), None);
    let layer = revocable(&Arc::new(AtomicI64::new(0)));
    assert_eq!(layer.open(undated).origin(), Origin::Rejected(Rejection::Refused));
    assert!(!layer.open(seal(&crate::support::layer(), r#"{"cart":[]}"#)).is_new());
}

#[test]
fn a_sub_domain_cannot_make_a_session_and_hardly_hide_one() {
    let layer = limited();
    let ours = respond(&layer, "", log_in).cookie();
    let planted = |count| "sid=planted; ".repeat(count) + &ours;
    assert_eq!(user(&layer, &planted(7)), Some(7));
    // From eight planted cookies on, ours is not looked at: the visitor seems logged out. A
    // `__Host-` name keeps browsers from taking them.
    assert_eq!(user(&layer, &planted(8)), None);
}

#[test]
fn a_sub_domain_can_plant_a_session_of_its_own_visitors() {
    // The attacker's own login, issued later, wins over the victim's: what a `__Host-` name is for.
    let layer = limited();
    let victims = respond(&layer, "", log_in).cookie();
    let attackers = respond(&at(&layer, NOW + 5), "", |session| {
        session.insert("user", 66).unwrap();
    });
    let both = format!("{victims}; {}", attackers.cookie());
    assert_eq!(user(&at(&layer, NOW + 5), &both), Some(66));
}

fn under(keys: impl Into<KeyRing>) -> SessionLayer {
    layer_of(Signed::new(keys))
}

#[test]
fn an_old_key_makes_sessions_for_as_long_as_it_is_accepted() {
    let (leaked, new) = (SecretKey::generate(), SecretKey::generate());
    let forged = seal(&under(leaked.clone()), r#"{"user":7}"#);
    let rotating = under(KeyRing::new(new.clone()).accept(leaked));
    // What it made is even signed anew, by the new key: so after a leak the key goes at once.
    let laundered = respond(&rotating, &forged, |session| {
        assert_eq!(session.get("user"), Ok(Some(7)));
    });
    let rotated = under(new);
    assert_eq!(user(&rotated, &laundered.cookie()), Some(7));
    assert_eq!(rotated.open(&forged).origin(), Origin::Rejected(Rejection::BadSignature));
}

#[test]
fn a_key_that_is_gone_makes_nothing() {
    let (leaked, new) = (SecretKey::generate(), SecretKey::generate());
    let forged = seal(&under(leaked), r#"{"user":7}"#);
    respond(&under(new), &forged, |session| assert!(session.is_new())).assert_kept();
}
