//! How long one document takes: `cargo run --release -p cda --example timing -- FILE…`, medians of 2 000
//! rounds each.

#![allow(clippy::print_stdout, reason = "a command-line tool")]

use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use cda::Rendering;

fn main() -> io::Result<()> {
    for path in env::args_os().skip(1) {
        let bytes = fs::read(&path)?;
        let header = median(|| drop(black_box(cda::header_only(&bytes))));
        let whole = median(|| drop(black_box(cda::parse(&bytes))));
        let page = cda::parse(&bytes).map_or(Duration::ZERO, |document| {
            median(|| drop(black_box(document.html(&Rendering::default()))))
        });
        println!("{}: {} B, header {header:?}, whole {whole:?}, html {page:?}", path.display(), bytes.len());
    }
    Ok(())
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut rounds: Vec<Duration> = (0..2000)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    rounds.sort_unstable();
    rounds[rounds.len() / 2]
}
