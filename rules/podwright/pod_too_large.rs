use podwright_cluster::environment::{env_from_object, key_count};
use podwright_cluster::workspace::Resolution;
use podwright_model::{Body, Container, DockerDocument, MAX_ITEMS, MAX_REGISTRIES, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pod-too-large",
    summary: "list is too long for podwright to check",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: docker_config, object: object, container: container },
}

fn docker_config(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let count = document.config.entries.len();
    if count <= MAX_REGISTRIES {
        return;
    }
    let tree = document.tree(cx.tree());
    let Some(root) = tree.documents().first().map(|document| document.root) else {
        return;
    };
    let span = tree.key_range(root);
    let message = format!(
        "docker config has {count} registries; podwright checks images against at most {MAX_REGISTRIES}"
    );
    cx.report_docker(document, span, "auths", message)
        .note("podwright did not check which images these credentials match")
        .help("remove the registries that no image uses");
}

fn object(object: &Object, cx: &mut RuleContext<'_>) {
    let Some(too_large) = object.too_large else {
        return;
    };
    let (what, note, help) = match object.body {
        Body::RuntimeClass(_) => (
            "`scheduling`",
            "podwright did not check its effect on Pods",
            "remove items; a single toleration can match all keys",
        ),
        _ => (
            "Pod",
            "podwright checked only the names and types of the fields of this Pod",
            "remove items; variables can come from a ConfigMap with `envFrom`",
        ),
    };
    let message = format!(
        "{what} has a list or mapping of {} items; podwright checks at most {MAX_ITEMS}",
        too_large.count
    );
    cx.report_missing(too_large.node, message)
        .note(note)
        .help(help);
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else {
        return;
    };
    for item in container.env_from.value().into_iter().flatten() {
        let Some((kind, reference)) = env_from_object(item) else {
            continue;
        };
        let Some((name, node)) = reference.name.known() else {
            continue;
        };
        let found = cx
            .workspace
            .resolve_exact(id, kind.group(), kind.name(), name);
        let Resolution::Found(object) = found else {
            continue;
        };
        let count = key_count(cx.workspace, object);
        if count > MAX_ITEMS {
            let message = format!(
                "{} has {count} keys; podwright resolves at most {MAX_ITEMS}",
                kind.name()
            );
            cx.report(node, message)
                .note(
                    "podwright did not check these variables for conflicts and missing references",
                )
                .help("mount it as files, or list the needed keys in `env`");
        }
    }
}
