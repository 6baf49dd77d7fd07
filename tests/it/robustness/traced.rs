//! System calls of podwright: no network access, and no access to files that were not requested.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::cli::run::{BAD, Directory};

/// Files that the loader, the C library and Rust's standard library read on Linux.
const OF_THE_RUNTIME: [&str; 13] = [
    // Shared libraries and their search paths.
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/lib/",
    "/lib64/",
    "/usr/lib/",
    "/usr/lib64/",
    // Whether the kernel overcommits memory, which the allocator checks.
    "/proc/sys/vm/overcommit_memory",
    // End of the main thread's stack.
    "/proc/self/maps",
    // Maximum number of threads: CPU affinity and container limits.
    "/proc/self/cgroup",
    "/sys/fs/cgroup/",
    "/sys/devices/system/cpu/",
    "/proc/self/mountinfo",
    "/proc/stat",
];

/// Returns the system calls that reach outside the process, one per line; `None` if strace is not available.
fn calls(directory: &Directory, arguments: &[&str]) -> Option<Vec<String>> {
    let log = directory.path().parent().unwrap().join(format!(
        "{}.strace",
        directory.path().file_name().unwrap().to_str().unwrap()
    ));
    let podwright = directory.command();
    let status = Command::new("strace")
        .args([
            "-f",
            "-qq",
            "-s",
            "4096",
            "-e",
            "trace=%network,?open,openat,?openat2,?creat,execve",
        ])
        .arg("-o")
        .arg(&log)
        .arg(podwright.get_program())
        .args(arguments)
        .current_dir(directory.path())
        // Cargo adds its own directories to the library path.
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let traced = fs::read_to_string(&log).unwrap_or_default();
    let _ = fs::remove_file(&log);
    if status.is_err() || traced.is_empty() {
        eprintln!("skipped: strace is not available or may not trace");
        return None;
    }
    assert!(
        status.unwrap().code().is_some_and(|code| code < 2),
        "{arguments:?}"
    );
    Some(traced.lines().map(str::to_owned).collect())
}

fn directory() -> Directory {
    Directory::new(&[
        ("top/in/a.yaml", BAD),
        (
            "top/in/kustomization.yaml",
            "resources: [a.yaml, ../beside.yaml, /etc/passwd]\n",
        ),
        ("top/in/.gitignore", "ignored.yaml\n"),
        ("top/in/ignored.yaml", BAD),
        ("top/in/.podwright.yaml", "schemas: [../crds]\n"),
        ("top/beside.yaml", BAD),
        ("top/crds/a.yaml", ""),
        (
            "top/node/etc/containerd/config.toml",
            "version = 2\nimports = [\"/etc/passwd\"]\n",
        ),
    ])
}

/// Returns whether podwright may open `path`, as it names it in `directory`.
fn may_open(directory: &Path, path: &str) -> bool {
    let absolute = directory.join(path);
    let named = ["in", "crds", "node"].map(|name| directory.join("top").join(name));
    let is_named = named.iter().any(|named| absolute.starts_with(named));
    // Ignore files are looked up in every ancestor directory.
    let name = absolute
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let is_above = absolute
        .parent()
        .is_some_and(|parent| directory.join("top/in").starts_with(parent));
    let is_ignore_file =
        is_above && [".gitignore", ".ignore", "exclude", ".git", "commondir"].contains(&name);
    let in_git = absolute.components().any(|part| part.as_os_str() == ".git");
    is_named || is_ignore_file || in_git || OF_THE_RUNTIME.iter().any(|own| path.starts_with(own))
}

#[test]
fn no_command_opens_a_socket_or_an_unrelated_file() {
    for arguments in [
        &["check", "top/in"][..],
        &["check", "top/in", "--node", "top/node"],
        &["check", "--diff", "top/in"],
        &["check", "--fix", "top/in"],
        &["explain", "top/in", "--node", "top/node"],
        &["rules"],
        &["rule", "image-missing"],
    ] {
        let directory = directory();
        let Some(calls) = calls(&directory, arguments) else {
            return;
        };
        let mut opened = 0;
        for call in &calls {
            let is_network = [
                "socket(",
                "socketpair(",
                "connect(",
                "bind(",
                "sendto(",
                "sendmsg(",
                "listen(",
            ]
            .iter()
            .any(|name| call.contains(name));
            assert!(!is_network, "{arguments:?}: {call}");
            if !call.contains("open") || !call.contains('"') {
                continue;
            }
            let path = call.split('"').nth(1).unwrap();
            assert!(may_open(directory.path(), path), "{arguments:?}: {call}");
            opened += usize::from(
                !path.starts_with('/') || Path::new(path).starts_with(directory.path()),
            );
        }
        let starts: Vec<&String> = calls
            .iter()
            .filter(|call| call.contains("execve("))
            .collect();
        assert_eq!(
            starts.len(),
            1,
            "podwright starts no other program: {starts:?}"
        );
        assert!(
            opened > 0 || arguments[0].starts_with("rule"),
            "{arguments:?}"
        );
    }
}

/// Only git is started, and only to read earlier revisions.
#[test]
fn git_is_started_only_for_earlier_revisions() {
    let directory = directory();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "init.defaultBranch=main",
        ]);
        let status = command
            .args(arguments)
            .current_dir(directory.path().join("top"))
            .output();
        status.is_ok_and(|output| output.status.success())
    };
    if !(git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-qm", "a"])) {
        eprintln!("skipped: git is not available");
        return;
    }
    let podwright = directory.command();
    let log = directory.path().join("log");
    let status = Command::new("strace")
        .args([
            "-f",
            "-qq",
            "-s",
            "4096",
            "-e",
            "trace=%network,execve",
            "-o",
        ])
        .arg(&log)
        .arg(podwright.get_program())
        .args(["check", "--since", "HEAD", "in"])
        .current_dir(directory.path().join("top"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let traced = fs::read_to_string(&log).unwrap_or_default();
    if status.is_err() || traced.is_empty() {
        eprintln!("skipped: strace is not available or may not trace");
        return;
    }
    for call in traced.lines() {
        // Socket pair with which Rust's standard library detects that a child could not be started.
        let is_network = ["connect(", "bind(", "sendto(", "listen(", "AF_INET"]
            .iter()
            .any(|name| call.contains(name));
        assert!(!is_network, "{call}");
        if let Some((_, rest)) = call.split_once("execve(\"") {
            let program = PathBuf::from(rest.split('"').next().unwrap());
            let name = program.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(["podwright", "git"].contains(&name.as_str()), "{call}");
        }
    }
}
