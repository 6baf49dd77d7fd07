//! `--node` and `nodes:`: the files of nodes are read, and nothing in them is passed over.

use crate::run::{Folder, GOOD};

/// A docker configuration of which the kubelet takes nothing.
const POISONED: &str = r#"{"auths": {"r.example": {"auth": "me:hunter2"}}}"#;
const USABLE: &str = r#"{"auths": {"r.example": {"auth": "bWU6aHVudGVyMg=="}}}"#;

fn check(folder: &Folder, arguments: &[&str]) -> crate::run::Run {
    let command = [
        "check",
        "--format",
        "concise",
        "--select",
        "dockerconfig-auth-bad-base64",
    ];
    folder.run(&[&command, arguments].concat(), &[], "")
}

#[test]
fn a_nodes_files_are_judged_as_what_they_are_to_the_kubelet() {
    let folder = Folder::new(&[
        ("deploy/pod.yaml", GOOD),
        ("node/var/lib/kubelet/config.json", POISONED),
        ("node/etc/other.json", POISONED),
        ("node/root/.dockercfg", USABLE),
    ]);
    assert_eq!(check(&folder, &["deploy"]).code, 0);
    let run = check(&folder, &["--node", "node", "deploy"]);
    assert_eq!(run.code, 1, "{run:?}");
    let found: Vec<&str> = run.stdout.lines().collect();
    assert!(
        found[0].starts_with("node/var/lib/kubelet/config.json:1:"),
        "{run:?}"
    );
    assert!(
        found[1].starts_with("checked 3 files"),
        "each once, and no others: {run:?}"
    );
    assert!(!run.stdout.contains("hunter2"), "{run:?}");
}

#[test]
fn the_configuration_names_nodes_and_the_command_line_wins() {
    let folder = Folder::new(&[
        (".podwright.yaml", "nodes: [nodes/a]\n"),
        ("deploy/pod.yaml", GOOD),
        ("nodes/a/.docker/config.json", POISONED),
        ("nodes/b/.docker/config.json", USABLE),
    ]);
    let run = check(&folder, &["deploy"]);
    assert!(
        run.stdout.starts_with("nodes/a/.docker/config.json:1:"),
        "{run:?}"
    );
    assert_eq!(check(&folder, &["deploy", "--node", "nodes/b"]).code, 0);
}

#[test]
fn a_node_that_is_not_there_is_exit_code_2() {
    let folder = Folder::new(&[("pod.yaml", GOOD), (".podwright.yaml", "nodes: [gone]\n")]);
    let run = check(&folder, &["pod.yaml"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: there is no file or folder \"gone\"\n");
}

#[test]
fn a_file_that_is_no_utf8_is_a_finding() {
    let folder = Folder::new(&[
        ("pod.yaml", GOOD),
        ("node/.dockercfg", ""),
        ("node/etc/default/kubelet", ""),
    ]);
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(folder.path().join("node/.dockercfg"), utf16).unwrap();
    let flags = folder.path().join("node/etc/default/kubelet");
    std::fs::write(flags, b"A=--root-dir=/\xff\n").unwrap();
    let arguments = ["check", "--format", "concise", "--node", "node", "pod.yaml"];
    let run = folder.run(&arguments, &[], "");
    let found: Vec<&str> = run.stdout.lines().collect();
    let docker = "node/.dockercfg:1:1: error[dockerconfig-invalid-json]";
    assert!(found[0].starts_with(docker), "{run:?}");
    let flags = "node/etc/default/kubelet:1:15: error[yaml-syntax]";
    assert!(found[1].starts_with(flags), "{run:?}");
}

#[cfg(unix)]
#[test]
fn links_in_circles_are_findings() {
    let folder = Folder::new(&[("pod.yaml", GOOD), ("node/etc/x", "")]);
    let link = folder.path().join("node/config.json");
    std::os::unix::fs::symlink("/config.json", link).unwrap();
    let run = check(&folder, &["--node", "node", "pod.yaml"]);
    let expected = "node/config.json:1:1: error[unreadable-file] the file cannot be read: its links lead round in circles";
    assert!(run.stdout.starts_with(expected), "{run:?}");
}
