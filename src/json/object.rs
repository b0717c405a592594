//! A checked object, which knows where its members are.

use std::borrow::Cow;

use super::{
    check::check,
    member::{Member, members},
    places::Places,
};

/// The text of one JSON object, checked, with the places of its members.
#[derive(Clone)]
pub(crate) struct Object {
    text: Cow<'static, str>,
    places: Places,
}

impl Object {
    pub(crate) fn empty() -> Self {
        Self { text: Cow::Borrowed("{}"), places: Places::default() }
    }

    /// `None` if `text` is not an object, or more than one.
    pub(crate) fn read(text: String) -> Option<Self> {
        check(&text).map(|places| Self { text: text.into(), places })
    }

    /// What an edit made of an object.
    pub(super) fn edited(text: String, places: Places) -> Self {
        debug_assert!(check(&text).is_some(), "edits of an object give an object");
        Self { text: text.into(), places }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_text(self) -> String {
        self.text.into_owned()
    }

    /// The members, in their order.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member<'_>> {
        match self.places.members(&self.text) {
            Some(placed) => Members::Placed(placed),
            None => Members::Walked(members(&self.text)),
        }
    }

    /// The value of `key`; of several, the last.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let is = |member: &Member<'_>| member.is(key);
        let last = match self.places.members(&self.text) {
            Some(mut placed) => placed.rfind(is),
            None => members(&self.text).filter(is).last(),
        };
        last.map(|member| member.value())
    }
}

/// The members of an object, found at their places or on a walk.
enum Members<P, W> {
    Placed(P),
    Walked(W),
}

impl<'a, P, W> Iterator for Members<P, W>
where
    P: Iterator<Item = Member<'a>>,
    W: Iterator<Item = Member<'a>>,
{
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        match self {
            Self::Placed(placed) => placed.next(),
            Self::Walked(walked) => walked.next(),
        }
    }
}
