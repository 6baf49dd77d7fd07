//! ConfigMaps, Secrets, keys and claims that volumes need.

use super::config_ref_missing::{nearby, report_elsewhere};
use podwright_cluster::environment::keys;
use podwright_cluster::workspace::{ObjectId, Resolution};
use podwright_model::{Body, Pod, ReferenceKind};
use podwright_rule::{RuleContext, Severity, did_you_mean};
use podwright_schema::Value;
use podwright_syntax::text::is_typo;

const WAITS: &str = "the Pod waits with reason `ContainerCreating` (event `FailedMount`)";

/// What a volume refers to.
struct Source<'a> {
    kind: ReferenceKind,
    name: Value<'a>,
    items: Value<'a>,
}

/// Reports volumes of a Pod whose objects or keys do not exist.
pub(super) fn check_volumes(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), false) = (cx.object, cx.is_partial()) else {
        return;
    };
    for volume in Value::new(cx.tree(), pod.node).get("volumes").items() {
        for source in sources(volume) {
            object(&source, id, cx);
        }
        claim(volume.get("persistentVolumeClaim").get("claimName"), id, cx);
    }
}

/// The objects that the volume needs.
fn sources(volume: Value<'_>) -> Vec<Source<'_>> {
    let map = (ReferenceKind::ConfigMap, volume.get("configMap"), "name");
    let secret = (ReferenceKind::Secret, volume.get("secret"), "secretName");
    let projected = volume.get("projected").get("sources").items();
    let projected = projected.flat_map(|source| {
        [
            (ReferenceKind::ConfigMap, source.get("configMap"), "name"),
            (ReferenceKind::Secret, source.get("secret"), "name"),
        ]
    });
    let all = [map, secret].into_iter().chain(projected);
    let is_optional = |source: Value<'_>| {
        let optional = source.get("optional");
        optional.is_true() || optional.is_unknown()
    };
    all.filter(|(_, source, _)| source.is_mapping() && !is_optional(*source))
        .map(|(kind, source, name)| Source {
            kind,
            name: source.get(name),
            items: source.get("items"),
        })
        .collect()
}

fn object(source: &Source<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    let kind = source.kind;
    let Some(name) = source.name.text().filter(|name| !name.is_empty()) else {
        return;
    };
    if report_elsewhere(kind, &name, source.name.node, WAITS, id, cx) {
        return;
    }
    match cx
        .workspace
        .resolve_exact(id, kind.group(), kind.name(), &name)
    {
        Resolution::Found(object) => {
            for item in source.items.items() {
                key(item.get("key"), object, kind, cx);
            }
        }
        Resolution::Missing if !cx.is_custom() => missing(source, &name, id, cx),
        Resolution::Missing | Resolution::Unknown => {}
    }
}

fn missing(source: &Source<'_>, name: &str, id: ObjectId, cx: &mut RuleContext<'_>) {
    let meant = nearby(source.kind, name, source.name.node, id, cx);
    let level = match (source.kind, &meant) {
        (_, Some(_)) => Severity::Warning,
        _ if cx.file().context.complete => Severity::Warning,
        // Many Secrets are created manually or by components that are installed earlier.
        (ReferenceKind::Secret, None) => return,
        (_, None) => Severity::Info,
    };
    let (kind, place) = (source.kind.name(), cx.workspace.described_namespace(id));
    cx.report_value(source.name, format!("{kind} `{name}` not found in {place}"))
        .at_most(level)
        .note(WAITS)
        .meant(
            meant,
            did_you_mean,
            format!("create the {kind}, declare it in `externals`, or set `optional: true`"),
        );
}

fn key(field: Value<'_>, object: ObjectId, kind: ReferenceKind, cx: &mut RuleContext<'_>) {
    let Some(key) = field.text().filter(|key| !key.is_empty()) else {
        return;
    };
    let all = keys(cx.workspace, object);
    let names = all.iter().map(|one| one.key.as_str());
    if names.clone().any(|name| name == key) || is_binary(object, &key, cx) {
        return;
    }
    let reference = cx.workspace.object_reference(object);
    let place = cx.workspace.object_place(object);
    let meant = cx.nearest(field.node, &key, names);
    let kind = kind.name();
    cx.report_value(
        field,
        format!("{kind} `{}` has no key `{key}`", reference.name),
    )
    .related(place, format!("{kind} defined here"))
    .note(format!("{WAITS}, `references non-existent`"))
    .meant(meant, did_you_mean, "add the key, or set `optional: true`");
}

/// Whether a ConfigMap has the key in `binaryData`, or may have it.
fn is_binary(object: ObjectId, key: &str, cx: &RuleContext<'_>) -> bool {
    let Body::ConfigMap(map) = &cx.workspace.object(object).body else {
        return false;
    };
    let mut binary = map.binary_data.value().into_iter().flatten();
    binary.any(|value| value.name == key)
}

fn claim(field: Value<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    const KIND: &str = "PersistentVolumeClaim";
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    if cx.is_custom()
        || cx.workspace.resolve_exact(id, "", KIND, &name) != Resolution::Missing
        || is_of_stateful_set(&name, id, cx)
    {
        return;
    }
    let own = cx.workspace.of_kind("", KIND).take(MAX_CLAIMS);
    let directory = cx.file().directory();
    let is_near = |claim: &ObjectId| {
        cx.workspace.shares_namespace(id, *claim) == Some(true)
            && cx.workspace.coexist(id, *claim)
            && (cx.workspace.namespace(id).is_some()
                || cx.workspace.file(claim.file).directory() == directory)
    };
    let own = own.filter(is_near);
    let names = own.filter_map(|claim| cx.workspace.object(claim).metadata.name.text());
    let meant = cx.nearest(field.node, &name, names);
    let meant = meant.filter(|meant| is_typo(&name, meant.name()));
    // StatefulSets and operators create claims, too.
    if meant.is_none() && !cx.file().context.complete {
        return;
    }
    let place = cx.workspace.described_namespace(id);
    cx.report_value(field, format!("{KIND} `{name}` not found in {place}"))
        .at_most(Severity::Warning)
        .note("the Pod stays `Pending` (event `FailedScheduling`) until the claim exists")
        .meant(
            meant,
            did_you_mean,
            "create the claim, or declare it in `externals`",
        );
}

/// Whether a StatefulSet makes a claim with this name: `<template>-<StatefulSet>-<ordinal>`
/// (`getPersistentVolumeClaimName` in `pkg/controller/statefulset/stateful_set_utils.go`).
fn is_of_stateful_set(name: &str, id: ObjectId, cx: &RuleContext<'_>) -> bool {
    let Some((start, ordinal)) = name.rsplit_once('-') else {
        return false;
    };
    if ordinal.is_empty() || !ordinal.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    cx.workspace.of_kind("apps", "StatefulSet").any(|set| {
        let own = cx.workspace.object(set).metadata.name.text();
        let template = own.and_then(|own| start.strip_suffix(own)?.strip_suffix('-'));
        let Some(template) = template.filter(|_| cx.workspace.coexist(id, set)) else {
            return false;
        };
        let tree = &cx.workspace.file(set.file).tree;
        let spec = Value::new(tree, cx.workspace.object(set).node).get("spec");
        let mut names = spec
            .get("volumeClaimTemplates")
            .items()
            .map(|claim| claim.get("metadata").get("name"));
        names.any(|name| name.is(template) || name.is_unknown())
    })
}

/// Maximum number of claims whose names are compared.
const MAX_CLAIMS: usize = 500;
