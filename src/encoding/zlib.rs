//! zlib (RFC 1950), with a cap on what comes out.

use std::io::Read;

use flate2::{
    Compression,
    bufread::{ZlibDecoder, ZlibEncoder},
};

/// The most that a compressed token may grow to, in bytes.
const INFLATED_MAX: usize = 64 * 1024;

/// The content of one zlib stream that fills `bytes`, if it is no more than 64 KiB.
pub(crate) fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut stream = ZlibDecoder::new(bytes);
    let mut inflated = Vec::new();
    stream.by_ref().take(INFLATED_MAX as u64 + 1).read_to_end(&mut inflated).ok()?;
    let whole = stream.into_inner().is_empty();
    (whole && inflated.len() <= INFLATED_MAX).then_some(inflated)
}

/// `bytes` as one zlib stream, at zlib's usual level; `None` for more than [`inflate`] returns.
pub(crate) fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > INFLATED_MAX {
        return None;
    }
    let mut deflated = Vec::new();
    ZlibEncoder::new(bytes, Compression::default()).read_to_end(&mut deflated).ok()?;
    Some(deflated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capped_and_whole() {
        let text = b"mi ".repeat(500);
        let small = deflate(&text).unwrap();
        assert!(small.len() < 40);
        assert_eq!(inflate(&small).unwrap(), text);
        assert_eq!(inflate(&small[..small.len() - 1]), None, "the checksum is cut");
        assert_eq!(inflate(&[&small[..], b"x"].concat()), None, "trailing bytes");
        assert_eq!(inflate(&[&small[..], &small].concat()), None, "two streams");
        assert_eq!(inflate(b""), None);
        let most = deflate(&vec![b' '; INFLATED_MAX]).unwrap();
        assert_eq!(inflate(&most).unwrap().len(), INFLATED_MAX);
        let more = vec![b' '; INFLATED_MAX + 1];
        assert_eq!(deflate(&more), None);
        let mut foreign = Vec::new();
        ZlibEncoder::new(&more[..], Compression::default()).read_to_end(&mut foreign).unwrap();
        assert_eq!(inflate(&foreign), None);
    }
}
