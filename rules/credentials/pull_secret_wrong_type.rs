use podwright_cluster::workspace::{ObjectId, Resolution, Target};
use podwright_model::{
    Body, Field, LocalObjectReference, Pod, Secret, ServiceAccount, TYPE_DOCKER_CONFIG_JSON,
    TYPE_DOCKERCFG,
};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_syntax::{NodeId, Scalar, text::Location};

declare_rule! {
    name: "pull-secret-wrong-type",
    summary: "image pull secret has the wrong type",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, service_account: service_account, secret: secret },
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    LocalObjectReference::named(&pod.image_pull_secrets).for_each(|found| reference(found, cx));
}

fn service_account(account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    LocalObjectReference::named(&account.image_pull_secrets).for_each(|found| reference(found, cx));
}

fn secret(secret: &Secret, cx: &mut RuleContext<'_>) {
    let (Some(type_), Some(key), false) = (other_type(secret), pull_key(secret), cx.is_partial())
    else {
        return;
    };
    let message = format!("Secret of type `{type_}` cannot be used as an image pull secret");
    let wanted = wanted_type(secret);
    // The type of a Secret that already exists in the cluster cannot be changed.
    let fix = cx.object.and_then(|(_, object)| {
        let value = Scalar::Str(wanted.into());
        cx.assign(object.node, "type", &value, Applicability::Unsafe)
    });
    match secret.type_.known() {
        Some((_, node)) => cx.report(node, message),
        None => cx.report(key, message),
    }
    .at_most(Severity::Warning)
    .note(IGNORED)
    .help(format!("use `type: {wanted}`"))
    .fix(fix);
}

const IGNORED: &str = "the kubelet reads credentials only from Secrets of type `kubernetes.io/dockerconfigjson` or \
                       `kubernetes.io/dockercfg` and silently ignores other types";

fn reference((name, node): (&str, NodeId), cx: &mut RuleContext<'_>) {
    let Some((from, _)) = cx.object else {
        return;
    };
    let found = cx.workspace.pull_secret(from, name);
    let Resolution::Found(Target::Object(id)) = found else {
        return;
    };
    let Body::Secret(secret) = &cx.workspace.object(id).body else {
        return;
    };
    let (Some(type_), false) = (other_type(secret), is_uncertain(id, cx)) else {
        return;
    };
    let place = match &secret.type_ {
        Field::Value(_, node) => cx.workspace.place(id.file, *node),
        _ => cx.workspace.object_place(id),
    };
    report(name, type_, node, place, wanted_type(secret), cx);
}

fn report(
    name: &str,
    type_: &str,
    node: NodeId,
    place: Location,
    wanted: &str,
    cx: &mut RuleContext<'_>,
) {
    let ceiling = cx.ceiling();
    cx.report(
        node,
        format!("Secret `{name}` of type `{type_}` cannot be used as an image pull secret"),
    )
    .at_most(ceiling)
    .related(place, "the Secret")
    .note(IGNORED)
    .help(format!(
        "create the Secret with `type: {wanted}`; the type of an existing Secret cannot be changed"
    ));
}

/// Returns whether the Secret in the cluster may be a different one or get its type elsewhere. If the Secret has no
/// namespace and is in another directory, it often belongs to another example.
fn is_uncertain(id: ObjectId, cx: &RuleContext<'_>) -> bool {
    let file = cx.workspace.file(id.file);
    let is_other =
        cx.workspace.namespace(id).is_none() && file.directory() != cx.file().directory();
    cx.is_partial() || cx.workspace.is_patch(id.file) || is_other
}

/// Returns the type of the Secret if it is known and is not one of the two image pull secret types.
fn other_type(secret: &Secret) -> Option<&str> {
    match &secret.type_ {
        Field::Missing | Field::Null(_) => Some("Opaque"),
        Field::Value(text, _) if text.is_empty() => Some("Opaque"),
        // `pull-secret-type-near-miss` reports misspellings of the two types.
        Field::Value(text, _)
            if secret.pull_key().is_none() && secret.type_near_miss().is_none() =>
        {
            Some(text)
        }
        _ => None,
    }
}

/// Returns the key that would make the Secret an image pull secret if its type were right.
fn pull_key(secret: &Secret) -> Option<NodeId> {
    let mut found = [".dockerconfigjson", ".dockercfg"]
        .into_iter()
        .filter_map(|name| secret.find(name));
    found.next().map(|(value, _)| value.key)
}

fn wanted_type(secret: &Secret) -> &'static str {
    if secret.find(".dockercfg").is_some() {
        TYPE_DOCKERCFG
    } else {
        TYPE_DOCKER_CONFIG_JSON
    }
}
