//! The statements of the API server's validation, and what covers them: the table in `docs/src/validation.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

const STATEMENTS: &str = include_str!("../../tests/data/api-validation/statements.tsv");

/// A statement of Kubernetes 1.36 that makes an error, and that a create request may reach.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Go package.
    pub package: &'static str,
    /// Go function.
    pub function: &'static str,
    /// Line of the file `validation.go` or its neighbor.
    pub line: &'static str,
    /// Type of the error.
    pub error: &'static str,
    /// What covers the statement.
    pub coverage: Coverage,
}

/// What covers a statement.
#[derive(Clone, Copy, Debug)]
pub enum Coverage {
    /// An object in `statement-cases.tsv`.
    Case {
        /// Name of the case.
        name: &'static str,
        /// Field at which podwright reports the error.
        field: &'static str,
        /// podwright's rule.
        rule: &'static str,
    },
    /// The reason why no object does.
    LeftOut(&'static str),
}

/// Returns the statements in the order of the source.
///
/// # Panics
///
/// Panics if a line does not have the columns that `tests/conformance-api/statements.py` writes.
pub fn statements() -> impl Iterator<Item = Statement> {
    STATEMENTS.lines().map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let coverage = match columns[4..] {
            ["-", why] if !why.is_empty() => Coverage::LeftOut(why),
            [name, field, rule] => Coverage::Case { name, field, rule },
            [name, _, rule, field] => Coverage::Case { name, field, rule },
            _ => panic!("neither a case nor a reason: {line}"),
        };
        Statement {
            package: columns[0],
            function: columns[1],
            line: columns[2],
            error: columns[3],
            coverage,
        }
    })
}

/// Returns the tables of the page: the numbers by package, and what is left out.
#[must_use]
pub fn tables() -> String {
    let mut packages: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut left_out: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for statement in statements() {
        let counts = packages.entry(short(statement.package)).or_default();
        counts[0] += 1;
        match statement.coverage {
            Coverage::Case { .. } => counts[1] += 1,
            Coverage::LeftOut(why) => {
                counts[2] += 1;
                let key = (short(statement.package), why, statement.function);
                left_out.entry(key).or_default().push(statement.line);
            }
        }
    }
    let mut out =
        String::from("\n| package | statements | covered | left out |\n|---|---|---|---|\n");
    let mut all = [0; 3];
    for (package, counts) in &packages {
        let _ = writeln!(
            out,
            "| {package} | {} | {} | {} |",
            counts[0], counts[1], counts[2]
        );
        for (sum, count) in all.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    let _ = writeln!(out, "| all | {} | {} | {} |", all[0], all[1], all[2]);
    out += "\n## Left out\n\n| package | function | lines | reason |\n|---|---|---|---|\n";
    for ((package, why, function), lines) in &left_out {
        let _ = writeln!(
            out,
            "| {package} | `{function}` | {} | {why} |",
            lines.join(", ")
        );
    }
    out
}

/// `core` for `kubernetes/pkg/apis/core/validation`.
fn short(package: &'static str) -> &'static str {
    let path = package.strip_suffix("/validation").unwrap_or(package);
    match path {
        "apimachinery/pkg/api" => "metadata",
        "apimachinery/pkg/apis/meta/v1" => "selectors and options",
        _ => path.rsplit('/').next().unwrap_or(path),
    }
}
