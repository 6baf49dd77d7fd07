//! Names of what renders ask for, which can have a credential of another file.

use crate::cli::run::Directory;

const FLUX: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: 'https://github.com/example/shop'}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./apps
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substituteFrom: [{kind: Secret, name: places}]}
";

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: places, namespace: flux-system}
stringData: {PLACE: Zk39xQw81LmPq}
";

const APPS: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux-system}
spec: {interval: 1h, url: 'https://charts.example.com/${PLACE}/stable'}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: flux-system}
spec:
  interval: 1h
  chart: {spec: {chart: web, version: 1.2.3, sourceRef: {kind: HelmRepository, name: charts}}}
";

#[test]
fn no_name_in_the_summary_shows_a_credential() {
    let files = [
        ("flux.yaml", FLUX),
        ("secret.yaml", SECRET),
        ("apps/repository.yaml", APPS),
    ];
    let directory = Directory::new(&files);
    for format in [
        "text", "concise", "json", "jsonl", "sarif", "github", "markdown", "html",
    ] {
        let run = directory.run(&["check", "--verbose", "--format", format, "."], &[], "");
        assert!(run.code <= 1, "{format}: {}", run.stderr);
        let all = format!("{}{}", run.stdout, run.stderr);
        assert!(!all.contains("Zk39xQw81LmPq"), "{format}: {all}");
        if format == "json" {
            assert!(
                all.contains("https://charts.example.com/***/stable"),
                "{all}"
            );
        }
    }
}
