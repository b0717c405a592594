//! The rules of a session, each through the layer, as a browser and a handler see them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod accounting;
mod attackers;
mod custom_codec;
mod dates;
mod dictionary;
#[cfg(feature = "tracing")]
mod events;
mod every_codec;
mod expiry;
#[cfg(feature = "axum")]
mod extractor;
mod extremes;
mod flash;
#[cfg(all(feature = "django", feature = "express", feature = "flask", feature = "starlette"))]
mod frameworks;
mod handles;
mod lifetimes;
#[cfg(feature = "tracing")]
mod listeners;
mod machine;
#[cfg(all(feature = "axum", feature = "express", feature = "tracing"))]
mod messages;
mod parallel;
#[cfg(feature = "private")]
mod private;
mod reading;
mod response;
mod scoped;
mod size;
mod support;
