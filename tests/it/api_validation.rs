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
                finding.message.contains("since Kubernetes 1.36"),
            )
        })
    };
    assert_eq!(level("1.36"), Some((Severity::Error, false)));
    assert_eq!(level("1.34..1.36"), Some((Severity::Warning, true)));
    assert_eq!(level("1.35"), None);
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
