//! Whether the API server accepts an object.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;
use serde_json::{Value, json};

use super::kubectl;

/// Rules of other chapters whose errors are rejections by the API server. Errors of the remaining rules occur later: when
/// an image is pulled, or when a container starts or ends.
const REFUSALS: &[&str] = &[
    "dockerconfig-invalid-json",
    "env-fieldpath-unsupported",
    "env-name-invalid",
    "env-resourcefieldref-invalid",
    "env-value-and-valuefrom",
    "filekeyref-invalid",
    "hostname-override-conflict",
    "image-missing",
    "image-pull-secret-namespace-field",
    "image-volume-empty-reference",
    "image-whitespace",
    "lifecycle-exec-empty",
    "lifecycle-handler-count",
    "lifecycle-http-quoted-port",
    "lifecycle-init-container",
    "lifecycle-sleep-out-of-range",
    "lifecycle-unknown-handler",
    "probe-grace-invalid",
    "pull-policy-invalid",
    "pull-secret-data-not-base64",
    "pull-secret-double-base64",
    "pull-secret-missing-key",
    "runtimeclass-handler-not-label",
    "runtimeclass-invalid",
    "runtimeclass-overhead-shape",
    "runtimeclassname-invalid",
    "termination-grace-negative",
    "yaml-syntax",
    "yaml-bad-document-separator",
];

/// Returns the findings that prevent the API server from storing the object.
pub(crate) fn object(text: &str) -> Value {
    let conversion = kubectl::document(text);
    if conversion.json.is_err() {
        return json!({ "decodeErr": "not valid YAML for kubectl", "errs": [], "strictErr": null });
    }
    let context = Arc::new(ClusterContext::default());
    let file = File::read(Source::new("object.yaml", text), &context);
    let workspace = Workspace::new(vec![file]);
    let outcome = lint(&workspace, &DefaultRules::default());
    let refused = outcome.findings.iter().filter(|finding| {
        let entry = podwright_rules::find(finding.rule);
        let is_schema = entry.is_some_and(|entry| ["schema", "object"].contains(&entry.meta.group));
        // Before the API server stores the object, it only checks the start and end of a container's image.
        let is_later = finding.rule == "image-whitespace" && finding.message.contains("within");
        let is_refusal = is_schema || REFUSALS.contains(&finding.rule);
        finding.level == Severity::Error && is_refusal && !is_later
    });
    let errors: Vec<String> = refused
        .map(|finding| format!("{}: {}", finding.rule, finding.message))
        .collect();
    json!({
        "decodeErr": null,
        "strictErr": conversion.strict_error.map(|error| format!("{:?}", error.kind)),
        "errs": errors,
    })
}
