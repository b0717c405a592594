//! Where the members of an object are in its text.

use super::Member;

/// The places of an object's members, as long as they are few: kept small, for they move along with
/// the text.
#[derive(Clone, Copy, Default)]
pub(super) struct Places {
    places: [Place; Self::MAX],
    /// Whether the key has an escape, a bit for each.
    escaped: u16,
    /// How many members there are; beyond bounds where not all have a place.
    len: u8,
}

/// Where a member begins, where its value does, and where both end.
#[derive(Clone, Copy, Default)]
struct Place {
    start: u16,
    value: u16,
    end: u16,
}

impl Places {
    /// More than sessions mostly have.
    const MAX: usize = 12;

    /// The next member's.
    pub(super) fn push(&mut self, start: usize, escaped: bool, value: usize, end: usize) {
        match (self.places.get_mut(usize::from(self.len)), u16::try_from(end)) {
            (Some(place), Ok(end)) => {
                // What is before an end that fits does too.
                *place = Place { start: start as u16, value: value as u16, end };
                self.escaped |= u16::from(escaped) << self.len;
                self.len += 1;
            }
            _ => self.len = u8::MAX,
        }
    }

    /// Whether all members have a place.
    pub(super) fn are_known(&self) -> bool {
        usize::from(self.len) <= Self::MAX
    }

    /// The member of `text` at a place.
    pub(super) fn member<'a>(&self, index: usize, text: &'a str) -> Option<Member<'a>> {
        let place = self.places.get(..usize::from(self.len))?.get(index)?;
        let (start, value, end) = (place.start.into(), place.value.into(), place.end.into());
        Some(Member { text, start, escaped: self.escaped >> index & 1 == 1, value, end })
    }
}
