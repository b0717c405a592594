//! What is measured: every peer, on every operation, with every sample.

mod actix;
mod axum_extra;
pub(crate) mod bare;
mod floor;
mod poem;
mod tower_cookies;
mod tower_sessions;
mod tower_sessions_api;
mod tower_sessions_cookie_store;

use requests::{Op, Peer, Run, operations, samples};

/// Whose bare service a peer is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Tower,
    Axum,
    Poem,
    Actix,
}

/// One cell of the table.
pub(crate) struct Case {
    pub(crate) peer: &'static str,
    pub(crate) framework: Framework,
    pub(crate) size: &'static str,
    pub(crate) op: Op,
    pub(crate) run: Run,
}

pub(crate) const BARE: &str = "bare";
pub(crate) const FLOOR: &str = "floor";

/// All cases whose peer `only` names, checked; the floor and the bare services always.
pub(crate) fn all(only: Option<&str>) -> Vec<Case> {
    let mut cases = bare::cases();
    let peers: [(Framework, Box<dyn Peer>); 10] = [
        (Framework::Tower, Box::new(floor::Floor::new())),
        (Framework::Tower, Box::new(requests::signed())),
        (Framework::Tower, Box::new(requests::private())),
        (Framework::Tower, Box::new(requests::flask())),
        (Framework::Tower, Box::new(tower_sessions::Memory::default())),
        (Framework::Tower, Box::new(tower_sessions_cookie_store::Signed::default())),
        (Framework::Tower, Box::new(tower_cookies::Signed::default())),
        (Framework::Axum, Box::new(axum_extra::SignedJar::default())),
        (Framework::Poem, Box::new(poem::Signed::default())),
        (Framework::Actix, Box::new(actix::Signed::default())),
    ];
    for (framework, peer) in &peers {
        let wanted = |only: &str| peer.name() == FLOOR || peer.name().contains(only);
        if !only.is_none_or(wanted) {
            continue;
        }
        for sample in samples() {
            let of_sample = operations(&**peer, &sample).into_iter().map(|(op, run)| Case {
                peer: peer.name(),
                framework: *framework,
                size: sample.size,
                op,
                run,
            });
            cases.extend(of_sample);
        }
    }
    cases
}
