use super::raw;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::Problem;
use crate::syntax::{Kind, Scalar};

/// Options of `wrong-shape-image-pull-secrets`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct WrongShapeImagePullSecrets {}

impl Rule for WrongShapeImagePullSecrets {
    const META: Meta = Meta {
        name: "wrong-shape-image-pull-secrets",
        chapter: "schema",
        summary: "imagePullSecrets has the wrong structure",
        page: include_str!("../../../rules/schema/wrong-shape-image-pull-secrets.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for WrongShapeImagePullSecrets {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        if !problem.is_shape_of_pull_secrets() {
            return;
        }
        let name = match cx.tree().scalar(problem.node) {
            Scalar::Str(name) if problem.is_inner => Some(name.into_owned()),
            _ => None,
        };
        let fix = name
            .as_deref()
            .filter(|_| cx.tree().kind(problem.node) == Kind::Plain)
            .and_then(|name| raw(problem.node, &format!("name: {name}"), Safety::Safe, cx));
        let message = if problem.is_inner {
            "an item of `imagePullSecrets` must be a mapping with a `name`"
        } else {
            "`imagePullSecrets` must be a list"
        };
        let finding = match &name {
            Some(_) => cx.report(problem.node, message),
            None => cx.report_missing(problem.node, message),
        };
        finding
            .note(
                "the API server cannot decode the object and rejects it (400, `cannot unmarshal`)",
            )
            .help(match &name {
                Some(name) => format!("use `- name: {name}`"),
                None => "use a list of items with a `name`".to_owned(),
            });
        finding.fixes.extend(fix);
    }
}
