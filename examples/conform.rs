//! Answers conformance questions: one JSON object a line in, one JSON object a line out, in the same order.
//!
//! Only input and output: the answers are the library's. `tests/conformance.rs` compares them with those of
//! Kubernetes.

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
