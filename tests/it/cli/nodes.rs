//! `--node` and `nodes:`: all files of nodes are read.

use crate::cli::run::{Directory, GOOD};

/// A Docker configuration that the kubelet rejects completely.
const POISONED: &str = r#"{"auths": {"r.example": {"auth": "me:hunter2"}}}"#;
const USABLE: &str = r#"{"auths": {"r.example": {"auth": "bWU6aHVudGVyMg=="}}}"#;

fn check(directory: &Directory, arguments: &[&str]) -> crate::cli::run::Run {
    let command = [
        "check",
        "--format",
        "concise",
        "--select",
        "dockerconfig-auth-bad-base64",
    ];
    directory.run(&[&command, arguments].concat(), &[], "")
}

#[test]
fn node_files_are_checked_by_their_role() {
    let directory = Directory::new(&[
        ("deploy/pod.yaml", GOOD),
        ("node/var/lib/kubelet/config.json", POISONED),
        ("node/etc/other.json", POISONED),
        ("node/root/.dockercfg", USABLE),
    ]);
    assert_eq!(check(&directory, &["deploy"]).code, 0);
    let run = check(&directory, &["--node", "node", "deploy"]);
    assert_eq!(run.code, 1, "{run:?}");
    let found: Vec<&str> = run.stdout.lines().collect();
    assert!(
        found[0].starts_with("node/var/lib/kubelet/config.json:1:"),
        "{run:?}"
    );
    assert!(
        found[1].starts_with("checked 3 files"),
        "each exactly once, and no others: {run:?}"
    );
    assert!(!run.stdout.contains("hunter2"), "{run:?}");
}

#[test]
fn command_line_overrides_configured_nodes() {
    let directory = Directory::new(&[
        (".podwright.yaml", "nodes: [nodes/a]\n"),
        ("deploy/pod.yaml", GOOD),
        ("nodes/a/.docker/config.json", POISONED),
        ("nodes/b/.docker/config.json", USABLE),
    ]);
    let run = check(&directory, &["deploy"]);
    assert!(
        run.stdout.starts_with("nodes/a/.docker/config.json:1:"),
        "{run:?}"
    );
    assert_eq!(check(&directory, &["deploy", "--node", "nodes/b"]).code, 0);
}

#[test]
fn missing_node_exits_with_2() {
    let directory = Directory::new(&[("pod.yaml", GOOD), (".podwright.yaml", "nodes: [gone]\n")]);
    let run = check(&directory, &["pod.yaml"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: no such file or directory: \"gone\"\n");
}

#[test]
fn invalid_utf8_in_a_node_file_is_a_finding() {
    let directory = Directory::new(&[
        ("pod.yaml", GOOD),
        ("node/.dockercfg", ""),
        ("node/etc/default/kubelet", ""),
    ]);
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(directory.path().join("node/.dockercfg"), utf16).unwrap();
    let flags = directory.path().join("node/etc/default/kubelet");
    std::fs::write(flags, b"A=--root-dir=/\xff\n").unwrap();
    let arguments = ["check", "--format", "concise", "--node", "node", "pod.yaml"];
    let run = directory.run(&arguments, &[], "");
    let found: Vec<&str> = run.stdout.lines().collect();
    let docker = "node/.dockercfg:1:1: error[dockerconfig-invalid-json]";
    assert!(found[0].starts_with(docker), "{run:?}");
    let flags = "node/etc/default/kubelet:1:15: error[yaml-syntax]";
    assert!(found[1].starts_with(flags), "{run:?}");
}

#[cfg(unix)]
#[test]
fn symlink_loop_is_a_finding() {
    let directory = Directory::new(&[("pod.yaml", GOOD), ("node/etc/x", "")]);
    let link = directory.path().join("node/config.json");
    std::os::unix::fs::symlink("/config.json", link).unwrap();
    let run = check(&directory, &["--node", "node", "pod.yaml"]);
    let expected =
        "node/config.json:1:1: error[unreadable-file] cannot read file: symbolic link loop";
    assert!(run.stdout.starts_with(expected), "{run:?}");
}

/// Imports of containerd's configuration are followed on the node, and files next to them are read too.
#[test]
fn container_runtime_configuration_is_read_with_imports() {
    let main = "version = 2\nimports = ['conf.d/*.toml', '/opt/kata/*/containerd.toml']\n";
    let table = |id: &str, name: &str| {
        format!("[plugins.\"{id}\".containerd.runtimes.{name}]\nruntime_type = \"x\"\n")
    };
    let class = |name: &str| {
        format!(
            "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {{name: {name}}}\nhandler: {name}\n---\n"
        )
    };
    let directory = Directory::new(&[
        (
            "classes.yaml",
            &[class("kata"), class("runsc"), class("other")].concat(),
        ),
        ("node/etc/containerd/config.toml", main),
        (
            "node/etc/containerd/conf.d/a.toml",
            &table("io.containerd.cri.v1.runtime", "kata"),
        ),
        (
            "node/etc/containerd/certs.d/docker.io/hosts.toml",
            "server = \"x\"\n",
        ),
        ("node/opt/kata/v3/containerd.toml", &table("cri", "runsc")),
    ]);
    let check = |more: &[&str]| {
        let command = [
            "check",
            "--format",
            "concise",
            "--node",
            "node",
            "classes.yaml",
            "--select",
        ];
        let rules = "runtimeclass-handler-not-configured,containerd-conf-d-not-imported";
        directory.run(&[&command, &[rules][..], more].concat(), &[], "")
    };
    let run = check(&[]);
    let found: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(found.len(), 2, "{run:?}");
    assert!(
        found[0].contains("the node has no runtime `other`"),
        "{run:?}"
    );
    assert!(found[1].starts_with("checked 5 files"), "{run:?}");
    // 1.7 uses a single table, and that of the last file has another format.
    let run = check(&["--containerd-version", "1.7"]);
    assert!(
        !run.stdout.contains("no runtime"),
        "containerd does not start, so no runtime is reported as missing: {run:?}"
    );
    let run = check(&["--containerd-version", "1.8"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("containerd 1.8 is not supported"),
        "{run:?}"
    );
}

/// No report shows possible registry credentials, not even for broken files.
#[test]
fn registry_credentials_are_not_shown() {
    let auth = "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r.example\".auth]\n\
                username = \"me\"\npassword = \"hunter2\"\n";
    for broken in ["", "nonsense\n"] {
        let text = format!("{auth}{broken}");
        let directory =
            Directory::new(&[("node/etc/containerd/config.toml", &text), ("a.yaml", GOOD)]);
        let run = directory.run(
            &["check", "--level", "info", "--node", "node", "a.yaml"],
            &[],
            "",
        );
        assert!(run.stdout.contains("containerd-"), "{run:?}");
        assert!(!run.stdout.contains("hunter2"), "{run:?}");
    }
}
