//! The same over every format.

use std::time::Duration;

use tower_cookie_session::{Codec, Expiry, KeyRing, SessionCookie, SessionLayer, Signed};

use crate::support::*;

/// Something to do with a codec of any type.
pub(crate) trait ForEach {
    fn codec(&mut self, codec: impl Codec);
}

pub(crate) fn for_each_codec(keys: &KeyRing, each: &mut impl ForEach) {
    each.codec(Signed::new(keys.clone()));
    #[cfg(feature = "compress")]
    each.codec(Signed::new(keys.clone()).compress(true));
    #[cfg(feature = "private")]
    each.codec(tower_cookie_session::Private::new(keys.clone()));
    #[cfg(feature = "flask")]
    each.codec(tower_cookie_session::Flask::new(keys.clone()));
    #[cfg(feature = "django")]
    each.codec(tower_cookie_session::Django::new(keys.clone()));
    #[cfg(feature = "starlette")]
    each.codec(tower_cookie_session::Starlette::new(keys.clone()));
    #[cfg(feature = "express")]
    each.codec(tower_cookie_session::Express::new(keys.clone()));
}

/// A layer over each, at [`NOW`].
pub(crate) fn layers(keys: &KeyRing, cookie: &SessionCookie) -> Vec<SessionLayer> {
    struct Layers<'a>(&'a SessionCookie, Vec<SessionLayer>);

    impl ForEach for Layers<'_> {
        fn codec(&mut self, codec: impl Codec) {
            self.1.push(at(&SessionLayer::new(codec).cookie(self.0.clone()), NOW));
        }
    }

    let mut layers = Layers(cookie, Vec::new());
    for_each_codec(keys, &mut layers);
    layers.1
}

/// Whether the layer's tokens say when they were issued: without, no limit can be kept.
pub(crate) fn bears_time(layer: &SessionLayer) -> bool {
    layer.clone().expiry(Expiry::never().idle(Duration::from_secs(1))).is_ok()
}

/// What a browser sends back after this reply: one cookie, or two.
pub(crate) fn sent_back(reply: &Reply) -> String {
    let lines = reply.set_cookies();
    let pairs: Vec<_> = lines.iter().map(|line| line.split(';').next().unwrap()).collect();
    pairs.join("; ")
}
