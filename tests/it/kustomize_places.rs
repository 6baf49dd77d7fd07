//! Where a build that fails says so: `‹` and `›` mark the characters that the error must point to.

use std::sync::Arc;

use podwright_cluster::workspace::{BuildError, ClusterContext, File, Workspace};
use podwright_syntax::text::Source;

const CONFIG: (&str, &str) = (
    "config.yaml",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  level: debug\n",
);

/// Files of a build, the first one its kustomization, and a part of the message.
type Case<'c> = (&'c [(&'c str, &'c str)], &'c str);

const CASES: &[Case<'_>] = &[
    (
        &[("kustomization.yaml", "‹namspace›: shop\n")],
        "unknown field `namspace`",
    ),
    (
        &[("kustomization.yaml", "images:\n- name: web\n  ‹tag›: '1'\n")],
        "unknown field `tag`",
    ),
    (
        &[(
            "kustomization.yaml",
            "patches:\n- patch: x\n  target:\n    ‹names›: web\n",
        )],
        "unknown field `names`",
    ),
    (
        &[(
            "kustomization.yaml",
            "configMapGenerator:\n- name: web\n  ‹type›: Opaque\n",
        )],
        "unknown field `type`",
    ),
    (
        &[("kustomization.yaml", "commonLabels:\n  a: ‹1›\n")],
        "expected a string, found a number",
    ),
    (
        &[(
            "kustomization.yaml",
            "images:\n- name: web\n  newTag: ‹1.20›\n",
        )],
        "expected a string, found a number",
    ),
    (
        &[("kustomization.yaml", "resources: ‹config.yaml›\n"), CONFIG],
        "expected a list, found a string",
    ),
    (
        &[("kustomization.yaml", "resources:\n- ‹a: b›\n")],
        "expected a string, found a mapping",
    ),
    (
        &[(
            "kustomization.yaml",
            "replicas:\n- name: web\n  count: ‹two›\n",
        )],
        "expected an integer, found a string",
    ),
    (
        &[(
            "kustomization.yaml",
            "generatorOptions:\n  disableNameSuffixHash: \"‹true›\"\n",
        )],
        "expected a boolean, found a string",
    ),
    (
        &[(
            "kustomization.yaml",
            "kind: ‹Deployment›\nnamespace: shop\n",
        )],
        "`kind` must be",
    ),
    (
        &[(
            "kustomization.yaml",
            "apiVersion: ‹kustomize.config.k8s.io/v1›\nnamespace: shop\n",
        )],
        "`apiVersion` must be",
    ),
    (
        &[("kustomization.yaml", "resources:\n- ‹missing.yaml›\n")],
        "`missing.yaml` does not exist",
    ),
    (
        &[("kustomization.yaml", "resources:\n- ‹../missing›\n")],
        "`../missing` does not exist",
    ),
    (
        &[
            ("kustomization.yaml", "resources:\n- ‹directory›\n"),
            ("directory/config.yaml", ""),
        ],
        "the directory has none of `kustomization.yaml`",
    ),
    (
        &[
            ("kustomization.yaml", "components:\n- ‹config.yaml›\n"),
            CONFIG,
        ],
        "`config.yaml` is not a directory",
    ),
    (
        &[
            ("kustomization.yaml", "resources:\n- ‹part›\n"),
            (
                "part/kustomization.yaml",
                "kind: Component\nnamespace: shop\n",
            ),
        ],
        "a component belongs in `components`",
    ),
    (
        &[
            (
                "kustomization.yaml",
                "resources:\n- config.yaml\n- again.yaml\n",
            ),
            CONFIG,
            (
                "again.yaml",
                "‹apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web›\n",
            ),
        ],
        "there is already an object",
    ),
    (
        &[("kustomization.yaml", "patches:\n- path: ‹patch.yaml›\n")],
        "`patch.yaml` does not exist",
    ),
    (
        &[(
            "kustomization.yaml",
            "patches:\n- ‹target:\n    kind: ConfigMap›\n",
        )],
        "a patch needs `path` or `patch`",
    ),
    (
        &[(
            "kustomization.yaml",
            "patchesStrategicMerge:\n- ‹patch.yaml›\n",
        )],
        "`patch.yaml` does not exist",
    ),
    (
        &[
            (
                "kustomization.yaml",
                "resources: [config.yaml]\npatches:\n- ‹path: patch.yaml›\n",
            ),
            CONFIG,
            (
                "patch.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: wbe\n",
            ),
        ],
        "no object for this patch",
    ),
    (
        &[
            (
                "kustomization.yaml",
                "resources: [config.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - op: remove\n      path: ‹/data/color›\n",
            ),
            CONFIG,
        ],
        "color",
    ),
    (
        &[
            (
                "kustomization.yaml",
                "resources: [config.yaml]\nreplicas:\n- name: ‹wbe›\n  count: 2\n",
            ),
            CONFIG,
        ],
        "no object named `wbe` has replicas",
    ),
    (
        &[(
            "kustomization.yaml",
            "configMapGenerator:\n- name: web\n  literals:\n  - ‹level›\n",
        )],
        "a literal must have the form",
    ),
    (
        &[(
            "kustomization.yaml",
            "configMapGenerator:\n- name: web\n  literals:\n  - a=1\n  - ‹a›=2\n",
        )],
        "the key `a` is set twice",
    ),
    (
        &[(
            "kustomization.yaml",
            "configMapGenerator:\n- ‹literals: [a=1]›\n",
        )],
        "the generator has no `name`",
    ),
    (
        &[(
            "kustomization.yaml",
            "configMapGenerator:\n- ‹name: web\n  behavior: merge\n  literals: [a=1]›\n",
        )],
        "there is no object",
    ),
    (
        &[
            (
                "kustomization.yaml",
                "resources: [config.yaml]\nreplacements:\n- source: ‹{kind: Secret, name: web}›\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.level]\n",
            ),
            CONFIG,
        ],
        "no object matches the source",
    ),
    (
        &[
            (
                "kustomization.yaml",
                "resources: [config.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: web, fieldPath: ‹data.color›}\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.level]\n",
            ),
            CONFIG,
        ],
        "has no field `data.color`",
    ),
    (
        &[
            ("kustomization.yaml", "resources: [broken.yaml]\n"),
            (
                "broken.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  labels: ‹[›a\n",
            ),
        ],
        "",
    ),
];

#[test]
fn errors_point_to_what_causes_them() {
    let wrong: Vec<String> = CASES.iter().filter_map(problem).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn problem((files, message): &Case<'_>) -> Option<String> {
    let marked = files.iter().find(|(_, text)| text.contains('‹'));
    let (marked_path, marked_text) = marked.expect("a marked file");
    let start = marked_text.find('‹').expect("a mark");
    let end = marked_text.find('›').expect("a mark") - '‹'.len_utf8();
    let context = Arc::new(ClusterContext::default());
    let read = files.iter().map(|(path, text)| {
        let text = text.replace(['‹', '›'], "");
        File::read(Source::new((*path).to_owned(), text), &context)
    });
    let workspace = Workspace::new(read.collect());
    let error: &BuildError = match &workspace.renders()[0].result {
        Ok(_) => return Some(format!("{files:?} builds")),
        Err(error) => error,
    };
    let file = workspace.file(error.place.file);
    let is_there = file.source.path == *marked_path
        && (
            error.place.span.start as usize,
            error.place.span.end as usize,
        ) == (start, end);
    let shown = file.source.text.get(error.place.span.range()).unwrap_or("");
    (!is_there || !error.message.contains(message)).then(|| {
        format!(
            "{files:?}: {:?} at {}:{:?} `{shown}`",
            error.message, file.source.path, error.place.span
        )
    })
}
