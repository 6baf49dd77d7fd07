use podwright_cluster::environment::subscript;
use podwright_model::{Pod, name::qualified_name};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "downward-volume-fieldpath-unsupported",
    summary: "downward API volume uses an unsupported field",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

/// Fields that a file in a downward API volume can contain.
const FIELDS: [&str; 5] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.labels",
    "metadata.annotations",
];

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let ceiling = cx.ceiling();
    let volumes = pod.volumes.value().into_iter().flatten();
    for file in volumes.flat_map(|volume| &volume.downward) {
        let field = file.field_ref.value();
        let Some((path, node)) = field.and_then(|field| field.field_path.known()) else {
            continue;
        };
        if is_supported(path) || cx.is_in_replaced_volume(node) {
            continue;
        }
        let of_variables = path.starts_with("spec.") || path.starts_with("status.");
        cx.report(node, format!("field `{path}` is not available in downward API volumes"))
            .at_most(ceiling)
            .note("the API server rejects it (422)")
            .help(match of_variables {
                true => "use `valueFrom.fieldRef` in `env`: only environment variables support fields of `spec` and `status`",
                false => "use `metadata.name`, `.namespace`, `.uid`, `.labels`, `.annotations`, or a single label or annotation with `['key']`",
            });
    }
}

fn is_supported(path: &str) -> bool {
    FIELDS.contains(&path)
        || subscript(path).is_some_and(|sub| match sub.field {
            "metadata.labels" => qualified_name(sub.key).is_ok(),
            "metadata.annotations" => qualified_name(&sub.key.to_lowercase()).is_ok(),
            _ => false,
        })
}
