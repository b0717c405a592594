//! How the cost of a read grows with what a browser, or an attacker, can send.

mod kinds;
mod line;
mod plot;

use std::{fs, io, path::Path};

use kinds::{Kind, Point};
use line::Line;
use requests::{Op, Run};

use crate::{
    cases::{Framework, bare},
    measure::{self, Figure},
    options::Options,
};

/// A kind of growth with what was measured.
pub(crate) struct Curve {
    kind: Kind,
    /// What grows, and the net nanoseconds.
    points: Vec<(f64, f64)>,
    /// Net, of the first point and the last.
    allocations: [i64; 2],
    line: Line,
}

pub(crate) fn run(options: &Options) -> io::Result<()> {
    let wanted = |kind: &Kind| options.only.as_ref().is_none_or(|only| kind.what.contains(only));
    let kinds: Vec<Kind> = kinds::all().into_iter().filter(wanted).collect();
    let mut points: Vec<Vec<Point>> = kinds.iter().map(|kind| (kind.points)()).collect();
    let (mut empty, mut huge) = kinds::hostile();
    let mut bare = bare::request(Framework::Tower, Op::Pass);

    let mut runs: Vec<&mut Run> = vec![&mut bare, &mut empty, &mut huge];
    runs.extend(points.iter_mut().flatten().map(|point| &mut point.run));
    let figures = measure::figures(runs, options.rounds());
    let [bare, empty, huge, rest @ ..] = &*figures else { unreachable!("three come first") };

    let mut rest = rest.iter();
    let curves: Vec<Curve> = kinds
        .into_iter()
        .zip(points)
        .map(|(kind, points)| {
            let figures: Vec<Figure> = rest.by_ref().take(points.len()).copied().collect();
            curve(kind, &points, &figures, *bare)
        })
        .collect();

    table(&curves);
    println!(
        "\nA Cookie header of 400 KB without a session, and read: {:.3} ms, {} allocations; a short \
         one, and read: {} allocations. Under a millisecond, and no allocation more: {}.",
        huge.nanoseconds / 1e6,
        huge.allocations,
        empty.allocations,
        if huge.nanoseconds < 1e6 && huge.allocations <= empty.allocations { "yes" } else { "no" },
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("growth.svg");
    fs::write(&path, plot::svg(&curves))
        .map_err(|error| io::Error::other(format!("the plot cannot be written: {error}")))?;
    println!("\nThe plot is in benches/growth.svg.");
    Ok(())
}

fn curve(kind: Kind, points: &[Point], figures: &[Figure], bare: Figure) -> Curve {
    let net = |figure: &Figure| figure.nanoseconds - bare.nanoseconds;
    let points: Vec<(f64, f64)> = points
        .iter()
        .zip(figures)
        .map(|(point, figure)| (point.amount as f64, net(figure)))
        .collect();
    let [first, last] = [figures.first(), figures.last()]
        .map(|figure| figure.expect("there are points").allocations as i64);
    let bare = bare.allocations as i64;
    let line = Line::through(&points[kind.fit_from..]);
    Curve { kind, points, allocations: [first - bare, last - bare], line }
}

fn table(curves: &[Curve]) {
    println!("A read of one text, net of the bare service:\n");
    println!("| what grows | from | to | slope | furthest from the line |");
    println!("|---|---:|---:|---:|---:|");
    for Curve { kind, points, allocations, line } in curves {
        let cell = |(amount, time): &(f64, f64), allocations: i64| {
            format!("{amount}: {time:.0} ns / {allocations}")
        };
        let ends = points.first().zip(points.last()).expect("there are points");
        println!(
            "| {} | {} | {} | {:.2} ns per {} | {:.0} % |",
            kind.what,
            cell(ends.0, allocations[0]),
            cell(ends.1, allocations[1]),
            line.slope,
            kind.one,
            line.furthest(&points[kind.fit_from..]) * 100.0,
        );
    }
}
