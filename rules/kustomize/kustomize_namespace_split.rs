use podwright_cluster::workspace::{ObjectId, Render};
use podwright_rule::{RuleContext, declare_rule};

use super::objects::{Renamed, RenamedObjects, dangling};

declare_rule! {
    name: "kustomize-namespace-split",
    summary: "generated object is in another namespace than the object that refers to it",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    if rendered.may_have_more_objects() {
        return;
    }
    let renamed = RenamedObjects::new(rendered, cx);
    if renamed.is_empty() {
        return;
    }
    for (from, reference) in dangling(rendered.file, &renamed, cx) {
        let generated: Vec<&Renamed<'_>> = renamed
            .named(reference.kind, &reference.name)
            .iter()
            .filter(|one| one.naming.generator.is_some())
            .collect();
        let [first, ..] = generated.as_slice() else {
            continue;
        };
        if !generated.iter().all(|one| are_split(from, one.id, cx)) {
            continue;
        }
        let (name, kind) = (&reference.name, reference.kind.name());
        let there = cx.workspace.described_namespace(first.id);
        let here = cx.workspace.described_namespace(from);
        let message =
            format!("the {kind} `{name}` is generated in {there}, but this object is in {here}");
        let generator = first.naming.generator;
        let of = cx.workspace.object_reference(from);
        let finding = cx.report_in(rendered.file, reference.value, None, message);
        finding.object = Some(of);
        finding
            .note(format!(
                "a reference reaches only objects in its own namespace; kustomize does not replace the name either, so \
                 that no {kind} of this name exists"
            ))
            .help(format!("set `namespace` so that both are in one namespace, or generate the {kind} in both"));
        if let Some(generator) = generator {
            finding.related(generator, "generated here");
        }
    }
}

/// Whether two objects are in different namespaces, both known.
fn are_split(one: ObjectId, other: ObjectId, cx: &RuleContext<'_>) -> bool {
    match (cx.workspace.namespace(one), cx.workspace.namespace(other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}
