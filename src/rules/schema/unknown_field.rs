use super::rename;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Guess, Problem, ProblemKind};

/// Options of `unknown-field`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct UnknownField {}

impl Rule for UnknownField {
    const META: Meta = Meta {
        name: "unknown-field",
        chapter: "schema",
        summary: "the API does not have the field",
        page: include_str!("../../../rules/schema/unknown-field.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for UnknownField {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::UnknownField {
            mapping,
            name,
            of,
            guess,
        } = &problem.kind
        else {
            return;
        };
        let is_told =
            |(other, field): &(&str, &str)| other == of && (field.is_empty() || field == name);
        if OF_OTHER_RULES.iter().any(is_told) {
            return;
        }
        let fix = match guess {
            Some(Guess::Name(near)) => rename(*mapping, problem.node, near, Safety::Unsafe, cx),
            _ => None,
        };
        let help = match guess {
            Some(Guess::Name(near)) => format!("write `{near}`"),
            Some(Guess::Path(path)) => format!("there is such a field elsewhere: `{path}`"),
            None => "remove it".to_owned(),
        };
        let finding = cx.report(problem.node, format!("`{name}` is no field of `{of}`"));
        finding
            .note(
                "kubectl refuses the object with `strict decoding error: unknown field`; clients that do not ask for \
                 that have the field dropped without a word",
            )
            .help(help);
        finding.fixes.extend(fix);
    }
}

/// Fields of which other rules say more; an empty name is any of the type.
const OF_OTHER_RULES: [(&str, &str); 2] = [("LocalObjectReference", "namespace"), ("Overhead", "")];
