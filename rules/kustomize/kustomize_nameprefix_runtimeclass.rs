use podwright_cluster::workspace::Render;
use podwright_model::ReferenceKind;
use podwright_rule::{RuleContext, declare_rule};

use super::objects::{RenamedObjects, dangling};

declare_rule! {
    name: "kustomize-nameprefix-runtimeclass",
    summary: "kustomize renames a RuntimeClass, but not the Pods that use it",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    let renamed = RenamedObjects::new(rendered, cx);
    if renamed.is_empty() {
        return;
    }
    for (from, reference) in dangling(rendered.file, &renamed, cx) {
        if reference.kind != ReferenceKind::RuntimeClass {
            continue;
        }
        let Some(found) = renamed.named(reference.kind, &reference.name).first() else {
            continue;
        };
        let (id, new) = (found.id, found.name().to_owned());
        let message = format!("the RuntimeClass is called `{new}` in this build");
        let of = cx.workspace.object_reference(from);
        let at = cx.workspace.object_place(id);
        let finding = cx.report_in(rendered.file, reference.value, None, message);
        finding.object = Some(of);
        finding
            .related(at, "renamed by `namePrefix` or `nameSuffix`")
            .note(
                "kustomize does not know that `runtimeClassName` refers to a RuntimeClass and keeps the old name; unless \
                 the cluster has a RuntimeClass with that name, the API server rejects the Pods (403, `RuntimeClass \"…\" \
                 not found`)",
            )
            .help(
                "put the RuntimeClass into a kustomization without a prefix, or add the field with `configurations` \
                 (`nameReference`)",
            );
    }
}
