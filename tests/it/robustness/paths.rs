//! Directory entries that are not regular files, or that disappear.

use std::{
    ffi::OsStr,
    fs::{self, Permissions},
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, wait};

/// Creates a named pipe. Returns `false` if that is not possible.
pub(crate) fn pipe(path: &Path) -> bool {
    let made = Command::new("mkfifo").arg(path).status();
    made.is_ok_and(|status| status.success())
}

#[test]
fn pipes_and_sockets_do_not_block() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        ("crds/a.yaml", ""),
        (
            "node/etc/containerd/config.toml",
            "version = 2\nimports = [\"/etc/containerd/*.toml\"]\n",
        ),
        ("chart/.podwright.yaml", "schemas: [../crds]\n"),
        ("chart/pod.yaml", BAD),
        ("before/pod.yaml", BAD),
        ("now/pod.yaml", BAD),
    ]);
    let at = |name: &str| directory.path().join(name);
    for name in [
        "crds/pipe.yaml",
        "node/etc/containerd/pipe.toml",
        "before/pipe.yaml",
    ] {
        if !pipe(&at(name)) {
            eprintln!("skipped: cannot create a pipe");
            return;
        }
    }
    fs::create_dir_all(at("node/var/lib/kubelet")).unwrap();
    let _socket = UnixListener::bind(at("node/var/lib/kubelet/config.json")).unwrap();

    let run = bounded(&directory, 512, &["check", "--format", "concise", "chart"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.contains("pipe.yaml is not a regular file"),
        "{run:?}"
    );

    let run = bounded(
        &directory,
        512,
        &["check", "--format", "concise", "pod.yaml", "--node", "node"],
    );
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("pod.yaml:9:24"), "{run:?}");
    assert!(
        run.stdout
            .contains("node/etc/containerd/pipe.toml:1:1: error[unreadable-file]"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("node/var/lib/kubelet/config.json:1:1: error[unreadable-file]"),
        "{run:?}"
    );

    let run = bounded(
        &directory,
        512,
        &[
            "check",
            "--format",
            "concise",
            "now",
            "--baseline-dir",
            "before",
        ],
    );
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("before/pipe.yaml"), "{run:?}");
}

#[test]
fn endless_device_is_rejected() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    symlink("/dev/zero", directory.path().join("zero.yaml")).unwrap();
    for arguments in [
        &["check", "--format", "concise", ".", "/dev/zero"][..],
        &["explain", ".", "/dev/zero"],
    ] {
        let run = bounded(&directory, 2048, arguments);
        assert!(run.code < 2, "{run:?}");
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("/dev/zero"), "{said}");
        assert!(said.contains("a device, not a regular file"), "{said}");
    }
    for arguments in [
        &["check", "--config", "/dev/zero"][..],
        &["check", "--baseline", "/dev/zero"],
        &["migrate", "/dev/zero"],
        &["explain", "event", "/dev/zero"],
    ] {
        let run = bounded(&directory, 2048, arguments);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("/dev/zero"), "{run:?}");
    }
}

/// A chart is foreign code: a link in it must not bring another file into a report.
#[test]
fn links_lead_out_of_no_chart() {
    let directory = Directory::new(&[
        ("outside/key.yaml", "hunter2hunter2\n"),
        ("outside/deep/key", "hunter2hunter2\n"),
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        ),
        (
            "chart/templates/config.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  \
             key: {{ .Files.Get \"files/deep/key\" }}{{ .Files.Get \"own\" }}\n",
        ),
        ("chart/parts/own", "mine"),
    ]);
    let at = |name: &str| directory.path().join(name);
    symlink("../../outside/key.yaml", at("chart/templates/link.yaml")).unwrap();
    symlink("../outside", at("chart/files")).unwrap();
    symlink("parts/own", at("chart/own")).unwrap();
    let run = bounded(&directory, 2048, &["check", "chart", "--level", "info"]);
    assert!(run.code < 2, "{run:?}");
    assert!(!run.stdout.contains("hunter2"), "{run:?}");
    assert!(run.stdout.contains("files outside"), "{run:?}");
    let run = bounded(&directory, 2048, &["render", "chart"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("leads out of the chart"), "{run:?}");
}

#[test]
fn symlink_loops_terminate() {
    let directory = Directory::new(&[
        ("a/pod.yaml", BAD),
        ("node/etc/kubernetes/x", ""),
        ("crds/a.yaml", ""),
        (".podwright.yaml", "schemas: [crds]\n"),
    ]);
    let at = |name: &str| directory.path().join(name);
    symlink(directory.path(), at("a/up")).unwrap();
    symlink("../a", at("a/self")).unwrap();
    symlink("two.yaml", at("a/one.yaml")).unwrap();
    symlink("one.yaml", at("a/two.yaml")).unwrap();
    symlink("..", at("crds/up")).unwrap();
    fs::create_dir_all(at("node/etc/crio")).unwrap();
    symlink("..", at("node/etc/crio/crio.conf.d")).unwrap();
    fs::create_dir_all(at("node/etc/containerd")).unwrap();
    symlink(
        "/etc/containerd/config.toml",
        at("node/etc/containerd/config.toml"),
    )
    .unwrap();
    let run = bounded(
        &directory,
        512,
        &["check", "--format", "concise", "--node", "node", "a"],
    );
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("a/pod.yaml:9:24: error"), "{run:?}");
    assert!(
        run.stdout
            .contains("a/one.yaml:1:1: error[unreadable-file]"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("node/etc/containerd/config.toml:1:1: error[unreadable-file]"),
        "{run:?}"
    );
}

#[test]
fn paths_outside_the_directory_are_not_read() {
    let directory = Directory::new(&[
        (
            "secret.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: found-outside}\n",
        ),
        (
            "in/kustomization.yaml",
            "resources: [../secret.yaml, /etc/passwd, ../../../../../../etc/passwd, pod.yaml]\n",
        ),
        ("in/pod.yaml", BAD),
        (
            "node/etc/containerd/config.toml",
            "version = 2\nimports = [\"/../../../../../../etc/*.conf\", \"../../../../secret.yaml\"]\n",
        ),
        ("node/etc/crio/crio.conf", ""),
    ]);
    symlink(
        "../../../../../../../etc/passwd",
        directory.path().join("node/etc/crio/crio.conf.d"),
    )
    .unwrap();
    let run = bounded(
        &directory,
        512,
        &[
            "check", "--level", "info", "--format", "json", "--node", "node", "in",
        ],
    );
    assert!(run.code < 2, "{run:?}");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    for finding in report["findings"].as_array().unwrap() {
        let path = finding["path"].as_str().unwrap();
        assert!(
            path.starts_with("in/") || path.starts_with("node/"),
            "{path}"
        );
    }
    assert!(!run.stdout.contains("found-outside"));
    assert!(!run.stdout.contains("root:"));
}

#[test]
fn names_with_invalid_utf8_or_line_breaks_are_distinguished() {
    let directory = Directory::new(&[]);
    for name in [
        &b"a\xff.yaml"[..],
        b"a\xfe.yaml",
        b"a\nerror[x]: b.yaml",
        b"a\r::error::b.yaml",
    ] {
        fs::write(directory.path().join(OsStr::from_bytes(name)), BAD).unwrap();
    }
    for format in ["concise", "github", "jsonl"] {
        let run = bounded(
            &directory,
            512,
            &[
                "check",
                "--select",
                "pull-policy-invalid",
                "--format",
                format,
            ],
        );
        assert_eq!(run.code, 1, "{run:?}");
        assert_eq!(run.stdout.lines().count(), 5, "{format}: {}", run.stdout);
        assert!(!run.stdout.contains("\n::error::"), "{run:?}");
    }
    let run = bounded(&directory, 512, &["check", "--fix"]);
    assert_eq!(run.code, 0, "{run:?}");
    for name in [&b"a\xff.yaml"[..], b"a\nerror[x]: b.yaml"] {
        let fixed = fs::read_to_string(directory.path().join(OsStr::from_bytes(name))).unwrap();
        assert!(fixed.contains("imagePullPolicy: Always"), "{fixed}");
    }
}

#[test]
fn unreadable_files_are_findings_and_the_rest_is_checked() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        ("closed/pod.yaml", BAD),
        ("secret.yaml", BAD),
    ]);
    let (closed, secret) = (
        directory.path().join("closed"),
        directory.path().join("secret.yaml"),
    );
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&secret, Permissions::from_mode(0o000)).unwrap();
    let mut command = directory.command();
    if fs::read_dir(&closed).is_ok() {
        // Root can read everything, but the user `nobody` cannot.
        use std::os::unix::process::CommandExt as _;
        let own = tempfile::tempdir().unwrap();
        fs::set_permissions(own.path(), Permissions::from_mode(0o755)).unwrap();
        let program = own.path().join("podwright");
        fs::copy(command.get_program(), &program).unwrap();
        let mut other = Command::new(&program);
        other.current_dir(directory.path()).uid(65_534).gid(65_534);
        command = other;
        judge_closed(command, &closed);
        return;
    }
    judge_closed(command, &closed);
}

fn judge_closed(mut command: Command, closed: &Path) {
    let output = command
        .args(["check", "--format", "concise"])
        .stdin(Stdio::null())
        .output();
    fs::set_permissions(closed, Permissions::from_mode(0o755)).unwrap();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: cannot run as another user ({error})");
            return;
        }
    };
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(
        stdout.contains("closed:1:1: error[unreadable-file]"),
        "{stdout}"
    );
    assert!(
        stdout.contains("secret.yaml:1:1: error[unreadable-file]"),
        "{stdout}"
    );
    assert!(
        stdout.contains("pod.yaml:9:24: error[pull-policy-invalid]"),
        "{stdout}"
    );
}

/// Files are created, deleted, resized and replaced by directories while podwright reads. Each run must terminate
/// without other errors.
#[test]
fn files_changing_during_the_run_do_not_end_it() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    let stop = AtomicBool::new(false);
    let path = |n: usize| directory.path().join(format!("f{n}.yaml"));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut turn = 0;
            while !stop.load(Ordering::Relaxed) {
                turn += 1;
                for n in 0..20 {
                    let path = path(n);
                    let _ = fs::remove_file(&path);
                    let _ = fs::remove_dir(&path);
                    let _ = match (n + turn) % 4 {
                        0 => fs::write(&path, BAD.repeat(200)),
                        1 => fs::write(&path, &BAD[..40]),
                        2 => fs::create_dir(&path),
                        _ => Ok(()),
                    };
                }
            }
        });
        for _ in 0..15 {
            for arguments in [
                &["check", "--format", "concise"][..],
                &["explain"],
                &["check", "--diff"],
            ] {
                let mut command = directory.command();
                let mut child = command
                    .args(arguments)
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                let code = wait(&mut child);
                assert!(matches!(code, Some(0 | 1)), "{arguments:?}: {code:?}");
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn binary_files_do_not_leak_their_content() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2-hunter2}\n";
    let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [&[0xff, 0xfe][..], &utf16].concat();
    let binary = [
        b"\x1f\x8b\x08\0PK\x03\x04".as_slice(),
        secret.as_bytes(),
        &[0; 64],
    ]
    .concat();
    let nul = secret.replace("hunter2-", "hunter2\0-").into_bytes();
    let latin = [secret.as_bytes(), b"# caf\xe9\n"].concat();
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    for (name, bytes) in [
        ("utf16.yaml", utf16),
        ("marked.yaml", marked),
        ("archive.yaml", binary),
        ("nul.yaml", nul),
        ("latin.yaml", latin),
        (
            "bom.yaml",
            [b"\xef\xbb\xbf".as_slice(), secret.as_bytes()].concat(),
        ),
    ] {
        fs::write(directory.path().join(name), bytes).unwrap();
    }
    for format in ["text", "json", "sarif", "markdown", "junit"] {
        let run = bounded(
            &directory,
            512,
            &["check", "--level", "info", "--format", format],
        );
        assert_eq!(run.code, 1, "{run:?}");
        assert!(!run.stdout.contains("hunter2"), "{format}: {}", run.stdout);
        assert!(run.stdout.contains("archive.yaml"), "{format}");
    }
}

#[test]
fn configuration_that_is_not_a_regular_file_is_an_error() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    let config = directory.path().join(".podwright.yaml");
    if !pipe(&config) {
        eprintln!("skipped: cannot create a pipe");
        return;
    }
    let run = bounded(&directory, 2048, &["check", "."]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(".podwright.yaml"), "{run:?}");
    assert!(run.stderr.contains("not a regular file"), "{run:?}");
    fs::remove_file(&config).unwrap();
    symlink("nowhere.yaml", &config).unwrap();
    let run = bounded(&directory, 2048, &["check", "."]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(".podwright.yaml"), "{run:?}");
}
