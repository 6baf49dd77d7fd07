use super::range;
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `field-not-available-in-version`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FieldNotAvailableInVersion {}

impl Rule for FieldNotAvailableInVersion {
    const META: Meta = Meta {
        name: "field-not-available-in-version",
        chapter: "schema",
        summary: "the cluster is too old for the field, or too new",
        page: include_str!("../../../rules/schema/field-not-available-in-version.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for FieldNotAvailableInVersion {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::FieldNotAvailable(releases) = problem.kind else {
            return;
        };
        let field = problem.field;
        if OF_OTHER_RULES.contains(&field) {
            return;
        }
        let asked = cx.versions;
        let (message, help) = match (releases.began_in(), releases.ended_in()) {
            (Some(since), _) if !asked.all_since(since) => (
                format!("`{field}` is there since Kubernetes {since}"),
                format!(
                    "the manifests are for {}: remove the field, or give up the older clusters",
                    range(asked)
                ),
            ),
            (_, Some(removed)) if asked.any_since(removed) => (
                format!(
                    "`{field}` is there up to Kubernetes {} only",
                    removed.before()
                ),
                format!("the manifests are for {}: remove the field", range(asked)),
            ),
            _ => return,
        };
        cx.report(problem.node, message)
            .note(
                "where the field is not known, kubectl refuses the object with `strict decoding error: unknown field`, or \
                 it is dropped without a word",
            )
            .help(help);
    }
}

/// Fields of which other rules say more: the image of a volume, and the handler of a hook.
const OF_OTHER_RULES: [&str; 2] = ["image", "sleep"];
