//! The tower middleware: a session for every request that passes.

mod future;
mod layer;
mod scoped;
mod service;

pub use future::ResponseFuture;
pub use layer::SessionLayer;
pub use scoped::Scoped;
pub use service::SessionService;
