use std::sync::Arc;

use podwright_syntax::text::Source;

use super::super::{ClusterContext, File, Workspace};

/// What the objects ask for, each with the text at its place.
fn asked(manifests: &str) -> Vec<(String, String)> {
    let context = Arc::new(ClusterContext::default());
    let file = File::read(Source::new("apps/a.yaml", manifests), &context);
    let workspace = Workspace::new(vec![file]);
    let asked = workspace.asked().into_iter().map(|asked| {
        let at = asked.place.unwrap();
        let text = &workspace.file(at.file).source.text;
        (text[at.span.range()].to_owned(), asked.ask.to_string())
    });
    asked.collect()
}

fn assert_asked(manifests: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> = expected
        .iter()
        .map(|&(place, ask)| (place.to_owned(), ask.to_owned()))
        .collect();
    assert_eq!(asked(manifests), expected, "{manifests}");
}

fn flux(kind: &str, name: &str, spec: &str) -> String {
    let group = match kind {
        "HelmRelease" => "helm.toolkit.fluxcd.io/v2",
        "Kustomization" => "kustomize.toolkit.fluxcd.io/v1",
        _ => "source.toolkit.fluxcd.io/v1",
    };
    format!(
        "---\napiVersion: {group}\nkind: {kind}\nmetadata: {{name: {name}, namespace: flux}}\nspec: {spec}\n"
    )
}

#[test]
fn charts_of_helm_releases() {
    let chart = "{chart: {spec: {chart: web, version: '>=1.0 <2', sourceRef: {kind: HelmRepository, name: r}}}}";
    let release = flux("HelmRelease", "app", chart);
    let repository = |spec: &str| format!("{release}{}", flux("HelmRepository", "r", spec));
    assert_asked(
        &repository("{url: https://me:hunter2@charts.example.org/}"),
        &[("web", "chart web >=1.0 <2 of https://charts.example.org")],
    );
    assert_asked(
        &repository("{url: 'oci://ghcr.io/org/charts', type: oci, insecure: true}"),
        &[("web", "chart web >=1.0 <2 of oci://ghcr.io/org/charts")],
    );
    assert_asked(&repository("{url: 'https://${HOST}/charts'}"), &[]);
    assert_asked(&release, &[]);
}

#[test]
fn charts_in_registries_and_repositories() {
    let release = flux(
        "HelmRelease",
        "app",
        "{chartRef: {kind: OCIRepository, name: r}}",
    );
    for (reference, version) in [
        ("{tag: 1.2.3}", " 1.2.3"),
        ("{tag: 1.2.3, semver: 1.x}", " 1.x"),
        ("{tag: 1.2.3, digest: 'sha256:ab'}", " sha256:ab"),
        ("null", " latest"),
    ] {
        let spec = format!("{{url: oci://ghcr.io/org/charts/web, ref: {reference}}}");
        let source = flux("OCIRepository", "r", &spec);
        let ask = format!("chart web{version} of oci://ghcr.io/org/charts");
        assert_asked(&format!("{release}{source}"), &[("r", &ask)]);
    }
    let spec = "{chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: r}}}}";
    let release = flux("HelmRelease", "app", spec);
    for (reference, revision) in [
        ("{branch: main}", "refs/heads/main"),
        ("{branch: main, tag: v1}", "refs/tags/v1"),
        ("{tag: v1, semver: '>=1'}", "semver:>=1"),
        (
            "{semver: '>=1', name: refs/pull/1/head}",
            "refs/pull/1/head",
        ),
        ("{branch: main, commit: abc}", "abc"),
        ("{branch: ''}", "refs/heads/master"),
    ] {
        let spec = format!("{{url: 'ssh://git@example.org/org/repo', ref: {reference}}}");
        let source = flux("GitRepository", "r", &spec);
        let ask = format!("ssh://git@example.org/org/repo at {revision}, path charts/web");
        assert_asked(&format!("{release}{source}"), &[("./charts/web", &ask)]);
    }
}

#[test]
fn sources_are_those_of_the_namespace() {
    let chart = |namespace: &str| {
        let source = format!("{{kind: HelmRepository, name: r{namespace}}}");
        let spec = format!("{{chart: {{spec: {{chart: web, sourceRef: {source}}}}}}}");
        flux("HelmRelease", "app", &spec)
    };
    let repository = |namespace: &str, url: &str| {
        let own = flux("HelmRepository", "r", &format!("{{url: 'https://{url}'}}"));
        own.replace(", namespace: flux", namespace)
    };
    let both =
        repository(", namespace: flux", "a.example") + &repository(", namespace: b", "b.example");
    let ask = |host: &str| format!("chart web of https://{host}");
    assert_asked(
        &format!("{}{both}", chart("")),
        &[("web", &ask("a.example"))],
    );
    assert_asked(
        &format!("{}{both}", chart(", namespace: b")),
        &[("web", &ask("b.example"))],
    );
    assert_asked(&format!("{}{both}", chart(", namespace: c")), &[]);
    let unset = repository("", "a.example");
    assert_asked(
        &format!("{}{unset}", chart(", namespace: c")),
        &[("web", &ask("a.example"))],
    );
}

#[test]
fn repositories_of_flux_kustomizations() {
    let source = flux(
        "GitRepository",
        "r",
        "{url: https://example.org/org/repo.git, ref: {tag: v1}}",
    );
    let kustomization = |path: &str| {
        let spec = format!("{{path: {path}, sourceRef: {{kind: GitRepository, name: r}}}}");
        format!("{source}{}", flux("Kustomization", "app", &spec))
    };
    assert_asked(
        &kustomization("./deploy"),
        &[(
            "./deploy",
            "https://example.org/org/repo at refs/tags/v1, path deploy",
        )],
    );
    // The root of a repository may always be that of this one.
    assert_asked(&kustomization("./"), &[]);
}

#[test]
fn sources_of_argo_cd() {
    let application = |spec: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec: {spec}\n"
        )
    };
    assert_asked(
        &application(
            "{source: {repoURL: https://charts.example.org, chart: web, targetRevision: 1.2.*}}",
        ),
        &[("web", "chart web 1.2.* of https://charts.example.org")],
    );
    assert_asked(
        &application("{source: {repoURL: ghcr.io/org/charts, chart: web, targetRevision: 1.2.3}}"),
        &[("web", "chart web 1.2.3 of oci://ghcr.io/org/charts")],
    );
    assert_asked(
        &application(
            "{source: {repoURL: 'oci://ghcr.io/org/charts/web', targetRevision: 1.2.3, path: .}}",
        ),
        &[(
            "'oci://ghcr.io/org/charts/web'",
            "chart web 1.2.3 of oci://ghcr.io/org/charts",
        )],
    );
    assert_asked(
        &application(
            "{sources: [{repoURL: https://charts.example.org, chart: web, targetRevision: 1.0.0, \
             helm: {valueFiles: [$v/envs/prod.yaml, values.yaml]}}, \
             {repoURL: https://example.org/org/values, targetRevision: main, ref: v}]}",
        ),
        &[
            ("web", "chart web 1.0.0 of https://charts.example.org"),
            (
                "$v/envs/prod.yaml",
                "https://example.org/org/values at main, path envs/prod.yaml",
            ),
        ],
    );
    for (revision, shown) in [("''", "HEAD"), ("v1", "v1"), ("1.2.*", "semver:1.2.*")] {
        let source = format!(
            "{{source: {{repoURL: https://example.org/org/repo, path: deploy, targetRevision: {revision}}}}}"
        );
        let ask = format!("https://example.org/org/repo at {shown}, path deploy");
        assert_asked(&application(&source), &[("deploy", &ask)]);
    }
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec:\n  \
               template: {spec: {sources: [{repoURL: https://example.org, chart: web}, \
               {repoURL: https://example.org, chart: '{{name}}'}]}}\n";
    assert_asked(set, &[("web", "chart web of https://example.org")]);
}

#[test]
fn sources_that_are_not_there_are_named() {
    let spec = "{chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: r}}}}";
    let manifests = flux("HelmRelease", "app", spec)
        + &flux(
            "HelmRelease",
            "app",
            "{chartRef: {kind: OCIRepository, name: o}}",
        )
        + &flux("OCIRepository", "o", "{url: oci://ghcr.io/org/web}");
    let context = Arc::new(ClusterContext::default());
    let file = File::read(Source::new("a.yaml", manifests.as_str()), &context);
    let missing = Workspace::new(vec![file]).missing_chart_sources();
    let shown: Vec<(&str, &str)> = missing
        .iter()
        .map(|(name, at)| (name.as_str(), &manifests[at.span.range()]))
        .collect();
    assert_eq!(shown, [("HelmRepository `r`", "r")]);
}
