//! Charts. These tests need helm and are skipped without it.

use std::process::Command;

use super::server::Server;
use super::{files, stdout, vendor, without_host};
use crate::cli::run::Directory;

/// Whether there is helm. Prints a message otherwise.
#[allow(clippy::print_stderr)]
fn has_helm() -> bool {
    let has_helm = Command::new("helm").arg("version").output().is_ok();
    if !has_helm {
        eprintln!("skipped: helm is not in PATH");
    }
    has_helm
}

fn release(name: &str, chart: &str, version: &str) -> String {
    format!(
        "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}}}\nspec:\n  \
         chart: {{spec: {{chart: {chart}, version: '{version}', sourceRef: {{kind: HelmRepository, name: r}}}}}}\n"
    )
}

fn repository(spec: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: r}}\nspec: {spec}\n"
    )
}

fn stored(directory: &Directory) -> Vec<String> {
    let files = files(directory);
    let charts = files.iter().filter(|path| path.contains("/charts/"));
    charts.map(|path| without_host(path)).collect()
}

#[test]
fn ranges_are_resolved_and_locked() {
    if !has_helm() {
        return;
    }
    let server = Server::start();
    let charts = [
        ("web", "1.0.0"),
        ("web", "1.4.0"),
        ("web", "2.0.0"),
        ("web", "2.1.0-rc.1"),
    ];
    server.chart_repository("/charts", &charts);
    let url = server.url("/charts");
    let manifests = repository(&format!("{{url: '{url}'}}"))
        + &release("one", "web", ">=1.0 <2")
        + &release("two", "web", "")
        + &release("three", "web", "3.x")
        + &release("four", "none", "1.0.0");
    let directory = Directory::new(&[("a.yaml", &manifests)]);
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stdout,
        format!(
            "fetched chart web >=1.0 <2 of {url} (1.4.0)\nfetched chart web of {url} (2.0.0)\n"
        )
    );
    let errors: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(errors.len(), 2, "{}", run.stderr);
    assert!(
        errors[0].starts_with(&format!(
            "error: a.yaml:22:25: cannot fetch chart web 3.x of {url}: helm: "
        )),
        "{}",
        run.stderr
    );
    assert!(
        errors
            .iter()
            .all(|error| error.ends_with("; check the name and the version")),
        "{}",
        run.stderr
    );
    assert_eq!(
        stored(&directory),
        [
            "vendor/charts/HOST/charts/web-1.4.0.tgz",
            "vendor/charts/HOST/charts/web-2.0.0.tgz"
        ]
    );

    let manifests = repository(&format!("{{url: '{url}'}}")) + &release("one", "web", ">=1.0 <2");
    directory.write("a.yaml", &manifests);
    server.chart_repository("/charts", &[&charts[..], &[("web", "1.5.0")]].concat());
    let requests = server.requests();
    let run = vendor(&directory, &[]);
    assert_eq!(
        stdout(&run),
        format!("removed chart web of {url}\n1 entry is up to date\n")
    );
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    assert_eq!(server.requests(), requests);
    // Only the lock file is kept: the version stays.
    std::fs::remove_dir_all(directory.path().join(".podwright/vendor/charts")).unwrap();
    assert!(stdout(&vendor(&directory, &[])).contains("(1.4.0)"));
    assert!(stdout(&vendor(&directory, &["--update"])).contains("(1.5.0)"));
    assert_eq!(
        stored(&directory),
        ["vendor/charts/HOST/charts/web-1.5.0.tgz"]
    );
}

#[test]
fn another_content_for_the_same_version_is_an_error() {
    if !has_helm() {
        return;
    }
    let server = Server::start();
    server.chart_repository("/charts", &[("web", "1.0.0")]);
    let url = server.url("/charts");
    let manifests = repository(&format!("{{url: '{url}'}}")) + &release("one", "web", "1.0.0");
    let directory = Directory::new(&[("a.yaml", &manifests)]);
    assert_eq!(vendor(&directory, &[]).code, 0);
    let lock = directory.read(".podwright/vendor/lock.yaml");
    let (start, digest) = lock.rsplit_once("sha256:").unwrap();
    let other = format!(
        "{start}sha256:{}\"\n",
        "0".repeat(digest.trim_end().len() - 1)
    );
    directory.write(".podwright/vendor/lock.yaml", &other);
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.ends_with("the repository has another content for version 1.0.0; run `podwright vendor --update` if that is intended\n"), "{}", run.stderr);
    assert_eq!(vendor(&directory, &["--update"]).code, 0);
    assert_eq!(directory.read(".podwright/vendor/lock.yaml"), lock);
}

#[test]
fn charts_of_registries() {
    if !has_helm() {
        return;
    }
    let server = Server::start();
    server.registry("org/charts", "web", &["1.0.0", "1.4.0", "2.0.0"]);
    let host = format!("oci://127.0.0.1:{}/org/charts", server.port);
    let manifests = repository(&format!("{{url: '{host}', type: oci, insecure: true}}"))
        + &release("one", "web", "1.x")
        + &format!(
            "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: o}}\n\
             spec: {{url: '{host}/web', insecure: true, ref: {{tag: 2.0.0}}}}\n---\n\
             apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: two}}\n\
             spec: {{chartRef: {{kind: OCIRepository, name: o}}}}\n"
        );
    let directory = Directory::new(&[("a.yaml", &manifests)]);
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        stdout(&run),
        format!(
            "fetched chart web 1.x of {host} (1.4.0)\nfetched chart web 2.0.0 of {host} (2.0.0)\n2 entries are up to date\n"
        )
    );
    assert_eq!(
        stored(&directory),
        [
            "vendor/charts/HOST/org/charts/web-1.4.0.tgz",
            "vendor/charts/HOST/org/charts/web-2.0.0.tgz"
        ]
    );
}

#[test]
fn dependencies_of_charts_are_rendered() {
    if !has_helm() {
        return;
    }
    let server = Server::start();
    server.chart_repository("/charts", &[("lib", "1.0.0"), ("lib", "1.1.0")]);
    let url = server.url("/charts");
    let chart = |version: &str| {
        format!(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {{name: lib, version: {version}, repository: '{url}'}}\n"
        )
    };
    let directory = Directory::new(&[
        ("app/Chart.yaml", &chart("1.x")),
        (
            "app/Chart.lock",
            &format!("dependencies: [{{name: lib, version: 1.0.0, repository: '{url}'}}]\n"),
        ),
        (
            "k/kustomization.yaml",
            &format!("helmCharts: [{{name: lib, repo: '{url}', version: 1.1.0}}]\n"),
        ),
    ]);
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        stored(&directory),
        [
            "vendor/charts/HOST/charts/lib-1.0.0.tgz",
            "vendor/charts/HOST/charts/lib-1.1.0.tgz"
        ]
    );
    let rendered = directory.run(&["render", "app"], &[], "");
    assert!(
        stdout(&rendered).contains("metadata: {name: lib-1.0.0}"),
        "{}",
        rendered.stdout
    );
    let tracked = vendor(&directory, &["--check", "app"]);
    assert_eq!(tracked.code, 0, "{}", tracked.stderr);
}

#[test]
fn what_files_say_does_not_become_an_option() {
    if !has_helm() {
        return;
    }
    let server = Server::start();
    server.chart_repository("/charts", &[("web", "1.0.0")]);
    let bad = server.url("/private").replace("://", "://bob:wrong-pw@");
    for (url, name, version, message) in [
        (
            server.url("/charts"),
            "--destination=x",
            "1.0.0",
            "invalid name of a chart; correct the name of the chart",
        ),
        (
            server.url("/charts"),
            "web",
            "--destination=x",
            "; check the name and the version",
        ),
        (
            "--post-renderer=x".to_owned(),
            "web",
            "1.0.0",
            "the repository is not an `https`, `http` or `oci` URL; correct the URL of the repository",
        ),
        (
            "s3://bucket".to_owned(),
            "web",
            "1.0.0",
            "the repository is not an `https`, `http` or `oci` URL; correct the URL of the repository",
        ),
        (
            bad,
            "web",
            "1.0.0",
            "; log in with `helm registry login` or `helm repo add`, or check the URL",
        ),
    ] {
        let manifests = repository(&format!("{{url: '{url}'}}"))
            + &release("one", &format!("'{name}'"), version);
        let directory = Directory::new(&[("a.yaml", &manifests)]);
        let run = vendor(&directory, &[]);
        assert_eq!(run.code, 1, "{name} {version}");
        assert!(run.stderr.trim_end().ends_with(message), "{}", run.stderr);
        assert!(!run.stderr.contains("wrong-pw"), "{}", run.stderr);
        assert_eq!(directory.names(), [".podwright", "a.yaml"]);
    }
}

#[test]
fn a_missing_program_is_named() {
    let manifests =
        repository("{url: 'https://charts.example.org'}") + &release("one", "web", "1.0.0");
    let kustomization = "resources: ['https://git.example.org/org/repo.git//deploy']\n";
    let directory = Directory::new(&[
        ("a.yaml", &manifests),
        ("k/kustomization.yaml", kustomization),
    ]);
    let nowhere = directory.path().to_str().unwrap();
    let run = directory.run(&["vendor"], &[("PATH", nowhere)], "");
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "error: a.yaml:10:25: cannot fetch chart web 1.0.0 of https://charts.example.org: `helm` is not in PATH; install helm\n\
         error: k/kustomization.yaml:1:14: cannot fetch https://git.example.org/org/repo at HEAD, path deploy: `git` is not in PATH; install git\n"
    );
}

#[test]
fn private_repositories_use_the_login_of_helm() {
    if !has_helm() {
        return;
    }
    let server = Server::start();
    server.chart_repository("/private/charts", &[("web", "1.0.0")]);
    let url = server.url("/private/charts");
    let manifests = repository(&format!("{{url: '{url}'}}")) + &release("one", "web", "1.0.0");
    let directory = Directory::new(&[("apps/a.yaml", &manifests)]);
    let home = Directory::new(&[]);
    let home = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (configuration, cache) = (home("repositories.yaml"), home("cache"));
    let variables = [
        ("HELM_REPOSITORY_CONFIG", configuration.as_str()),
        ("HELM_CACHE_HOME", cache.as_str()),
    ];
    let run = directory.run(&["vendor"], &variables, "");
    assert_eq!(run.code, 1);
    assert!(
        run.stderr
            .contains("; log in with `helm registry login` or `helm repo add`"),
        "{}",
        run.stderr
    );
    let added = Command::new("helm")
        .args([
            "repo",
            "add",
            "mine",
            &url,
            "--username=bob",
            "--password=hunter2",
        ])
        .envs(variables)
        .output()
        .unwrap();
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let run = directory.run(&["vendor"], &variables, "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        stored(&directory),
        ["vendor/charts/HOST/private/charts/web-1.0.0.tgz"]
    );
    // A URL with a password works, too, and is the same repository.
    directory.write("apps/a.yaml", &manifests.replace("://", "://bob:hunter2@"));
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    assert_eq!(vendor(&directory, &["--update"]).code, 0);
    assert!(
        !directory
            .read(".podwright/vendor/lock.yaml")
            .contains("hunter2")
    );
}
