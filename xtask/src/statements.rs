//! The statements and tags of the API server's validation, and what covers them: the tables in `docs/src/validation.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

const STATEMENTS: &str = include_str!("../../tests/data/api-validation/statements.tsv");
const TAGS: &str = include_str!("../../tests/data/api-validation/tags.tsv");

/// A statement of Kubernetes 1.36 that makes an error, and that a create request may reach; or a tag in the types of the
/// API, as the code that is generated of it.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Go package.
    pub package: &'static str,
    /// Go function, or the type and field of a tag.
    pub function: &'static str,
    /// Line of the file `validation.go` or its neighbor, or of `zz_generated.validations.go`.
    pub line: &'static str,
    /// Type of the error, or the validator of a tag.
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
    read(STATEMENTS)
}

/// Returns the tags in the order of the source.
///
/// # Panics
///
/// Panics if a line does not have the columns that `tests/conformance-api/statements.py` writes.
pub fn tags() -> impl Iterator<Item = Statement> {
    read(TAGS)
}

fn read(table: &'static str) -> impl Iterator<Item = Statement> {
    table.lines().map(|line| {
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
    let mut out = table(statements(), ["statements", "function"], short);
    out += "\n## Tags\n\n";
    out += ABOUT_TAGS;
    out += &table(tags(), ["tags", "field"], version);
    out
}

const ABOUT_TAGS: &str = "\
A tag in a type of the API, such as `+k8s:maxItems=32`, is a check, too; Kubernetes generates code of it. In Kubernetes 1.36,
the API server answers with the errors of the functions, and only compares them with those of the tags. In Kubernetes 1.37, it
also answers with the errors of the tags that are not marked as alpha. The table has the tags of the versions that are served
by default.
";

fn table(
    all: impl Iterator<Item = Statement>,
    [what, place]: [&str; 2],
    name: fn(&'static str) -> &'static str,
) -> String {
    let mut packages: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut left_out: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for statement in all {
        let package = name(statement.package);
        let counts = packages.entry(package).or_default();
        counts[0] += 1;
        match statement.coverage {
            Coverage::Case { .. } => counts[1] += 1,
            Coverage::LeftOut(why) => {
                counts[2] += 1;
                let key = (package, why, statement.function);
                left_out.entry(key).or_default().push(statement.line);
            }
        }
    }
    let mut out = format!("\n| package | {what} | covered | left out |\n|---|---|---|---|\n");
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
    let _ = writeln!(
        out,
        "\n{} left out:\n\n| package | {place} | lines | reason |\n|---|---|---|---|",
        sentence(what)
    );
    for ((package, why, function), lines) in &left_out {
        let _ = writeln!(
            out,
            "| {package} | `{function}` | {} | {why} |",
            lines.join(", ")
        );
    }
    out
}

/// The word with a capital.
fn sentence(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// `apps/v1` for `kubernetes/pkg/apis/apps/v1`.
fn version(package: &'static str) -> &'static str {
    package
        .rsplit_once("apis/")
        .map_or(package, |(_, version)| version)
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
