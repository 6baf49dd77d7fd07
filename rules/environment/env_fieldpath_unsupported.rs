use podwright_cluster::environment::{Sub, subscript};
use podwright_model::{Container, KubernetesVersion, name::qualified_name};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "env-fieldpath-unsupported",
    summary: "environment variable uses an unsupported field",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// Fields that an environment variable can use.
const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    // Treated as `spec.nodeName`.
    "spec.host",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.podIP",
    "status.podIPs",
];
/// First release that supports `status.hostIPs` without a feature gate.
const HOST_IPS: KubernetesVersion = KubernetesVersion(29);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.value().into_iter().flatten() {
        let source = variable.value_from.value();
        let Some((path, node)) = source
            .and_then(|source| source.field_ref.value())
            .and_then(|field| field.field_path.known())
        else {
            continue;
        };
        let ceiling = match path.as_str() {
            "status.hostIPs" if cx.versions.all_since(HOST_IPS) => continue,
            "status.hostIPs" if cx.versions.any_since(HOST_IPS) => Severity::Warning,
            path if is_supported(path) => continue,
            _ => cx.ceiling(),
        };
        let single = path.replace('"', "'");
        let fix = (single != *path && is_supported(&single))
            .then(|| cx.replace(node, &single, Applicability::Safe));
        cx.report(
            node,
            format!("field `{path}` is not available to environment variables"),
        )
        .at_most(ceiling)
        .note("the API server rejects it (422)")
        .help(help(path, fix.is_some()))
        .fix(fix);
    }
}

fn is_supported(path: &str) -> bool {
    FIELDS.contains(&path)
        || subscript(path).is_some_and(|Sub { field, key }| match field {
            "metadata.labels" => qualified_name(key).is_ok(),
            "metadata.annotations" => qualified_name(&key.to_lowercase()).is_ok(),
            _ => false,
        })
}

fn help(path: &str, double_quoted: bool) -> &'static str {
    match path {
        _ if double_quoted => "put the key in single quotes",
        "metadata.labels" => {
            "use a single label: `metadata.labels['app']`; only volumes support all labels"
        }
        "metadata.annotations" => {
            "use a single annotation: `metadata.annotations['key']`; only volumes support all annotations"
        }
        "status.hostIPs" => "use `status.hostIP`, which all releases support",
        _ => {
            "use `metadata.name`, `.namespace`, `.uid`, `.labels['key']`, `.annotations['key']`, \
             `spec.nodeName`, `spec.serviceAccountName`, `status.hostIP`, `status.podIP` or their plural forms"
        }
    }
}
