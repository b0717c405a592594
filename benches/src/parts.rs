//! Where the time of a read and of a write goes.

use std::{
    hint::black_box,
    time::{Duration, SystemTime},
};

use base64::{
    Engine,
    engine::{Simd, general_purpose::NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use requests::{
    ADA, NAME, NUMBER, Op, Run, Sample, among_others, key, next_number, operations, samples, signed,
};
use sha2::Sha256;
use tower_cookie_session::{Codec, Payload, SessionLayer, Signed};

use crate::{
    cases::{Framework, bare},
    measure::figures,
};

/// A part, and how often a read and a write need it.
struct Part {
    what: &'static str,
    read: f64,
    write: f64,
    run: Run,
}

/// One table: nanoseconds of each part, and what of the whole is left.
pub(crate) fn print(rounds: usize) {
    println!("| | small | typical | large | times in a read | in a write |");
    println!("|---|---:|---:|---:|---:|---:|");
    let columns = samples().map(|sample| column(&sample, rounds));
    for (row, (what, _, read, write)) in columns[0].iter().enumerate() {
        let cells = columns.each_ref().map(|column| format!("{:.0}", column[row].1));
        println!("| {what} | {} | {read} | {write} |", cells.join(" | "));
    }
}

/// The rows of one session: name, nanoseconds, times in a read and in a write.
fn column(sample: &Sample, rounds: usize) -> Vec<(&'static str, f64, String, String)> {
    let mut parts = parts(sample);
    let mut wholes = wholes(sample);
    let runs = parts.iter_mut().map(|part| &mut part.run).chain(&mut wholes).collect();
    let times: Vec<f64> =
        figures(runs, rounds).into_iter().map(|figure| figure.nanoseconds).collect();
    let (times, [bare, pass, read, write]) = times.split_at(parts.len()) else {
        unreachable!("there are four wholes")
    };

    let mut rows = vec![("handle: made, placed, dropped", pass - bare, "1".into(), "1".into())];
    let (mut read_rest, mut write_rest) = (read - pass, write - pass);
    for (part, time) in parts.iter().zip(times) {
        read_rest -= part.read * time;
        write_rest -= part.write * time;
        rows.push((part.what, *time, part.read.to_string(), part.write.to_string()));
    }
    let only = |text: &str| text.to_owned();
    rows.push(("read: the rest", read_rest, only("1"), only("")));
    rows.push(("write: the rest", write_rest, only(""), only("1")));
    rows.push(("**read, net**", read - bare, only(""), only("")));
    rows.push(("**write, net**", write - bare, only(""), only("")));
    rows
}

/// The bare service, and ours where a session passes, is read and is written.
fn wholes(sample: &Sample) -> Vec<Run> {
    let ours = operations(&signed(), sample).into_iter();
    let wanted = |op: &Op| matches!(op, Op::Pass | Op::Read | Op::Write);
    let ours = ours.filter(|(op, _)| wanted(op)).map(|(_, run)| run);
    [bare::request(Framework::Tower, Op::Pass)].into_iter().chain(ours).collect()
}

fn parts(sample: &Sample) -> Vec<Part> {
    let json = sample.json();
    let mut codec = Signed::new(key());
    codec.prepare("__Host-session");
    let now = SystemTime::UNIX_EPOCH.elapsed().as_ref().map_or(0, Duration::as_secs);
    let mut token = Vec::new();
    codec.encode(&json, now, usize::MAX, &mut token);
    let text = String::from_utf8(token.clone()).expect("base64 and dots");
    let [payload, time, tag] =
        text.splitn(3, '.').map(str::to_owned).collect::<Vec<_>>().try_into().expect("three parts");
    let signed = token[..token.len() - tag.len() - 1].to_vec();
    let mac: Hmac<Sha256> = Hmac::new_from_slice(&[7; 32]).expect("keys of any length");
    let base64 = Simd::url_safe(NO_PAD);
    let layer = SessionLayer::new(Signed::new(key()));
    let header = among_others(&format!("__Host-session={text}"));
    let (read, written) = (layer.open(&header), layer.open(&header));

    let part = |what, read, write, run: Run| Part { what, read, write, run };
    vec![
        part("clock", 1.0, 2.0, Box::new(|| drop(black_box(SystemTime::UNIX_EPOCH.elapsed())))),
        part("HMAC", 1.0, 2.0, {
            Box::new(move || {
                let mut mac = mac.clone();
                mac.update(black_box(&signed));
                black_box(mac.finalize().into_bytes());
            })
        }),
        part("base64, read: tag, time, payload", 1.0, 1.0, {
            Box::new(move || {
                let mut short = [0; 66];
                for text in [&tag, &time] {
                    black_box(base64.decode_slice(black_box(text), &mut short)).expect("base64");
                }
                black_box(base64.decode(black_box(&payload))).expect("base64");
            })
        }),
        part("base64, written", 0.0, 1.0, {
            let (json, base64) = (json.clone(), Simd::url_safe(NO_PAD));
            let mut out = vec![0; json.len() * 2 + 64];
            Box::new(move || {
                black_box(base64.encode_slice(black_box(&json), &mut out)).expect("room");
                black_box(base64.encode_slice([7; 32], &mut out)).expect("room");
            })
        }),
        part("UTF-8 and JSON checked", 1.0, 1.0, {
            Box::new(move || {
                black_box(Payload::from_json(black_box(json.as_bytes()).to_vec())).expect("JSON");
            })
        }),
        part("value found and parsed", 1.0, 0.0, {
            Box::new(move || assert_eq!(read.get::<String>(NAME).unwrap().unwrap(), ADA))
        }),
        part("value printed, put, weighed", 0.0, 1.0, {
            Box::new(move || written.insert(NUMBER, next_number()).unwrap())
        }),
    ]
}
