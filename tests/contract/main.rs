//! Every name that does not change, in use. `names.rs` is the agreed text, its one
//! `allow` included, laid out by rustfmt.
#![allow(clippy::unwrap_used, clippy::needless_borrows_for_generic_args)]
#![allow(clippy::let_underscore_future)]

mod codecs;
mod names;
