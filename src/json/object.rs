//! A checked object, which knows where its members are.

use std::borrow::Cow;

use super::{
    check::check,
    member::{Member, Walk, members},
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

    /// `None` where `text` is no object, or more than one.
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
    pub(crate) fn members(&self) -> Members<'_> {
        if self.places.are_known() {
            Members::Placed { object: self, next: 0 }
        } else {
            Members::Walked(members(&self.text))
        }
    }

    /// The value of `key`: of several, the last.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.members().filter(|member| member.is(key)).last().map(|member| member.value())
    }
}

/// The members of an object, found at their places or on a walk.
pub(crate) enum Members<'a> {
    Placed { object: &'a Object, next: usize },
    Walked(Walk<'a>),
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        match self {
            Self::Placed { object, next } => {
                *next += 1;
                object.places.member(*next - 1, &object.text)
            }
            Self::Walked(walk) => walk.next(),
        }
    }
}
