//! The curves as an SVG, which shows on light and dark pages alike.

use std::fmt::Write;

use super::Curve;

/// Of one panel, in pixels.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 200.0;
const COLUMNS: usize = 3;
/// Around what is drawn.
const MARGIN: [f64; 2] = [24.0, 34.0];

pub(super) fn svg(curves: &[Curve]) -> String {
    let (width, height) = (WIDTH * COLUMNS as f64, HEIGHT * curves.len().div_ceil(COLUMNS) as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"#888\">\n\
         <title>Net nanoseconds of a read, and the straight line through them</title>\n"
    );
    for (place, curve) in curves.iter().enumerate() {
        let (left, top) = ((place % COLUMNS) as f64 * WIDTH, (place / COLUMNS) as f64 * HEIGHT);
        panel(&mut svg, curve, left, top).expect("a String takes all that is written");
    }
    svg + "</svg>\n"
}

fn panel(svg: &mut String, curve: &Curve, left: f64, top: f64) -> std::fmt::Result {
    let [across, down] = MARGIN;
    let most = |of: fn(&(f64, f64)) -> f64| curve.points.iter().map(of).fold(1.0, f64::max);
    let (last, highest) = (most(|point| point.0), most(|point| point.1));
    let x = |amount: f64| left + across + amount / last * (WIDTH - 2.0 * across);
    let y = |time: f64| top + HEIGHT - down - time / highest * (HEIGHT - 2.0 * down);

    let (from, to) = (curve.points[curve.kind.fit_from].0, last);
    let [from_y, to_y] = [from, to].map(|at| y(curve.line.at(at)));
    writeln!(
        svg,
        "<path d=\"M{:.0} {:.0}V{:.0}H{:.0}\" fill=\"none\" stroke=\"#888\"/>\n\
         <path d=\"M{:.1} {from_y:.1}L{:.1} {to_y:.1}\" stroke=\"#c60\"/>",
        x(0.0),
        y(highest),
        y(0.0),
        x(last),
        x(from),
        x(to),
    )?;
    for (amount, time) in &curve.points {
        writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"#08c\"/>",
            x(*amount),
            y(*time)
        )?;
    }
    let text = |x: f64, y: f64, anchor: &str, text: &str| {
        format!("<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"{anchor}\">{text}</text>\n")
    };
    svg.push_str(&text(x(0.0), y(highest) - 18.0, "start", curve.kind.what));
    svg.push_str(&text(x(0.0), y(highest) - 4.0, "start", &format!("{highest:.0} ns")));
    svg.push_str(&text(x(last), y(0.0) + 14.0, "end", &format!("{last} {}", curve.kind.unit)));
    Ok(())
}
