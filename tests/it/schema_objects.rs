//! Schema validation of objects: what is reported and, above all, what is not.

use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;

/// Rules of the `schema` group and fields with findings, in text order.
fn found_in(files: &[(&str, &str)], versions: &str) -> Vec<String> {
    let read = |&(path, text): &(&str, &str)| File::read(Source::new(path, text), &Arc::default());
    let workspace = Workspace::new(files.iter().map(read).collect());
    let rules = DefaultRules::for_clusters(versions.parse().unwrap());
    let findings = lint(&workspace, &rules).findings.into_iter();
    let own = findings.filter(|finding| {
        let group = podwright_rules::find(finding.rule).unwrap().meta.group;
        group == "schema" && finding.level > Severity::Info
    });
    own.map(|finding| format!("{} {}", finding.rule, finding.field.unwrap_or_default()))
        .collect()
}

fn found(text: &str) -> Vec<String> {
    found_in(&[("a.yaml", text)], "1.36")
}

fn pod(spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    \
         image: registry.example/x:1.0.0\n{spec}"
    )
}

#[test]
fn valid_objects_have_no_findings() {
    for spec in [
        "",
        // Integers in all notations.
        "  terminationGracePeriodSeconds: 30.0\n",
        "  terminationGracePeriodSeconds: 1e2\n",
        "  terminationGracePeriodSeconds: 0o30\n",
        "  terminationGracePeriodSeconds: null\n",
        "  terminationGracePeriodSeconds:\n",
        // Integer or string.
        "    livenessProbe: {httpGet: {port: http}}\n",
        "    livenessProbe: {httpGet: {port: 80}}\n",
        "    resources: {limits: {cpu: 1, memory: 1Gi, nvidia.com/gpu: '1'}, requests: {cpu: 0.5}}\n",
        // YAML 1.1 booleans.
        "    stdin: off\n    tty: yes\n",
        // Null is treated as unset, also in a mapping of strings.
        "    env: [{name: A, value: null}]\n  nodeSelector: {a: ~}\n",
        "    args:\n  volumes: null\n",
        // Modes are octal.
        "  volumes: [{name: v, secret: {secretName: s, defaultMode: 0440}}]\n",
        "  volumes: [{name: v, secret: {secretName: s, defaultMode: 420, items: [{key: k, path: k, mode: 0400}]}}]\n",
        // Many strings that look like numbers are not numbers.
        "    args: [1:30, 2020-01-01, 1.2.3, 0x, 12e, 1_a]\n",
        // Fields that the cluster sets. Their values do not matter.
        "status: {phase: Nowhere, conditions: []}\n",
        // Numeric keys that keep their spelling.
        "  nodeSelector: {8080: web}\n",
        // Empty is treated as unset.
        "  restartPolicy: ''\n  dnsPolicy: ''\n",
        // Any string is stored here.
        "  volumes: [{name: v, emptyDir: {medium: Fast}}]\n",
        "  schedulerName: Whatever\n",
    ] {
        assert_eq!(found(&pod(spec)), [""; 0], "{spec}");
    }
    // What cannot be decoded does.
    assert_eq!(
        found(&pod("status: {conditions: none, foo: 1}\n")),
        ["wrong-type status.conditions", "unknown-field status.foo"]
    );
    let metadata = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, creationTimestamp: null}\ndata: null\n";
    assert_eq!(found(metadata), [""; 0]);
}

#[test]
fn uncertain_values_have_no_findings() {
    for spec in [
        "  terminationGracePeriodSeconds: ${GRACE}\n",
        "  terminationGracePeriodSeconds: YOUR_GRACE\n",
        "  terminationGracePeriodSeconds: __GRACE__\n",
        "  terminationGracePeriodSeconds: '@GRACE@'\n",
        "  terminationGracePeriodSeconds: <grace>\n",
        "  terminationGracePeriodSeconds: '{{ .Values.grace }}'\n",
        "  restartPolicy: $(policy)\n",
        "  hostNetwork: '{{ .Values.host }}'\n",
        "    resources: {limits: {cpu: $CPU}}\n",
        "    resources: ${RESOURCES}\n",
        "    ports: '{{ toYaml .Values.ports }}'\n",
        "  tolerations: {{ tolerations }}\n",
        "  ${extra}: 1\n",
    ] {
        assert_eq!(found(&pod(spec)), [""; 0], "{spec}");
    }
    // A word in capitals is a value.
    for (spec, expected) in [
        ("  terminationGracePeriodSeconds: GRACE\n", "wrong-type"),
        ("  restartPolicy: NEVER\n", "enum-value-invalid"),
        ("  dnsPolicy: CLUSTER_FIRST\n", "enum-value-invalid"),
        ("  hostNetwork: ENABLED\n", "wrong-type"),
        ("  priorityClassName: HIGH\n", "name-invalid"),
        (
            "    resources: {limits: {cpu: CPU_LIMIT}}\n",
            "quantity-invalid",
        ),
        ("    ports: [{containerPort: PORT}]\n", "wrong-type"),
        (
            "    ports: [{containerPort: 80, protocol: HTTP}]\n",
            "enum-value-invalid",
        ),
        (
            "    ports: [{containerPort: 80, name: HTTP}]\n",
            "name-invalid",
        ),
    ] {
        let found = found(&pod(spec));
        assert_eq!(found.len(), 1, "{spec} {found:?}");
        assert!(found[0].starts_with(expected), "{spec} {found:?}");
    }
    // The keys of an invalid document are where the parser placed them.
    let broken = pod("    args: [a\n  nodeName: 1\n");
    assert_eq!(found(&broken), [""; 0]);
}

#[test]
fn merge_keys_and_duplicates_are_read_like_kubectl() {
    let merged = "    securityContext: &own {runAsUser: 1000}\n  securityContext: {<<: *own, runAsGroup: 0}\n";
    assert_eq!(found(&pod(merged)), [""; 0]);
    let wrong = "    securityContext: &own {runAsUser: 1000, privileged: true}\n  securityContext: {<<: *own}\n";
    assert_eq!(
        found(&pod(wrong)),
        ["unknown-field spec.containers[0].securityContext.privileged"]
    );
    // The last one is used.
    assert_eq!(
        found(&pod("  hostNetwork: 1\n  hostNetwork: true\n")),
        [""; 0]
    );
    let alias = "  nodeSelector: &labels {a: b}\n  securityContext: *labels\n";
    assert_eq!(found(&pod(alias)), ["unknown-field spec.nodeSelector.a"]);
}

#[test]
fn each_problem_has_its_rule_and_location() {
    for (spec, expected) in [
        ("  nodename: a\n", "field-case-mismatch spec.nodename"),
        ("  nodeNam: a\n", "unknown-field spec.nodeNam"),
        ("  hostNetwork: 'true'\n", "wrong-type spec.hostNetwork"),
        ("  hostNetwork: 1\n", "wrong-type spec.hostNetwork"),
        ("  priority: 2147483648\n", "wrong-type spec.priority"),
        ("  priority: '5'\n", "yaml-int-as-string spec.priority"),
        ("  priority: five\n", "wrong-type spec.priority"),
        ("  priority: 5.5\n", "wrong-type spec.priority"),
        ("  priority: 010\n", "yaml-octal-surprise spec.priority"),
        ("  nodeName: 5\n", "yaml-number-like-string spec.nodeName"),
        ("  nodeName: on\n", "yaml-boolean-like-string spec.nodeName"),
        ("  nodeName: [a]\n", "wrong-type spec.nodeName"),
        ("  nodeName: {a: b}\n", "wrong-type spec.nodeName"),
        ("  tolerations: {key: a}\n", "wrong-type spec.tolerations"),
        ("  tolerations: [a]\n", "wrong-type spec.tolerations[0]"),
        ("  tolerations: [~]\n", "null-list-item spec.tolerations[0]"),
        ("  nodeSelector: [a]\n", "wrong-type spec.nodeSelector"),
        (
            "  nodeSelector: {a: 1}\n",
            "yaml-number-like-string spec.nodeSelector.a",
        ),
        (
            "  nodeSelector: {on: a}\n",
            "yaml-key-resolved-non-string spec.nodeSelector.true",
        ),
        (
            "  restartPolicy: always\n",
            "enum-value-invalid spec.restartPolicy",
        ),
        (
            "    ports: [{name: a}]\n",
            "required-field-missing spec.containers[0].ports[0].containerPort",
        ),
        (
            "    ports: [{containerPort: null}]\n",
            "required-field-missing spec.containers[0].ports[0].containerPort",
        ),
        (
            "    livenessProbe: {httpGet: {port: 1.5}}\n",
            "wrong-type spec.containers[0].livenessProbe.httpGet.port",
        ),
        (
            "    resources: {limits: {memory: 1 Gi}}\n",
            "quantity-invalid spec.containers[0].resources.limits.memory",
        ),
        (
            "    resources: {limits: {memory: true}}\n",
            "wrong-type spec.containers[0].resources.limits.memory",
        ),
        (
            "  volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]\n",
            "list-map-key-duplicate spec.volumes[1]",
        ),
        (
            "    ports: [{containerPort: 1}, {containerPort: 1, protocol: TCP}]\n",
            // The default of the API server is not a key in the file.
            "",
        ),
        (
            "  imagePullSecrets: [a]\n",
            "wrong-shape-image-pull-secrets spec.imagePullSecrets[0]",
        ),
    ] {
        let expected: Vec<&str> = Some(expected)
            .into_iter()
            .filter(|one| !one.is_empty())
            .collect();
        assert_eq!(found(&pod(spec)), expected, "{spec}");
    }
}

#[test]
fn patches_and_fragments_have_no_missing_fields() {
    let kustomization = "resources: []\npatches: [{path: patch.yaml}]\n";
    let patch = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  $patch: merge\n  suspend: true\n";
    let whole = [("kustomization.yaml", kustomization), ("patch.yaml", patch)];
    assert_eq!(found_in(&whole, "1.36"), [""; 0]);
    assert_eq!(
        found(patch),
        [
            "required-field-missing spec.jobTemplate",
            "required-field-missing spec.schedule"
        ]
    );
    // Without a name, one finding is enough.
    assert_eq!(
        found("apiVersion: batch/v1\nkind: CronJob\nspec: {suspend: true}\n"),
        ["required-field-missing metadata.name"]
    );
}

#[test]
fn objects_in_a_list_are_checked_individually() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  \
                dat: {}\n- kind: Whatever\n  apiVersion: example.com/v1\n  spec: {a: 1}\n";
    assert_eq!(found(list), ["unknown-field dat"]);
}

#[test]
fn findings_depend_on_the_release() {
    let sidecar = pod("  initContainers: [{name: i, image: 'x:1.0.0', restartPolicy: Always}]\n");
    let field = "field-not-available-in-version spec.initContainers[0].restartPolicy";
    let dropped = "feature-gate-off spec.initContainers[0].restartPolicy";
    for (versions, expected) in [
        ("1.27", &[field][..]),
        ("1.27-1.30", &[field]),
        ("1.28", &[dropped]),
        ("1.28-1.36", &[dropped]),
        ("1.29", &[]),
    ] {
        assert_eq!(
            found_in(&[("a.yaml", &sidecar)], versions),
            expected,
            "{versions}"
        );
    }
    let budget = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1}\n";
    for (versions, expected) in [
        ("1.20", &[][..]),
        ("1.21-1.24", &["deprecated-api apiVersion"]),
        ("1.21-1.25", &["removed-api apiVersion"]),
        ("1.36", &["removed-api apiVersion"]),
    ] {
        assert_eq!(
            found_in(&[("a.yaml", budget)], versions),
            expected,
            "{versions}"
        );
    }
}

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [size, shape]
            properties:
              size: {type: integer}
              shape: {type: string, enum: [round, '2', square], default: round}
              port: {x-kubernetes-int-or-string: true}
              labels: {type: object, additionalProperties: {type: string}}
              anything: {type: object, x-kubernetes-preserve-unknown-fields: true}
              template: {type: object, x-kubernetes-embedded-resource: true}
              parts: {type: array, items: {type: object, properties: {name: {type: string}}}}
              free: {}
";

fn gadget(spec: &str) -> Vec<String> {
    let gadget = format!("apiVersion: example.com/v1\nkind: Gadget\nmetadata: {{name: g}}\n{spec}");
    found_in(
        &[("crd.yaml", DEFINITION), ("gadget.yaml", &gadget)],
        "1.36",
    )
}

#[test]
fn custom_resources_are_validated_by_their_schemas() {
    for spec in [
        "spec: {size: 3}\n",
        "spec: {size: 3, port: http}\n",
        "spec: {size: 3, port: 80, free: [1, {a: b}], anything: {b: 1}}\n",
        "spec: {size: 3, labels: {a: b}, shape: square}\n",
        "spec: {size: 3, template: {apiVersion: v1, kind: Pod, metadata: {name: a}}}\n",
        "spec: {size: 3, parts: [{name: a}]}\nstatus: {ready: true}\n",
    ] {
        let unknown_status = spec.contains("status");
        let expected: &[&str] = if unknown_status {
            &["unknown-field status"]
        } else {
            &[]
        };
        assert_eq!(gadget(spec), expected, "{spec}");
    }
    for (spec, expected) in [
        ("", &["custom-resource-invalid spec"][..]),
        ("spec: {}\n", &["custom-resource-invalid spec.size"]),
        ("spec: {size: big}\n", &["wrong-type spec.size"]),
        ("spec: {size: '3'}\n", &["yaml-int-as-string spec.size"]),
        (
            "spec: {size: 3, shape: oval}\n",
            &["custom-resource-invalid spec.shape"],
        ),
        ("spec: {size: 3, sise: 4}\n", &["unknown-field spec.sise"]),
        (
            "spec: {size: 3, parts: [{nam: a}]}\n",
            &["unknown-field spec.parts[0].nam"],
        ),
        (
            "spec: {size: 3, labels: {a: 1}}\n",
            &["yaml-number-like-string spec.labels.a"],
        ),
    ] {
        assert_eq!(gadget(spec), expected, "{spec}");
    }
}

/// The API server drops `status` before it validates a new object, if it is a subresource.
#[test]
fn types_in_a_status_that_is_dropped_do_not_matter() {
    let status = "status: {type: object, properties: {ready: {type: boolean}}}";
    let found = |subresources: &str| {
        let definition = format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
             metadata: {{name: gadgets.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  \
             names: {{kind: Gadget, plural: gadgets}}\n  versions:\n  - name: v1\n    served: true\n    \
             storage: true\n    {subresources}\n    schema:\n      openAPIV3Schema:\n        type: object\n        \
             properties: {{{status}}}\n"
        );
        let gadget = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nstatus: {ready: [x], a: 1}\n";
        found_in(
            &[("crd.yaml", &definition), ("gadget.yaml", gadget)],
            "1.36",
        )
    };
    assert_eq!(
        found("subresources: {status: {}}"),
        ["unknown-field status.a"]
    );
    let validated = ["wrong-type status.ready", "unknown-field status.a"];
    assert_eq!(found("subresources: {}"), validated);
}

/// Findings in the `spec` of a Gadget with the schema `schema`.
fn found_by(schema: &str, spec: &str) -> Vec<String> {
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
         metadata: {{name: gadgets.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  \
         names: {{kind: Gadget, plural: gadgets}}\n  versions:\n  - name: v1\n    served: true\n    \
         storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        \
         properties: {{spec: {schema}, status: {{type: object, required: [phase]}}}}\n"
    );
    let gadget =
        format!("apiVersion: example.com/v1\nkind: Gadget\nmetadata: {{name: g}}\nspec: {spec}\n");
    found_in(
        &[("crd.yaml", &definition), ("gadget.yaml", &gadget)],
        "1.36",
    )
}

#[test]
fn schema_constraints_are_validated() {
    let invalid: &[&str] = &["custom-resource-invalid spec"];
    for (schema, right, wrong, expected) in [
        ("{type: string, pattern: '^[a-z]+$'}", "ab", "a1", invalid),
        ("{type: string, minLength: 2}", "éé", "é", invalid),
        ("{type: string, maxLength: 2}", "éé", "abc", invalid),
        (
            "{type: string, format: ipv4}",
            "10.0.0.1",
            "10.0.0",
            invalid,
        ),
        (
            "{type: string, format: made-up}",
            "a",
            "{a: b}",
            &["wrong-type spec"],
        ),
        ("{type: integer, minimum: 1}", "1", "0", invalid),
        (
            "{type: integer, minimum: 1, exclusiveMinimum: true}",
            "2",
            "1",
            invalid,
        ),
        ("{type: integer, maximum: 5}", "5", "6", invalid),
        (
            "{type: number, maximum: 5, exclusiveMaximum: true}",
            "4.9",
            "5",
            invalid,
        ),
        ("{type: integer, multipleOf: 5}", "10", "11", invalid),
        // The API server does not know this format.
        (
            "{type: integer, format: int32}",
            "4294967296",
            "1.5",
            &["wrong-type spec"],
        ),
        (
            "{type: array, items: {type: string}, minItems: 1}",
            "[a]",
            "[]",
            invalid,
        ),
        (
            "{type: array, items: {type: string}, maxItems: 1}",
            "[a]",
            "[a, b]",
            invalid,
        ),
        (
            "{type: object, additionalProperties: {type: string}, minProperties: 1}",
            "{a: b}",
            "{}",
            invalid,
        ),
        (
            "{type: object, additionalProperties: {type: string}, maxProperties: 1}",
            "{a: b}",
            "{a: b, c: d}",
            invalid,
        ),
        ("{type: integer, enum: [1, 2]}", "2", "3", invalid),
        ("{type: boolean, enum: [true]}", "true", "false", invalid),
        (
            "{type: array, items: {type: string}, x-kubernetes-list-type: set}",
            "[a, b]",
            "[a, a]",
            &["custom-resource-invalid spec[1]"],
        ),
        (
            "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}",
            "{a: x}",
            "{}",
            invalid,
        ),
        (
            "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}",
            "{b: x}",
            "{a: x, b: x}",
            invalid,
        ),
        (
            "{type: object, properties: {a: {type: string}, b: {type: string}}, not: {required: [a, b]}}",
            "{a: x}",
            "{a: x, b: x}",
            invalid,
        ),
        (
            "{type: string, anyOf: [{pattern: '^a'}, {pattern: '^b'}]}",
            "b",
            "c",
            invalid,
        ),
        (
            "{type: string, allOf: [{pattern: a}, {pattern: b}]}",
            "ab",
            "a",
            invalid,
        ),
        (
            "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: '^[0-9]+%$'}",
            "5",
            "x",
            invalid,
        ),
        (
            "{type: array, items: {type: string}}",
            "[a]",
            "[null]",
            &["wrong-type spec[0]"],
        ),
        (
            "{type: array, items: {type: string, nullable: true}}",
            "[null]",
            "[[]]",
            &["wrong-type spec[0]"],
        ),
        (
            "{type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}",
            "{apiVersion: v1, kind: Pod}",
            "{kind: Pod}",
            &["custom-resource-invalid spec.apiVersion"],
        ),
    ] {
        assert_eq!(found_by(schema, right), [""; 0], "{schema} {right}");
        assert_eq!(found_by(schema, wrong), expected, "{schema} {wrong}");
    }
}

#[test]
fn list_items_are_identified_by_their_keys() {
    let ports = "{type: object, properties: {ports: {type: array, x-kubernetes-list-type: map, \
                 x-kubernetes-list-map-keys: [port, protocol], items: {type: object, required: [port], properties: \
                 {port: {type: integer}, protocol: {type: string, default: TCP}}}}}}";
    assert_eq!(
        found_by(ports, "{ports: [{port: 1}, {port: 1, protocol: UDP}]}"),
        [""; 0]
    );
    let same = "{ports: [{port: 1}, {port: 1, protocol: 'TCP'}, {port: 1}]}";
    assert_eq!(
        found_by(ports, same),
        ["custom-resource-invalid spec.ports[1]"]
    );
    assert_eq!(
        found_by(ports, "{ports: [{port: 1}, {port: $PORT}]}"),
        [""; 0]
    );
}

#[test]
fn defaults_are_applied_before_validation() {
    let schema = "{type: object, required: [a, b], minProperties: 2, properties: {a: {type: object, default: {}, \
                  properties: {c: {type: string, default: x}}, required: [c]}, b: {type: string, default: x}}}";
    assert_eq!(found_by(schema, "{}"), [""; 0]);
    // Null becomes the default, unless the field is nullable.
    assert_eq!(found_by(schema, "{a: null, b: null}"), [""; 0]);
    let nullable =
        "{type: object, required: [b], properties: {b: {type: string, nullable: true, enum: [x]}}}";
    assert_eq!(
        found_by(nullable, "{b: null}"),
        ["custom-resource-invalid spec.b"]
    );
    let plain = "{type: object, required: [b], properties: {b: {type: string}}}";
    assert_eq!(
        found_by(plain, "{b: null}"),
        ["custom-resource-invalid spec.b"]
    );
    // Pruned fields do not count.
    let one = "{type: object, minProperties: 1, properties: {b: {type: string}}}";
    assert_eq!(
        found_by(one, "{c: 1}"),
        ["custom-resource-invalid spec", "unknown-field spec.c"]
    );
}

#[test]
fn uncertain_custom_resources_have_no_findings() {
    let any = "anyOf: [{pattern: '^a'}, {pattern: '^b'}]";
    for (schema, spec) in [
        ("{type: string, pattern: '^[a-z]+$'}", "$NAME"),
        ("{type: string, pattern: '^[a-z]+$'}", "__NAME__"),
        (&format!("{{type: string, {any}}}"), "'{{ .Values.x }}'"),
        // Go supports these regular expressions, podwright does not.
        ("{type: string, pattern: '\\Qa\\E'}", "b"),
        ("{type: string, not: {pattern: '\\Qa\\E'}}", "b"),
        // Too large to be compiled.
        ("{type: string, pattern: '^(\\p{L}{1000}){1000}$'}", "b"),
        (
            "{type: string, x-kubernetes-validations: [{rule: 'self == \"b\"'}]}",
            "b",
        ),
        (
            "{type: object, properties: {a: {type: string}}, oneOf: [{required: [a]}]}",
            "{$(key): b}",
        ),
    ] {
        assert_eq!(found_by(schema, spec), [""; 0], "{schema} {spec}");
    }
    // A patch has no missing fields.
    let schema = "{type: object, required: [a], minProperties: 2, properties: {a: {type: string}, b: {type: string, pattern: x}}, anyOf: [{required: [a]}]}";
    assert_eq!(found_by(schema, "{b: y}").len(), 4);
    let definition = DEFINITION.replace(
        "            required: [size, shape]\n",
        "            minProperties: 2\n",
    );
    let patch = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: 1}\n";
    let kustomization = "resources: [crd.yaml]\npatches: [{path: patch.yaml}]\n";
    let files = [
        ("crd.yaml", definition.as_str()),
        ("kustomization.yaml", kustomization),
        ("patch.yaml", patch),
    ];
    assert_eq!(found_in(&files, "1.36"), [""; 0]);
}

#[test]
fn required_strings_must_not_be_empty() {
    let empty = "required-field-empty spec";
    for (spec, expected) in [
        (
            "    volumeMounts: [{name: '', mountPath: /a}]\n",
            format!("{empty}.containers[0].volumeMounts[0].name"),
        ),
        (
            "  volumes: [{name: \"\", emptyDir: {}}]\n",
            format!("{empty}.volumes[0].name"),
        ),
    ] {
        assert_eq!(found(&pod(spec)), [expected], "{spec}");
    }
    // A placeholder, and an optional field.
    for spec in [
        "  schedulerName: ''\n",
        "  volumes: [{name: $NAME, emptyDir: {}}]\n",
    ] {
        assert_eq!(found(&pod(spec)), [""; 0], "{spec}");
    }
    let patch = pod("").replace("name: c", "name: ''");
    let kustomization = "resources: []\npatches: [{path: patch.yaml}]\n";
    let files = [
        ("kustomization.yaml", kustomization),
        ("patch.yaml", patch.as_str()),
    ];
    assert_eq!(found_in(&files, "1.36"), [""; 0]);
}

#[test]
fn requirements_have_the_values_that_their_operators_need() {
    let of = |requirement: &str| {
        let spec = format!(
            "  affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: \
             [{{matchExpressions: [{requirement}]}}]}}}}}}\n"
        );
        found(&pod(&spec)).len()
    };
    for (requirement, count) in [
        ("{key: a, operator: In, values: [b]}", 0),
        ("{key: a, operator: In, values: []}", 1),
        ("{key: a, operator: NotIn}", 1),
        ("{key: a, operator: NotIn, values: null}", 1),
        ("{key: a, operator: Exists}", 0),
        ("{key: a, operator: Exists, values: []}", 0),
        ("{key: a, operator: DoesNotExist, values: [b]}", 1),
        ("{key: a, operator: Gt, values: ['1']}", 0),
        ("{key: a, operator: Lt, values: ['1', '2']}", 1),
        ("{key: a, operator: $OPERATOR}", 0),
        ("{key: a, operator: In, values: $VALUES}", 0),
    ] {
        assert_eq!(of(requirement), count, "{requirement}");
    }
}

#[test]
fn selectors_use_valid_label_values() {
    let policy = |values: &str| {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: policy}}\nspec:\n  podSelector: \
             {{matchExpressions: [{{key: a, operator: In, values: {values}}}]}}\n"
        );
        found(&text)
    };
    assert_eq!(policy("[a, '', A_1, $VALUE]"), [""; 0]);
    assert_eq!(
        policy("[a, a b]"),
        ["label-invalid spec.podSelector.matchExpressions[0].values[1]"]
    );
}

#[test]
fn kind_of_a_custom_resource_is_case_sensitive() {
    for (head, expected) in [
        (
            "apiVersion: example.com/v1\nkind: gadget\n",
            "kind-case kind",
        ),
        (
            "apiVersion: Example.com/v1\nkind: Gadget\n",
            "kind-case apiVersion",
        ),
    ] {
        let gadget = format!("{head}metadata: {{name: g}}\nspec: {{size: 1}}\n");
        let files = [("crd.yaml", DEFINITION), ("gadget.yaml", &gadget)];
        assert_eq!(found_in(&files, "1.36"), [expected], "{head}");
    }
}

#[test]
fn open_list_keeps_its_items() {
    let schema = "{type: array, x-kubernetes-preserve-unknown-fields: true, items: {type: object, properties: {a: {type: string}}}}";
    assert_eq!(found_by(schema, "[{b: 1}]"), [""; 0]);
}

#[test]
fn conflicting_definitions_are_ignored() {
    let other = DEFINITION.replace("{type: integer}", "{type: string}");
    let gadget = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: [], more: 1}\n";
    let files = [
        ("a.yaml", DEFINITION),
        ("b.yaml", &other),
        ("c.yaml", gadget),
    ];
    assert_eq!(found_in(&files, "1.36"), [""; 0]);
    let files = [
        ("a.yaml", DEFINITION),
        ("b.yaml", DEFINITION),
        ("c.yaml", gadget),
    ];
    assert_eq!(
        found_in(&files, "1.36"),
        ["wrong-type spec.size", "unknown-field spec.more"]
    );
}

#[test]
fn aliases_are_followed() {
    let mut text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a0: &a0 [x, x, x, x, x, x]\n".to_owned();
    for level in 1..3 {
        let before = level - 1;
        text.push_str(&format!(
            "  a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]\n"
        ));
    }
    assert_eq!(found(&text).len(), 3);
}

/// Levels of the findings in a custom resource that lacks a required field, if its definition is in the run beside
/// `others`.
fn levels_of_lack(conversion: &str, others: &str) -> Vec<Severity> {
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
         metadata: {{name: gadgets.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  \
         names: {{kind: Gadget, plural: gadgets}}\n  conversion: {conversion}\n  versions:\n  - name: v1\n    \
         served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        \
         required: [size]\n        properties: {{size: {{type: integer}}}}\n"
    );
    let files = [
        ("crd.yaml", definition.as_str()),
        (
            "gadget.yaml",
            "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\n",
        ),
        ("others.yaml", others),
    ];
    let read = |(path, text): (&str, &str)| File::read(Source::new(path, text), &Arc::default());
    let workspace = Workspace::new(files.into_iter().map(read).collect());
    let rules = DefaultRules::for_clusters("1.36".parse().unwrap());
    let findings = lint(&workspace, &rules).findings.into_iter();
    let own = findings.filter(|finding| finding.rule == "custom-resource-invalid");
    own.map(|finding| finding.level).collect()
}

#[test]
fn what_is_missing_is_an_error_unless_the_cluster_may_add_it() {
    let webhook = |rules: &str| {
        format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n\
             metadata: {{name: w}}\nwebhooks: [{{name: w.example.com, {rules}}}]\n"
        )
    };
    let rules = |group: &str| {
        format!(
            "rules: [{{apiGroups: ['{group}'], apiVersions: [v1], resources: ['*'], operations: [CREATE]}}]"
        )
    };
    let policy = "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {name: p}\n\
                  spec: {matchConstraints: {resourceRules: [{apiGroups: [example.com], apiVersions: [v1], \
                  resources: [gadgets], operations: [CREATE]}]}}\n";
    let unknown = "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n\
                   metadata: {name: w}\nwebhooks: ${WEBHOOKS}\n";
    // The chart of an operator that is not here.
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: o, namespace: o}\n\
                   spec: {interval: 1h, chart: {spec: {chart: o, sourceRef: {kind: HelmRepository, name: o}}}}\n";
    let (error, warning) = ([Severity::Error], [Severity::Warning]);
    for (conversion, others, expected) in [
        ("{strategy: None}", String::new(), error),
        ("{strategy: Webhook}", String::new(), warning),
        ("{strategy: None}", webhook(&rules("example.com")), warning),
        ("{strategy: None}", webhook(&rules("*")), warning),
        ("{strategy: None}", webhook(&rules("apps")), error),
        // Its operator adds the rules when it starts.
        ("{strategy: None}", webhook("sideEffects: None"), warning),
        ("{strategy: None}", policy.to_owned(), warning),
        ("{strategy: None}", unknown.to_owned(), warning),
        ("{strategy: None}", release.to_owned(), warning),
    ] {
        assert_eq!(
            levels_of_lack(conversion, &others),
            expected,
            "{conversion} {others}"
        );
    }
}
