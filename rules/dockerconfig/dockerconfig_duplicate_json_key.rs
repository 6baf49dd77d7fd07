use super::{registries, root};
use podwright_model::DockerDocument;
use podwright_model::docker_config::{RegistryKey, Shape};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerconfig-duplicate-json-key",
    summary: "duplicate key in the docker config",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let tree = document.tree(cx.tree());
    let Some(root) = root(document, cx) else {
        return;
    };
    let mut objects = vec![root];
    let registries = registries(document, cx);
    objects.extend(registries.iter().filter(|&&registries| registries != root));
    let fields = registries
        .iter()
        .flat_map(|&registries| tree.entries(registries));
    objects.extend(
        fields
            .map(|entry| entry.value)
            .filter(|&value| tree.kind(value).is_mapping()),
    );
    for object in objects {
        for (first, later) in tree.duplicates(object) {
            let name = RegistryKey::new(tree.decoded(later.key)).to_string();
            let is_merged = object == root
                && document.config.shape == Shape::Modern
                && name.eq_ignore_ascii_case("auths");
            let place = cx.docker_place(document, tree.span(first.key));
            let finding = cx.report_docker(
                document,
                tree.span(later.key),
                "",
                format!("duplicate key `{name}`"),
            );
            if document.is_mapped() {
                finding.related(place, "first defined here");
            }
            finding
                .note(if is_merged {
                    "the kubelet merges the two; for a registry in both, it uses the last entry"
                } else {
                    "the kubelet uses the last value; the first one has no effect"
                })
                .help("keep only one of them");
        }
    }
}
