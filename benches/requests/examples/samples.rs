//! Prints the JSON of the three sessions of `benches/requests`, one a line.

fn main() {
    for sample in requests::samples() {
        println!("{}", sample.json());
    }
}
