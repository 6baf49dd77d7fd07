//! Compares the YAML parser with go-yaml, the yaml-test-suite, another parser and intact files, and tests it with
//! malicious texts.

mod events;
mod hostile;
pub(crate) mod invariants;
mod other_parser;
mod random;
mod recovery;
mod samples;
mod small;
mod verdicts;
