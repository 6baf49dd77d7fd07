//! The API server's verdict on objects: `tests/data/api-validation` has objects with the errors, as a comment before each,
//! that the API server of Kubernetes 1.36 was asked for. Then, where nothing is reported.

use std::fs;
use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::Source;

pub(crate) fn findings(files: &[(&str, &str)], versions: &str) -> Vec<Finding> {
    let read = |&(path, text): &(&str, &str)| File::read(Source::new(path, text), &Arc::default());
    let workspace = Workspace::new(files.iter().map(read).collect());
    let rules = DefaultRules::for_clusters(versions.parse().unwrap());
    lint(&workspace, &rules).findings
}

/// Errors, or findings of the group `api` of any level: the rule and the field.
fn found_in(files: &[(&str, &str)], versions: &str) -> Vec<String> {
    let is_own =
        |finding: &Finding| finding.level == Severity::Error || finding.rule.starts_with("api-");
    findings(files, versions)
        .into_iter()
        .filter(is_own)
        .map(|finding| format!("{} {}", finding.rule, finding.field.unwrap_or_default()))
        .collect()
}

fn found(text: &str) -> Vec<String> {
    found_in(&[("a.yaml", text)], "1.36")
}

#[test]
fn verdicts_are_those_of_the_api_server() {
    let mut count = 0;
    for entry in fs::read_dir("tests/data/api-validation").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        for object in fs::read_to_string(&path).unwrap().split("---\n") {
            let comments = object.lines().map_while(|line| line.strip_prefix("# "));
            let mut expected: Vec<&str> = comments.collect();
            let mut found = found(object);
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{}:\n{object}", path.display());
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// Rules about what happens after the API server's own validation, as in `tests/conformance-api/mutate.py`.
fn is_beyond(finding: &Finding) -> bool {
    const BEYOND: [&str; 11] = [
        "env-resourcefieldref-unknown-container",
        "image-has-scheme",
        "image-invalid-reference",
        "image-pull-secret-invalid-name",
        "lifecycle-tcpsocket-unsupported",
        "pod-overhead-set",
        "prestop-exceeds-grace",
        "prestop-with-zero-grace",
        "pull-secret-type-near-miss",
        "service-account-deprecated-field",
        "subpathexpr-missing-var",
    ];
    let field = finding.field.as_deref().unwrap_or_default();
    let kind = finding.object.as_ref().map(|object| &*object.kind);
    BEYOND.contains(&finding.rule)
        || finding.message == "object has no name" && kind == Some("LimitRange")
        || finding.rule == "image-whitespace" && finding.message.contains("within")
        || finding.rule == "label-invalid" && field.starts_with("spec.jobTemplate.metadata.")
}

/// `mutate.py` wrote the objects, and the API server of Kubernetes 1.36 the verdicts.
#[test]
fn verdicts_on_changed_objects_are_those_of_the_api_server() {
    let text = fs::read_to_string("tests/data/api-validation/mutated.tsv").unwrap();
    let mut count = 0;
    for line in text.lines() {
        let (verdict, object) = line.split_once('\t').unwrap();
        let mut found = findings(&[("a.yaml", object)], "1.36");
        found.retain(|finding| finding.level == Severity::Error && !is_beyond(finding));
        let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(
            rules.is_empty(),
            verdict == "accepted",
            "{verdict}: {rules:?}\n{object}"
        );
        count += 1;
    }
    assert!(count > 490, "{count}");
}

/// `releases.py` wrote the objects, and the API servers of the releases the verdicts: `a` for accepted, `r` for rejected,
/// `l` for a StatefulSet whose Pods or claims are rejected, and `-` for a kind that the release does not serve.
#[test]
fn verdicts_by_release_are_those_of_the_api_servers() {
    assert!(compare_by_release("releases.tsv") > 500);
}

/// Objects whose verdict was wrong once. `releases.py --update` asks the API servers.
#[test]
fn verdicts_that_were_wrong_are_right() {
    assert!(compare_by_release("corrected.tsv") > 200);
}

/// Compares the verdicts in a file, and returns their number.
fn compare_by_release(file: &str) -> usize {
    let text = fs::read_to_string(format!("tests/data/api-validation/{file}")).unwrap();
    let (head, lines) = text.split_once('\n').unwrap();
    let releases: Vec<&str> = head.trim_start_matches("# ").split(' ').collect();
    let mut count = 0;
    for line in lines.lines() {
        let (verdicts, object) = line.split_once('\t').unwrap();
        assert_eq!(verdicts.len(), releases.len(), "{line}");
        for (verdict, release) in verdicts.chars().zip(&releases) {
            if verdict == '-' {
                continue;
            }
            let mut found = findings(&[("a.yaml", object)], release);
            found.retain(|finding| finding.level == Severity::Error && !is_beyond(finding));
            let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
            assert_eq!(
                rules.is_empty(),
                verdict == 'a',
                "{release}: {rules:?}\n{object}"
            );
            count += 1;
        }
    }
    count
}

fn pod(spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    \
         image: registry.example/x:1.0.0\n{spec}"
    )
}

/// Rejected by every release: a negative size limit.
const REJECTED: &str = "  volumes: [{name: v, emptyDir: {sizeLimit: -1}}]\n";

#[test]
fn placeholders_are_not_judged() {
    for spec in [
        "  volumes: [{name: v, nfs: {server: a, path: '{{ .Values.path }}'}}]\n",
        "  volumes: [{name: v, nfs: {server: a, path: $(VAR)}}]\n",
        "  volumes: [{name: v, nfs: {server: a, path: '${NFS_PATH}'}}]\n",
        "  volumes: [{name: v, nfs: {server: a, path: __PATH__}}]\n",
        "  volumes: [{name: v, nfs: {server: a, path: <path>}}]\n",
        "  nodeName: ##_NODE_NAME_##\n",
        "  serviceAccountName: '@account@'\n",
        "  dnsPolicy: None\n  dnsConfig: {{ toYaml .Values.dns }}\n",
        "    resources: {limits: {memory: '${MEMORY}'}}\n",
    ] {
        assert!(
            found(&pod(spec)).is_empty(),
            "{spec}: {:?}",
            found(&pod(spec))
        );
    }
}

#[test]
fn words_in_capitals_are_judged() {
    for (spec, field) in [
        (
            "    resources: {limits: {CPU: 1}}\n",
            "spec.containers[0].resources.limits.CPU",
        ),
        (
            "    resources: {limits: {MEMORY: 1}}\n",
            "spec.containers[0].resources.limits.MEMORY",
        ),
    ] {
        assert_eq!(
            found(&pod(spec)),
            [format!("api-invalid {field}")],
            "{spec}"
        );
    }
}

#[test]
fn only_complete_objects_are_judged() {
    let rejected = pod(REJECTED);
    assert_eq!(
        found(&rejected),
        ["api-forbidden spec.volumes[0].emptyDir.sizeLimit"]
    );
    // A patch.
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\
                         patches: [{path: p.yaml, target: {kind: Pod, name: p}}]\n";
    let files = [
        ("kustomization.yaml", kustomization),
        ("p.yaml", &*rejected),
    ];
    assert!(
        found_in(&files, "1.36")
            .iter()
            .all(|found| !found.starts_with("api-"))
    );
    // A template of a chart.
    let template = rejected.replace("name: p", "name: {{ .Release.Name }}");
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n"),
        ("templates/p.yaml", &*template),
    ];
    assert_eq!(
        found_in(&files, "1.36"),
        ["api-forbidden spec.volumes[0].emptyDir.sizeLimit"]
    );
    // Read from a cluster, and applied again.
    let live = rejected.replace(
        "{name: p}",
        "{name: p, uid: 0b0a1f3e-0000-4000-8000-000000000000, resourceVersion: '1', \
         creationTimestamp: '2024-01-01T00:00:00Z'}",
    );
    assert_eq!(
        found(&live),
        ["api-forbidden spec.volumes[0].emptyDir.sizeLimit"]
    );
    // Without a name: one finding is enough.
    let nameless = rejected.replace("{name: p}", "{}");
    assert!(
        found(&nameless)
            .iter()
            .all(|found| !found.starts_with("api-"))
    );
}

#[test]
fn items_of_a_list_are_judged() {
    let item = pod(REJECTED).replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n");
    assert_eq!(
        found(&list),
        ["api-forbidden spec.volumes[0].emptyDir.sizeLimit"]
    );
}

#[test]
fn templates_are_judged_in_every_workload() {
    let template = "    metadata: {labels: {a: b}}\n    spec:\n      containers: [{name: c, image: \
                    'registry.example/x:1.0.0'}]\n      dnsPolicy: None\n";
    for (kind, api_version, extra, at) in [
        ("Deployment", "apps/v1", "", "spec.template"),
        ("ReplicaSet", "apps/v1", "", "spec.template"),
        ("DaemonSet", "apps/v1", "", "spec.template"),
        (
            "StatefulSet",
            "apps/v1",
            "  serviceName: s\n",
            "spec.template",
        ),
    ] {
        let text = format!(
            "apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: w}}\nspec:\n  selector: {{matchLabels: {{a: \
             b}}}}\n{extra}  template:\n{template}"
        );
        assert_eq!(
            found(&text),
            [format!("api-required {at}.spec.dnsConfig")],
            "{kind}"
        );
    }
    let job = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: w}}\nspec:\n  template:\n{template}      restartPolicy: \
         Never\n"
    );
    assert_eq!(found(&job), ["api-required spec.template.spec.dnsConfig"]);
    let controller = format!(
        "apiVersion: v1\nkind: ReplicationController\nmetadata: {{name: w}}\nspec:\n  template:\n{template}"
    );
    assert_eq!(
        found(&controller),
        ["api-required spec.template.spec.dnsConfig"]
    );
}

#[test]
fn a_release_that_accepts_the_object_makes_the_error_a_warning() {
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n  \
                  maxReplicas: 2\n  scaleTargetRef: {kind: Deployment, name: a}\n";
    let level = |versions| {
        let found = findings(&[("a.yaml", scaler)], versions);
        let mut own = found.iter().filter(|finding| finding.rule == "api-invalid");
        own.next().map(|finding| {
            (
                finding.level,
                finding.message.contains("since Kubernetes 1.34"),
            )
        })
    };
    assert_eq!(level("1.36"), Some((Severity::Error, false)));
    assert_eq!(level("1.33..1.36"), Some((Severity::Warning, true)));
    assert_eq!(level("1.33"), None);
}

/// The findings about `object` of the rules that `part` is a part of the name of: level, message and notes.
fn said(object: &str, versions: &str, part: &str) -> Vec<String> {
    let found = findings(&[("a.yaml", object)], versions);
    let own = found.iter().filter(|finding| finding.rule.contains(part));
    own.map(|f| format!("{} {}: {}", f.level.name(), f.message, f.notes.join("; ")))
        .collect()
}

#[test]
fn releases_that_differ_are_named() {
    let policy = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: TZ=UTC 0 0 * * *\n  \
                  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: \
                  'a.example/b:1.0.0'}]}}}}\n";
    assert_eq!(
        said(policy, "1.27-1.31", "api-invalid"),
        [
            "warning `schedule` cannot set a time zone since Kubernetes 1.29: the API server rejects the object (422, \
             `spec.schedule: Invalid value`); rejected in Kubernetes 1.29 to 1.31; accepted in 1.27 and 1.28"
        ]
    );
    assert!(said(policy, "1.28", "api-invalid").is_empty());
    assert_eq!(said(policy, "1.29", "api-invalid").len(), 1);
}

#[test]
fn templates_of_stateful_sets_are_judged_with_their_pods_before_1_34() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: \
               b}}\n  serviceName: a\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers: \
               [{name: c, image: 'a.example/b:1.0.0'}]\n      dnsPolicy: None\n";
    let words = |versions| said(set, versions, "api-required").join("\n");
    let is_error = |text: &str| text.starts_with("error `dnsConfig` is required");
    let (old, mixed, new) = (words("1.33"), words("1.32-1.34"), words("1.34"));
    assert!(
        is_error(&old) && is_error(&mixed) && is_error(&new),
        "{old}{mixed}{new}"
    );
    assert!(
        old.contains("accepts the object, and rejects what the controller makes of it"),
        "{old}"
    );
    assert!(
        mixed.contains("in Kubernetes 1.32 and 1.33, it rejects what the controller makes"),
        "{mixed}"
    );
    assert!(!new.contains("controller"), "{new}");
}

#[test]
fn rules_about_single_fields_know_which_releases_validate_the_template_of_a_stateful_set() {
    let set = |meta: &str, spec: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: a}}\nspec:\n  selector: {{matchLabels: {{a: \
             b}}}}\n  serviceName: a\n  template:\n    metadata: {{labels: {{a: b}}{meta}}}\n    spec:\n      \
             containers: [{{name: c, image: 'a.example/b:1.0.0'}}]\n{spec}"
        )
    };
    let bad_enum = set("", "      dnsPolicy: Foo\n");
    let words = |object: &str, versions, rule| said(object, versions, rule).join("\n");
    let (old, mixed, new) = (
        words(&bad_enum, "1.33", "enum-value-invalid"),
        words(&bad_enum, "1.32-1.34", "enum-value-invalid"),
        words(&bad_enum, "1.34", "enum-value-invalid"),
    );
    let made = "accepts the object, and rejects what the controller makes of it (422";
    assert!(old.contains(made), "{old}");
    assert!(
        mixed.contains("rejects the object (422")
            && mixed.contains("in Kubernetes 1.32 and 1.33, it rejects what the controller makes"),
        "{mixed}"
    );
    assert!(
        new.contains("rejects the object (422") && !new.contains("controller"),
        "{new}"
    );
    // Every release validates annotations of the template, and compares its restart policy with `Always`.
    let cost = set(
        ", annotations: {controller.kubernetes.io/pod-deletion-cost: a}",
        "",
    );
    let never = set("", "      restartPolicy: Foo\n");
    for (object, rule) in [(cost, "api-invalid"), (never, "enum-value-invalid")] {
        let told = words(&object, "1.33", rule);
        assert!(
            told.contains("rejects the object") && !told.contains("the controller makes"),
            "{told}"
        );
    }
}

#[test]
fn kubernetes_1_25_does_not_validate_the_values_of_selectors() {
    let selector = "{matchExpressions: [{key: a, operator: In, values: [b c]}]}";
    let policy = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a}}\nspec: {{podSelector: {selector}}}\n"
    );
    let deployment = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector: {selector}\n  template:\n    \
         metadata: {{labels: {{a: b}}}}\n    spec: {{containers: [{{name: c, image: 'a.example/b:1.0.0'}}]}}\n"
    );
    let levels = |object: &str, versions| {
        let told = said(object, versions, "label-invalid");
        told.iter()
            .map(|told| told.split(' ').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(levels(&policy, "1.25").is_empty());
    assert_eq!(levels(&policy, "1.25-1.26"), ["warning"]);
    assert_eq!(levels(&policy, "1.26"), ["error"]);
    assert_eq!(levels(&deployment, "1.25"), ["error"]);
}

#[test]
fn selectors_of_metrics_are_left_to_the_controller() {
    let autoscaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n  scaleTargetRef: \
        {apiVersion: apps/v1, kind: Deployment, name: a}\n  maxReplicas: 3\n  metrics:\n  - type: External\n    external:\n      \
        metric: {name: a, selector: {matchExpressions: [{key: a, operator: Foo}]}}\n      target: {type: Value, value: '1'}\n";
    let told = said(autoscaler, "1.36", "enum-value-invalid");
    assert!(
        told.len() == 1
            && told[0].starts_with("warning ")
            && told[0].contains("the API server accepts the object, but the controller"),
        "{told:?}"
    );
}

#[test]
fn a_host_name_that_is_rejected_is_not_only_one_that_all_replicas_share() {
    let long = "a".repeat(64);
    let set = format!(
        "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {{name: a}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: \
         {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers: [{{name: c, image: \
         'a.example/b:1.0.0'}}]\n      hostname: {long}\n"
    );
    assert_eq!(found(&set), ["name-invalid spec.template.spec.hostname"]);
}

#[test]
fn dropped_fields_are_not_judged() {
    // The feature gate of `hostUsers` is on since 1.33, and Windows Pods cannot have the field.
    let windows = pod("  os: {name: windows}\n  hostUsers: false\n");
    let dropped = "warning field `hostUsers` is dropped before Kubernetes 1.33";
    assert!(said(&windows, "1.32", "api-").is_empty());
    assert!(said(&windows, "1.32", "gate")[0].starts_with(dropped));
    assert!(said(&windows, "1.33", "gate").is_empty());
    assert!(said(&windows, "1.33", "api-")[0].starts_with("error `hostUsers`"));
    let both = said(&windows, "1.32-1.33", "");
    assert!(
        both.iter().any(|text| text.starts_with(dropped)),
        "{both:?}"
    );
    let rejected = "rejected in Kubernetes 1.33; accepted in 1.32";
    assert!(both.iter().any(|text| text.contains(rejected)), "{both:?}");
    // A problem of the schema, in a dropped field and as a value that only some releases know.
    let policy = pod("    securityContext: {procMount: default}\n");
    assert!(said(&policy, "1.32", "enum").is_empty());
    assert!(said(&policy, "1.32-1.33", "enum")[0].starts_with("warning invalid value `default`"));
    assert!(said(&policy, "1.33", "enum")[0].starts_with("error invalid value `default`"));
    // What means the same as no field is not missed.
    let default = pod("    securityContext: {procMount: Default}\n  hostUsers: true\n");
    assert!(said(&default, "1.32", "gate").is_empty());
    // What cannot be decoded is rejected all the same.
    let unknown = pod("  schedulingGroup: {podGroup: g}\n");
    assert!(
        said(&unknown, "1.36", "unknown-field")[0].starts_with("error unknown field `podGroup`")
    );
}

#[test]
fn one_defect_has_one_finding() {
    for (spec, expected) in [
        (
            "    env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]\n",
            "env-value-and-valuefrom spec.containers[0].env[0].value",
        ),
        (
            "    ports: [{containerPort: 1, hostPort: 1}, {containerPort: 2, hostPort: 1}]\n",
            "port-duplicate spec.containers[0].ports[1]",
        ),
        (
            "    lifecycle: {preStop: {exec: {command: []}}}\n",
            "lifecycle-exec-empty spec.containers[0].lifecycle.preStop.exec.command",
        ),
        (
            "    resources: {limits: {memory: 1}, requests: {memory: 2}}\n",
            "request-above-limit spec.containers[0].resources.requests.memory",
        ),
        (
            "    volumeMounts: [{name: v, mountPath: /a}]\n",
            "volume-mount-not-found spec.containers[0].volumeMounts[0].name",
        ),
    ] {
        assert_eq!(found(&pod(spec)), [expected], "{spec}");
    }
}
