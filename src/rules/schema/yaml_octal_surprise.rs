use super::raw;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `yaml-octal-surprise`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlOctalSurprise {}

impl Rule for YamlOctalSurprise {
    const META: Meta = Meta {
        name: "yaml-octal-surprise",
        chapter: "schema",
        summary: "number with a leading 0 is octal",
        page: include_str!("../../../rules/schema/yaml-octal-surprise.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for YamlOctalSurprise {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::Octal(value, decimal) = problem.kind else {
            return;
        };
        let written = cx.tree().raw(problem.node).to_owned();
        let fix = raw(problem.node, &decimal.to_string(), Safety::Unsafe, cx);
        let finding = cx.report(
            problem.node,
            format!("octal number `{written}` has the value {value}"),
        );
        finding
            .note("Kubernetes uses YAML 1.1, where a number with a leading 0 is octal")
            .help(format!(
                "use `{decimal}`, or `{value}` if the octal value is intended"
            ));
        finding.fixes.extend(fix);
    }
}
