//! The YAML reader against everything that knows better: go-yaml's verdicts, the yaml-test-suite, another
//! parser, the same files unbroken, and texts made to hurt.

#![allow(clippy::unwrap_used)]

mod events;
mod hostile;
mod invariants;
mod other_parser;
mod random;
mod recovery;
mod samples;
mod small;
mod verdicts;
