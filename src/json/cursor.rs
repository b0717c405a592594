//! A reader's place in a JSON text.

use wide::u8x16;

/// The place of a reader in a text. The `skip_*` methods trust that `check` has accepted it.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    /// Where the last block that was looked at begins, and what was found there: see [`stops`].
    block: usize,
    stops: u64,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, block: usize::MAX, stops: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// The next byte that is not a blank.
    #[inline(always)]
    pub(super) fn token(&mut self) -> Option<u8> {
        loop {
            let byte = self.next()?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
        }
    }

    /// To the next byte that ends a string, escapes in it, or may not be in it; or to the end.
    #[inline(always)]
    pub(super) fn skip_plain(&mut self) {
        loop {
            let block = self.at / BLOCK * BLOCK;
            if block != self.block {
                (self.block, self.stops) = (block, stops(self.bytes, block));
            }
            // The lowest bit is the next byte.
            let ahead = self.stops >> (self.at % BLOCK);
            if ahead != 0 {
                self.at += ahead.trailing_zeros() as usize;
                return;
            }
            self.at = block + BLOCK;
        }
    }

    /// The rest of a string after its quote; says whether there is an escape in it.
    pub(super) fn skip_string(&mut self) -> Option<bool> {
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.next()? {
                b'"' => return Some(escaped),
                // A backslash, and what it escapes.
                _ => {
                    escaped = true;
                    self.at += 1;
                }
            }
        }
    }

    /// The rest of a value of any kind after its first byte.
    pub(super) fn skip_value(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => drop(self.skip_string()?),
            b'{' | b'[' => self.skip_brackets()?,
            _ => self.skip_scalar(),
        }
        Some(())
    }

    /// The rest of a number or a word.
    pub(super) fn skip_scalar(&mut self) {
        let ends = |byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
        self.at += self.rest().iter().take_while(|byte| !ends(**byte)).count();
    }

    /// The rest of an array or an object after its bracket.
    fn skip_brackets(&mut self) -> Option<()> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                b'"' => drop(self.skip_string()?),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }
}

/// How many bytes are looked at together: one for each bit of a mask.
const BLOCK: usize = 64;

/// Which bytes of the block at `start` end a string, escape in it, or may not be in it; and so
/// does the end. One look serves all the strings of a block, as most are short.
#[inline(never)]
fn stops(bytes: &[u8], start: usize) -> u64 {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut padded = [0; BLOCK];
    let block = rest.first_chunk().unwrap_or_else(|| {
        padded.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        &padded
    });
    let (lanes, _) = block.as_chunks();
    lanes.iter().rev().fold(0, |stops, lane| {
        let lane = u8x16::new(*lane);
        let here = lane.simd_eq(u8x16::splat(b'"'))
            | lane.simd_eq(u8x16::splat(b'\\'))
            | lane.simd_lt(u8x16::splat(b' '));
        stops << 16 | u64::from(here.to_bitmask())
    })
}
