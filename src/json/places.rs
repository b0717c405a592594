//! Where the members of an object are in its text.

use super::member::Member;

/// The places of an object's members, as long as they are few: kept small, because they move along
/// with the text.
#[derive(Clone, Copy, Default)]
pub(super) struct Places {
    places: [Place; Self::MAX],
    /// Whether the key has an escape, a bit for each.
    escaped: u16,
    /// How many members there are; out of bounds if not all have a place.
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
    /// More than most sessions have.
    const MAX: usize = 12;

    /// Adds the next member's place.
    pub(super) fn push(&mut self, start: usize, escaped: bool, value: usize, end: usize) {
        match (self.places.get_mut(usize::from(self.len)), u16::try_from(end)) {
            (Some(place), Ok(end)) => {
                // What comes before an end that fits, fits too.
                *place = Place { start: start as u16, value: value as u16, end };
                self.escaped |= u16::from(escaped) << self.len;
                self.len += 1;
            }
            _ => self.len = u8::MAX,
        }
    }

    /// The members of `text`; `None` if not all of them have a place.
    pub(super) fn members<'a>(
        &'a self,
        text: &'a str,
    ) -> Option<impl DoubleEndedIterator<Item = Member<'a>>> {
        let places = self.places.get(..usize::from(self.len))?;
        Some(places.iter().enumerate().map(move |(index, place)| {
            let (start, value, end) = (place.start.into(), place.value.into(), place.end.into());
            Member { text, start, escaped: self.escaped >> index & 1 == 1, value, end }
        }))
    }
}
