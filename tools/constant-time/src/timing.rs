//! How long a refusal takes, by what is wrong with the tag: a t-test in the manner of dudect.

use std::{error::Error, hint::black_box, time::Instant};

use tower_cookie_session::{Codec, KeyRing, SecretKey};

use crate::{
    formats::{self, Visitor},
    token::Token,
    welch,
};

/// How many tokens there are of a class, alike or not, so that all classes take the same room.
const PAIRS: usize = 1024;

const LEGEND: &str = "
first, last: the tag is wrong in its first or in its last byte
same, any:   the tag is always the same wrong one, or any
nothing:     no difference; what the machine and the method add";

struct Timing {
    measurements: usize,
    random: Random,
    worst: f64,
}

pub fn run(measurements: usize) -> Result<(), Box<dyn Error>> {
    println!("Welch's |t| of {measurements} refusals each, the largest of 101 crops.\n{LEGEND}\n");
    println!("{:18}{:>20}{:>20}{:>20}", "", "first, last", "same, any", "nothing");
    let mut timing = Timing { measurements, random: Random(0x9e37_79b9_7f4a_7c15), worst: 0.0 };
    formats::each(&mut timing);
    println!(
        "\nThe largest of the first two columns is {:.1}. Below 4.5 is clean on a",
        timing.worst
    );
    println!(
        "quiet machine; above 10 is alarming on a shared one, if the last column stays below."
    );
    println!("The loop, which stops at the first difference, has to be far above.");
    Ok(())
}

impl Visitor for Timing {
    fn visit<C: Codec>(&mut self, name: &'static str, codec: impl Fn(KeyRing) -> C) {
        let codec = codec(SecretKey::generate().into());
        let valid = Token::of(&codec);
        let accepts = |token: &Token| codec.decode(token.value(), &token.companions()).is_ok();
        let all_wrong = || valid.clone().wrong_in(u64::MAX);
        // Each is wrong somewhere, and not all in one place.
        let any = |i: usize, noise: u64| valid.clone().wrong_in(noise | 1 << (i % 16));

        let ends = pairs(|_| [valid.clone().wrong_at_first(), valid.clone().wrong_at_last()]);
        let tags = pairs(|i| [all_wrong(), any(i, self.random.next())]);
        let alike = pairs(|_| [all_wrong(), all_wrong()]);
        let [ends_t, tags_t, alike_t] =
            [&ends, &tags, &alike].map(|pairs| self.test(pairs, accepts));
        self.worst = self.worst.max(ends_t.t).max(tags_t.t);
        print_row(name, &[ends_t, tags_t, alike_t]);

        if name == "Signed" {
            let leaks = |token: &Token| {
                let mut letters = token.tag().iter().zip(valid.tag()).map(black_box);
                accepts(token) | letters.all(|(one, other)| one == other)
            };
            print_row("  and a loop", &[self.test(&ends, leaks)]);
        }
    }
}

impl Timing {
    /// Measures refusals of two classes, mixed at random.
    fn test(&mut self, pairs: &[[Token; 2]], accepts: impl Fn(&Token) -> bool) -> welch::Verdict {
        // All are read from one place, so that the place makes no difference.
        let mut token = pairs[0][0].clone();
        let mut times = Vec::with_capacity(self.measurements);
        for _ in 0..self.measurements {
            let random = self.random.next();
            let class = random >> 63 == 1;
            token.copy_from(&pairs[(random >> 32) as usize % PAIRS][usize::from(class)]);
            let start = Instant::now();
            let accepted = black_box(accepts(black_box(&token)));
            let time = start.elapsed();
            assert!(!accepted, "a forgery is refused");
            times.push((time.as_nanos().try_into().unwrap_or(u32::MAX), class));
        }
        welch::test(&mut times)
    }
}

/// Two classes, side by side in memory.
fn pairs(pair: impl FnMut(usize) -> [Token; 2]) -> Vec<[Token; 2]> {
    (0..PAIRS).map(pair).collect()
}

fn print_row(name: &str, columns: &[welch::Verdict]) {
    print!("{name:18}");
    columns.iter().for_each(|column| {
        let [one, other] = column.means;
        print!("{:>8.1} {:>11}", column.t, format!("({:+.2} ns)", other - one));
    });
    println!();
}

/// xorshift64*, of Marsaglia and Vigna.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}
