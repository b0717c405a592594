//! Compiles valgrind's requests, which exist as macros of C only.

fn main() {
    println!("cargo::rerun-if-changed=src/memcheck.c");
    cc::Build::new().file("src/memcheck.c").compile("memcheck");
}
