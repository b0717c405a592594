//! The services without a session.

use std::{
    convert::Infallible,
    future::{self, Ready},
};

use requests::{Op, Requests, Run, among_others, of_tower};
use tower::service_fn;

use super::{BARE, Case, Framework, actix, axum_extra, poem};

const FRAMEWORKS: [Framework; 4] =
    [Framework::Tower, Framework::Axum, Framework::Poem, Framework::Actix];

/// With a Cookie header and without; how long it is makes no difference to them.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for op in [Op::Pass, Op::Anonymous] {
        for framework in FRAMEWORKS {
            cases.push(Case { peer: BARE, framework, size: "", op, run: request(framework, op) });
        }
    }
    cases
}

pub(crate) fn request(framework: Framework, op: Op) -> Run {
    let cookies = (op != Op::Anonymous).then(|| among_others("session=0123456789"));
    let mut requests = requests(framework, cookies.as_deref());
    Box::new(move || requests(None))
}

fn requests(framework: Framework, cookies: Option<&str>) -> Requests {
    match framework {
        Framework::Tower => of_tower(service_fn(tower), cookies),
        Framework::Axum => axum_extra::bare(cookies),
        Framework::Poem => poem::bare(cookies),
        Framework::Actix => actix::bare(cookies),
    }
}

fn tower(_: http::Request<()>) -> Ready<Result<http::Response<()>, Infallible>> {
    future::ready(Ok(http::Response::new(())))
}
