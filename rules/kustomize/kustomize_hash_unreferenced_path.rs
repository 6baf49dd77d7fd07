use podwright_cluster::workspace::Render;
use podwright_model::Metadata;
use podwright_rule::{RuleContext, declare_rule};

use super::objects::{RenamedObjects, dangling, may_be_same_namespace};

declare_rule! {
    name: "kustomize-hash-unreferenced-path",
    summary: "reference to a generated object that kustomize does not rewrite",
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
        let named = renamed.named(reference.kind, &reference.name).iter();
        let hashed = named.filter(|one| one.naming.unhashed.is_some());
        let found = hashed
            .into_iter()
            .find(|one| may_be_same_namespace(from, one.id, cx));
        let Some(found) = found else {
            continue;
        };
        let (name, kind) = (&reference.name, reference.kind.name());
        let message =
            format!("kustomize does not replace `{name}` by the name of the generated {kind}");
        let own = &cx.workspace.object(from).metadata;
        let is_split =
            namespace_in_kustomize(own) != namespace_in_kustomize(&found.object.metadata);
        let (new, generator) = (found.name().to_owned(), found.naming.generator);
        let of = cx.workspace.object_reference(from);
        let finding = cx.report_in(rendered.file, reference.value, None, message);
        finding.object = Some(of);
        let (reason, help) = match is_split {
            true => (
                "kustomize replaces names only within one namespace, and takes an object without `namespace` for one \
                 in `default`",
                "set the `namespace` of the kustomization, or of the generator, so that it is the same for both",
            ),
            false => (
                "kustomize replaces names only in the fields that it knows",
                "add the field with `configurations` (`nameReference`), or set `disableNameSuffixHash: true` for this \
                 generator",
            ),
        };
        finding
            .note(format!(
                "the {kind} gets the name `{new}`; {reason}; this field keeps the name of an object that does not exist"
            ))
            .help(help);
        if let Some(generator) = generator {
            finding.related(generator, "generated here");
        }
    }
}

/// The namespace as kustomize compares it (`ResId.EffectiveNamespace`).
fn namespace_in_kustomize(metadata: &Metadata) -> &str {
    let own = metadata.namespace.text().filter(|name| !name.is_empty());
    own.unwrap_or("default")
}
