//! `podwright vendor`, with repositories and a registry on the loopback interface.

mod charts;
mod configurations;
mod definitions;
mod server;

use std::fs;

use crate::cli::run::{BAD, Directory, Run};
use server::Server;

fn vendor(directory: &Directory, arguments: &[&str]) -> Run {
    directory.run(&[&["vendor"], arguments].concat(), &[], "")
}

/// The result of a run that prints nothing to standard error.
fn stdout(run: &Run) -> &str {
    assert_eq!(run.stderr, "");
    &run.stdout
}

/// A repository with a base that uses a directory and a file beside it.
fn with_base(server: &Server) -> String {
    server.commit(
        "org/repo.git",
        &[
            ("deploy/kustomization.yaml", "resources: [../parts]\n"),
            ("deploy/unused.yaml", "kind: Unused\n"),
            ("parts/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("parts/pod.yaml", BAD),
            (".gitattributes", "*.yaml export-ignore filter=lfs\n"),
            ("README.md", "Text\n"),
        ],
        "v1.0.0",
    )
}

fn overlay(server: &Server, query: &str) -> Directory {
    let base = server.url(&format!("/git/org/repo.git//deploy{query}"));
    let kustomization = format!("namePrefix: my-\nresources:\n- {base}\n");
    Directory::new(&[
        ("app/kustomization.yaml", &kustomization),
        (".podwright.yaml", ""),
    ])
}

fn files(directory: &Directory) -> Vec<String> {
    let root = directory.path().join(".podwright");
    let mut all = Vec::new();
    let mut queue = vec![root.clone()];
    while let Some(next) = queue.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() && !path.is_symlink() {
                true => queue.push(path),
                false => {
                    let path = path.strip_prefix(&root).unwrap();
                    all.push(path.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
    }
    all.sort();
    all
}

/// The names of directories have the port of the server.
fn without_host(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    if let Some(host) = parts.iter_mut().find(|part| part.starts_with("127.0.0.1")) {
        *host = "HOST";
    }
    parts.join("/")
}

#[test]
fn a_remote_base_is_stored_and_checked() {
    let server = Server::start();
    let commit = with_base(&server);
    let directory = overlay(&server, "?ref=v1.0.0");
    let shown = format!("{} at v1.0.0, path deploy", server.url("/git/org/repo"));
    let check = |arguments: &[&str]| {
        let alone = ["check", "--select", "pull-policy-invalid", "app"];
        directory.run(&[&alone, arguments].concat(), &[], "")
    };
    assert_eq!(check(&[]).code, 0);

    let missing = vendor(&directory, &["--check"]);
    assert_eq!(missing.code, 1);
    assert_eq!(
        missing.stderr,
        format!(
            "error: app/kustomization.yaml:3:3: {shown} is not in the lock file; run `podwright vendor`\n"
        )
    );
    let dry = vendor(&directory, &["--dry-run"]);
    assert_eq!(
        (dry.code, stdout(&dry)),
        (0, format!("would fetch {shown}\n").as_str())
    );
    assert_eq!((server.requests(), files(&directory)), (0, Vec::new()));

    let run = vendor(&directory, &[]);
    let fetched = format!(
        "fetched {shown} ({})\n1 entry is up to date\n",
        &commit[..12]
    );
    assert_eq!((run.code, stdout(&run)), (0, fetched.as_str()));
    // Only what the build reads, and nothing that has an effect in this repository.
    let stored: Vec<String> = files(&directory)
        .iter()
        .map(|path| without_host(path))
        .collect();
    assert_eq!(
        stored,
        [
            "vendor/.gitattributes",
            "vendor/git/HOST/git/org/repo/v1.0.0/deploy/kustomization.yaml",
            "vendor/git/HOST/git/org/repo/v1.0.0/parts/kustomization.yaml",
            "vendor/git/HOST/git/org/repo/v1.0.0/parts/pod.yaml",
            "vendor/lock.yaml",
        ]
    );
    let lock = directory.read(".podwright/vendor/lock.yaml");
    assert!(
        lock.contains(&format!("commit: \"{commit}\"\n  paths: [\"deploy\"]\n")),
        "{lock}"
    );

    let requests = server.requests();
    let again = vendor(&directory, &[]);
    assert_eq!((again.code, stdout(&again)), (0, "1 entry is up to date\n"));
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    let found = check(&["--format", "concise"]);
    assert_eq!(found.code, 1);
    assert!(
        stdout(&found).contains("parts/pod.yaml:9:24: error[pull-policy-invalid]"),
        "{}",
        found.stdout
    );
    // What is stored is not judged by itself.
    let all = directory.run(
        &[
            "check",
            "--select",
            "pull-policy-invalid",
            "--format",
            "concise",
        ],
        &[],
        "",
    );
    assert_eq!(all.stdout.matches("error[").count(), 1, "{}", all.stdout);
    // Fixes do not change what is stored.
    assert_eq!(check(&["--unsafe-fixes"]).code, 1);
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    assert_eq!(server.requests(), requests);
}

#[test]
fn changes_of_what_is_stored_are_found_and_undone() {
    let server = Server::start();
    with_base(&server);
    let directory = overlay(&server, "?ref=v1.0.0");
    assert_eq!(vendor(&directory, &[]).code, 0);
    let pod = files(&directory)
        .into_iter()
        .find(|path| path.ends_with("pod.yaml"));
    let pod = format!(".podwright/{}", pod.unwrap());
    directory.write(&pod, "changed\n");
    let changed = vendor(&directory, &["--check"]);
    assert_eq!(changed.code, 1);
    assert!(
        changed
            .stderr
            .contains("differs from the lock file; run `podwright vendor` to restore it"),
        "{}",
        changed.stderr
    );
    assert_eq!(vendor(&directory, &[]).code, 0);
    assert_eq!(directory.read(&pod), BAD);
    fs::remove_dir_all(directory.path().join(".podwright/vendor/git")).unwrap();
    assert!(
        vendor(&directory, &["--check"])
            .stderr
            .contains("is not stored")
    );
    assert_eq!(vendor(&directory, &[]).code, 0);
    assert_eq!(directory.read(&pod), BAD);
}

#[test]
fn branches_move_only_with_update() {
    let server = Server::start();
    let first = with_base(&server);
    let directory = overlay(&server, "?ref=main");
    assert_eq!(vendor(&directory, &[]).code, 0);
    let second = server.commit("org/repo.git", &[("parts/more.yaml", "x: y\n")], "v2.0.0");
    assert_ne!(first, second);
    let lock = || directory.read(".podwright/vendor/lock.yaml");
    assert_eq!(stdout(&vendor(&directory, &[])), "1 entry is up to date\n");
    assert!(lock().contains(&first));
    let run = vendor(&directory, &["--update"]);
    assert!(
        stdout(&run).contains(&format!("({})", &second[..12])),
        "{}",
        run.stdout
    );
    assert!(lock().contains(&second));
    assert_eq!(
        stdout(&vendor(&directory, &["--update"])),
        "1 entry is up to date\n"
    );
}

#[test]
fn what_nobody_asks_for_is_removed() {
    let server = Server::start();
    with_base(&server);
    let directory = overlay(&server, "?ref=v1.0.0");
    directory.write(
        "other/cm.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    );
    assert_eq!(vendor(&directory, &[]).code, 0);
    // Files that were not read may ask for it.
    let partly = vendor(&directory, &["other"]);
    assert_eq!(partly.code, 0);
    assert!(
        partly
            .stderr
            .starts_with("note: kept, because other files may ask for it: ")
    );
    directory.write("app/kustomization.yaml", "namePrefix: my-\n");
    let stale = vendor(&directory, &["--check"]);
    assert_eq!(stale.code, 1);
    assert!(
        stale.stderr.starts_with(
            "error: .podwright/vendor/lock.yaml:4:3: nothing asks for http://127.0.0.1"
        ),
        "{}",
        stale.stderr
    );
    let run = vendor(&directory, &[]);
    assert!(
        stdout(&run).starts_with("removed http://127.0.0.1"),
        "{}",
        run.stdout
    );
    assert_eq!(
        files(&directory),
        ["vendor/.gitattributes", "vendor/lock.yaml"]
    );
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
}

#[test]
fn failures_name_the_object_and_the_rest_goes_on() {
    let server = Server::start();
    let commit = with_base(&server);
    let url = |path: &str| server.url(path);
    let entries = [
        url("/git/org/repo.git//deploy?ref=v9"),
        url("/git/org/repo.git//nowhere?ref=v1.0.0"),
        url("/git/org/none.git//deploy"),
        url("/private/org/repo.git//deploy").replace("://", "://bob:wrong-pw@"),
        "file:///etc//a".to_owned(),
        format!("{}?ref={commit}", url("/git/org/repo.git//deploy")),
    ];
    let kustomization: String = entries.iter().map(|entry| format!("- {entry}\n")).collect();
    let directory = Directory::new(&[(
        "kustomization.yaml",
        &format!("resources:\n{kustomization}"),
    )]);
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout
            .contains(&format!("fetched {}", url("/git/org/repo at "))),
        "{}",
        run.stdout
    );
    let errors: Vec<&str> = run.stderr.lines().collect();
    for (line, expected) in [
        (
            2,
            "git: couldn't find remote ref v9; check the name and the version",
        ),
        (3, "has no `nowhere`; correct the path"),
        (4, "not found; check the URL and the network"),
        (
            5,
            "set up a credential helper or an SSH key for git, or check the URL",
        ),
        (
            6,
            "the repository is not an `https`, `http` or `ssh` URL; correct the URL of the repository",
        ),
    ] {
        let error = errors.iter().find(|error| {
            error.starts_with(&format!(
                "error: kustomization.yaml:{line}:3: cannot fetch "
            ))
        });
        assert!(
            error.is_some_and(|error| error.ends_with(expected)),
            "{line}: {}",
            run.stderr
        );
    }
    assert_eq!(errors.len(), 5, "{}", run.stderr);
    let lock = directory.read(".podwright/vendor/lock.yaml");
    assert!(!format!("{}{}{lock}", run.stdout, run.stderr).contains("wrong-pw"));
}

#[cfg(unix)]
#[test]
fn links_stay_in_the_repository() {
    let server = Server::start();
    server.commit(
        "org/links.git",
        &[
            (
                "chart/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            ),
            ("chart/templates/pod.yaml", "link:../../shared/pod.yaml"),
            ("chart/templates/host.yaml", "link:/etc/passwd"),
            ("chart/templates/up.yaml", "link:../../../../outside.yaml"),
            ("shared/pod.yaml", BAD),
            ("shared/unused.yaml", BAD),
        ],
        "v1.0.0",
    );
    let source = format!(
        "{{url: '{}', ref: {{semver: '>=1'}}}}",
        server.url("/git/org/links.git")
    );
    let manifests = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: r}}\nspec: {source}\n---\n\
         apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web}}\n\
         spec: {{chart: {{spec: {{chart: ./chart, sourceRef: {{kind: GitRepository, name: r}}}}}}}}\n"
    );
    let directory = Directory::new(&[("a.yaml", &manifests)]);
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let notes: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(notes.len(), 2, "{}", run.stderr);
    assert!(
        notes
            .iter()
            .all(|note| note.ends_with("is not stored: it leads out of the repository"))
    );
    let stored: Vec<String> = files(&directory)
        .iter()
        .filter_map(|path| Some(path.split_once("/links/")?.1.split_once('/')?.1.to_owned()))
        .collect();
    assert_eq!(
        stored,
        [
            "chart/Chart.yaml",
            "chart/templates/pod.yaml",
            "shared/pod.yaml"
        ]
    );
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    // A link in the place of the directory does not lead podwright elsewhere.
    let outside = Directory::new(&[("vendor/keep.yaml", "")]);
    fs::remove_dir_all(directory.path().join(".podwright")).unwrap();
    std::os::unix::fs::symlink(outside.path(), directory.path().join(".podwright")).unwrap();
    let run = vendor(&directory, &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is a symbolic link"), "{}", run.stderr);
    assert_eq!(outside.read("vendor/keep.yaml"), "");
}

#[test]
fn files_that_are_not_in_repositories_are_named() {
    let url = "https://github.com/org/repo/releases/download/v1/install.yaml";
    let kustomization = format!("resources:\n- {url}\n");
    let directory = Directory::new(&[("kustomization.yaml", &kustomization)]);
    let run = vendor(&directory, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "nothing to vendor\n"));
    assert_eq!(
        run.stderr,
        format!(
            "note: kustomization.yaml:2:3: {url} is not in a git repository; download it and list the file instead\n"
        )
    );
}

#[test]
fn an_invalid_lock_file_is_an_error() {
    let server = Server::start();
    let directory = overlay(&server, "");
    directory.write(".podwright/vendor/lock.yaml", "version: 1\ngit: {}\n");
    let expected = "error: .podwright/vendor/lock.yaml:2:6: `git` is not a list; restore it, or delete it and run `podwright vendor`\n";
    for command in [&["vendor"][..], &["check"], &["vendor", "--check"]] {
        let run = directory.run(command, &[], "");
        assert_eq!((run.code, run.stderr.as_str()), (2, expected));
    }
}
