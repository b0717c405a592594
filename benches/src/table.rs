//! The results as Markdown.

use requests::{OPS, samples};

use crate::{cases::Framework, results::Results};

/// One table for each size: net nanoseconds / net allocations (times the floor).
pub(crate) fn print(results: &Results) {
    for sample in samples() {
        println!("\n**{}**, {} bytes of JSON\n", sample.size, sample.json().len());
        println!("| | pass | read | write | anonymous | forged |\n|---|---:|---:|---:|---:|---:|");
        for peer in results.peers() {
            let cells = OPS.map(|op| {
                results.net(peer, sample.size, op).map_or(String::new(), |net| {
                    let times = net.nanoseconds / results.floor(sample.size, op);
                    format!("{:.0} / {} ({times:.2})", net.nanoseconds, net.allocations)
                })
            });
            println!("| {peer} {}| {} |", version(peer), cells.join(" | "));
        }
    }
    println!("\nThe bare services, which are subtracted (gross nanoseconds / allocations):\n");
    println!("| | with a cookie | without |\n|---|---:|---:|");
    for framework in [Framework::Tower, Framework::Axum, Framework::Poem, Framework::Actix] {
        let cells = [OPS[0], OPS[3]].map(|op| {
            let bare = results.bare(framework, op);
            format!("{:.0} / {}", bare.nanoseconds, bare.allocations)
        });
        println!("| {framework:?} | {} |", cells.join(" | "));
    }
}

/// The version of the crate that a peer's name begins with.
fn version(peer: &str) -> String {
    let name = peer.split(',').next().unwrap_or_default();
    let package = format!("name = \"{name}\"\nversion = \"");
    let lock = include_str!("../Cargo.lock");
    let version = lock.split_once(&package).and_then(|(_, rest)| rest.split('"').next());
    version.map_or(String::new(), |version| format!("{version} "))
}
