//! The cookies in what somebody pasted.

/// A cookie to be judged.
pub(crate) struct Cookie {
    /// None for a value without a name.
    pub(crate) name: Option<String>,
    pub(crate) value: String,
    /// The values of `NAME.sig` that came with it.
    pub(crate) signatures: Vec<String>,
}

impl Cookie {
    /// The cookies of a header, or the value that `text` is; only `name`, if one is given.
    pub(crate) fn all(text: &str, name: Option<&str>) -> Result<Vec<Self>, String> {
        if text.trim().contains('\t') {
            return Err("there are tabs in it: of a line of curl's jar take the last two parts, \
                        as name=value"
                .to_owned());
        }
        let parts = parts(text);
        match parts[..] {
            // Base64 has its `=` at the end, and a JSON object begins with these letters.
            [value] if !value.contains('=') || value.starts_with("eyJ") => {
                let (name, value) = (name.map(str::to_owned), value.to_owned());
                Ok(vec![Self { name, value, signatures: Vec::new() }])
            }
            _ => Self::of_header(&parts, name),
        }
    }

    fn of_header(parts: &[&str], name: Option<&str>) -> Result<Vec<Self>, String> {
        let pairs: Vec<_> = parts.iter().filter_map(|pair| pair.split_once('=')).collect();
        let has = |name: &str| pairs.iter().any(|(found, _)| *found == name);
        if let Some(name) = name.filter(|name| !has(name)) {
            let names: Vec<_> = pairs.iter().map(|(name, _)| *name).collect();
            return Err(format!("no cookie `{name}` in it: there are `{}`", names.join("`, `")));
        }
        let asked = |found: &str| match name {
            Some(name) => found == name,
            None => !found.strip_suffix(".sig").is_some_and(has),
        };
        let cookie = |&(name, value): &(&str, &str)| {
            let signature = format!("{name}.sig");
            let signatures = pairs.iter().filter(|(found, _)| *found == signature);
            Self {
                name: Some(name.to_owned()),
                value: value.to_owned(),
                signatures: signatures.map(|(_, value)| (*value).to_owned()).collect(),
            }
        };
        Ok(pairs.iter().filter(|(found, _)| asked(found)).map(cookie).collect())
    }

    /// The Cookie header that brings it under a name.
    pub(crate) fn header(&self, name: &str) -> String {
        let signatures = self.signatures.iter().map(|value| format!("; {name}.sig={value}"));
        format!("{name}={}{}", self.value, signatures.collect::<String>())
    }
}

/// What is between semicolons, without names of headers and without a Set-Cookie's attributes.
fn parts(text: &str) -> Vec<&str> {
    let of_line = |line| {
        let named = |name: &str| header_value(line, name);
        let whole = named("cookie").or(named("set-cookie")).unwrap_or(line);
        // A Cookie header never has this word alone, and every session's Set-Cookie should have it.
        let is_set = named("set-cookie").is_some()
            || whole.split(';').any(|part| part.trim().eq_ignore_ascii_case("httponly"));
        whole.split(';').take(if is_set { 1 } else { usize::MAX })
    };
    text.lines().flat_map(of_line).map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn header_value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.trim().eq_ignore_ascii_case(name).then_some(value)
}
