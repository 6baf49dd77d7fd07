//! `podwright` alone, `podwright init`, `podwright report merge`, and HTML reports.

use serde_json::Value;

use crate::cli::run::{BAD, Directory, GOOD};

const FLUX: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis}
";

fn repository() -> Directory {
    Directory::new(&[
        ("deploy/pod.yaml", BAD),
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", GOOD),
        (
            "charts/shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        ),
        ("charts/shop/values.yaml", "a: 1\n"),
        ("charts/shop/values-prod.yaml", "a: 2\n"),
        ("flux/redis.yaml", FLUX),
        (
            "skaffold.yaml",
            "apiVersion: skaffold/v4beta11\nkind: Config\n",
        ),
        (
            ".kube-linter.yaml",
            "checks:\n  exclude: [no-anti-affinity]\n  ignorePaths: [vendor/]\n",
        ),
        (".github/workflows/ci.yaml", "image: kindest/node:v1.31.4\n"),
        ("test/kind.yaml", "kubernetesVersion: v1.29.0\n"),
    ])
}

#[test]
fn without_a_command_podwright_says_what_it_would_do() {
    let run = repository().run(&[], &[], "");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for text in [
        "This directory has 3 manifests, 1 kustomization, 1 chart, Flux, skaffold, .kube-linter.yaml.",
        "podwright check  ",
        "podwright init  ",
        "podwright vendor  ",
    ] {
        assert!(run.stderr.contains(text), "{text}: {}", run.stderr);
    }
}

#[test]
fn init_writes_what_it_sees() {
    let directory = repository();
    let run = directory.run(&["init", "--pre-commit", "--ci", "github"], &[], "");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    let text = directory.read(".podwright.yaml");
    for line in [
        "kubernetes: 1.29-1.31 # from test/kind.yaml, .github/workflows/ci.yaml",
        "#   - chart: charts/shop",
        "#     values: [charts/shop/values-prod.yaml]",
        "# skaffold.yaml sets the tags",
        "  pod-spread-missing: off",
        "  - 'vendor/'",
        "compat: [kube-linter]",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let hooks = directory.read(".pre-commit-config.yaml");
    assert!(hooks.contains("/podwright-pre-commit\n"), "{hooks}");
    assert!(hooks.contains("      - id: podwright-project\n"), "{hooks}");
    assert!(
        directory
            .read(".github/workflows/podwright.yml")
            .contains("podwright/podwright@v")
    );
    // What it wrote is valid, and applies.
    let check = directory.run(&["check", "--format", "json", "deploy"], &[], "");
    assert_eq!((check.code, check.stderr.as_str()), (1, ""));
    let value: Value = serde_json::from_str(&check.stdout).unwrap();
    assert_eq!(value["summary"]["assumed_kubernetes"], Value::Null);
    // Nothing is overwritten.
    let again = directory.run(&["init"], &[], "");
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains(".podwright.yaml already exists"),
        "{again:?}"
    );
    assert_eq!(directory.read(".podwright.yaml"), text);
    // Other files can follow later.
    let later = directory.run(&["init", "--ci", "gitlab"], &[], "");
    assert_eq!(later.code, 0, "{later:?}");
    let kept = ".podwright.yaml already exists, and is kept";
    assert!(later.stderr.contains(kept), "{later:?}");
    assert!(directory.read(".gitlab-ci.yml").contains("podwright.yml"));
    assert_eq!(directory.read(".podwright.yaml"), text);
}

#[test]
fn init_without_hints_assumes_nothing() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    let printed = directory.run(&["init", "--print"], &[], "");
    assert!(
        printed.stdout.contains("\n# kubernetes: 1.36 # assumed"),
        "{printed:?}"
    );
    assert_eq!(directory.names(), ["pod.yaml"]);
    directory.write(".pre-commit-config.yaml", "repos: []\n");
    let run = directory.run(&["init", "--pre-commit"], &[], "");
    assert!(run.stdout.starts_with("  - repo: "), "{run:?}");
    assert_eq!(directory.read(".pre-commit-config.yaml"), "repos: []\n");
    assert_eq!(directory.run(&["check"], &[], "").code, 0);
}

#[test]
fn reports_of_repositories_are_merged() {
    let directory = Directory::new(&[
        ("a/pod.yaml", BAD),
        ("b/pod.yaml", GOOD),
        ("c/pod.yaml", BAD),
    ]);
    for name in ["a", "b", "c"] {
        let file = format!("{name}.json");
        directory.run(
            &["check", "--format", "json", "--output", &file, name],
            &[],
            "",
        );
    }
    let run = directory.run(
        &[
            "report",
            "merge",
            "a.json",
            "b.json",
            "shop-c=c.json",
            "--team",
            "web=shop-*",
            "--html",
            "all.html",
            "--json",
            "all.json",
        ],
        &[],
        "",
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&directory.read("all.json")).unwrap();
    assert_eq!(value["totals"]["error"], 2);
    let repositories = value["repositories"].as_array().unwrap();
    let names: Vec<&str> = repositories
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a", "shop-c", "b"]);
    assert_eq!(repositories[1]["team"], "web");
    assert_eq!(value["rules"][0]["name"], "pull-policy-invalid");
    assert_eq!(value["rules"][0]["repositories"], 2);
    let page = directory.read("all.html");
    assert!(
        page.contains("<th scope=\"row\">shop-c</th><td>web</td><td>1 of 1</td>"),
        "{page}"
    );
    for (arguments, message) in [
        (vec!["a.json", "a=b.json"], "two reports are named `a`"),
        (
            vec!["a/pod.yaml"],
            "not a report of `podwright check --format json`",
        ),
        (vec!["missing.json"], "cannot read missing.json"),
        (vec!["a.json", "--team", "web"], "expected TEAM=GLOB,GLOB"),
    ] {
        let run = directory.run(&[&["report", "merge"], &arguments[..]].concat(), &[], "");
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn html_report_is_one_page_with_pictures() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    let run = directory.check(&["--format", "html=out.html", "--format", "text"]);
    assert_eq!(run.code, 1);
    let page = directory.read("out.html");
    for part in [
        "default-src 'none'",
        "invalid pull policy <code>always</code>",
        "<mark>always</mark>",
        "<dt>fix</dt>",
        "<h4>container <code>web</code>: registry.example/web:1.4.2</h4>",
        "<h4>Image pull secrets</h4>",
        "<svg ",
        "30 s grace period",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("<article ").count(), 1);
}
