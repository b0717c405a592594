//! Edits of an object's text: what they do not name is copied as it stands.

use super::{Member, cursor::Cursor, members};

/// The object with `value` as the one value of `key`: in the place of the first such member, or at
/// the end. `value` is a JSON text.
pub(crate) fn put(text: &str, key: &str, value: &str) -> String {
    let mut found = false;
    let mut edited = Rewrite::new(text, key.len() + value.len() + 8);
    for member in members(text) {
        if !member.is(key) {
            edited.keep(&member);
        } else if !found {
            found = true;
            edited.keep_with(&member, value);
        } else {
            edited.cut(&member);
        }
    }
    if !found {
        edited.append(&serde_json::to_string(key).unwrap_or_default(), value);
    }
    edited.finish()
}

/// The object without the members that `cut` names; the others keep what separates them.
pub(crate) fn without(text: &str, mut cut: impl FnMut(&Member<'_>) -> bool) -> String {
    let mut edited = Rewrite::new(text, 0);
    for member in members(text) {
        if cut(&member) {
            edited.cut(&member);
        } else {
            edited.keep(&member);
        }
    }
    edited.finish()
}

/// `text` with the members of `kept` that `keep` names at its end.
pub(crate) fn extended(text: &str, kept: &str, keep: impl Fn(&Member<'_>) -> bool) -> String {
    let mut edited = Rewrite::new(text, kept.len());
    members(text).for_each(|member| edited.keep(&member));
    members(kept).filter(keep).for_each(|member| edited.append(member.quoted_key, member.value));
    edited.finish()
}

/// An object's text, written anew from the one it replaces.
struct Rewrite<'a> {
    from: &'a str,
    out: String,
    /// How far it is read: to the end of a member.
    read: usize,
    /// Whether a member is written yet.
    some: bool,
}

impl<'a> Rewrite<'a> {
    fn new(from: &'a str, more: usize) -> Self {
        let head = Cursor::of_members(from).at;
        let mut out = String::with_capacity(from.len() + more);
        out.push_str(from.get(..head).unwrap_or_default());
        Self { from, out, read: head, some: false }
    }

    /// The next of the old members, with the separator before it unless it is now the first.
    fn keep(&mut self, member: &Member<'_>) {
        self.keep_with(member, member.value);
    }

    fn keep_with(&mut self, member: &Member<'_>, value: &str) {
        let start = if self.some { self.read } else { member.start };
        let old_value = member.end - member.value.len();
        self.out.push_str(self.from.get(start..old_value).unwrap_or_default());
        self.out.push_str(value);
        (self.read, self.some) = (member.end, true);
    }

    fn cut(&mut self, member: &Member<'_>) {
        self.read = member.end;
    }

    /// A member that is new here, at the end.
    fn append(&mut self, quoted_key: &str, value: &str) {
        if self.some {
            self.out.push(',');
        }
        for part in [quoted_key, ":", value] {
            self.out.push_str(part);
        }
        self.some = true;
    }

    fn finish(mut self) -> String {
        self.out.push_str(self.from.get(self.read..).unwrap_or_default());
        self.out
    }
}
