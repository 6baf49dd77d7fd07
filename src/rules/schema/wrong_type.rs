use super::{must_be, raw, subject};
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Expected, Found, Problem, ProblemKind};
use crate::syntax::Scalar;

/// Options of `wrong-type`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct WrongType {}

impl Rule for WrongType {
    const META: Meta = Meta {
        name: "wrong-type",
        chapter: "schema",
        summary: "a value is not of the type of its field",
        page: include_str!("../../../rules/schema/wrong-type.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for WrongType {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        if problem.is_shape_of_pull_secrets() {
            return;
        }
        match &problem.kind {
            ProblemKind::WrongType { expected, found } => wrong(problem, *expected, *found, cx),
            ProblemKind::NotBase64(error) => {
                let what = subject(problem, cx);
                cx.report(problem.node, format!("{what} is not base64: {error}"))
                    .note("the API server cannot decode the object: `illegal base64 data`")
                    .help("encode the value, as `base64 -w0` does");
            }
            _ => {}
        }
    }
}

fn wrong(problem: &Problem<'_>, expected: Expected, found: Found, cx: &mut Cx<'_>) {
    let what = subject(problem, cx);
    let message = match (expected, found) {
        (Expected::Integer(32), Found::Integer) => {
            format!("{what} is too large a number for 32 bits")
        }
        (Expected::Integer(_), Found::Integer) => format!("{what} is too large a number"),
        _ => format!("{what} is {expected}, and not {found}"),
    };
    let truth = match cx.tree().scalar(problem.node) {
        Scalar::Str(text) if expected == Expected::Boolean => match &*text {
            "true" | "false" => Some(text.into_owned()),
            _ => None,
        },
        _ => None,
    };
    let fix = truth
        .as_deref()
        .and_then(|word| raw(problem.node, word, Safety::Safe, cx));
    let help = match &truth {
        Some(word) => format!("write `{word}` without quotes"),
        None => format!("write {expected}"),
    };
    let refusal = must_be(problem, expected, found, cx).unwrap_or_else(|| {
        "the API server cannot decode the object, and refuses it with 400 `cannot unmarshal`"
            .to_owned()
    });
    // A mapping may be long: what is wrong is what introduces it.
    let finding = match found {
        Found::List | Found::Mapping => cx.report_missing(problem.node, message),
        _ => cx.report(problem.node, message),
    };
    finding.note(refusal).help(help);
    finding.fixes.extend(fix);
}
