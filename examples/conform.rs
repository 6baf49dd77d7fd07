//! Answers conformance questions: reads one JSON object per line and writes one JSON object per line in the same
//! order.
//!
//! This file handles only input and output; the answers come from the library. `tests/conformance.rs` compares them
//! with the answers of Kubernetes.

#[path = "conform/answer.rs"]
mod answer;

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str(&line) {
            Ok(question) => answer::answer(&question),
            Err(error) => serde_json::json!({ "invalid": error.to_string() }),
        };
        writeln!(out, "{answer}")?;
    }
    out.flush()
}
