//! `podwright render`.

use crate::cli::run::{Directory, Run};

const BASE: &str = "resources: [cm.yaml]\n";
const OBJECT: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\ndata:\n  key: value\n";
const OVERLAY: &str = "resources: [../base]\nnamePrefix: dev-\n";

fn render(directory: &Directory, arguments: &[&str]) -> Run {
    directory.run(&[&["render"], arguments].concat(), &[], "")
}

fn overlay() -> Directory {
    Directory::new(&[
        ("base/kustomization.yaml", BASE),
        ("base/cm.yaml", OBJECT),
        ("dev/kustomization.yaml", OVERLAY),
    ])
}

#[test]
fn objects_are_printed_as_kustomize_does() {
    let run = render(&overlay(), &["dev"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "apiVersion: v1\ndata:\n  key: value\nkind: ConfigMap\nmetadata:\n  name: dev-cm\n"
    );
}

#[test]
fn origins_name_every_place_of_a_value() {
    let run = render(&overlay(), &["dev", "--format", "origins"]);
    let name = run
        .stdout
        .lines()
        .find(|line| line.contains("metadata.name"));
    let name: serde_json::Value = serde_json::from_str(name.expect("a name")).expect("JSON");
    assert_eq!(
        name,
        serde_json::json!({
            "source": null,
            "document": 0,
            "path": "metadata.name",
            "value": "dev-cm",
            "origins": [
                {"file": "dev/kustomization.yaml", "line": 2, "column": 13, "how": "copied"},
                {"file": "base/cm.yaml", "line": 4, "column": 9, "how": "copied"},
            ],
        })
    );
}

#[test]
fn errors_have_a_place_and_exit_with_2() {
    let directory = Directory::new(&[("kustomization.yaml", "resources:\n- missing.yaml\n")]);
    let run = render(&directory, &["."]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: kustomization.yaml:2:3: `missing.yaml` does not exist\n  help: create the file, or correct the path\n"
    );
}

#[test]
fn files_outside_are_used_only_if_that_is_allowed() {
    let directory = Directory::new(&[
        ("cm.yaml", OBJECT),
        ("dev/kustomization.yaml", "resources: [../cm.yaml]\n"),
    ]);
    assert_eq!(render(&directory, &["dev"]).code, 2);
    assert_eq!(
        render(&directory, &["dev", "--no-load-restrictions"]).code,
        0
    );
}

#[test]
fn nothing_is_fetched() {
    let kustomization = "resources:\n- https://example.invalid/x.yaml\n";
    let directory = Directory::new(&[("kustomization.yaml", kustomization)]);
    let run = render(&directory, &["."]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: kustomization.yaml:2:3: remote files are not fetched: `https://example.invalid/x.yaml`\n"
    );
}

fn chart() -> Directory {
    Directory::new(&[
        (
            "shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        ),
        ("shop/values.yaml", "image: {name: web, tag: \"1\"}\n"),
        (
            "shop/templates/_helpers.tpl",
            "{{- define \"image\" -}}\n{{ required \"set image.name\" .name }}:{{ .tag }}\n{{- end }}\n",
        ),
        (
            "shop/templates/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n  \
             - name: web\n    image: {{ include \"image\" .Values.image }}\n",
        ),
        ("prod.yaml", "image:\n  tag: \"2\"\n"),
    ])
}

#[test]
fn charts_are_printed_as_helm_does() {
    let run = render(
        &chart(),
        &["shop", "-f", "prod.yaml", "--set", "image.name=api"],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "---\n# Source: shop/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: release-name\n\
         spec:\n  containers:\n  - name: web\n    image: api:2\n"
    );
}

#[test]
fn origins_of_a_chart_are_its_values_and_templates() {
    let run = render(
        &chart(),
        &["shop", "-f", "prod.yaml", "--format", "origins"],
    );
    let image = run.stdout.lines().find(|line| line.contains(".image"));
    let image: serde_json::Value = serde_json::from_str(image.expect("an image")).expect("JSON");
    assert_eq!(
        image,
        serde_json::json!({
            "source": "shop/templates/pod.yaml",
            "document": 0,
            "path": "spec.containers[0].image",
            "value": "web:2",
            "origins": [
                {"file": "shop/values.yaml", "line": 1, "column": 15, "how": "copied"},
                {"file": "shop/templates/_helpers.tpl", "line": 2, "column": 38, "how": "copied"},
                {"file": "prod.yaml", "line": 2, "column": 8, "how": "copied"},
            ],
        })
    );
}

#[test]
fn errors_of_a_chart_name_the_template_and_its_callers() {
    let run = render(&chart(), &["shop", "--set", "image.name="]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: shop/templates/_helpers.tpl:2:4: set image.name; used by shop/templates/pod.yaml:8:15\n"
    );
}

#[test]
fn formats_have_a_short_option_and_a_file() {
    let directory = overlay();
    let text = render(&directory, &["dev"]).stdout;
    let run = render(&directory, &["dev", "-o", "yaml=out/dev.txt"]);
    assert_eq!(run.code, 2, "the directory does not exist: {}", run.stdout);
    let run = render(&directory, &["dev", "-o", "yaml=dev.txt"]);
    assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
    assert_eq!(directory.read("dev.txt"), text);
    let run = render(
        &directory,
        &["dev", "-o", "origins", "--output", "origins.txt"],
    );
    assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
    assert!(directory.read("origins.txt").contains("cm.yaml"));
    let run = render(&directory, &["dev", "-o", "yml"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("expected one of yaml, origins; did you mean yaml?"),
        "{}",
        run.stderr
    );
}
