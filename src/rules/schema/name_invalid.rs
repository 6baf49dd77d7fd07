use super::subject;
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{NameKind, Problem, ProblemKind};
use crate::syntax::Scalar;

/// Options of `name-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NameInvalid {}

impl Rule for NameInvalid {
    const META: Meta = Meta {
        name: "name-invalid",
        chapter: "schema",
        summary: "a text is no name of the kind that its field takes",
        page: include_str!("../../../rules/schema/name-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for NameInvalid {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::NotName(kind, error) = &problem.kind else {
            return;
        };
        let Scalar::Str(text) = cx.tree().scalar(problem.node) else {
            return;
        };
        let (what, help) = match kind {
            NameKind::Label => (
                "a label of a domain",
                "write small letters, digits and `-` between them, 63 characters at most",
            ),
            NameKind::Subdomain => (
                "a domain",
                "write small letters, digits, and `-` and `.` between them, 253 characters at most",
            ),
            NameKind::Qualified => (
                "a key of a label",
                "write letters, digits, and `-`, `_` and `.` between them, 63 characters at most; a domain may stand \
                 before it with a `/`",
            ),
            NameKind::Port => (
                "a name of a port",
                "write small letters, digits and single `-` between them, at least one letter, 15 characters at most",
            ),
            NameKind::Header => ("a name of a header", "write letters, digits and `-`"),
            NameKind::Key => (
                "a key of a ConfigMap or Secret",
                "write letters, digits, `-`, `_` and `.`, and no `..` at the beginning",
            ),
            NameKind::Variable => (
                "a beginning of names of variables",
                "write printable characters of ASCII without `=`",
            ),
        };
        let subject = subject(problem, cx);
        let message = format!("{subject} is {what}, and `{text}` {}", error.kind);
        cx.report_within(problem.node, error.at.clone(), message)
            .note("the API server refuses the object with 422 `Invalid value`")
            .help(help);
    }
}
