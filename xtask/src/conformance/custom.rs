//! Whether the API server accepts a custom resource.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;
use serde_json::{Value, json};

/// Returns the findings for the object with the schema of its kind: the undefined fields, and the errors, each starting
/// with its path.
pub(crate) fn custom(schema: &Value, object: &Value) -> Value {
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "gadgets.example.com" },
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": { "kind": "Gadget", "plural": "gadgets" },
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "schema": { "openAPIV3Schema": schema },
            }],
        },
    });
    let context = Arc::new(ClusterContext::default());
    let read =
        |(path, text): (&str, &Value)| File::read(Source::new(path, text.to_string()), &context);
    let files = [("definition.json", &definition), ("object.json", object)];
    let workspace = Workspace::new(files.into_iter().map(read).collect());
    let outcome = lint(&workspace, &DefaultRules::default());
    let (mut unknown, mut errors) = (Vec::new(), Vec::new());
    for finding in outcome.findings {
        let group = podwright_rules::find(finding.rule).map(|entry| entry.meta.group);
        let is_here = finding.primary.place.file.0 == 1;
        if !is_here || group != Some("schema") || finding.level == Severity::Info {
            continue;
        }
        let path = finding.field.clone().unwrap_or_default();
        if ["unknown-field", "field-case-mismatch"].contains(&finding.rule) {
            unknown.push(path);
        } else {
            errors.push(format!("{path}: {}: {}", finding.rule, finding.message));
        }
    }
    json!({ "unknown": unknown, "errs": errors })
}
