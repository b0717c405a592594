//! What `Signed` is to reach.

use requests::{Op, samples};

use crate::{cases::FLOOR, results::Results};

const OURS: &str = "ours: Signed";
const TOWER_SESSIONS: &str = "tower-sessions, memory";
/// Without a session: what they do where nobody looks is no measure.
const JARS: [&str; 2] = ["tower-cookies, signed", "axum-extra, SignedCookieJar"];

enum Goal {
    /// At most so many times the floor; small, typical, large.
    Floor(Op, [f64; 3]),
    /// At least so many times faster than this peer.
    Peer(Op, &'static str, [f64; 3]),
    /// At least so many times faster than the fastest peer.
    BestPeer(Op, [f64; 3]),
    /// At most so many allocations, whatever the size.
    Allocations(Op, i64),
}

const GOALS: [Goal; 13] = [
    Goal::Floor(Op::Pass, [2.0; 3]),
    Goal::Peer(Op::Pass, TOWER_SESSIONS, [9.0; 3]),
    Goal::Floor(Op::Read, [1.6, 1.4, 1.15]),
    Goal::BestPeer(Op::Read, [2.5, 3.0, 4.0]),
    Goal::Floor(Op::Write, [1.4, 1.3, 1.1]),
    Goal::BestPeer(Op::Write, [2.0, 1.7, 1.9]),
    Goal::Floor(Op::Anonymous, [2.0; 3]),
    Goal::Floor(Op::Forged, [1.75, 1.5, 1.15]),
    Goal::Allocations(Op::Pass, 4),
    Goal::Allocations(Op::Read, 9),
    Goal::Allocations(Op::Write, 11),
    Goal::Allocations(Op::Anonymous, 4),
    Goal::Allocations(Op::Forged, 6),
];

/// Each goal with what was reached.
pub(crate) fn print(results: &Results) {
    println!("\nGoals, of `Signed`:\n");
    println!("| | small | typical | large |\n|---|---|---|---|");
    for goal in &GOALS {
        let cells: Vec<String> = samples()
            .iter()
            .enumerate()
            .map(|(size, sample)| {
                goal.cell(results, size, sample.size).unwrap_or_else(|| "not measured".to_owned())
            })
            .collect();
        println!("| {} | {} |", goal.title(), cells.join(" | "));
    }
}

impl Goal {
    fn title(&self) -> String {
        match self {
            Self::Floor(op, _) => format!("{op:?}: times the floor"),
            Self::Peer(op, peer, _) => format!("{op:?}: faster than {peer}"),
            Self::BestPeer(op, _) => format!("{op:?}: faster than the best peer"),
            Self::Allocations(op, _) => format!("{op:?}: allocations"),
        }
    }

    fn cell(&self, results: &Results, index: usize, size: &str) -> Option<String> {
        let time = |peer, op| Some(results.net(peer, size, op)?.nanoseconds);
        let verdict = |met| if met { "yes" } else { "**no**" };
        Some(match self {
            Self::Floor(op, most) => {
                let times = time(OURS, *op)? / results.floor(size, *op);
                format!("{times:.2} (≤ {}) {}", most[index], verdict(times <= most[index]))
            }
            Self::Peer(op, peer, least) => {
                let times = time(peer, *op)? / time(OURS, *op)?;
                format!("{times:.1} (≥ {}) {}", least[index], verdict(times >= least[index]))
            }
            Self::BestPeer(op, least) => {
                let (peer, best) = best_peer(results, size, *op)?;
                let times = best / time(OURS, *op)?;
                let verdict = verdict(times >= least[index]);
                format!("{times:.1} (≥ {}) {verdict}: {peer}", least[index])
            }
            Self::Allocations(op, most) => {
                let count = results.net(OURS, size, *op)?.allocations;
                format!("{count} (≤ {most}) {}", verdict(count <= *most))
            }
        })
    }
}

fn best_peer(results: &Results, size: &str, op: Op) -> Option<(&'static str, f64)> {
    let is_peer = |peer: &&str| {
        let untouched = matches!(op, Op::Pass | Op::Anonymous);
        *peer != FLOOR && !peer.starts_with("ours") && !(untouched && JARS.contains(peer))
    };
    let peers = results.peers().into_iter().filter(is_peer);
    let times = peers.filter_map(|peer| Some((peer, results.net(peer, size, op)?.nanoseconds)));
    times.min_by(|(_, a), (_, b)| a.total_cmp(b))
}
