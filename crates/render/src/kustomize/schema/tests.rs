use podwright_syntax::text::FileId;

use super::{Definition, Gvk, Schema, Table, is_cluster_scoped};
use crate::node::Node;
use crate::read::documents;

fn walk<'s>(schema: &'s Schema, gvk: &Gvk, path: &str) -> Option<Definition<'s>> {
    path.split('/')
        .try_fold(schema.of(gvk)?, |at, part| match part {
            "[]" => at.elements(),
            name => at.field(name),
        })
}

fn document(text: &str) -> Node {
    let tree = podwright_syntax::parse(text.into());
    documents(&tree, FileId(0)).expect("valid").remove(0)
}

/// Keys as in the OpenAPI definitions of Kubernetes 1.21.2.
#[test]
fn lists_have_the_merge_keys_of_kubernetes_1_21() {
    let deployment = Gvk::new("apps/v1", "Deployment");
    let cases: &[(&str, Option<&[&str]>)] = &[
        ("spec/template/spec/containers", Some(&["name"])),
        (
            "spec/template/spec/containers/[]/ports",
            Some(&["containerPort", "protocol"]),
        ),
        (
            "spec/template/spec/containers/[]/volumeMounts",
            Some(&["mountPath"]),
        ),
        (
            "spec/template/spec/topologySpreadConstraints",
            Some(&["topologyKey", "whenUnsatisfiable"]),
        ),
        ("spec/template/spec/hostAliases", Some(&["ip"])),
        ("spec/template/spec/volumes", Some(&["name"])),
        ("metadata/finalizers", Some(&[])),
        ("spec/template/spec/containers/[]/args", None),
        ("spec/template/spec/containers/[]/envFrom", None),
        ("spec/template/spec/tolerations", None),
        ("spec/strategy", None),
    ];
    let schema = Schema::builtin();
    for (path, keys) in cases {
        let found = walk(&schema, &deployment, path).and_then(Definition::merge_keys);
        assert_eq!(found.as_deref(), *keys, "{path}");
    }
    let list = Gvk::new("v1", "Service");
    let found = walk(&schema, &list, "spec/ports").and_then(Definition::merge_keys);
    assert_eq!(found, Some(vec!["port", "protocol"]));
    assert!(
        schema
            .of(&Gvk::new("example.com/v1", "Deployment"))
            .is_none()
    );
}

#[test]
fn every_definition_of_the_table_exists() {
    let table = Table::get();
    let names = table.types.values().filter_map(|known| known.definition);
    let fields = table.shapes.values().flatten().filter_map(|field| field.to);
    let mut count = 0;
    for name in names.chain(fields) {
        assert!(table.shapes.contains_key(name), "{name}");
        count += 1;
    }
    assert!(count > 200, "{count}");
}

#[test]
fn scope() {
    let cases = [
        ("v1", "Namespace", true),
        ("v1", "Pod", false),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", true),
        ("rbac.authorization.k8s.io/v1", "Role", false),
        ("policy/v1beta1", "PodSecurityPolicy", true),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", true),
        // Not known, so not certain.
        ("cert-manager.io/v1", "ClusterIssuer", false),
        ("storage.k8s.io/v2", "StorageClass", false),
    ];
    for (api_version, kind, expected) in cases {
        let gvk = Gvk::new(api_version, kind);
        assert_eq!(is_cluster_scoped(&gvk), expected, "{gvk}");
    }
}

#[test]
fn a_document_replaces_the_built_in_definitions() {
    let text = r##"
definitions:
  v1.Widget:
    properties:
      spec: {$ref: "#/definitions/v1.WidgetSpec"}
      loop: {$ref: "#/definitions/v1.Loop"}
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Widget}]
  v1.WidgetSpec:
    properties:
      parts:
        type: array
        items: {$ref: "#/definitions/v1.Part"}
        x-kubernetes-patch-strategy: merge
        x-kubernetes-patch-merge-key: id
      pod: {$ref: "#/definitions/io.k8s.api.core.v1.PodSpec"}
      by:
        additionalProperties:
          x-kubernetes-patch-strategy: "replace,merge"
          x-kubernetes-list-map-keys: [a, b]
  v1.Part:
    properties:
      tags: {type: [array], x-kubernetes-patch-strategy: merge, items: {type: string}}
  v1.Loop: {$ref: "#/definitions/v1.Loop"}
paths:
  /apis/example.com/v1/widgets:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Widget}}
  /apis/example.com/v1/parts:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Part}}
  /apis/example.com/v1/namespaces/{namespace}/parts:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Part}}
"##;
    let widget = Gvk::new("example.com/v1", "Widget");
    let keys = |schema: &Schema, path| {
        walk(schema, &widget, path)
            .and_then(Definition::merge_keys)
            .map(|keys| keys.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let only = Schema::with_definitions(document(text), false).expect("a mapping");
    assert_eq!(keys(&only, "spec/parts"), Some(vec!["id".to_owned()]));
    assert_eq!(keys(&only, "spec/parts/[]/tags"), Some(vec![]));
    assert_eq!(
        keys(&only, "spec/by/any"),
        Some(vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(keys(&only, "spec/pod/containers"), None);
    assert_eq!(keys(&only, "loop"), None);
    assert!(only.of(&Gvk::new("v1", "Pod")).is_none());

    let both = Schema::with_definitions(document(text), true).expect("a mapping");
    assert_eq!(
        keys(&both, "spec/pod/containers"),
        Some(vec!["name".to_owned()])
    );
    assert!(both.of(&Gvk::new("v1", "Pod")).is_some());

    assert!(Schema::with_definitions(document("[]\n"), false).is_err());
}
