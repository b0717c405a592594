//! Edits of an object: what they do not name is copied as it stands.

use super::{Member, Object, places::Places};

impl Object {
    /// The object with `value` as the one value of `key`: in the place of the first such member, or
    /// at the end. `value` is a JSON text.
    pub(crate) fn with(&self, key: &str, value: &str) -> Self {
        let mut found = false;
        let mut edited = Rewrite::new(self.text(), key.len() + value.len() + 8);
        for member in self.members() {
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
    pub(crate) fn without(&self, mut cut: impl FnMut(&Member<'_>) -> bool) -> Self {
        let mut edited = Rewrite::new(self.text(), 0);
        for member in self.members() {
            if cut(&member) {
                edited.cut(&member);
            } else {
                edited.keep(&member);
            }
        }
        edited.finish()
    }

    /// The object with the members of `other` that `keep` names at its end.
    pub(crate) fn extended(&self, other: &Self, keep: impl Fn(&Member<'_>) -> bool) -> Self {
        let mut edited = Rewrite::new(self.text(), other.text().len());
        self.members().for_each(|member| edited.keep(&member));
        for member in other.members().filter(keep) {
            edited.append(member.quoted_key(), member.value());
        }
        edited.finish()
    }
}

/// An object's text, written anew from the one it replaces.
struct Rewrite<'a> {
    from: &'a str,
    out: String,
    places: Places,
    /// How far it is read: to the end of a member.
    read: usize,
    /// Whether a member is written yet.
    some: bool,
}

impl<'a> Rewrite<'a> {
    fn new(from: &'a str, more: usize) -> Self {
        let members = from.trim_start().strip_prefix('{').unwrap_or_default().trim_start();
        let head = from.len() - members.len();
        let mut out = String::with_capacity(from.len() + more);
        out.push_str(from.get(..head).unwrap_or_default());
        Self { from, out, places: Places::default(), read: head, some: false }
    }

    /// The next of the old members, with the separator before it unless it is now the first.
    fn keep(&mut self, member: &Member<'_>) {
        self.keep_with(member, member.value());
    }

    fn keep_with(&mut self, member: &Member<'_>, value: &str) {
        let start = if self.some { self.read } else { member.start };
        self.out.push_str(self.from.get(start..member.value).unwrap_or_default());
        self.push_value(member.value - member.start, member.escaped, value);
        self.read = member.end;
    }

    fn cut(&mut self, member: &Member<'_>) {
        self.read = member.end;
    }

    /// A member that is new here, at the end.
    fn append(&mut self, quoted_key: &str, value: &str) {
        if self.some {
            self.out.push(',');
        }
        self.out.push_str(quoted_key);
        self.out.push(':');
        self.push_value(quoted_key.len() + 1, quoted_key.contains('\\'), value);
    }

    /// The value behind a key and its colon, which take `head` bytes.
    fn push_value(&mut self, head: usize, escaped: bool, value: &str) {
        let start = self.out.len();
        self.out.push_str(value);
        self.places.push(start - head, escaped, start, self.out.len());
        self.some = true;
    }

    fn finish(mut self) -> Object {
        self.out.push_str(self.from.get(self.read..).unwrap_or_default());
        Object::edited(self.out, self.places)
    }
}
