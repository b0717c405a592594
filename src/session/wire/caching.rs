//! `Vary` and `Cache-Control`, merged into what the handler set.

use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, Entry, HeaderName, VARY},
};

/// Adds `Cookie` to `Vary`, unless it is there or `*` is.
pub(super) fn vary_by_cookie(headers: &mut HeaderMap) {
    let does = |member: &[u8]| is_word(member, "*") || is_word(member, "cookie");
    merge(headers, VARY, HeaderValue::from_static("Cookie"), does);
}

/// Whether the handler meant the response for shared caches.
pub(super) fn is_shared(headers: &HeaderMap) -> bool {
    any(headers.get_all(CACHE_CONTROL), |member| {
        let directive = member.split(|byte| *byte == b'=').next().unwrap_or_default();
        is_word(member, "public") || is_word(directive, "s-maxage")
    })
}

/// Keeps shared caches from handing one visitor's session to the next, and says whether the
/// handler's `Cache-Control` had to be added to.
pub(super) fn keep_private(headers: &mut HeaderMap) -> bool {
    let does = |member: &[u8]| is_word(member, "private") || is_word(member, "no-store");
    merge(headers, CACHE_CONTROL, HeaderValue::from_static("private"), does)
}

/// Adds a member to the list of `name`, unless one in it `does` as much; says whether it was added
/// to an existing list.
fn merge(
    headers: &mut HeaderMap,
    name: HeaderName,
    member: HeaderValue,
    does: impl Fn(&[u8]) -> bool,
) -> bool {
    // This fails when there are as many headers as there can be, 24 576.
    let Ok(list) = headers.try_entry(name) else { return false };
    match list {
        Entry::Vacant(list) => {
            let _ = list.try_insert(member);
            false
        }
        Entry::Occupied(list) if any(list.iter(), does) => false,
        Entry::Occupied(mut list) => {
            let first = list.get_mut();
            let merged = match first.as_bytes() {
                b"" => Ok(member),
                members => HeaderValue::try_from([members, b", ", member.as_bytes()].concat()),
            };
            // Two header values joined are a valid one.
            if let Ok(merged) = merged {
                *first = merged;
            }
            true
        }
    }
}

/// Whether a list has such a member on one of its lines.
fn any<'a>(lines: impl IntoIterator<Item = &'a HeaderValue>, is: impl Fn(&[u8]) -> bool) -> bool {
    lines.into_iter().any(|line| {
        let mut quoted = false;
        let mut members = line.as_bytes().split(|byte| {
            quoted ^= *byte == b'"';
            *byte == b',' && !quoted
        });
        members.any(&is)
    })
}

fn is_word(member: &[u8], word: &str) -> bool {
    member.trim_ascii().eq_ignore_ascii_case(word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (name.clone(), HeaderValue::from_str(line).unwrap())).collect()
    }

    fn lines(headers: &HeaderMap) -> Vec<&str> {
        headers.values().map(|line| line.to_str().unwrap()).collect()
    }

    #[test]
    fn vary_is_merged_once() {
        for (before, after) in [
            (&[][..], &["Cookie"][..]),
            (&["Accept"], &["Accept, Cookie"]),
            (&["Accept", "Origin"], &["Accept, Cookie", "Origin"]),
            (&["cookie"], &["cookie"]),
            (&["Accept,COOKIE "], &["Accept,COOKIE "]),
            (&["Accept", "Origin, Cookie"], &["Accept", "Origin, Cookie"]),
            (&["*"], &["*"]),
            (&["Accept, *"], &["Accept, *"]),
            (&["Cookies"], &["Cookies, Cookie"]),
            (&[""], &["Cookie"]),
        ] {
            let mut headers = with(&VARY, before);
            vary_by_cookie(&mut headers);
            vary_by_cookie(&mut headers);
            assert_eq!(lines(&headers), after, "{before:?}");
        }
    }

    #[test]
    fn shared_caches_are_kept_out() {
        for (before, after, warned) in [
            (&[][..], &["private"][..], false),
            (&["no-cache"], &["no-cache, private"], true),
            (&["public, max-age=60"], &["public, max-age=60, private"], true),
            (&["max-age=60", "private"], &["max-age=60", "private"], false),
            (&["No-Store"], &["No-Store"], false),
            (&["no-cache=\"a\", private"], &["no-cache=\"a\", private"], false),
            (&["private=\"x\""], &["private=\"x\", private"], true),
            (&["no-cache=\"a, private, b\""], &["no-cache=\"a, private, b\", private"], true),
        ] {
            let mut headers = with(&CACHE_CONTROL, before);
            assert_eq!(keep_private(&mut headers), warned, "{before:?}");
            assert_eq!(lines(&headers), after, "{before:?}");
        }
    }

    #[test]
    fn responses_for_shared_caches() {
        for shared in ["public", "max-age=1, PUBLIC", "s-maxage=60", "max-age=1,S-MaxAge=60"] {
            assert!(is_shared(&with(&CACHE_CONTROL, &[shared])), "{shared}");
        }
        for not in ["", "private", "max-age=60", "no-cache=\"public\"", "publicity"] {
            assert!(!is_shared(&with(&CACHE_CONTROL, &[not])), "{not}");
        }
    }
}
