use super::{entries_at_root, root};
use crate::finding::{Fix, Level, Safety};
use crate::model::DockerDocument;
use crate::model::docker_config::Shape;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::Kind;
use crate::text::Span;

/// Options of `dockerconfig-legacy-shape`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerconfigLegacyShape {}

impl Rule for DockerconfigLegacyShape {
    const META: Meta = Meta {
        name: "dockerconfig-legacy-shape",
        chapter: "dockerconfig",
        summary: "the docker configuration has the shape of the other of the two",
        page: include_str!("../../../rules/dockerconfig/dockerconfig-legacy-shape.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for DockerconfigLegacyShape {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        let tree = document.tree(cx.tree());
        let Some(root) = root(document, cx) else {
            return;
        };
        match document.config.shape {
            Shape::Modern => {
                if document.config.auths.is_some() || entries_at_root(document, cx) == 0 {
                    return;
                }
                let Some(first) = tree.entries(root).next() else {
                    return;
                };
                let span = tree.span(first.key);
                let fix = wrapped(document, tree.span(root), cx);
                let finding = cx.report_docker(
                    document,
                    span,
                    "",
                    "the registries do not stand under `auths`",
                );
                finding
                    .note(
                        "the kubelet skips all other keys of this kind of document without a word: it has no credential. \
                         Only a `.dockercfg` has its registries at the top",
                    )
                    .help("put an object with the key `auths` around it");
                finding.fixes.extend(fix);
            }
            Shape::Legacy => {
                let Some(auths) = tree.get(root, "auths") else {
                    return;
                };
                if !tree.kind(auths.value).is_mapping() {
                    return;
                }
                let (span, whole, inner) = (
                    tree.span(auths.key),
                    tree.span(root),
                    tree.span(auths.value),
                );
                let is_alone = tree.entries(root).count() == 1;
                let fix = if is_alone {
                    unwrapped(document, whole, inner, cx)
                } else {
                    None
                };
                let message = "the kubelet takes `auths` for a registry in this kind of document";
                let finding = cx.report_docker(document, span, "[\"auths\"]", message);
                finding
                    .note("a `.dockercfg` has its registries at the top; what is below `auths` is skipped without a word")
                    .help(match document.holder {
                        Some(_) => "use the type `kubernetes.io/dockerconfigjson` and its key, or take `auths` away",
                        None => "call the file `config.json`, or take `auths` away",
                    });
                finding.fixes.extend(fix);
            }
        }
    }
}

/// Puts `auths` around the document.
fn wrapped(document: &DockerDocument, root: Span, cx: &Cx<'_>) -> Option<Fix> {
    let is_escaped = document
        .holder
        .is_some_and(|holder| cx.tree().kind(holder) == Kind::DoubleQuoted);
    let before = if is_escaped {
        r#"{\"auths\": "#
    } else {
        r#"{"auths": "#
    };
    Some(Fix {
        title: "Put `auths` around the registries".to_owned(),
        safety: Safety::Safe,
        edits: vec![
            cx.edit_docker(document, Span::at(root.start), before)?,
            cx.edit_docker(document, Span::at(root.end), "}")?,
        ],
    })
}

/// Leaves of the document only what is below `auths`.
fn unwrapped(document: &DockerDocument, root: Span, auths: Span, cx: &Cx<'_>) -> Option<Fix> {
    Some(Fix {
        title: "Take `auths` away".to_owned(),
        safety: Safety::Safe,
        edits: vec![
            cx.edit_docker(document, Span::new(root.start, auths.start), "")?,
            cx.edit_docker(document, Span::new(auths.end, root.end), "")?,
        ],
    })
}
