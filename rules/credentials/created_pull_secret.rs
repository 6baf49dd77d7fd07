//! Image pull secrets that a controller creates from a custom resource.

use podwright_cluster::workspace::{Resolution, Target};
use podwright_model::{
    Body, CreatedSecret, Field, LocalObjectReference, Object, Pod, ServiceAccount,
    TYPE_DOCKER_CONFIG_JSON, TYPE_DOCKERCFG,
};
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::NodeId;

declare_rules! {
    hooks: { object: object, pod: pod, service_account: service_account },
    CREATED_PULL_SECRET_WRONG_TYPE {
        name: "created-pull-secret-wrong-type",
        summary: "a controller creates an image pull secret with the wrong type",
        severity: Warning,
        since: "0.1.0",
    }
    CREATED_PULL_SECRET_MISSING_KEY {
        name: "created-pull-secret-missing-key",
        summary: "a controller creates an image pull secret without the key of its type",
        severity: Warning,
        since: "0.1.0",
    }
}

fn object(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::SecretMaker(maker) = &object.body else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    for secret in &maker.created {
        if let Some(type_) = other_type(secret) {
            wrong_type(secret, type_, object, cx);
        } else if let Some((type_, key)) = missing_key(secret) {
            let node = secret.type_.node().unwrap_or(secret.node);
            cx.as_rule(&CREATED_PULL_SECRET_MISSING_KEY)
                .report(
                    node,
                    format!("the Secret of type `{type_}` gets no key `{key}`"),
                )
                .note(format!(
                    "the API server rejects the Secret (`data[{key}]: Required value`), so it is never created"
                ))
                .help(format!("use the key `{key}` for the docker config"));
        }
    }
}

fn wrong_type(secret: &CreatedSecret, type_: &str, object: &Object, cx: &mut RuleContext<'_>) {
    let key = secret
        .keys
        .iter()
        .find(|(name, _)| wanted_type(name).is_some());
    let misplaced = secret.misplaced_type.filter(|&node| {
        let text = cx.tree().decoded(node);
        [TYPE_DOCKER_CONFIG_JSON, TYPE_DOCKERCFG].contains(&text.as_ref())
    });
    let Some(node) = secret
        .type_
        .node()
        .or(misplaced)
        .or(key.map(|(_, node)| *node))
    else {
        return;
    };
    if key.is_none() && misplaced.is_none() {
        return;
    }
    let kind = object.kind.text().unwrap_or("object");
    let wanted = key.and_then(|(name, _)| wanted_type(name));
    let wanted = wanted.unwrap_or(TYPE_DOCKER_CONFIG_JSON);
    let path = secret.type_path;
    let finding = cx.as_rule(&CREATED_PULL_SECRET_WRONG_TYPE).report(
        node,
        format!("this {kind} creates a Secret of type `{type_}`, not an image pull secret"),
    );
    if misplaced.is_some() {
        finding.note(format!("the controller reads the type only from `{path}`"));
    }
    finding
        .note(IGNORED)
        .help(match misplaced {
            Some(_) => format!("move the type to `{path}`"),
            None => format!("set `{path}` to `{wanted}`"),
        })
        .note(REPLACED);
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    LocalObjectReference::named(&pod.image_pull_secrets).for_each(|found| reference(found, cx));
}

fn service_account(account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    LocalObjectReference::named(&account.image_pull_secrets).for_each(|found| reference(found, cx));
}

/// Reports a reference to a Secret whose keys do not show that it is an image pull secret.
fn reference((name, node): (&str, NodeId), cx: &mut RuleContext<'_>) {
    let Some((from, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    let is_made = matches!(
        cx.workspace.pull_secret(from, name),
        Resolution::Found(Target::Elsewhere)
    );
    let Some((id, secret)) = cx.workspace.created_secret(from, name).filter(|_| is_made) else {
        return;
    };
    let Some(type_) = other_type(secret) else {
        return;
    };
    let mut keys = secret.keys.iter();
    if keys.any(|(name, _)| wanted_type(name).is_some()) || secret.misplaced_type.is_some() {
        return;
    }
    let kind = cx.workspace.object(id).kind.text().unwrap_or("object");
    let path = secret.type_path;
    let place = cx.workspace.object_place(id);
    cx.as_rule(&CREATED_PULL_SECRET_WRONG_TYPE)
        .report(
            node,
            format!("Secret `{name}` is created with type `{type_}`, not as an image pull secret"),
        )
        .related(place, format!("this {kind} creates the Secret"))
        .note(IGNORED)
        .help(format!("set `{path}` to `{TYPE_DOCKER_CONFIG_JSON}`, with the docker config in `.dockerconfigjson`"));
}

const IGNORED: &str = "the kubelet reads credentials only from Secrets of type `kubernetes.io/dockerconfigjson` or \
                       `kubernetes.io/dockercfg` and silently ignores other types";

const REPLACED: &str = "the type of an existing Secret cannot be changed: delete the Secret, and the controller creates it again";

/// The type of the Secret if it is known and is not a type of image pull secrets.
fn other_type(secret: &CreatedSecret) -> Option<&str> {
    match &secret.type_ {
        Field::Missing | Field::Null(_) => Some("Opaque"),
        Field::Value(text, _) if text.is_empty() => Some("Opaque"),
        Field::Value(text, _) if required_key(text).is_none() => Some(text),
        _ => None,
    }
}

/// The type and its required key if the Secret certainly does not get that key.
fn missing_key(secret: &CreatedSecret) -> Option<(&str, &'static str)> {
    let type_ = secret.type_.text()?;
    let key = required_key(type_)?;
    let is_there = secret.keys.iter().any(|(name, _)| name == key);
    let is_known = !secret.has_more_keys && !secret.keys.is_empty();
    (is_known && !is_there).then_some((type_, key))
}

fn required_key(type_: &str) -> Option<&'static str> {
    match type_ {
        TYPE_DOCKER_CONFIG_JSON => Some(".dockerconfigjson"),
        TYPE_DOCKERCFG => Some(".dockercfg"),
        _ => None,
    }
}

/// The type of which this is the key.
fn wanted_type(key: &str) -> Option<&'static str> {
    match key {
        ".dockerconfigjson" => Some(TYPE_DOCKER_CONFIG_JSON),
        ".dockercfg" => Some(TYPE_DOCKERCFG),
        _ => None,
    }
}
