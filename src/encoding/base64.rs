//! Base64 (RFC 4648) in its one canonical spelling.

use std::{ops::Deref, sync::LazyLock};

use base64::Engine;
use fastest::Fastest;

/// URL-safe (section 5), without padding.
pub(crate) static URL_SAFE: Base64 =
    Base64 { engine: LazyLock::new(fastest::url_safe), padded: false };

/// The standard alphabet (section 4), with padding.
#[cfg(any(feature = "flask", feature = "starlette", feature = "express"))]
pub(crate) static STANDARD: Base64 =
    Base64 { engine: LazyLock::new(fastest::standard), padded: true };

/// A spelling of base64. Reads only what it would write itself: no other padding, no other
/// alphabet, no nonzero unused bits.
pub(crate) struct Base64 {
    engine: LazyLock<Fastest>,
    padded: bool,
}

impl Base64 {
    /// How many bytes of text `len` bytes become.
    pub(crate) fn len(&self, len: usize) -> usize {
        if self.padded { len.div_ceil(3) * 4 } else { (len * 4).div_ceil(3) }
    }

    /// Appends the text of `bytes`.
    pub(crate) fn push(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let (start, len) = (out.len(), self.len(bytes.len()));
        out.resize(start + len, 0);
        let written = self.engine.encode_slice(bytes, out.get_mut(start..).unwrap_or_default());
        debug_assert_eq!(written, Ok(len));
    }

    /// The text of `bytes`.
    pub(crate) fn text(&self, bytes: &[u8]) -> String {
        self.engine.encode(bytes)
    }

    pub(crate) fn read(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.engine.decode(text).ok()
    }

    /// Like [`read`](Self::read), without an allocation; `None` for more than [`Short`] holds too.
    pub(crate) fn read_short(&self, text: &[u8]) -> Option<Short> {
        let mut short = Short::default();
        short.len = self.engine.decode_slice(text, &mut short.bytes).ok()?;
        (short.len <= Short::MAX).then_some(short)
    }
}

/// Up to 64 bytes in place: the longest MAC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short {
    // The decoder asks for room in whole groups of three.
    bytes: [u8; 66],
    len: usize,
}

impl Short {
    const MAX: usize = 64;

    /// The first 64 of `bytes`.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut short = Self::default();
        short.bytes.iter_mut().zip(bytes.iter().take(Self::MAX)).for_each(|(to, from)| {
            *to = *from;
            short.len += 1;
        });
        short
    }
}

impl Default for Short {
    fn default() -> Self {
        Self { bytes: [0; 66], len: 0 }
    }
}

impl Deref for Short {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The engine for this machine.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
mod fastest {
    pub(super) use base64::engine::Simd as Fastest;
    use base64::engine::general_purpose as config;

    pub(super) fn url_safe() -> Fastest {
        Fastest::url_safe(config::NO_PAD)
    }

    #[cfg(any(feature = "flask", feature = "starlette", feature = "express"))]
    pub(super) fn standard() -> Fastest {
        Fastest::standard(config::PAD)
    }
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
mod fastest {
    pub(super) use base64::engine::GeneralPurpose as Fastest;
    use base64::engine::general_purpose;

    pub(super) fn url_safe() -> Fastest {
        general_purpose::URL_SAFE_NO_PAD
    }

    #[cfg(any(feature = "flask", feature = "starlette", feature = "express"))]
    pub(super) fn standard() -> Fastest {
        general_purpose::STANDARD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(base64: &Base64, bytes: &[u8]) -> String {
        let mut out = b">".to_vec();
        base64.push(bytes, &mut out);
        assert_eq!(out.len(), 1 + base64.len(bytes.len()));
        String::from_utf8(out.split_off(1)).unwrap()
    }

    #[test]
    fn there_is_one_spelling() {
        // RFC 4648, section 10, without the padding
        let rows = [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")];
        for (bytes, text) in rows {
            assert_eq!(written(&URL_SAFE, bytes.as_bytes()), text);
            assert_eq!(URL_SAFE.read(text.as_bytes()).unwrap(), bytes.as_bytes());
            assert_eq!(&*URL_SAFE.read_short(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(written(&URL_SAFE, &[0xfb, 0xff]), "-_8");
        for alias in ["Zh", "Zg=", "Zg==", "Z", "Zm9", " Zg", "Zg\n", "+_8", "-/8", "\u{e9}"] {
            assert_eq!(URL_SAFE.read(alias.as_bytes()), None, "{alias:?}");
            assert!(URL_SAFE.read_short(alias.as_bytes()).is_none(), "{alias:?}");
        }
    }

    #[cfg(any(feature = "flask", feature = "starlette", feature = "express"))]
    #[test]
    fn so_has_the_standard_alphabet() {
        let rows = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (bytes, text) in rows {
            assert_eq!(written(&STANDARD, bytes.as_bytes()), text);
            assert_eq!(STANDARD.read(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(written(&STANDARD, &[0xfb, 0xff]), "+/8=");
        for alias in ["Zh==", "Zg", "Zg=", "Zg===", "=Zg=", "Zm9v====", "-_8=", "Zg==\n", "Z g="] {
            assert_eq!(STANDARD.read(alias.as_bytes()), None, "{alias:?}");
        }
    }

    #[test]
    fn lengths_of_every_size() {
        for len in 0..300 {
            let bytes: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let text = written(&URL_SAFE, &bytes);
            assert_eq!(URL_SAFE.read(text.as_bytes()).unwrap(), bytes);
            let short = URL_SAFE.read_short(text.as_bytes());
            assert_eq!(short.as_deref(), (len <= Short::MAX).then_some(&*bytes));
            assert_eq!(*Short::new(&bytes), bytes[..len.min(Short::MAX)]);
        }
    }
}
