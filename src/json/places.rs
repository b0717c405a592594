//! Where the members of an object are in its text.

use super::Member;

/// The places of an object's members, as long as they are few: they lie in place, and take no
/// allocation.
#[derive(Clone, Copy, Default)]
pub(super) struct Places {
    places: [Place; Self::MAX],
    /// How many members there are; beyond bounds where not all have a place.
    len: usize,
}

/// Where a member begins, where its value does, and where both end.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    start: u16,
    value: u16,
    end: u16,
    escaped: bool,
}

impl Places {
    /// More than sessions mostly have.
    const MAX: usize = 12;

    /// The next member's.
    pub(super) fn push(&mut self, start: usize, escaped: bool, value: usize, end: usize) {
        match (self.places.get_mut(self.len), u16::try_from(end)) {
            (Some(place), Ok(end)) => {
                // What is before a place that fits does too.
                *place = Place { start: start as u16, value: value as u16, end, escaped };
                self.len += 1;
            }
            _ => self.len = usize::MAX,
        }
    }

    /// All places; `None` where a member has none here.
    pub(super) fn known(&self) -> Option<&[Place]> {
        self.places.get(..self.len)
    }
}

impl Place {
    /// The member at this place of `text`.
    pub(super) fn member<'a>(&self, text: &'a str) -> Member<'a> {
        let (start, value, end) = (self.start.into(), self.value.into(), self.end.into());
        Member { text, start, escaped: self.escaped, value, end }
    }
}
