//! JSON as JavaScript's `JSON.stringify` writes it (ECMA-262, section 25.5.2).

use super::{cursor::Cursor, text::code_points};

/// The text that `JSON.stringify` returns for what `JSON.parse` reads in `text`, an object's.
///
/// Without blanks, with the integer keys of every object first, and strings and floats in their
/// canonical spelling. Integers keep their digits even beyond 2^53, where JavaScript rounds.
pub(crate) fn stringified(text: &str) -> String {
    let mut cursor = Cursor::new(text);
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<Bracket> = Vec::new();
    let mut key_is_next = false;
    loop {
        let Some(first) = cursor.token() else { return out };
        let start = cursor.at - 1;
        match first {
            b'"' => {
                cursor.skip_string();
                let written_from = out.len();
                push_string(text.get(start + 1..cursor.at - 1).unwrap_or_default(), &mut out);
                if let Some(Bracket::Object(members)) = open.last_mut().filter(|_| key_is_next) {
                    let key = out.get(written_from + 1..out.len() - 1).unwrap_or_default();
                    members.push(Member { start: written_from, order: order(key) });
                }
                key_is_next = false;
                continue;
            }
            b'{' => open.push(Bracket::Object(Vec::new())),
            b'[' => open.push(Bracket::Array),
            b'}' | b']' => {
                if let Some(Bracket::Object(members)) = open.pop() {
                    sort(&members, &mut out);
                }
            }
            b',' | b':' => {}
            _ => {
                cursor.skip_scalar();
                out.push_str(&scalar(text.get(start..cursor.at).unwrap_or_default()));
                continue;
            }
        }
        key_is_next = match first {
            b'{' => true,
            b',' => matches!(open.last(), Some(Bracket::Object(_))),
            _ => false,
        };
        out.push(char::from(first));
    }
}

enum Bracket {
    Array,
    Object(Vec<Member>),
}

/// A member that has been written: where it starts, and what it is sorted by.
struct Member {
    start: usize,
    order: u32,
}

/// Integer keys come first, from 0 to 2^32 - 2; the others share the last place, in their order.
fn order(key: &str) -> u32 {
    match key.parse() {
        Ok(index) if key == u32::to_string(&index) => index,
        _ => u32::MAX,
    }
}

/// Puts the members of the innermost object, which end the text, in their order.
fn sort(members: &[Member], out: &mut String) {
    if members.is_sorted_by_key(|member| member.order) {
        return;
    }
    let ends = members.iter().skip(1).map(|next| next.start - 1).chain([out.len()]);
    let mut texts: Vec<_> = members
        .iter()
        .zip(ends)
        .map(|(member, end)| (member.order, out.get(member.start..end).unwrap_or_default()))
        .collect();
    texts.sort_by_key(|(order, _)| *order);
    let texts: Vec<_> = texts.into_iter().map(|(_, text)| text).collect();
    let sorted = texts.join(",");
    out.truncate(out.len() - sorted.len());
    out.push_str(&sorted);
}

/// Appends the string that is written `raw` between its quotes.
fn push_string(raw: &str, out: &mut String) {
    out.push('"');
    if raw.contains('\\') {
        for point in code_points(raw) {
            match char::from_u32(point) {
                Some('"') => out.push_str("\\\""),
                Some('\\') => out.push_str("\\\\"),
                Some('\u{8}') => out.push_str("\\b"),
                Some('\t') => out.push_str("\\t"),
                Some('\n') => out.push_str("\\n"),
                Some('\u{c}') => out.push_str("\\f"),
                Some('\r') => out.push_str("\\r"),
                Some(letter) if letter >= ' ' => out.push(letter),
                // A control character, or half a surrogate pair.
                _ => out.push_str(&format!("\\u{point:04x}")),
            }
        }
    } else {
        out.push_str(raw);
    }
    out.push('"');
}

/// A number or a word.
fn scalar(text: &str) -> String {
    match text {
        "NaN" | "Infinity" | "-Infinity" => "null".to_owned(),
        "-0" => "0".to_owned(),
        _ if text.contains(['.', 'e', 'E']) => match text.parse::<f64>() {
            Ok(float) if float.is_finite() => self::float(float),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

/// ECMA-262's `Number::toString` of a finite number. The digits are serde_json's: of two texts that
/// are equally short and near, it takes the even one, as ECMA-262 does, and Rust's `Display` the
/// upper.
fn float(float: f64) -> String {
    let text = serde_json::Value::from(float.abs()).to_string();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    // How many digits are before the point; below zero, how many zeros are after it.
    let point = exponent.parse::<isize>().unwrap_or(0) + whole.len().cast_signed()
        - (all.len() - digits.len()).cast_signed();
    let digits = digits.trim_end_matches('0');
    let sign = if float < 0.0 { "-" } else { "" };
    match (digits.split_at_checked(1), point) {
        (None, _) => "0".to_owned(),
        (_, -5..=0) => format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs())),
        (_, 1..=21) => match digits.split_at_checked(point.unsigned_abs()) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits:0<width$}", width = point.unsigned_abs()),
        },
        (Some((first, "")), _) => format!("{sign}{first}e{:+}", point - 1),
        (Some((first, rest)), _) => format!("{sign}{first}.{rest}e{:+}", point - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_stringify_has_them() {
        // Each as Node prints `JSON.stringify(JSON.parse(text))`.
        let rows = [
            ("{}", "{}"),
            (" { \"a\" :\t[ 1 , {} , [ ] ]\r\n}", r#"{"a":[1,{},[]]}"#),
            (r#"{"b":1,"10":2,"9":3,"a":4,"0":5}"#, r#"{"0":5,"9":3,"10":2,"b":1,"a":4}"#),
            (
                r#"{"x":{"b":{"2":"}","1":[{"1":0,"0":1}]},"7":0},"3":0}"#,
                r#"{"3":0,"x":{"7":0,"b":{"1":[{"0":1,"1":0}],"2":"}"}}}"#,
            ),
            (
                r#"{"01":1,"-1":2,"1.0":3,"4294967295":4,"4294967294":5,"+2":6,"\u0031":7}"#,
                r#"{"1":7,"4294967294":5,"01":1,"-1":2,"1.0":3,"4294967295":4,"+2":6}"#,
            ),
            (
                r#"{"a":"\u00e9\u003c\/\"\\\b\f\n\r\t\u0008\u001F\u007f\ud83d\ude00\uD800"}"#,
                "{\"a\":\"é</\\\"\\\\\\b\\f\\n\\r\\t\\b\\u001f\u{7f}😀\\ud800\"}",
            ),
            (
                r#"{"a":[1.0,-0,-0.0,1e16,1e-7,0.00001,1e21,1.5e300,1E3,123456789012345680000.0]}"#,
                r#"{"a":[1,0,0,10000000000000000,1e-7,0.00001,1e+21,1.5e+300,1000,123456789012345680000]}"#,
            ),
            (
                r#"{"a":[278583589735764.625,1700000000.00390625,2.9802322387695312e-8,0.00000166893005371093750]}"#,
                r#"{"a":[278583589735764.62,1700000000.0039062,2.9802322387695312e-8,0.0000016689300537109375]}"#,
            ),
            (
                r#"{"a":[-1e-6,-1.5e-7,123456789012345.5,-1e21,1.25e22,0.5,-100.0]}"#,
                r#"{"a":[-0.000001,-1.5e-7,123456789012345.5,-1e+21,1.25e+22,0.5,-100]}"#,
            ),
            (
                r#"{"a":[0.1,5e-324,-2.50,true,false,null]}"#,
                r#"{"a":[0.1,5e-324,-2.5,true,false,null]}"#,
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(stringified(text), expected);
            assert_eq!(stringified(expected), expected, "once is enough");
        }
    }

    #[test]
    fn what_javascript_has_not() {
        let text = r#"{"a":[NaN,Infinity,-Infinity,1e400,36893488147419103232]}"#;
        assert_eq!(stringified(text), r#"{"a":[null,null,null,1e400,36893488147419103232]}"#);
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(3000), "]".repeat(3000));
        assert_eq!(stringified(&deep), deep);
    }
}
