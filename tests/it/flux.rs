//! What Flux applies: findings are where a person edits. `‹` and `›` mark what the findings must point to.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;

/// A chart of this repository.
const CHART: [(&str, &str); 3] = [
    (
        "charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    ),
    (
        "charts/web/values.yaml",
        "image: {repository: registry.example.org/web, tag: 1.0.0}\npull: Always\nport: 8080\nreplicas: 1\nlabels: {}\n",
    ),
    (
        "charts/web/templates/deployment.yaml",
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels:
        app: web
        {{- with .Values.labels }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      containers:
      - name: web
        image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
        imagePullPolicy: {{ .Values.pull }}
        ports: [{containerPort: {{ .Values.port }}}]
        env: [{name: HOST, value: {{ .Values.host | quote }}}]
",
    ),
];

/// The head of a HelmRelease of that chart.
const RELEASE: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  interval: 1h
  chart:
    spec:
      chart: ./charts/web
      sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
";

/// The head of a Kustomization that applies `./apps`.
const APPS: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 1h
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
";

/// A Pod whose pull policy is `POLICY`.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: 'registry.example.org/web:1.0', imagePullPolicy: POLICY}
";

/// A file, and what is marked in it.
struct Marked {
    file: (String, String),
    spans: Vec<(usize, usize)>,
}

fn unmarked((path, text): (&str, String)) -> Marked {
    let mut spans = Vec::new();
    let mut out = String::new();
    let mut start = None;
    for character in text.chars() {
        match character {
            '‹' => start = Some(out.len()),
            '›' => spans.extend(start.take().map(|start| (start, out.len()))),
            other => out.push(other),
        }
    }
    Marked {
        file: (path.to_owned(), out),
        spans,
    }
}

/// Asserts that the warnings and errors are those of `rules` at what is marked.
#[track_caller]
fn assert_findings(files: &[(&str, String)], rules: &[&str]) -> String {
    let chart = CHART.iter().map(|&(path, text)| (path, text.to_owned()));
    let all = files.iter().cloned().chain(chart);
    let marked: Vec<Marked> = all.map(unmarked).collect();
    let context = Arc::new(ClusterContext::default());
    let read = marked.iter().map(|marked| {
        let (path, text) = marked.file.clone();
        File::read(Source::new(path, text), &context)
    });
    let workspace = Workspace::new(read.collect());
    let found = lint(&workspace, &DefaultRules::default()).findings;
    let shown = format!("{found:#?}");
    let mut found: Vec<(String, String, (usize, usize))> = found
        .iter()
        .filter(|finding| finding.level > Severity::Info)
        .map(|finding| {
            let at = finding.primary.place;
            let span = (at.span.start as usize, at.span.end as usize);
            let path = workspace.file(at.file).source.path.clone();
            (format!("{}: {}", finding.rule, finding.message), path, span)
        })
        .collect();
    found.sort_by(|a, b| (&a.1, a.2).cmp(&(&b.1, b.2)));
    let mut expected: Vec<(&str, (usize, usize))> = marked
        .iter()
        .flat_map(|marked| {
            marked
                .spans
                .iter()
                .map(|&span| (marked.file.0.as_str(), span))
        })
        .collect();
    expected.sort_unstable();
    let places: Vec<(&str, (usize, usize))> = found
        .iter()
        .map(|(_, path, span)| (path.as_str(), *span))
        .collect();
    assert_eq!(places, expected, "{found:#?}");
    let names: Vec<&str> = found
        .iter()
        .filter_map(|(rule, ..)| Some(rule.split_once(':')?.0))
        .collect();
    assert_eq!(names, rules, "{found:#?}");
    shown
}

#[test]
fn values_of_a_release_lead_to_it() {
    let release = format!(
        "{RELEASE}  values:\n    pull: ‹always›\n    port: ‹70000›\n    image:\n      tag: ‹latest›\n"
    );
    assert_findings(
        &[("release.yaml", release)],
        &[
            "pull-policy-invalid",
            "number-out-of-range",
            "image-tag-latest",
        ],
    );
}

#[test]
fn other_objects_of_the_file_are_judged() {
    let pod = POD.replace("POLICY", "‹always›");
    let release = format!("{pod}---\n{RELEASE}  values:\n    pull: ‹never›\n");
    assert_findings(
        &[("release.yaml", release)],
        &["pull-policy-invalid", "pull-policy-invalid"],
    );
}

#[test]
fn patches_over_a_release_lead_to_the_patch() {
    let kustomization = "\
resources: [../../base]
patches:
- patch: |
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: web, namespace: shop}
    spec:
      values:
        pull: ‹always›
";
    let base = format!("{RELEASE}  values:\n    pull: Always\n    port: ‹0›\n");
    assert_findings(
        &[
            ("base/release.yaml", base),
            (
                "base/kustomization.yaml",
                "resources: [release.yaml]\n".to_owned(),
            ),
            ("overlays/prod/kustomization.yaml", kustomization.to_owned()),
        ],
        &["number-out-of-range", "pull-policy-invalid"],
    );
}

#[test]
fn config_maps_give_values_below_those_of_the_release() {
    let values = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data:
  values.yaml: |
    pull: ‹always›
    port: 0
  tag: ‹latest›
";
    let release = format!(
        "{RELEASE}  valuesFrom:\n  - {{kind: ConfigMap, name: web}}\n  - {{kind: ConfigMap, name: web, valuesKey: tag, targetPath: image.tag}}\n  values: {{port: 80}}\n"
    );
    assert_findings(
        &[
            ("release.yaml", release),
            ("values.yaml", values.to_owned()),
        ],
        &["pull-policy-invalid", "image-tag-latest"],
    );
}

/// `c29tZXRpbWVzLWh1bnRlcjI=` is `sometimes-hunter2`.
#[test]
fn secrets_give_values_that_are_not_shown() {
    let values = "\
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: shop}
data:
  policy: ‹c29tZXRpbWVzLWh1bnRlcjI=›
";
    let release = format!(
        "{RELEASE}  valuesFrom:\n  - {{kind: Secret, name: web, valuesKey: policy, targetPath: pull}}\n"
    );
    assert_findings(
        &[
            ("release.yaml", release),
            ("secret.yaml", values.to_owned()),
        ],
        &["pull-policy-invalid"],
    );
}

/// As above, by a variable.
#[test]
fn secret_variables_are_not_shown() {
    let secret = "\
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: flux-system}
stringData: {POLICY: ‹sometimes-hunter2›}
";
    let flux = format!("{APPS}  postBuild: {{substituteFrom: [{{kind: Secret, name: keys}}]}}\n");
    let shown = assert_findings(
        &[
            ("clusters/apps.yaml", flux),
            ("clusters/secret.yaml", secret.to_owned()),
            ("apps/pod.yaml", POD.replace("POLICY", "'${POLICY}'")),
        ],
        &["pull-policy-invalid"],
    );
    assert!(!shown.contains("hunter2"), "{shown}");
}

/// The chart stops without a host, unless what is not known has it.
#[test]
fn values_that_are_not_known_are_not_missing() {
    let needed = (
        "charts/web/templates/needed.yaml",
        "{{ required \"set host\" .Values.host | trunc 0 }}\n".to_owned(),
    );
    let missing = "  valuesFrom: [{kind: Secret, name: web}]\n";
    let placeholder = "  values: {host: '${HOST}', port: '${PORT}'}\n";
    for more in [missing, placeholder] {
        let release = ("release.yaml", format!("{RELEASE}{more}"));
        assert_findings(&[release, needed.clone()], &[]);
    }
    let at = "{{ ‹required \"set host\" .Values.host› | trunc 0 }}\n";
    assert_findings(
        &[
            ("release.yaml", RELEASE.to_owned()),
            ("charts/web/templates/needed.yaml", at.to_owned()),
        ],
        &["helm-value-required"],
    );
}

#[test]
fn post_renderers_lead_to_their_patches() {
    let release = format!(
        "{RELEASE}  postRenderers:\n  - kustomize:\n      images:\n      - {{name: registry.example.org/web, newTag: ‹latest›}}\n      patches:\n      - patch: |\n          - op: replace\n            path: /spec/template/spec/containers/0/imagePullPolicy\n            value: ‹always›\n        target: {{kind: Deployment}}\n"
    );
    assert_findings(
        &[("release.yaml", release)],
        &["image-tag-latest", "pull-policy-invalid"],
    );
}

#[test]
fn values_files_replace_the_defaults() {
    let release = RELEASE.replace(
        "      chart: ./charts/web\n",
        "      chart: ./charts/web\n      valuesFiles: [charts/web/values.yaml, ./prod.yaml, none.yaml]\n      ignoreMissingValuesFiles: true\n",
    );
    assert_findings(
        &[
            ("release.yaml", release),
            ("prod.yaml", "pull: ‹always›\n".to_owned()),
        ],
        &["pull-policy-invalid"],
    );
}

#[test]
fn variables_lead_to_their_values() {
    let flux = format!(
        "{APPS}  postBuild:\n    substitute: {{POLICY: ‹sometimes›}}\n    substituteFrom: [{{kind: ConfigMap, name: settings}}]\n"
    );
    let settings = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: flux-system}
data: {POLICY: Always, TAG: ‹latest›}
";
    let pod = POD
        .replace("POLICY", "'${POLICY}'")
        .replace("web:1.0", "web:${TAG}");
    assert_findings(
        &[
            ("clusters/apps.yaml", flux),
            ("clusters/settings.yaml", settings.to_owned()),
            ("apps/pod.yaml", pod),
        ],
        &["pull-policy-invalid", "image-tag-latest"],
    );
}

#[test]
fn variables_without_a_value_stay_unknown() {
    let one = |more: &str, policy: &str| {
        [
            ("clusters/apps.yaml", format!("{APPS}{more}")),
            ("apps/pod.yaml", POD.replace("POLICY", policy)),
        ]
    };
    assert_findings(&one("", "'${POLICY}'"), &[]);
    let known = "  postBuild: {substitute: {OTHER: x}}\n";
    assert_findings(&one(known, "'${POLICY}'"), &[]);
    assert_findings(&one(known, "'${POLICY:=Always}'"), &[]);
    assert_findings(&one(known, "'${POLICY:=‹odd›}'"), &["pull-policy-invalid"]);
    let from = "  postBuild:\n    substitute: {OTHER: x}\n    substituteFrom: [{kind: Secret, name: none}]\n";
    assert_findings(&one(from, "'${POLICY:=odd}'"), &[]);
}

#[test]
fn objects_can_opt_out_of_the_substitution() {
    let pod = POD.replace("POLICY", "'${POLICY:=odd}'").replace(
        "metadata: {name: web,",
        "metadata: {name: web, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled},",
    );
    let flux = format!("{APPS}  postBuild: {{substitute: {{POLICY: odd}}}}\n");
    assert_findings(&[("clusters/apps.yaml", flux), ("apps/pod.yaml", pod)], &[]);
}

#[test]
fn malformed_substitutions_stop_flux() {
    let flux = format!("{APPS}  postBuild: {{substitute: {{A: x}}}}\n");
    let map = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: script, namespace: shop}
data:
  run.sh: |
    echo ‹${all[@]}›
";
    assert_findings(
        &[
            ("clusters/apps.yaml", flux),
            ("apps/script.yaml", map.to_owned()),
            (
                "apps/kustomization.yaml",
                "resources: [script.yaml]\n".to_owned(),
            ),
        ],
        &["kustomize-build-fails"],
    );
}

#[test]
fn what_a_kustomization_adds_leads_to_it() {
    let flux = format!(
        "{APPS}  targetNamespace: other\n  images:\n  - {{name: registry.example.org/web, newTag: ‹latest›}}\n  patches:\n  - patch: |\n      - {{op: replace, path: /spec/containers/0/imagePullPolicy, value: ‹never›}}\n    target: {{kind: Pod}}\n"
    );
    assert_findings(
        &[
            ("clusters/apps.yaml", flux),
            ("apps/pod.yaml", POD.replace("POLICY", "Always")),
        ],
        &["image-tag-latest", "pull-policy-invalid"],
    );
}

/// Two clusters apply one directory with other values.
#[test]
fn two_kustomizations_of_one_directory_are_two_builds() {
    let cluster =
        |policy: &str| format!("{APPS}  postBuild: {{substitute: {{POLICY: {policy}}}}}\n");
    assert_findings(
        &[
            ("clusters/prod/apps.yaml", cluster("‹sometimes›")),
            ("clusters/test/apps.yaml", cluster("Always")),
            ("apps/pod.yaml", POD.replace("POLICY", "'${POLICY}'")),
        ],
        &["pull-policy-invalid"],
    );
}

#[test]
fn a_kustomization_that_applies_itself_is_built_once() {
    let sync = APPS
        .replace("name: apps", "name: flux-system")
        .replace("./apps", "./clusters");
    let pod = POD.replace("POLICY", "‹always›");
    assert_findings(
        &[
            ("clusters/sync.yaml", sync),
            ("clusters/apps.yaml", APPS.to_owned()),
            ("apps/pod.yaml", pod),
        ],
        &["pull-policy-invalid"],
    );
}

/// The rest of a build with an encrypted Secret is judged.
/// `./apps` of an artifact is not `./apps` of the repository.
#[test]
fn paths_in_artifacts_are_not_known() {
    let artifact = APPS.replace(
        "kind: GitRepository, name: flux-system",
        "kind: ExternalArtifact, name: apps",
    );
    for (apps, builds) in [(APPS, 1), (artifact.as_str(), 0)] {
        let files = [
            ("cluster/apps.yaml", apps.to_owned()),
            ("apps/pod.yaml", POD.replace("POLICY", "Always")),
        ];
        let files =
            files.map(|(path, text)| File::read(Source::new(path, text.as_str()), &Arc::default()));
        let workspace = Workspace::new(files.into());
        assert_eq!(workspace.renders().len(), builds, "{apps}");
        assert_eq!(workspace.awaited().count(), 1 - builds, "{apps}");
    }
}

#[test]
fn encrypted_secrets_exist() {
    let secret = "\
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: shop}
data:
  key: ENC[AES256_GCM,data:Zm9v,type:str]
sops:
  mac: ENC[AES256_GCM,data:Zm9v,type:str]
";
    let pod = POD.replace("POLICY", "‹always›").replace(
        "spec:\n",
        "spec:\n  volumes:\n  - {name: a, secret: {secretName: keys}}\n",
    );
    assert_findings(
        &[
            (
                "kustomization.yaml",
                "resources: [secret.yaml, pod.yaml]\n".to_owned(),
            ),
            ("secret.yaml", secret.to_owned()),
            ("pod.yaml", pod),
        ],
        &["pull-policy-invalid"],
    );
}
