//! Every supported kind is decoded, and each value has its location.

use podwright_model::{Body, ContainerKind, Object, decode};
use podwright_syntax::{SyntaxTree, parse};

const POD: &str = "\
initContainers:
- {name: init, image: a}
- {name: sidecar, image: b, restartPolicy: Always}
containers:
- {name: main, image: c}
ephemeralContainers:
- {name: debug, image: d}
volumes:
- {name: model, image: {reference: e, pullPolicy: Never}}
- {name: other, emptyDir: {}}
";

fn objects(text: &str) -> (SyntaxTree, Vec<Object>) {
    let tree = parse(text.into());
    assert!(tree.errors().is_empty(), "{text}");
    let objects = decode(&tree, &[]);
    (tree, objects)
}

fn indented(text: &str, by: usize) -> String {
    let blanks = " ".repeat(by);
    text.lines()
        .map(|line| format!("{blanks}{line}\n"))
        .collect()
}

/// An object whose pod spec is at this path.
fn holder(api_version: &str, kind: &str, path: &str) -> String {
    let mut text = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n");
    let keys: Vec<&str> = path.split('.').collect();
    for (depth, key) in keys.iter().enumerate() {
        text.push_str(&format!("{}{key}:\n", " ".repeat(2 * depth)));
    }
    text + &indented(POD, 2 * keys.len())
}

#[test]
fn pods_are_found_in_every_workload_kind() {
    let template = "spec.template.spec";
    let job = "spec.jobTemplate.spec.template.spec";
    for (api_version, kind, path) in [
        ("v1", "Pod", "spec"),
        ("v1", "PodTemplate", "template.spec"),
        ("v1", "ReplicationController", template),
        ("apps/v1", "ReplicaSet", template),
        ("apps/v1", "Deployment", template),
        ("extensions/v1beta1", "Deployment", template),
        ("apps/v1", "StatefulSet", template),
        ("apps/v1", "DaemonSet", template),
        ("batch/v1", "Job", template),
        ("batch/v1", "CronJob", job),
        ("argoproj.io/v1alpha1", "Rollout", template),
        ("example.com/v1", "Schedule", job),
    ] {
        let text = holder(api_version, kind, path);
        let listed = format!(
            "apiVersion: v1\nkind: List\nitems:\n- {}",
            indented(&text, 2).trim_start()
        );
        for text in [text, listed] {
            let (tree, objects) = objects(&text);
            let pod = &objects[0].pods[0];
            let containers: Vec<_> = pod
                .containers
                .iter()
                .map(|container| {
                    let (image, node) = container.image.known().unwrap();
                    assert_eq!(tree.source_text(node), image);
                    (container.name.text().unwrap(), container.kind)
                })
                .collect();
            let expected = [
                ("init", ContainerKind::Init),
                ("sidecar", ContainerKind::Sidecar),
                ("main", ContainerKind::Regular),
                ("debug", ContainerKind::Ephemeral),
            ];
            assert_eq!(containers, expected, "{text}");
            assert_eq!(pod.image_volumes.len(), 1);
            assert_eq!(pod.image_volumes[0].reference.text(), Some("e"));
        }
    }
}

#[test]
fn custom_resource_without_containers_has_no_pod() {
    let text = "apiVersion: example.com/v1\nkind: Thing\nspec: {template: {spec: {size: 1}}}\n";
    assert!(objects(text).1[0].pods.is_empty());
}

#[test]
fn config_maps_and_services_are_decoded_with_locations() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {key: text, 1: ''}
binaryData: {blob: AAAA}
immutable: true
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec:
  type: ClusterIP
  clusterIP: None
  selector: {app: x}
  ports:
  - {name: http, port: 80, protocol: TCP}
  - port: ${PORT}
---
apiVersion: v1
kind: Namespace
metadata: {name: c, labels: {pod-security.kubernetes.io/enforce: baseline}}
";
    let (tree, objects) = objects(text);
    let Body::ConfigMap(map) = &objects[0].body else {
        panic!("{:?}", objects[0].body);
    };
    let keys: Vec<_> = map
        .data
        .value()
        .unwrap()
        .iter()
        .map(|data| &data.name)
        .collect();
    assert_eq!(keys, ["key", "1"]);
    assert_eq!(tree.source_text(map.data.value().unwrap()[0].value), "text");
    assert_eq!(map.binary_data.value().unwrap()[0].name, "blob");
    assert_eq!(map.immutable.value(), Some(&true));
    let Body::Service(service) = &objects[1].body else {
        panic!("{:?}", objects[1].body);
    };
    let spec = service.spec.value().unwrap();
    assert_eq!(spec.cluster_ip.text(), Some("None"));
    assert_eq!(spec.selector.value().unwrap()[0].0, "app");
    let ports = spec.ports.value().unwrap();
    assert_eq!(ports[0].port.value(), Some(&80));
    assert_eq!(ports[0].name.text(), Some("http"));
    assert_eq!(ports[1].port.value(), None, "a placeholder");
    assert!(matches!(objects[2].body, Body::Namespace));
    assert_eq!(objects[2].metadata.labels.value().unwrap().len(), 1);
}
