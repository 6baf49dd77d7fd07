//! `--fix`, `--unsafe-fixes` and `--diff`.

use std::fs;

use crate::cli::run::{BAD, Directory, GOOD};

/// A Pod that only `--unsafe-fixes` fixes.
const UNSAFE: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: -1
  containers:
    - name: web
      image: registry.example/web:1.4.2
";

fn check(directory: &Directory, arguments: &[&str]) -> crate::cli::run::Run {
    directory.run(&[&["check"], arguments].concat(), &[], "")
}

#[test]
fn summary_counts_fixable_findings() {
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", UNSAFE)]);
    let run = check(&directory, &[]);
    assert_eq!(
        run.stdout.lines().last(),
        Some(
            "checked 2 files, 2 documents, 2 objects: 1 error, 1 warning; \
             [*] 1 fixable with --fix, 1 more with --unsafe-fixes; 2 info: show with --level info"
        )
    );
    assert_eq!(directory.read("a.yaml"), BAD);
}

#[test]
fn fix_applies_safe_fixes_and_reports_the_rest() {
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", UNSAFE), ("c.yaml", GOOD)]);
    let run = check(&directory, &["--fix", "--format", "concise"]);
    assert_eq!(run.code, 1);
    assert_eq!(directory.read("a.yaml"), GOOD);
    assert_eq!(directory.read("b.yaml"), UNSAFE);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("b.yaml:6:34: warning[termination-grace-negative]"));
    assert_eq!(
        lines[1],
        "checked 3 files, 3 documents, 3 objects: 1 warning; 1 fixable with --unsafe-fixes; \
         fixed 1 in 1 file; 3 info: show with --level info"
    );
}

#[test]
fn unsafe_fixes_implies_fix_and_exits_with_0() {
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", UNSAFE)]);
    let run = check(&directory, &["--unsafe-fixes"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(directory.read("a.yaml"), GOOD);
    assert_eq!(directory.read("b.yaml"), UNSAFE.replace("-1", "1"));
    assert!(run.stdout.contains("; fixed 2 in 2 files"), "{run:?}");
    assert_eq!(directory.names(), ["a.yaml", "b.yaml"]);
}

#[test]
fn only_shown_findings_are_fixed() {
    let ignored = BAD.replace("always", "always # podwright: ignore[pull-policy-invalid]");
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", &ignored)]);
    for arguments in [
        &["--fix", "--ignore", "pull-policy-invalid,unused-ignore"][..],
        &["--fix", "--select", "image-missing"],
    ] {
        check(&directory, arguments);
        assert_eq!(directory.read("a.yaml"), BAD);
    }
    check(&directory, &["--fix"]);
    assert_eq!(directory.read("a.yaml"), GOOD);
    assert_eq!(directory.read("b.yaml"), ignored);

    directory.write(".podwright.yaml", "rules: {pull-policy-invalid: info}\n");
    directory.write("a.yaml", BAD);
    check(&directory, &["--fix"]);
    assert_eq!(directory.read("a.yaml"), BAD);
    check(&directory, &["--fix", "--level", "info"]);
    assert_eq!(directory.read("a.yaml"), GOOD);
}

#[test]
fn byte_order_mark_and_carriage_returns_are_kept() {
    let dos = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let directory = Directory::new(&[("a.yaml", &dos(BAD))]);
    check(&directory, &["--fix"]);
    assert_eq!(directory.read("a.yaml"), dos(GOOD));
    let hook = UNSAFE.replace("  terminationGracePeriodSeconds: -1\n", "")
        + "      lifecycle: {preStop: {sleep: {seconds: 30}}}\n";
    directory.write("a.yaml", &dos(&hook));
    check(&directory, &["--unsafe-fixes"]);
    assert_eq!(
        directory.read("a.yaml"),
        dos(&(hook + "  terminationGracePeriodSeconds: 60\n"))
    );
}

#[test]
fn invalid_utf8_is_not_changed() {
    let directory = Directory::new(&[]);
    let latin = [BAD.as_bytes(), b"# caf\xe9\n"].concat();
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(BAD.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [latin, utf16] {
        fs::write(directory.path().join("a.yaml"), &bytes).unwrap();
        let run = check(&directory, &["--fix"]);
        assert_eq!(run.code, 1);
        assert!(!run.stdout.contains("fix"), "{run:?}");
        assert_eq!(fs::read(directory.path().join("a.yaml")).unwrap(), bytes);
    }
}

#[test]
fn diff_does_not_change_files() {
    let directory = Directory::new(&[("deploy/a.yaml", BAD), ("b.yaml", UNSAFE)]);
    let run = check(&directory, &["--diff"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr, "note: would fix 1 finding in 1 file\n");
    assert_eq!(
        run.stdout,
        "--- deploy/a.yaml\n+++ deploy/a.yaml\n@@ -6,4 +6,4 @@\n   containers:\n     - name: web\n       \
         image: registry.example/web:1.4.2\n-      imagePullPolicy: always\n+      imagePullPolicy: Always\n"
    );
    let both = check(
        &directory,
        &["--diff", "--unsafe-fixes", "--output", "fixes.patch"],
    );
    assert_eq!((both.code, both.stdout.as_str()), (1, ""));
    assert_eq!(directory.read("fixes.patch").matches("@@ -").count(), 2);
    assert_eq!(directory.read("deploy/a.yaml"), BAD);
    assert_eq!(directory.read("b.yaml"), UNSAFE);

    let nothing = check(&directory, &["--diff", "b.yaml"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, ""));
    assert_eq!(nothing.stderr, "note: nothing to fix\n");
    assert_eq!(check(&directory, &["--diff", "--format", "json"]).code, 2);
}

#[test]
fn diff_redacts_credentials() {
    let secret = "\
apiVersion: v1
kind: Secret
metadata:
  name: regcred
type: kubernetes.io/dockerconfigjson
stringData:
  dockerconfigjson: '{\"auths\":{\"registry.example\":{\"username\":\"robot\",\"password\":\"hunter2\"}}}'
";
    let directory = Directory::new(&[("secret.yaml", secret)]);
    let run = check(&directory, &["--diff"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("+  .dockerconfigjson: "), "{run:?}");
    assert!(run.stdout.contains("***"), "{run:?}");
    assert!(!run.stdout.contains("hunter2"), "{run:?}");
    check(&directory, &["--fix"]);
    assert_eq!(
        directory.read("secret.yaml"),
        secret.replace("  dockerconfigjson", "  .dockerconfigjson")
    );
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    let directory = Directory::new(&[("a.yaml", GOOD)]);
    let run = directory.run(&["check", "--fix", "--format", "concise", "-"], &[], BAD);
    assert_eq!((run.code, run.stdout.as_str()), (0, GOOD));
    assert!(run.stderr.contains("; fixed 1 in 1 file"), "{run:?}");
    for text in [GOOD, "a: [\n", "", "{{ if }}\n", "a: 1\rb: 2\n"] {
        let run = directory.run(&["check", "--fix", "-"], &[], text);
        assert_eq!(run.stdout, text);
    }
    let diff = directory.run(&["check", "--diff", "-"], &[], BAD);
    assert_eq!(diff.code, 1);
    assert!(diff.stdout.starts_with("--- <stdin>\n"), "{diff:?}");
    let mixed = directory.run(&["check", "--fix", "-", "a.yaml"], &[], BAD);
    assert_eq!((mixed.code, mixed.stdout.as_str()), (2, ""));
    assert!(mixed.stderr.contains("pass only `-`"), "{mixed:?}");
}

#[test]
fn json_counts_fixable_and_fixed_findings() {
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", UNSAFE)]);
    let summary = |arguments: &[&str]| {
        let run = check(&directory, &[&["--format", "json"], arguments].concat());
        let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        value["summary"].clone()
    };
    let before = summary(&[]);
    assert_eq!(
        before["fixable"],
        serde_json::json!({"safe": 1, "unsafe": 1})
    );
    assert_eq!(
        before["fixed"],
        serde_json::json!({"findings": 0, "files": 0})
    );
    let after = summary(&["--fix"]);
    assert_eq!(
        after["fixable"],
        serde_json::json!({"safe": 0, "unsafe": 1})
    );
    assert_eq!(
        after["fixed"],
        serde_json::json!({"findings": 1, "files": 1})
    );
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::Permissions,
        os::unix::fs::{MetadataExt, PermissionsExt, symlink},
        process::Stdio,
    };

    use super::*;

    #[test]
    fn permissions_are_kept() {
        let directory = Directory::new(&[("a.yaml", BAD)]);
        let path = directory.path().join("a.yaml");
        for mode in [0o640, 0o755] {
            directory.write("a.yaml", BAD);
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            check(&directory, &["--fix"]);
            assert_eq!(directory.read("a.yaml"), GOOD);
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode);
        }
    }

    #[test]
    fn symlink_is_kept_and_its_target_replaced() {
        let directory = Directory::new(&[("real/a.yaml", BAD)]);
        let link = directory.path().join("link.yaml");
        symlink("real/a.yaml", &link).unwrap();
        let run = check(&directory, &["--fix", "link.yaml"]);
        assert!(run.stdout.contains("fixed 1 in 1 file"), "{run:?}");
        assert!(link.is_symlink());
        assert_eq!(directory.read("real/a.yaml"), GOOD);
        assert_eq!(directory.names(), ["link.yaml", "real"]);
    }

    #[test]
    fn unwritable_file_is_reported() {
        let directory = Directory::new(&[("a.yaml", BAD), ("closed/b.yaml", BAD)]);
        let closed = directory.path().join("closed");
        fs::set_permissions(&closed, Permissions::from_mode(0o555)).unwrap();
        // A user who may write everywhere does not see the error.
        let may_write_all = fs::write(closed.join("x"), "").is_ok();
        let run = check(&directory, &["--fix", "--format", "concise"]);
        fs::set_permissions(&closed, Permissions::from_mode(0o755)).unwrap();
        if may_write_all {
            return;
        }
        assert_eq!(run.code, 2);
        assert!(
            run.stderr
                .starts_with("error: cannot write closed/b.yaml: "),
            "{run:?}"
        );
        assert!(
            run.stdout.starts_with("closed/b.yaml:9:24: error"),
            "{run:?}"
        );
        assert!(run.stdout.contains("fixed 1 in 1 file"), "{run:?}");
        assert_eq!(directory.read("a.yaml"), GOOD);
    }

    #[test]
    fn pipe_is_read_but_not_written() {
        let directory = Directory::new(&[]);
        let run = directory.run(&["check", "--fix", "/dev/stdin"], &[], BAD);
        assert_eq!(run.code, 1);
        assert!(!run.stdout.contains("fix"), "{run:?}");
    }

    /// The run is paused between reading and writing by a second file, a pipe that gets its content later.
    #[test]
    fn file_changed_during_the_run_is_not_written() {
        // Sorts before `/dev/stdin`, and with one thread is read before it.
        let directory = Directory::new(&[("+a.yaml", BAD)]);
        let mut child = directory
            .command()
            .args(["check", "--fix", "--threads", "1", "+a.yaml", "/dev/stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut writer = child.stdin.take().unwrap();
        // More than the buffer of a pipe: this blocks until the reader has opened it.
        let comments = "# comment\n".repeat(1 << 15);
        std::io::Write::write_all(&mut writer, comments.as_bytes()).unwrap();
        let changed = BAD.replace("web", "shop");
        directory.write("+a.yaml", &changed);
        std::io::Write::write_all(&mut writer, GOOD.as_bytes()).unwrap();
        drop(writer);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert_eq!(
            stderr,
            "error: cannot write +a.yaml: the file has changed since podwright read it\n"
        );
        assert_eq!(directory.read("+a.yaml"), changed);
        assert_eq!(directory.names(), ["+a.yaml"]);
    }
}
