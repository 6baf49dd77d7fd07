//! Which files are read, and what happens if they cannot be read.

use crate::cli::run::{BAD, Directory, GOOD};

#[test]
fn missing_path_exits_with_2() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    let run = directory.check(&["pod.yaml", "pdo.yaml"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: no such file or directory: \"pdo.yaml\"; did you mean \"pod.yaml\"?\n"
    );
    let run = directory.check(&["gone"]);
    assert_eq!(run.stderr, "error: no such file or directory: \"gone\"\n");
    let run = directory.check(&["gone/*.yaml"]);
    assert_eq!(
        run.stderr,
        "error: no such file or directory: \"gone/*.yaml\"; podwright does not expand patterns: write it without quotes, \
         so that the shell does, or name the directory\n"
    );
}

#[test]
fn missing_values_and_charts_exit_with_2() {
    let directory = Directory::new(&[
        ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("d/.podwright.yaml", "helm: [{chart: shop}]\n"),
        ("d/pod.yaml", BAD),
    ]);
    let run = directory.check(&["c", "-f", "prod.yaml"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: the values file prod.yaml does not exist\n"
    );
    let run = directory.check(&["d"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: d/shop does not exist; it is listed under `helm` in d/.podwright.yaml\n"
    );
}

#[test]
fn dash_is_standard_input() {
    let directory = Directory::new(&[]);
    let arguments = [
        "check",
        "--select",
        "pull-policy-invalid",
        "--format",
        "concise",
        "-",
    ];
    let run = directory.run(&arguments, &[], BAD);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.starts_with("<stdin>:9:24: error"),
        "{}",
        run.stdout
    );
    assert_eq!(directory.run(&arguments, &[], GOOD).code, 0);
}

#[test]
fn empty_directory_is_an_error_unless_it_is_allowed() {
    let directory = Directory::new(&[("README.md", "")]);
    let run = directory.check(&[]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: no manifests found in .; use `--allow-empty` if that is intended\n"
    );
    let run = directory.check(&["--allow-empty"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stderr, "note: no manifests found in .\n");
    assert_eq!(
        run.stdout,
        "checked 0 files, 0 documents, 0 objects: no errors or warnings\n"
    );
}

#[test]
fn empty_standard_input_is_an_error_unless_it_is_allowed() {
    let directory = Directory::new(&[]);
    for input in ["", "\n \n", "---\n", "# Source: nothing\n", "\u{feff}"] {
        let run = directory.run(&["check", "-"], &[], input);
        assert_eq!(run.code, 2, "{input:?}");
        assert!(
            run.stderr.contains("standard input is empty"),
            "{}",
            run.stderr
        );
        let run = directory.run(&["check", "--allow-empty", "-"], &[], input);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{input:?}");
    }
    // A buffer of an editor may be any YAML.
    let run = directory.run(&["check", "-"], &[], "image: {tag: 1.4.2}\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn files_that_are_not_manifests_are_not_an_error() {
    let directory = Directory::new(&[("values.yaml", "tag: 1.4.2\n"), ("empty.yaml", "")]);
    for arguments in [&[][..], &["values.yaml"], &["empty.yaml"]] {
        let run = directory.check(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn broken_manifest_does_not_hide_others() {
    let directory = Directory::new(&[
        (
            "a.yaml",
            "apiVersion: v1\nkind: Pod\nspec: {containers: [\n",
        ),
        ("b.yaml", BAD),
    ]);
    let run = directory.check(&["--format", "concise"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("b.yaml:9:24: error"), "{}", run.stdout);
}

#[test]
fn skipped_files_are_counted_by_reason() {
    let directory = Directory::new(&[
        (
            "chart/templates/a.yaml",
            "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n",
        ),
        ("chart/values.yaml", "on: true\n"),
        ("package.json", "{\"name\": \"x\"}"),
        ("pod.yaml", GOOD),
    ]);
    assert_eq!(
        directory.check(&[]).stdout,
        "note: 1 of 2 workloads was not checked: 1 in Helm templates that are not rendered\n  \
         help: check the directory of the chart, with its `Chart.yaml`, or what it renders: `helm template\n        \
         CHART | podwright check -`\n\
         note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n\
         checked 1 file, 1 document, 1 object: no errors or warnings; \
         skipped 3: 2 not manifests, 1 Helm template (not rendered)\n"
    );
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{PermissionsExt, symlink},
        process::{Command, Stdio},
        time::Duration,
    };

    use super::*;

    #[test]
    fn unreadable_file_is_an_error_and_others_are_checked() {
        let directory = Directory::new(&[("pod.yaml", BAD)]);
        symlink("nowhere", directory.path().join("gone.yaml")).unwrap();
        let run = directory.check(&["--format", "concise"]);
        assert_eq!(run.code, 1);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert!(
            lines[0].starts_with("gone.yaml:1:1: error[unreadable-file] cannot read file: "),
            "{}",
            run.stdout
        );
        assert!(lines[1].starts_with("pod.yaml:9:24: "), "{}", run.stdout);
        assert_eq!(
            lines[2],
            "checked 1 file, 1 document, 1 object: 2 errors; 1 fixable with --fix; skipped 1: 1 unreadable"
        );
    }

    #[test]
    fn unreadable_directory_is_an_error() {
        let directory = Directory::new(&[("closed/a.yaml", GOOD), ("b.yaml", GOOD)]);
        let closed = directory.path().join("closed");
        fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
        // A user who may read everything does not see the error.
        let may_read_all = fs::read_dir(&closed).is_ok();
        let run = directory.check(&["--format", "concise"]);
        fs::set_permissions(&closed, Permissions::from_mode(0o755)).unwrap();
        if may_read_all {
            assert_eq!(run.code, 0, "{run:?}");
        } else {
            assert_eq!(run.code, 1, "{run:?}");
            assert!(
                run.stdout.starts_with("closed:1:1: error[unreadable-file]"),
                "{run:?}"
            );
        }
    }

    #[test]
    fn pipe_does_not_block() {
        let directory = Directory::new(&[]);
        let pipe = directory.path().join("pipe.yaml");
        if !Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .is_ok_and(|made| made.success())
        {
            return;
        }
        for path in [".", "pipe.yaml"] {
            let mut child = directory
                .command()
                .args(["check", path])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut waited = Duration::ZERO;
            while child.try_wait().unwrap().is_none() && waited < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(20));
                waited += Duration::from_millis(20);
            }
            let ended = child.try_wait().unwrap();
            if ended.is_none() {
                child.kill().unwrap();
            }
            assert_eq!(ended.and_then(|status| status.code()), Some(1), "{path}");
        }
        let run = directory.run(&["check", "--format", "concise", "/dev/stdin"], &[], BAD);
        assert!(run.stdout.starts_with("/dev/stdin:9:24: error"), "{run:?}");
    }

    #[test]
    fn file_name_is_escaped() {
        let directory = Directory::new(&[("a\u{1b}[31m.yaml", BAD)]);
        for format in ["text", "concise", "json"] {
            let run = directory.check(&["--format", format]);
            assert_eq!(run.code, 1);
            assert!(!run.stdout.contains('\u{1b}'), "{format}");
        }
        let run = directory.check(&["no\u{1b}[31m.yaml"]);
        assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
    }
}

#[test]
fn fail_on_skipped() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n";
    let directory = Directory::new(&[
        ("templates/pod.yaml", template),
        ("values.yaml", "name: a\n"),
    ]);
    assert_eq!(directory.check(&[]).code, 0);
    let run = directory.check(&["--fail-on-skipped"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("1 Helm template (not rendered)"),
        "{}",
        run.stdout
    );
    let values = Directory::new(&[("values.yaml", "name: a\n")]);
    assert_eq!(values.check(&["--fail-on-skipped"]).code, 0);
}

#[test]
fn broken_named_file_is_checked() {
    let directory = Directory::new(&[
        ("a.yaml", "spec:\n  a: b: c\n"),
        ("b.yaml", "site: b: c\n"),
        ("a.conf", "spec:\n  a: b: c\n"),
        ("b.conf", "site: b: c\n"),
    ]);
    let named = |name: &str| directory.run(&["check", name], &[], "");
    assert_eq!(named("a.yaml").code, 1);
    assert_eq!(named("b.yaml").code, 1);
    assert_eq!(named("a.conf").code, 1);
    assert_eq!(named("b.conf").code, 0, "it may be any kind of file");
    assert_eq!(directory.run(&["check", "."], &[], "").code, 0);
}

#[test]
fn custom_kind_defined_in_the_files_is_known() {
    let definition = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
";
    let custom = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n";
    let alone = Directory::new(&[("a.yaml", custom)]);
    let said = "1 object of an unknown kind (Widget)";
    let shown = alone.check(&[]).stdout;
    assert!(shown.contains(said), "{shown}");
    let both = Directory::new(&[("a.yaml", custom), ("crd.yaml", definition)]);
    let shown = both.check(&[]).stdout;
    assert!(!shown.contains("unknown kind"), "{shown}");
}

#[test]
fn nothing_is_skipped_silently() {
    let custom = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n";
    let directory = Directory::new(&[("a.yaml", custom), ("b.yaml", "kind: of\nvalues: 1\n")]);
    let run = directory.check(&["--fail-on-skipped"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.contains("1 object of an unknown kind (Widget)"),
        "{}",
        run.stdout
    );
}

#[test]
fn hidden_files_with_objects_are_named_in_the_summary() {
    let directory = Directory::new(&[
        (
            ".chainsaw.yaml",
            "apiVersion: chainsaw.kyverno.io/v1alpha2\nkind: Configuration\n",
        ),
        (".github/dependabot.yml", "version: 2\n"),
        (".github/kind/pod.yaml", BAD),
        (".podwright.yaml", "{}\n"),
        ("pod.yaml", GOOD),
    ]);
    assert_eq!(
        directory.check(&[]).stdout,
        "note: 1 of 2 workloads was not checked: 1 in hidden files\n  \
         help: name the file to check it: `podwright check .github/kind/pod.yaml`\n\
         note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n\
         checked 1 file, 1 document, 1 object: no errors or warnings; \
         skipped 2: 2 hidden (.chainsaw.yaml, .github)\n"
    );
    assert_eq!(directory.check(&[".github/kind"]).code, 1);
}

#[test]
fn test_data_is_info_unless_it_is_named() {
    let directory = Directory::new(&[
        ("pod.yaml", GOOD),
        ("pkg/testdata/a/pod.yaml", BAD),
        ("vendor/x/pod.yaml", BAD),
    ]);
    let whole = directory.check(&[]);
    assert_eq!(whole.code, 0);
    assert_eq!(
        whole.stdout,
        "note: 1 of 3 workloads was not checked: 1 in dependencies\n  \
         help: name the file to check it: `podwright check vendor/x/pod.yaml`\n\
         note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n\
         checked 2 files, 2 documents, 2 objects: no errors or warnings; 1 info: show with --level info; \
         skipped 1: 1 of dependencies\n"
    );
    for named in [
        "pkg/testdata",
        "pkg/testdata/a",
        "pkg/testdata/a/pod.yaml",
        "vendor",
        "vendor/x/pod.yaml",
    ] {
        assert_eq!(directory.check(&[named]).code, 1, "{named}");
        assert_eq!(directory.check(&[".", named]).code, 1, "{named}");
    }
}

#[test]
fn files_that_git_tracks_are_checked_although_they_are_ignored() {
    let directory = Directory::new(&[
        (".gitignore", "*.yaml\n"),
        ("tracked.yaml", BAD),
        ("other.yaml", BAD),
    ]);
    for arguments in [&["init", "-q"][..], &["add", "-f", "tracked.yaml"]] {
        let mut git = std::process::Command::new("git");
        let status = git.args(arguments).current_dir(directory.path()).status();
        assert!(status.unwrap().success());
    }
    let run = directory.check(&["--format", "concise"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("tracked.yaml:9:24: error"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("other.yaml"), "{}", run.stdout);
}
