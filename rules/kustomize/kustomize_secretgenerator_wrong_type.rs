use podwright_cluster::workspace::Render;
use podwright_model::{Body, Secret};
use podwright_rule::{RuleContext, declare_rule};

use super::objects::objects;

declare_rule! {
    name: "kustomize-secretgenerator-wrong-type",
    summary: "`secretGenerator` has a type of `kubectl create secret`",
    severity: Error,
    since: "0.1.0",
    hooks: { build: check },
}

/// Subcommands and options of `kubectl create secret`. They are not types of a Secret, and kustomize passes them on.
const DOCKER: &str = "docker-registry";
const DOCKER_KEYS: [&str; 4] = [
    "docker-server",
    "docker-username",
    "docker-password",
    "docker-email",
];

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    for (id, object) in objects(rendered.file, cx.workspace) {
        let Body::Secret(secret) = &object.body else {
            continue;
        };
        let is_generated = cx
            .workspace
            .naming(id)
            .is_some_and(|naming| naming.generator.is_some());
        let Some((written, node)) = secret.type_.known().filter(|_| is_generated) else {
            continue;
        };
        if written != DOCKER && !has_docker_keys(secret) {
            continue;
        }
        let message = match written.as_str() {
            DOCKER => "`docker-registry` is not a type of a Secret".to_owned(),
            _ => "`docker-username` and the like are options of kubectl, not keys of an image pull secret".to_owned(),
        };
        let of = cx.workspace.object_reference(id);
        let finding = cx.report_in(rendered.file, node, None, message);
        finding.object = Some(of);
        finding
            .note(
                "`kubectl create secret docker-registry` makes a Secret of type `kubernetes.io/dockerconfigjson` from \
                 them; kustomize copies type and keys as they are, and the kubelet ignores such a Secret",
            )
            .help(
                "use `type: kubernetes.io/dockerconfigjson` with `files: [.dockerconfigjson=config.json]`, where \
                 `config.json` is a docker configuration",
            );
    }
}

fn has_docker_keys(secret: &Secret) -> bool {
    DOCKER_KEYS
        .iter()
        .filter(|key| secret.find(key).is_some())
        .count()
        >= 2
}
