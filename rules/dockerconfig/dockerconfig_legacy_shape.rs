use super::{entries_at_root, root};
use podwright_model::{DockerDocument, docker_config::Shape};
use podwright_rule::{Applicability, Fix, RuleContext, declare_rule};
use podwright_syntax::{NodeKind, text::Span};

declare_rule! {
    name: "dockerconfig-legacy-shape",
    summary: "docker config uses the wrong format (legacy `.dockercfg` vs `config.json`)",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
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
            cx.report_docker(document, span, "", "registries are not under `auths`")
                .note(
                    "the kubelet silently ignores all other keys in this format, so it finds no credentials. Only \
                     `.dockercfg` has the registries at the top level",
                )
                .help("wrap the registries in an `auths` object")
                .fix(fix);
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
            let message = "the kubelet reads `auths` as a registry in this format";
            cx.report_docker(document, span, "[\"auths\"]", message)
                .note(
                    "`.dockercfg` has the registries at the top level; the kubelet silently ignores everything \
                     below `auths`",
                )
                .help(match document.holder {
                    Some(_) => "use type `kubernetes.io/dockerconfigjson` and key `.dockerconfigjson`, or remove \
                                the `auths` level",
                    None => "rename the file to `config.json`, or remove the `auths` level",
                }).fix(fix);
        }
    }
}

/// Returns a fix that wraps the document in an `auths` object.
fn wrapped(document: &DockerDocument, root: Span, cx: &RuleContext<'_>) -> Option<Fix> {
    let is_escaped = document
        .holder
        .is_some_and(|holder| cx.tree().kind(holder) == NodeKind::DoubleQuoted);
    let before = if is_escaped {
        r#"{\"auths\": "#
    } else {
        r#"{"auths": "#
    };
    Some(Fix {
        title: "Wrap the registries in `auths`".to_owned(),
        safety: Applicability::Safe,
        edits: vec![
            cx.edit_docker(document, Span::at(root.start), before)?,
            cx.edit_docker(document, Span::at(root.end), "}")?,
        ],
    })
}

/// Returns a fix that replaces the document with the value of `auths`.
fn unwrapped(
    document: &DockerDocument,
    root: Span,
    auths: Span,
    cx: &RuleContext<'_>,
) -> Option<Fix> {
    Some(Fix {
        title: "Remove the `auths` level".to_owned(),
        safety: Applicability::Safe,
        edits: vec![
            cx.edit_docker(document, Span::new(root.start, auths.start), "")?,
            cx.edit_docker(document, Span::new(auths.end, root.end), "")?,
        ],
    })
}
