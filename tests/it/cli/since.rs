//! `--since`: findings on changed lines, and findings caused by a change.

use std::{fs, process::Command};

use crate::cli::run::{BAD, Directory, GOOD, Run};

/// A Pod with an image pull secret.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  imagePullSecrets:
    - name: regcred
  containers:
    - name: web
      image: registry.example/web:1.4.2
";

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata:
  name: regcred
  namespace: shop
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: e30=
";

/// A repository with one commit, tagged `base`, on the branch `work`.
struct Repository(Directory);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let this = Self(Directory::new(files));
        this.git(&["init", "--quiet"]);
        this.git(&["checkout", "--quiet", "-b", "main"]);
        this.commit();
        this.git(&["tag", "base"]);
        this.git(&["checkout", "--quiet", "-b", "work"]);
        this
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"])
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    }

    fn check(&self, arguments: &[&str]) -> Run {
        let all = [&["--since", "base", "--format", "concise"], arguments].concat();
        self.0.check(&all)
    }

    /// Files, lines and rules of the findings.
    fn found(&self, arguments: &[&str]) -> Vec<String> {
        let run = self.0.run(
            &[&["check", "--format", "concise", "--complete"], arguments].concat(),
            &[],
            "",
        );
        assert!(run.code < 2, "{}", run.stderr);
        let lines = run.stdout.lines().filter(|line| line.contains(".yaml:"));
        let shown = |line: &str| {
            let (place, rest) = line.split_once(": ").unwrap();
            let line_number = place.rsplit_once(':').unwrap().0;
            let rule = rest.split_once('[').unwrap().1.split_once(']').unwrap().0;
            format!("{line_number} {rule}")
        };
        lines.map(shown).collect()
    }
}

#[test]
fn existing_findings_are_omitted_and_counted() {
    let repository = Repository::new(&[("old.yaml", BAD)]);
    let run = repository.check(&[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert_eq!(
        run.stdout,
        "checked 1 file, 1 document, 1 object: no errors or warnings; 1 pre-existing\n"
    );
}

#[test]
fn invalid_image_is_one_finding() {
    let repository = Repository::new(&[("old.yaml", BAD), ("web.yaml", GOOD)]);
    let bad = GOOD.replace("registry.example/web:1.4.2", "registry.example/Web:1.4.2");
    repository
        .0
        .write("web.yaml", &format!("# moved\n# down\n{bad}"));
    repository.0.write("old.yaml", &format!("# moved\n{BAD}"));
    repository.commit();
    assert_eq!(
        repository.found(&["--since", "base"]),
        ["web.yaml:10 image-invalid-reference"]
    );
}

#[test]
fn existing_finding_on_a_changed_line_is_shown() {
    let repository = Repository::new(&[("old.yaml", BAD)]);
    repository
        .0
        .write("old.yaml", &BAD.replace("always", "always # why?"));
    assert_eq!(
        repository.found(&["--since", "base"]),
        ["old.yaml:9 pull-policy-invalid"]
    );
}

#[test]
fn line_after_a_block_scalar_is_not_part_of_it() {
    // The block scalar ends with its last line, so its span ends where the next line starts.
    let text = |env: &str| {
        format!(
            "{GOOD}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n      \
                 image: |\n        Registry.example/A B\n      env: {env}\n"
        )
    };
    let repository = Repository::new(&[("a.yaml", &text("[]"))]);
    assert!(!repository.found(&[]).is_empty());
    repository.0.write("a.yaml", &text("[{name: A, value: b}]"));
    assert_eq!(repository.found(&["--since", "base"]), [""; 0]);
}

/// What the base had is missing if it is gone and something still refers to it, also without `--complete`.
#[test]
fn removed_object_is_missing() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, namespace: shop}\n";
    let pod = format!("{POD}      envFrom: [{{configMapRef: {{name: conf}}}}]\n");
    let repository = Repository::new(&[
        ("pod.yaml", &pod),
        ("secret.yaml", SECRET),
        ("config.yaml", config),
    ]);
    let found = |option: &str| {
        let arguments = ["check", "--format", "concise", option, "base", "."];
        let run = repository.0.run(&arguments, &[], "");
        let rules = ["config-ref-missing", "image-pull-secret-not-found"];
        rules.map(|rule| run.stdout.contains(rule))
    };
    assert_eq!(found("--since"), [false, false]);
    repository.git(&["rm", "--quiet", "secret.yaml", "config.yaml"]);
    repository.commit();
    for option in ["--since", "--baseline-ref"] {
        assert_eq!(found(option), [true, true], "{option}");
    }
    // In another file, it is still there.
    repository
        .0
        .write("moved.yaml", &format!("{config}---\n{SECRET}"));
    for option in ["--since", "--baseline-ref"] {
        assert_eq!(found(option), [false, false], "{option}");
    }
}

#[test]
fn new_files_are_included_if_tracked_or_not() {
    let repository = Repository::new(&[("old.yaml", BAD), (".gitignore", "ignored.yaml\n")]);
    repository.0.write("staged.yaml", BAD);
    repository.git(&["add", "staged.yaml"]);
    repository.0.write("untracked.yaml", BAD);
    repository.0.write("ignored.yaml", BAD);
    let found = repository.found(&["--since", "base", ".", "ignored.yaml"]);
    assert_eq!(
        found,
        [
            "ignored.yaml:9 pull-policy-invalid",
            "staged.yaml:9 pull-policy-invalid",
            "untracked.yaml:9 pull-policy-invalid"
        ]
    );
}

#[test]
fn finding_caused_in_another_file_is_shown() {
    let repository = Repository::new(&[("pod.yaml", POD), ("secret.yaml", SECRET)]);
    assert_eq!(repository.found(&["--since", "base"]), [""; 0]);
    fs::remove_file(repository.0.path().join("secret.yaml")).unwrap();
    let missing = ["pod.yaml:8 image-pull-secret-not-found"];
    assert_eq!(repository.found(&["--since", "base"]), missing);
    repository.commit();
    assert_eq!(repository.found(&["--since", "base"]), missing);
    repository.0.write(
        "secret.yaml",
        &SECRET.replace("namespace: shop", "namespace: infra"),
    );
    assert_eq!(
        repository.found(&["--since", "base"]),
        ["pod.yaml:8 image-pull-secret-other-namespace"]
    );
}

#[test]
fn renamed_file_is_not_new() {
    let repository = Repository::new(&[("old.yaml", BAD)]);
    repository.git(&["mv", "old.yaml", "new.yaml"]);
    assert_eq!(repository.check(&[]).code, 0);
}

#[test]
fn branch_is_compared_with_the_merge_base() {
    let repository = Repository::new(&[("web.yaml", GOOD)]);
    // The main branch continues and fixes something that this branch never had.
    repository.git(&["checkout", "--quiet", "main"]);
    repository
        .0
        .write("web.yaml", &GOOD.replace("web:1.4.2", "web:1.5.0"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "work"]);
    repository.0.write("new.yaml", BAD);
    repository.commit();
    assert_eq!(
        repository.found(&["--since", "main"]),
        ["new.yaml:9 pull-policy-invalid"]
    );
}

#[test]
fn works_in_a_subdirectory_and_through_a_symlink() {
    let repository = Repository::new(&[("deploy/old.yaml", BAD)]);
    repository.0.write("deploy/new.yaml", BAD);
    let directory = repository.0.path().join("deploy");
    let run = |directory: &std::path::Path| {
        let mut command = repository.0.command();
        command.args(["check", "--since", "base", "--format", "concise"]);
        let output = command.current_dir(directory).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let shown = run(&directory);
    assert!(shown.starts_with("new.yaml:9:24"), "{shown}");
    assert!(!shown.contains("old.yaml:"), "{shown}");
    #[cfg(unix)]
    {
        let elsewhere = Directory::new(&[]);
        let link = elsewhere.path().join("link");
        std::os::unix::fs::symlink(&directory, &link).unwrap();
        assert_eq!(run(&link), shown);
    }
}

#[cfg(unix)]
#[test]
fn symlink_to_a_file_is_compared_by_its_content() {
    let repository = Repository::new(&[("old.yaml", BAD)]);
    fs::create_dir(repository.0.path().join("links")).unwrap();
    let link = repository.0.path().join("links/web.yaml");
    std::os::unix::fs::symlink("../old.yaml", link).unwrap();
    repository.commit();
    repository.git(&["tag", "-f", "base"]);
    repository
        .0
        .write("old.yaml", &BAD.replace("web:1.4.2", "web:latest"));
    assert_eq!(
        repository.found(&["--since", "base", "links/web.yaml"]),
        ["links/web.yaml:8 image-tag-latest"]
    );
}

#[test]
fn line_endings_changed_by_git_are_ignored() {
    let repository = Repository::new(&[("old.yaml", BAD)]);
    repository.0.write("old.yaml", &BAD.replace('\n', "\r\n"));
    assert_eq!(repository.check(&[]).code, 0);
}

#[test]
fn findings_in_previously_broken_files() {
    let repository = Repository::new(&[("a.yaml", "apiVersion: v1\nkind: Pod\n  a: [\n")]);
    repository.0.write("a.yaml", BAD);
    assert_eq!(
        repository.found(&["--since", "base"]),
        ["a.yaml:9 pull-policy-invalid"]
    );
}

#[test]
fn comparison_errors_have_a_hint() {
    let repository = Repository::new(&[("old.yaml", BAD)]);
    for (commit, said) in [
        (
            "origin/main",
            "commit `origin/main` not found: fetch it first",
        ),
        (
            "HEAD~7",
            "commit `HEAD~7` not found: the history ends before it; if the clone is shallow",
        ),
        ("--output=x", "commit `--output=x` not found"),
    ] {
        let run = repository.0.check(&[&format!("--since={commit}")]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert!(!repository.0.path().join("x").exists());

    let elsewhere = Directory::new(&[("a.yaml", BAD)]);
    let run = elsewhere.check(&["--since", "base"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("is not in a git repository"),
        "{}",
        run.stderr
    );
    let outside = elsewhere.path().join("a.yaml");
    let run = repository.check(&[outside.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("outside the git repository"),
        "{}",
        run.stderr
    );

    let run = repository
        .0
        .run(&["check", "--since", "base", "-"], &[], BAD);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("standard input"), "{}", run.stderr);

    let run = repository
        .0
        .check_with(&["--since", "base"], &[("PATH", "/nowhere")]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("`git` not found in PATH"),
        "{}",
        run.stderr
    );
}

/// Finding for an update that changes the type of `SECRET`.
const RETYPED: [&str; 1] = ["secret.yaml:6 secret-type-immutable-change"];

#[test]
fn immutable_change_against_a_commit() {
    let repository = Repository::new(&[("secret.yaml", SECRET)]);
    let kind = "kubernetes.io/dockerconfigjson";
    repository.git(&["mv", "secret.yaml", "old.yaml"]);
    repository
        .0
        .write("secret.yaml", &SECRET.replace(kind, "example.org/other"));
    fs::remove_file(repository.0.path().join("old.yaml")).unwrap();
    let select = ["--select", "secret-type-immutable-change"];
    let found = |arguments: &[&str]| repository.found(&[arguments, &select[..]].concat());
    assert_eq!(found(&[]), [""; 0]);
    assert_eq!(found(&["--baseline-ref", "base"]), RETYPED);
    assert_eq!(found(&["--baseline-ref", "HEAD"]), RETYPED);
    assert_eq!(found(&["--since", "base"]), RETYPED);
    repository.commit();
    assert_eq!(found(&["--baseline-ref", "base"]), RETYPED);
    assert_eq!(found(&["--baseline-ref", "HEAD"]), [""; 0]);
    // The branch contains the change, so the cluster state is given separately.
    assert_eq!(
        found(&["--since", "HEAD", "--baseline-ref", "base"]),
        RETYPED
    );
}

#[test]
fn immutable_change_against_a_directory() {
    let kind = "kubernetes.io/dockerconfigjson";
    let changed = SECRET.replace(kind, "example.org/other");
    let directory = Directory::new(&[("now/secret.yaml", &changed), ("was/all.yaml", SECRET)]);
    let check = |arguments: &[&str]| {
        let select = [
            "--select",
            "secret-type-immutable-change",
            "--format",
            "concise",
        ];
        directory.check(&[&select[..], arguments].concat())
    };
    let run = check(&["--baseline-dir", "was", "now"]);
    assert!(
        run.stdout.starts_with("now/secret.yaml:6:7: error"),
        "{}",
        run.stdout
    );
    assert_eq!(run.code, 1);
    assert_eq!(check(&["--baseline-dir", "now", "now/../was"]).code, 1);
    let run = directory.run(
        &["check", "--baseline-dir", "was", "--format", "concise", "-"],
        &[],
        &changed,
    );
    assert!(
        run.stdout.contains("secret-type-immutable-change"),
        "{}",
        run.stdout
    );

    for (arguments, said) in [
        (
            &["--baseline-dir", "was", "."][..],
            "was/all.yaml is also checked",
        ),
        (
            &["--baseline-dir", "nowhere", "now"],
            "nowhere is not a directory",
        ),
        (
            &["--baseline-ref", "main", "now"],
            "is not in a git repository",
        ),
    ] {
        let run = check(arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn baseline_ref_requires_git() {
    let repository = Repository::new(&[("secret.yaml", SECRET)]);
    let arguments = ["--baseline-ref", "base"];
    let run = repository.0.check_with(&arguments, &[("PATH", "/nowhere")]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("`git` not found in PATH"),
        "{}",
        run.stderr
    );
    let run = repository.0.check(&["--baseline-ref", "nothing"]);
    assert_eq!(run.code, 2);
    let said = "--baseline-ref nothing: commit `nothing` not found: fetch it first";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}
