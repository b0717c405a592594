//! What a forger does to a token that was issued: small changes of its bytes, its parts, and of
//! what is within its base64.

use arbitrary::{Result, Unstructured};

use crate::base64::{self, STANDARD, URL_SAFE};

/// Bytes that mean something somewhere in a token or a header.
const BYTES: &[u8] = b".:=-_+/;, \t\"%\0\x7f\x80\xff\r\nA0";
/// Times in the three spellings, in their shortest form and out of it.
const TIMES: [&[u8]; 8] =
    [b"ZVPxAA", b"AGVT8QA", b"AA", b"", b"_____w", b"__________8", b"1r31eq", b"0"];

/// Changes `token` in one way of `u`'s choice; `others` are tokens to take pieces from.
pub fn forge(u: &mut Unstructured<'_>, token: &mut Vec<u8>, others: &[&[u8]]) -> Result<()> {
    let (start, end) = range(u, token.len())?;
    match u.int_in_range(0..=13)? {
        0 => {
            if let Some(byte) = token.get_mut(start) {
                *byte ^= 1 << u.int_in_range(0..=7)?;
            }
        }
        1 => {
            let byte = u.arbitrary()?;
            token.get_mut(start).into_iter().for_each(|old| *old = byte);
        }
        2 => token.insert(start, *u.choose(BYTES)?),
        3 => drop(token.drain(start..end)),
        4 => token.truncate(start),
        5 => {
            let piece = token[start..end].to_vec();
            token.splice(start..start, piece);
        }
        6 => {
            let other = *u.choose(others)?;
            token.truncate(start);
            token.extend_from_slice(&other[start.min(other.len())..]);
        }
        7 => token.extend_from_slice(u.choose(&[b"=".as_slice(), b"==", b"A", b" ", b"."])?),
        8 => respell(token),
        9 => unused_bits(token, start),
        10 => {
            let other = *u.choose(others)?;
            parts(u, token, other)?;
        }
        11 => within(u, token)?,
        12 => token.make_ascii_uppercase(),
        _ => *token = [b"\"", token.as_slice(), b"\""].concat(),
    }
    Ok(())
}

fn range(u: &mut Unstructured<'_>, len: usize) -> Result<(usize, usize)> {
    let (one, other) = (u.int_in_range(0..=len)?, u.int_in_range(0..=len)?);
    Ok((one.min(other), one.max(other)))
}

/// The other alphabet's letters.
fn respell(token: &mut [u8]) {
    for byte in token {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
    }
}

/// Another last letter before `at`, which may differ in bits that stand for nothing.
fn unused_bits(token: &mut [u8], at: usize) {
    let is_letter = |byte: &u8| base64::value(*byte).is_some();
    let last = token[..at].iter().rposition(is_letter);
    if let Some(last) = last.or_else(|| token.iter().rposition(is_letter)) {
        let value = base64::value(token[last]).expect("a letter");
        token[last] = URL_SAFE[value as usize ^ 1];
    }
}

/// Parts left out, exchanged, doubled, taken from another token, or a time in the place of one.
fn parts(u: &mut Unstructured<'_>, token: &mut Vec<u8>, other: &[u8]) -> Result<()> {
    let separator = if token.contains(&b':') { b':' } else { b'.' };
    let mut parts: Vec<&[u8]> = token.split(|byte| *byte == separator).collect();
    let others: Vec<&[u8]> = other.split(|byte| b".:".contains(byte)).collect();
    let (one, two) = (u.choose_index(parts.len())?, u.choose_index(parts.len())?);
    match u.int_in_range(0..=5)? {
        0 => drop(parts.remove(one)),
        1 => parts.swap(one, two),
        2 => parts.insert(one, parts[two]),
        3 => parts[one] = u.choose(&others)?,
        4 => parts[one] = u.choose(&TIMES)?,
        _ => parts.insert(one, b""),
    }
    *token = parts.join(&separator);
    Ok(())
}

/// Changes a byte of what a part says, and writes the part in good base64 again.
fn within(u: &mut Unstructured<'_>, token: &mut Vec<u8>) -> Result<()> {
    let separator = if token.contains(&b':') { b':' } else { b'.' };
    let mut parts: Vec<Vec<u8>> =
        token.split(|byte| *byte == separator).map(<[u8]>::to_vec).collect();
    let chosen = u.choose_index(parts.len())?;
    let part = &mut parts[chosen];
    let mut content = base64::decode(part);
    let (at, end) = range(u, content.len())?;
    match (u.int_in_range(0..=3)?, content.get_mut(at)) {
        (0, Some(byte)) => *byte ^= 1 << u.int_in_range(0..=7)?,
        (1, _) => content.insert(at, u.arbitrary()?),
        (2, _) => drop(content.drain(at..end)),
        _ => content.push(0),
    }
    let standard = part.iter().any(|byte| b"+/=".contains(byte));
    let padding = part.iter().filter(|byte| **byte == b'=').count();
    *part = base64::encode(&content, if standard { STANDARD } else { URL_SAFE });
    part.resize(part.len() + padding, b'=');
    *token = parts.join(&separator);
    Ok(())
}
