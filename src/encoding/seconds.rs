//! Whole seconds since 1970, in their shortest form; any longer spelling of the same number is
//! refused.

use super::URL_SAFE;

/// The year 10000, where `time` and Python end.
const END_OF_TIME: u64 = 253_402_300_800;

/// A way to write seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seconds {
    /// As itsdangerous writes them: big-endian, without leading zero bytes, in base64; the second 0
    /// is the empty text. Not read from the year 10000 on, where itsdangerous fails.
    BigEndian,
    /// As Django writes them: base 62, the highest digit first.
    #[cfg(feature = "django")]
    Base62,
}

impl Seconds {
    /// Appends the text of `seconds`.
    pub(crate) fn push(self, seconds: u64, out: &mut Vec<u8>) {
        match self {
            Self::BigEndian => URL_SAFE.push(shortest(&seconds.to_be_bytes()), out),
            #[cfg(feature = "django")]
            Self::Base62 => base62::push(seconds, out),
        }
    }

    /// How many bytes of text `seconds` become.
    pub(crate) fn len(self, seconds: u64) -> usize {
        match self {
            Self::BigEndian => URL_SAFE.len(shortest(&seconds.to_be_bytes()).len()),
            #[cfg(feature = "django")]
            Self::Base62 => base62::len(seconds),
        }
    }

    pub(crate) fn read(self, text: &[u8]) -> Option<u64> {
        match self {
            Self::BigEndian => big_endian(text),
            #[cfg(feature = "django")]
            Self::Base62 => base62::read(text),
        }
    }
}

fn shortest(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Letter by letter: a decoder for long texts costs more than this before it even begins.
fn big_endian(text: &[u8]) -> Option<u64> {
    const LONGEST: usize = 7;
    if text.len() > LONGEST {
        return None;
    }
    let number = text.iter().try_fold(0, |number, letter| {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        Some(number * 64 + u64::from(digit))
    })?;
    // The last letter may have bits beyond the last byte.
    let spare = text.len() * 6 % 8;
    let seconds: u64 = number >> spare;
    let shortest = seconds << spare == number && Seconds::BigEndian.len(seconds) == text.len();
    (shortest && seconds < END_OF_TIME).then_some(seconds)
}

#[cfg(feature = "django")]
mod base62 {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    pub(super) fn push(mut number: u64, out: &mut Vec<u8>) {
        let start = out.len();
        loop {
            out.extend(DIGITS.get((number % 62) as usize));
            number /= 62;
            if number == 0 {
                break;
            }
        }
        out.get_mut(start..).unwrap_or_default().reverse();
    }

    pub(super) fn len(number: u64) -> usize {
        number.checked_ilog(62).map_or(1, |log| log as usize + 1)
    }

    pub(super) fn read(text: &[u8]) -> Option<u64> {
        if text.is_empty() || (text.len() > 1 && text.starts_with(b"0")) {
            return None;
        }
        text.iter().try_fold(0_u64, |number, letter| {
            let digit = DIGITS.iter().position(|digit| digit == letter)?;
            number.checked_mul(62)?.checked_add(digit as u64)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(way: Seconds, rows: &[(u64, &str)], refused: &[&str]) {
        for (number, text) in rows {
            let mut out = b">".to_vec();
            way.push(*number, &mut out);
            assert_eq!(&out[1..], text.as_bytes(), "{number}");
            assert_eq!(way.len(*number), text.len(), "{number}");
            assert_eq!(way.read(text.as_bytes()), Some(*number), "{text}");
        }
        for text in refused {
            assert_eq!(way.read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn big_endian() {
        let rows = [
            (0, ""),
            (1, "AQ"),
            (256, "AQA"),
            (1_700_000_000, "ZVPxAA"),
            (END_OF_TIME - 1, "Ov_0QX8"),
        ];
        let other = ["AA", "AAE", "AGVT8QA", "ZVPxA", "AQ=", "AR", "AAAAAAAAAAAA", "-1"];
        check(Seconds::BigEndian, &rows, &other);
        let mut late = Vec::new();
        for number in [END_OF_TIME, u64::MAX] {
            Seconds::BigEndian.push(number, &mut late);
            assert_eq!(Seconds::BigEndian.len(number), late.len());
            assert_eq!(Seconds::BigEndian.read(&std::mem::take(&mut late)), None);
        }
    }

    #[cfg(feature = "django")]
    #[test]
    fn base_62() {
        let rows = [
            (0, "0"),
            (9, "9"),
            (10, "A"),
            (61, "z"),
            (62, "10"),
            (3844, "100"),
            (1_700_000_000, "1r31eq"),
            (u64::MAX, "LygHa16AHYF"),
        ];
        let other =
            ["", "00", "01r31eq", "-1", "-0", "-", "+1", "1 ", "1r31e_", "LygHa16AHYG", "é"];
        check(Seconds::Base62, &rows, &other);
        let endless = "z".repeat(400);
        assert_eq!(Seconds::Base62.read(endless.as_bytes()), None);
    }
}
