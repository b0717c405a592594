//! Text forms of bytes: base64 in its one canonical spelling, whole seconds, zlib with a cap.
//! Pure and fallible: what cannot be read is `None`.

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
use base64::engine::Simd as Base64;
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
)))]
use base64::engine::general_purpose::GeneralPurpose as Base64;
use base64::{Engine, engine::general_purpose::NO_PAD};
use std::sync::LazyLock;

// `NO_PAD` refuses padding, other alphabets and unused bits that are not zero.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
static URL_SAFE: LazyLock<Base64> = LazyLock::new(|| Base64::url_safe(NO_PAD));
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
static URL_SAFE: LazyLock<Base64> =
    LazyLock::new(|| Base64::new(&base64::alphabet::URL_SAFE, NO_PAD));

/// Bytes of URL-safe base64 without padding that `len` bytes become.
pub(crate) const fn base64_len(len: usize) -> usize {
    (len * 4).div_ceil(3)
}

/// Appends `bytes` as URL-safe base64 without padding (RFC 4648, section 5).
pub(crate) fn push_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + base64_len(bytes.len()), 0);
    let room = out.get_mut(start..).unwrap_or_default();
    let written = URL_SAFE.encode_slice(bytes, room);
    debug_assert_eq!(written, Ok(base64_len(bytes.len())));
}

/// The bytes of URL-safe base64 in its canonical spelling.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    URL_SAFE.decode_vec(text, &mut bytes).ok()?;
    Some(bytes)
}

/// As [`base64`], where the length is known: without an allocation.
pub(crate) fn base64_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    // The decoder asks for room in whole groups of three bytes.
    let mut buffer = [0; 48];
    if text.len() != base64_len(N) {
        return None;
    }
    URL_SAFE.decode_slice(text, &mut buffer).ok()?;
    buffer.first_chunk().copied()
}

/// Appends whole seconds as itsdangerous writes them: big-endian, without leading zero bytes, in
/// base64; the second 0 is the empty text.
pub(crate) fn push_seconds(seconds: u64, out: &mut Vec<u8>) {
    push_base64(shortest(&seconds.to_be_bytes()), out);
}

/// How many bytes [`push_seconds`] appends.
pub(crate) fn seconds_len(seconds: u64) -> usize {
    base64_len(shortest(&seconds.to_be_bytes()).len())
}

/// What [`push_seconds`] wrote; any longer spelling of the same number is refused.
pub(crate) fn seconds(text: &[u8]) -> Option<u64> {
    let mut buffer = [0; 9];
    if text.len() > base64_len(8) {
        return None;
    }
    let len = URL_SAFE.decode_slice(text, &mut buffer).ok()?;
    let bytes = buffer.get(..len)?;
    if bytes.first() == Some(&0) {
        return None;
    }
    Some(bytes.iter().fold(0, |seconds, byte| seconds << 8 | u64::from(*byte)))
}

fn shortest(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// The most that a compressed token may grow to, in bytes.
#[cfg(feature = "compress")]
const INFLATED_MAX: usize = 64 * 1024;

/// The content of one zlib stream (RFC 1950) that fills `bytes`, if it is no more than 64 KiB.
#[cfg(feature = "compress")]
pub(crate) fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read;

    let mut stream = flate2::bufread::ZlibDecoder::new(bytes);
    let mut inflated = Vec::new();
    stream.by_ref().take(INFLATED_MAX as u64 + 1).read_to_end(&mut inflated).ok()?;
    let whole = stream.into_inner().is_empty();
    (whole && inflated.len() <= INFLATED_MAX).then_some(inflated)
}

/// `bytes` as one zlib stream, at zlib's usual level.
#[cfg(feature = "compress")]
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;

    let mut stream = flate2::bufread::ZlibEncoder::new(bytes, flate2::Compression::default());
    let mut deflated = Vec::new();
    let read = stream.read_to_end(&mut deflated);
    debug_assert!(read.is_ok(), "memory to memory");
    deflated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(push: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = b">".to_vec();
        push(&mut out);
        String::from_utf8(out.split_off(1)).unwrap()
    }

    #[test]
    fn base64_has_one_spelling() {
        // RFC 4648, section 10, without the padding
        let rows = [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")];
        for (bytes, text) in rows {
            assert_eq!(pushed(|out| push_base64(bytes.as_bytes(), out)), text);
            assert_eq!(base64_len(bytes.len()), text.len());
            assert_eq!(base64(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(pushed(|out| push_base64(&[0xfb, 0xff], out)), "-_8");
        for alias in ["Zh", "Zg=", "Zg==", "Z", "Zm9", " Zg", "Zg\n", "+_8", "-/8", "\u{e9}"] {
            assert_eq!(base64(alias.as_bytes()), None, "{alias:?}");
        }
        assert_eq!(base64_array::<1>(b"Zg"), Some(*b"f"));
        assert_eq!(base64_array::<1>(b"Zh"), None);
        assert_eq!(base64_array::<2>(b"Zg"), None);
    }

    #[test]
    fn long_texts_round_trip() {
        for len in 0..300 {
            let bytes: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let text = pushed(|out| push_base64(&bytes, out));
            assert_eq!(base64(text.as_bytes()).unwrap(), bytes);
        }
    }

    #[test]
    fn seconds_are_in_their_shortest_form() {
        let rows = [
            (0, ""),
            (1, "AQ"),
            (1_700_000_000, "ZVPxAA"),
            (u64::MAX, "__________8"),
            (256, "AQA"),
        ];
        for (number, text) in rows {
            assert_eq!(pushed(|out| push_seconds(number, out)), text);
            assert_eq!(seconds_len(number), text.len());
            assert_eq!(seconds(text.as_bytes()), Some(number));
        }
        for other in ["AA", "AAE", "AGVT8QA", "ZVPxA", "AQ=", "AR", "AAAAAAAAAAAA", "-1"] {
            assert_eq!(seconds(other.as_bytes()), None, "{other}");
        }
    }

    #[cfg(feature = "compress")]
    #[test]
    fn zlib_is_capped_and_whole() {
        let text = b"mi ".repeat(500);
        let small = deflate(&text);
        assert!(small.len() < 40);
        assert_eq!(inflate(&small).unwrap(), text);
        assert_eq!(inflate(&small[..small.len() - 1]), None, "the checksum is cut");
        assert_eq!(inflate(&[&small[..], b"x"].concat()), None, "trailing bytes");
        assert_eq!(inflate(&[&small[..], &small].concat()), None, "two streams");
        assert_eq!(inflate(b""), None);
        assert_eq!(inflate(&deflate(&vec![b' '; INFLATED_MAX])).unwrap().len(), INFLATED_MAX);
        assert_eq!(inflate(&deflate(&vec![b' '; INFLATED_MAX + 1])), None);
    }
}
