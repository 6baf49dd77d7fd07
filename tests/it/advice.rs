//! What podwright advises about common mistakes, and what its fixes make of them: `fixtures/advice`. A help is followed
//! blindly, so these snapshots are read with that in mind.

use std::fmt::Write;
use std::path::Path;

use crate::files::{Result, for_each_directory, podwright_in};
use crate::snapshot;

const COMMAND: &str = "check --format json --ignore image-missing-digest";

#[test]
fn each_mistake_gets_its_advice() {
    for_each_directory("fixtures/advice", advice);
}

#[test]
fn each_fix_leaves_a_better_file() {
    for_each_directory("fixtures/advice", fixes);
}

fn advice(directory: &Path) -> Result {
    let output = podwright_in(directory, COMMAND)?;
    let report: serde_json::Value = serde_json::from_str(&output.stdout)?;
    let findings = report["findings"].as_array().ok_or("no findings")?;
    let mut text = String::new();
    for finding in findings {
        let of = |name: &str| finding[name].as_str().unwrap_or_default();
        writeln!(
            text,
            "{}:{} {}[{}]: {}\n  help: {}",
            of("path"),
            finding["start"]["line"],
            of("level"),
            of("rule"),
            of("message"),
            of("help")
        )?;
        for fix in finding["fixes"].as_array().into_iter().flatten() {
            let of = |name: &str| fix[name].as_str().unwrap_or_default();
            writeln!(text, "  {} fix: {}", of("safety"), of("title"))?;
        }
    }
    snapshot::assert(directory, "advice", COMMAND, &text);
    Ok(())
}

fn fixes(directory: &Path) -> Result {
    let command = "check --unsafe-fixes --diff --ignore image-missing-digest";
    let output = podwright_in(directory, command)?;
    snapshot::assert(directory, "fixed", command, &output.stdout);
    Ok(())
}
