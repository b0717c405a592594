//! The session through real servers: an application behind hyper's HTTP/1 and HTTP/2, and clients
//! that send it what they like. `tests/wire` asks it directly, `run` through nginx, and `soak` asks
//! it a million times.

mod answer;
mod app;
mod http1;
mod http2;
mod panics;
mod sessions;

pub use answer::Answer;
pub use app::{router, serve};
pub use http1::Http1;
pub use http2::Http2;
pub use sessions::{KEY, NAME, OLD_KEY, sessions};

/// Whatever goes wrong where nobody can go on.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
