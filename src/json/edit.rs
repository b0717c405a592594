//! Edits of an object: what they do not name is copied as it stands.

use super::{member::Member, object::Object, places::Places};

impl Object {
    /// The object with `value` as the one value of `key`: in place of the first such member, or
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
            let head = serde_json::to_string(key).unwrap_or_default() + ":";
            edited.append(",", &head, value);
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

    /// The object with the members of `other` that `keep` names at its end, with their separators.
    pub(crate) fn extended(&self, other: &Self, keep: impl Fn(&Member<'_>) -> bool) -> Self {
        let kept = other.without(|member| !keep(member));
        let mut edited = Rewrite::new(self.text(), kept.text().len());
        self.members().for_each(|member| edited.keep(&member));
        let mut last = None;
        for member in kept.members() {
            let separator = last.and_then(|end| kept.text().get(end..member.start));
            edited.append(separator.unwrap_or(","), member.head(), member.value());
            last = Some(member.end);
        }
        edited.finish()
    }
}

/// An object's text, rewritten from the one it replaces: what lies between two changes is copied
/// in one go.
struct Rewrite<'a> {
    from: &'a str,
    out: String,
    places: Places,
    /// How far it has been copied, or left out.
    copied: usize,
    /// How far it has been read: to the end of a member.
    read: usize,
    /// Whether a member has been kept so far.
    any_kept: bool,
}

impl<'a> Rewrite<'a> {
    fn new(from: &'a str, more: usize) -> Self {
        let members = from.trim_start().strip_prefix('{').unwrap_or_default().trim_start();
        let head = from.len() - members.len();
        let out = String::with_capacity(from.len() + more);
        let mut new =
            Self { from, out, places: Places::default(), copied: 0, read: head, any_kept: false };
        new.copy_to(head);
        new
    }

    /// Keeps the next of the old members, with the separator before it unless it is now the first.
    fn keep(&mut self, member: &Member<'_>) {
        if !self.any_kept {
            self.copied = member.start;
        }
        let moved = |at| self.out.len() + (at - self.copied);
        let (start, value, end) = (moved(member.start), moved(member.value), moved(member.end));
        self.places.push(start, member.escaped, value, end);
        (self.read, self.any_kept) = (member.end, true);
    }

    /// Like [`keep`](Self::keep), with another value.
    fn keep_with(&mut self, member: &Member<'_>, value: &str) {
        if !self.any_kept {
            self.copied = member.start;
        }
        self.copy_to(member.value);
        self.push_value(member.value - member.start, member.escaped, value);
        (self.copied, self.read) = (member.end, member.end);
    }

    fn cut(&mut self, member: &Member<'_>) {
        self.copy_to(self.read);
        (self.copied, self.read) = (member.end, member.end);
    }

    /// Appends a new member.
    fn append(&mut self, separator: &str, head: &str, value: &str) {
        self.copy_to(self.read);
        if self.any_kept {
            self.out.push_str(separator);
        }
        self.out.push_str(head);
        self.push_value(head.len(), head.contains('\\'), value);
    }

    fn finish(mut self) -> Object {
        self.copy_to(self.from.len());
        Object::edited(self.out, self.places)
    }

    /// Appends the value after its head of that many bytes.
    fn push_value(&mut self, head: usize, escaped: bool, value: &str) {
        let start = self.out.len();
        self.out.push_str(value);
        self.places.push(start - head, escaped, start, self.out.len());
        self.any_kept = true;
    }

    fn copy_to(&mut self, to: usize) {
        self.out.push_str(self.from.get(self.copied..to).unwrap_or_default());
        self.copied = to;
    }
}
