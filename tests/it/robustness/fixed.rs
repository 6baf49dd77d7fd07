//! `--fix` and other writes are atomic: every file has either its old or its new content.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::cli::run::{BAD, Directory, GOOD};
use crate::robustness::bounded::bounded;

/// A baseline that differs from a new one in its whitespace.
const OLD_BASELINE: &str = "{\"version\": 2, \"findings\": []}";

/// Paths of the files that are fixed.
const FILES: [&str; 4] = ["a.yaml", "sub/b.yaml", "elsewhere/target.yaml", "twin.yaml"];

/// A directory with files of different modes, one of them reached through a symbolic link, one with a second hard link.
fn directory() -> Directory {
    let directory = Directory::new(&FILES.map(|name| (name, BAD)));
    let at = |name: &str| directory.path().join(name);
    symlink("elsewhere/target.yaml", at("link.yaml")).unwrap();
    fs::set_permissions(at("a.yaml"), Permissions::from_mode(0o640)).unwrap();
    directory
}

/// Asserts that each file is completely old or new, the symbolic link and modes are kept, and no other file is read
/// as a manifest.
fn is_whole(directory: &Directory, when: &str) {
    for name in FILES {
        let text = directory.read(name);
        assert!(text == BAD || text == GOOD, "{when}: {name}: {text:?}");
    }
    let at = |name: &str| directory.path().join(name);
    assert!(at("link.yaml").is_symlink(), "{when}");
    let mode = fs::metadata(at("a.yaml")).unwrap().mode() & 0o777;
    assert_eq!(mode, 0o640, "{when}");
    let run = bounded(directory, 512, &["check", "--format", "concise"]);
    let last = run.stdout.lines().last().unwrap();
    assert!(
        last.starts_with("checked 4 files, 4 documents"),
        "{when}: {run:?}"
    );
}

/// Asserts that the remains of a killed run do not prevent the next one.
fn can_be_finished(directory: &Directory, when: &str) {
    let run = bounded(directory, 512, &["check", "--fix"]);
    assert_eq!(run.code, 0, "{when}: {run:?}");
    for name in FILES {
        assert_eq!(directory.read(name), GOOD, "{when}");
    }
}

fn has_strace() -> bool {
    let traced = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status();
    let works = traced.is_ok_and(|status| status.success());
    if !works {
        eprintln!("skipped: strace is not available or may not trace");
    }
    works
}

/// Runs under strace, which kills podwright at the `nth` call of `call`. Returns whether it was killed.
fn killed_at(directory: &Directory, call: &str, nth: usize, arguments: &[&str]) -> bool {
    let podwright = directory.command();
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null"])
        .args(["-e", &format!("trace={call}")])
        .args(["-e", &format!("inject={call}:signal=SIGKILL:when={nth}")])
        .arg(podwright.get_program())
        .args(arguments)
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    // strace exits with the signal of the traced process.
    status.code().is_none()
}

#[test]
fn fix_killed_at_any_system_call_leaves_complete_files() {
    if !has_strace() {
        return;
    }
    for (call, least) in [
        ("write", 4),
        ("fsync", 4),
        ("?rename,?renameat,?renameat2", 4),
        ("?fchmod,?fchmodat", 4),
        ("openat", 8),
        ("close", 8),
    ] {
        let mut kills = 0;
        // The first calls are made by the loader; test all others.
        for nth in 1.. {
            let directory = directory();
            if !killed_at(&directory, call, nth, &["check", "--fix", "--threads", "1"]) {
                break;
            }
            kills += 1;
            let when = format!("{call} {nth}");
            is_whole(&directory, &when);
            if nth % 8 == 1 {
                can_be_finished(&directory, &when);
            }
        }
        assert!(kills >= least, "{call}: killed only {kills} times");
    }
}

#[test]
fn fix_killed_at_any_time_leaves_complete_files() {
    for milliseconds in 0..40 {
        let directory = directory();
        let mut command = directory.command();
        command
            .args(["check", "--fix"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().unwrap();
        is_whole(&directory, &format!("{milliseconds} ms"));
        can_be_finished(&directory, &format!("{milliseconds} ms"));
    }
}

#[test]
fn baseline_and_migration_killed_while_writing_leave_complete_files() {
    if !has_strace() {
        return;
    }
    let write = [
        "check",
        "--baseline",
        "baseline.json",
        "--write-baseline",
        "--threads",
        "1",
    ];
    for call in ["write", "fsync", "?rename,?renameat,?renameat2"] {
        let mut kills = 0;
        for nth in 1.. {
            let directory = Directory::new(&[("a.yaml", BAD), ("baseline.json", OLD_BASELINE)]);
            if !killed_at(&directory, call, nth, &write) {
                break;
            }
            kills += 1;
            let text = directory.read("baseline.json");
            assert!(
                text == OLD_BASELINE || text.ends_with("\n]}\n"),
                "{call} {nth}: {text:?}"
            );
        }
        assert!(kills > 0, "{call}");
    }
    for call in [
        "write",
        "fsync",
        "?link,?linkat,?rename,?renameat,?renameat2",
    ] {
        for nth in 1.. {
            let directory =
                Directory::new(&[(".kube-linter.yaml", "checks:\n  exclude: [latest-tag]\n")]);
            if !killed_at(&directory, call, nth, &["migrate", "--write"]) {
                break;
            }
            let written = directory.path().join(".podwright.yaml");
            if written.exists() {
                let run = bounded(&directory, 512, &["check"]);
                assert_eq!(run.code, 0, "{call} {nth}: {run:?}");
                assert!(directory.read(".podwright.yaml").len() > 20, "{call} {nth}");
            }
        }
    }
}

#[test]
fn full_disk_is_an_error_and_changes_nothing() {
    let directory = Directory::new(&[("disk/keep", "")]);
    // A mounted file system of 64 KiB, filled except for one page.
    let script = "mount -t tmpfs -o size=64k none disk || exit 77\n\
                  cp bad.yaml disk/a.yaml && cp bad.yaml disk/b.yaml && cp baseline.json disk/baseline.json || exit 78\n\
                  cat /dev/zero > disk/fill 2>/dev/null\n\
                  \"$PODWRIGHT\" check --fix --format concise disk; echo \"fix $?\"\n\
                  cmp bad.yaml disk/a.yaml && cmp bad.yaml disk/b.yaml && echo same\n\
                  \"$PODWRIGHT\" check --baseline disk/baseline.json --write-baseline disk; echo \"baseline $?\"\n\
                  cmp baseline.json disk/baseline.json && echo same\n\
                  ls -A disk";
    let bulk = format!("{BAD}{}", "# a comment that fills the page\n".repeat(300));
    directory.write("bad.yaml", &bulk);
    directory.write("baseline.json", OLD_BASELINE);
    let podwright = directory.command();
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script])
        .env("PODWRIGHT", podwright.get_program())
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output
        .as_ref()
        .map(|output| (String::from_utf8_lossy(&output.stdout), output))
    else {
        eprintln!("skipped: unshare is not available");
        return;
    };
    let (stdout, output) = output;
    if matches!(output.status.code(), Some(1 | 77)) && !stdout.contains("fix") {
        eprintln!("skipped: cannot mount a file system");
        return;
    }
    let lines: Vec<&str> = stdout.lines().collect();
    assert!(lines.contains(&"fix 2"), "{output:?}");
    assert!(lines.contains(&"baseline 2"), "{output:?}");
    assert_eq!(
        lines.iter().filter(|line| **line == "same").count(),
        2,
        "{output:?}"
    );
    assert_eq!(
        &lines[lines.len() - 4..],
        ["a.yaml", "b.yaml", "baseline.json", "fill"],
        "no temporary file remains"
    );
}

#[test]
fn file_size_limit_keeps_the_file_unchanged() {
    let bulk = format!("{BAD}{}", "# a comment\n".repeat(2_000));
    let directory = Directory::new(&[("a.yaml", &bulk)]);
    let podwright = directory.command();
    let status = Command::new("sh")
        .args(["-c", "ulimit -f 4; exec \"$@\"", "sh"])
        .arg(podwright.get_program())
        .args(["check", "--fix"])
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!status.success());
    assert_eq!(directory.read("a.yaml"), bulk);
}

#[test]
fn hard_link_keeps_the_old_content() {
    let directory = Directory::new(&[("a.yaml", BAD)]);
    let second = directory.path().join("second.txt");
    fs::hard_link(directory.path().join("a.yaml"), &second).unwrap();
    let run = bounded(&directory, 512, &["check", "--fix"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(directory.read("a.yaml"), GOOD);
    assert_eq!(directory.read("second.txt"), BAD);
}

/// Another program writes the file while podwright syncs its replacement.
#[test]
fn concurrent_write_is_not_overwritten() {
    if !has_strace() {
        return;
    }
    let theirs = GOOD.replace("web:1.4.2", "web:1.5.0");
    let directory = Directory::new(&[("a.yaml", BAD)]);
    let podwright = directory.command();
    let child = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync"])
        // Delays in microseconds.
        .args(["-e", "inject=fsync:delay_enter=3000000"])
        .arg(podwright.get_program())
        .args(["check", "--fix"])
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let is_written = || {
        directory
            .names()
            .iter()
            .any(|name| name.starts_with(".podwright-"))
    };
    for _ in 0..1_000 {
        if is_written() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(is_written());
    replace(&directory.path().join("a.yaml"), &theirs);
    let output = child.wait_with_output().unwrap();
    assert_eq!(directory.read("a.yaml"), theirs);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("cannot write a.yaml: the file has changed since podwright read it"),
        "{stderr}"
    );
    assert_eq!(directory.names(), ["a.yaml"], "no temporary file remains");
}

/// Temporary files of a killed run are removed by the next, those of a run that is still going on are not.
#[test]
fn remains_of_a_killed_run_are_removed_by_the_next() {
    let directory = Directory::new(&[
        ("a.yaml", BAD),
        ("sub/b.yaml", GOOD),
        (".podwright-Ab3dEf.tmp", "remains"),
        ("sub/.podwright-Ab3dEf.tmp", "remains"),
        (".podwright-going.tmp", "of another run"),
        (".podwright-config", "a file of the user"),
        (".podwright-a-b.tmp", "another"),
    ]);
    let going = fs::File::open(directory.path().join(".podwright-going.tmp")).unwrap();
    going.lock().unwrap();
    let run = bounded(&directory, 512, &["check", "--fix"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        directory.names(),
        [
            ".podwright-a-b.tmp",
            ".podwright-config",
            ".podwright-going.tmp",
            "a.yaml",
            "sub"
        ]
    );
    assert!(!directory.path().join("sub/.podwright-Ab3dEf.tmp").exists());
    if !has_strace() {
        return;
    }
    for nth in 1..=4 {
        let directory = Directory::new(&[("a.yaml", BAD)]);
        killed_at(&directory, "fsync", nth, &["check", "--fix"]);
        assert_eq!(bounded(&directory, 512, &["check", "--fix"]).code, 0);
        assert_eq!(directory.names(), ["a.yaml"], "killed at fsync {nth}");
    }
}

/// Replaces a file as editors do.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("tmp");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}
