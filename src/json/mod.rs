//! A JSON object as its text: check it, walk its members, set one, cut some.
//!
//! Nothing is parsed into values, so what is not touched stays as it was, byte for byte. Checking
//! and walking allocate nothing; an edit returns a new text. Of doubled keys the last one counts,
//! as it does in Python and JavaScript.

mod check;
mod cursor;
#[cfg(feature = "express")]
mod ecmascript;
mod edit;
mod member;
mod object;
mod places;
#[cfg(any(feature = "flask", feature = "django", feature = "starlette"))]
mod python;
mod text;

#[cfg(feature = "express")]
pub(crate) use ecmascript::stringified;
pub(crate) use member::Member;
#[cfg(feature = "flask")]
pub(crate) use member::members;
pub(crate) use object::Object;
#[cfg(any(feature = "flask", feature = "django", feature = "starlette"))]
pub(crate) use python::ascii;
#[cfg(feature = "starlette")]
pub(crate) use python::spaced;

#[cfg(test)]
mod tests;
