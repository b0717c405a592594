//! The escapes of JSON strings.

use std::iter;

/// The code points of a string as written between its quotes; halves of surrogate pairs stand alone.
pub(super) fn code_points(raw: &str) -> impl Iterator<Item = u32> {
    let mut rest = raw.chars();
    iter::from_fn(move || {
        let point = one_code_point(&mut rest)?;
        let mut ahead = rest.clone();
        if (0xD800..0xDC00).contains(&point)
            && let Some(low @ 0xDC00..0xE000) = one_code_point(&mut ahead)
        {
            rest = ahead;
            return Some(0x1_0000 + ((point - 0xD800) << 10) + (low - 0xDC00));
        }
        Some(point)
    })
}

fn one_code_point(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let first = rest.next()?;
    if first != '\\' {
        return Some(u32::from(first));
    }
    Some(match rest.next()? {
        'b' => 0x08,
        't' => 0x09,
        'n' => 0x0A,
        'f' => 0x0C,
        'r' => 0x0D,
        'u' => (0..4).try_fold(0, |point, _| Some(point << 4 | rest.next()?.to_digit(16)?))?,
        escaped => u32::from(escaped),
    })
}
