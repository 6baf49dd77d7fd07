//! Named pipes and devices where a file is expected, and files of the wrong kind.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, wait};
use crate::robustness::paths::pipe;

fn directory() -> Option<Directory> {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        ("empty.json", "\n"),
        ("baseline.json", "{\"version\": 2, \"findings\": []}"),
    ]);
    let made = pipe(&directory.path().join("pipe"));
    if !made {
        eprintln!("skipped: cannot create a pipe");
    }
    made.then_some(directory)
}

/// Arguments that name a file to read or write.
const PLACES: &[&[&str]] = &[
    &["check", "pod.yaml", "--output", "PIPE"],
    &["check", "pod.yaml", "--format", "json=PIPE"],
    &["check", "pod.yaml", "--baseline", "PIPE"],
    &[
        "check",
        "pod.yaml",
        "--baseline",
        "PIPE",
        "--write-baseline",
    ],
    &[
        "check",
        "pod.yaml",
        "--baseline",
        "PIPE",
        "--prune-baseline",
    ],
    &["check", "pod.yaml", "--config", "PIPE"],
    &["check", "pod.yaml", "--node", "PIPE"],
    &["check", "pod.yaml", "--baseline-dir", "PIPE"],
    &["check", "PIPE"],
    &["check", "--fix", "PIPE"],
    &["explain", "PIPE"],
    &["explain", "event", "PIPE"],
    &["explain", "pod.yaml", "--config", "PIPE"],
    &["migrate", "PIPE"],
    &["render", "PIPE"],
    &["vendor", "PIPE"],
];

#[test]
fn pipes_and_devices_are_errors_wherever_a_file_is_named() {
    let Some(directory) = directory() else {
        return;
    };
    for special in ["pipe", "/dev/zero", "/dev/full"] {
        for place in PLACES {
            let arguments: Vec<String> = place
                .iter()
                .map(|part| part.replace("PIPE", special))
                .collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let run = bounded(&directory, 2048, &arguments);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains(special), "{arguments:?}: {said}");
            let is_named = ["a named pipe", "a device", "not a directory"];
            assert!(
                is_named.iter().any(|what| said.contains(what)),
                "{arguments:?}: {said}"
            );
            // What is found wrong with a file of the run is a finding.
            let is_finding =
                place.starts_with(&["check"]) && place.last() == Some(&"PIPE") && place.len() < 4;
            let is_note = place[0] == "explain" && place.len() == 2;
            let expected = match (is_finding, is_note) {
                (true, _) => 1,
                (_, true) => 0,
                _ => 2,
            };
            if place[0] != "vendor" {
                assert_eq!(run.code, expected, "{arguments:?}: {said}");
            }
        }
    }
}

#[test]
fn job_summary_that_is_a_pipe_is_an_error() {
    let Some(directory) = directory() else {
        return;
    };
    let mut command = directory.command();
    let mut child = command
        .args(["check", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", "pipe")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(wait(&mut child), Some(2));
}

/// Runs a script in which `$P` is podwright.
fn shell(directory: &Directory, shell: &str, script: &str) -> Option<(i32, String)> {
    let podwright = directory.command();
    let output = Command::new(shell)
        .args(["-c", script])
        .env("P", podwright.get_program())
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Some((output.status.code().unwrap(), stdout + &stderr))
}

#[test]
fn what_the_shell_has_opened_is_read_and_written() {
    let directory = Directory::new(&[("pod.yaml", BAD), ("config.yaml", "namespace: shop\n")]);
    for (script, code, expected) in [
        ("$P check /dev/stdin < pod.yaml", 1, "/dev/stdin:9:24"),
        ("cat pod.yaml | $P check /dev/stdin", 1, "/dev/stdin:9:24"),
        ("cat pod.yaml | $P check /dev/fd/0", 1, "/dev/fd/0:9:24"),
        (
            "cat config.yaml | $P check pod.yaml --config /dev/stdin",
            1,
            "pod.yaml:9:24",
        ),
        ("$P check pod.yaml --config /dev/null", 1, "pod.yaml:9:24"),
        ("$P check pod.yaml --output /dev/null", 1, ""),
        (
            "$P check pod.yaml --output /dev/stdout | cat",
            0,
            "pod.yaml:9:24",
        ),
        ("$P check pod.yaml --output /dev/stderr", 1, "pod.yaml:9:24"),
        (
            "$P check pod.yaml --format json=/dev/fd/1 | cat",
            0,
            "\"line\":9",
        ),
    ] {
        let (found, said) = shell(&directory, "sh", script).unwrap();
        assert_eq!(found, code, "{script}: {said}");
        assert!(said.contains(expected), "{script}: {said}");
    }
    for (script, code, expected) in [
        (
            "$P check --format concise <(cat pod.yaml)",
            1,
            ":9:24: error",
        ),
        (
            "$P check pod.yaml --config <(cat config.yaml)",
            1,
            "pod.yaml:9:24",
        ),
        (
            "echo x | $P explain event <(echo 'Failed to pull image: EOF') pod.yaml",
            0,
            "EOF",
        ),
        (
            "$P check pod.yaml --format concise --output >(cat); sleep 1",
            0,
            "pod.yaml:9:24",
        ),
    ] {
        let Some((found, said)) = shell(&directory, "bash", script) else {
            eprintln!("skipped: bash is not available");
            return;
        };
        assert_eq!(found, code, "{script}: {said}");
        assert!(said.contains(expected), "{script}: {said}");
    }
}

#[test]
fn only_a_baseline_is_replaced_by_a_baseline() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        ("empty.json", "\n"),
        ("old.json", "{\"version\": 1, \"findings\": []}"),
        ("baseline.json", "{\"version\": 2, \"findings\": []}"),
    ]);
    let write = |file: &str| {
        let arguments = ["check", "pod.yaml", "--baseline", file, "--write-baseline"];
        bounded(&directory, 512, &arguments)
    };
    for file in ["pod.yaml", "config.json", "notes.txt"] {
        let text = match file {
            "pod.yaml" => BAD,
            _ => "{\"version\": 2}",
        };
        directory.write(file, text);
        let run = write(file);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("is not a baseline file"), "{run:?}");
        assert_eq!(directory.read(file), text);
    }
    for file in ["empty.json", "old.json", "baseline.json", "new.json"] {
        let run = write(file);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            directory.read(file).contains("pull-policy-invalid"),
            "{file}"
        );
    }
}

/// A file that is given by mistake, or by someone who wants to see it, is not quoted.
#[test]
fn errors_quote_only_configurations() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        ("repo/pod.yaml", BAD),
        ("passwd", "root:x:0:0:canary1:/root\ndaemon:x:1\n"),
        ("key", "-----BEGIN CANARY1 KEY-----\ncanary1\n"),
        ("list.yaml", "- canary1\n"),
        (
            "secret.yaml",
            "canary1: canary1\nstringData: {a: canary1}\n",
        ),
        ("broken.yaml", "a: [canary1\n"),
        ("number", "canary1 2\n"),
        ("json.json", "{\"canary1\": \"canary1\"}\n"),
    ]);
    let names = [
        "passwd",
        "key",
        "list.yaml",
        "secret.yaml",
        "broken.yaml",
        "number",
        "json.json",
    ];
    for name in names {
        for arguments in [
            &["check", "pod.yaml", "--config", name][..],
            &["check", "pod.yaml", "--baseline", name],
            &["check", "pod.yaml", "--baseline", name, "--write-baseline"],
            &["migrate", name],
            &["explain", "event", name, "pod.yaml"],
        ] {
            let run = bounded(&directory, 512, arguments);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert_eq!(run.code, 2, "{arguments:?}: {said}");
            assert!(said.contains(name), "{arguments:?}: {said}");
            assert!(
                !said.to_lowercase().contains("canary1"),
                "{arguments:?}: {said}"
            );
        }
        let link = directory.path().join("repo/.podwright.yaml");
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(Path::new("..").join(name), link).unwrap();
        let run = bounded(&directory, 512, &["check", "repo"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(!run.stderr.to_lowercase().contains("canary1"), "{run:?}");
    }
    for (text, expected) in [
        ("rulse: {}\n", "unknown key `rulse`: did you mean `rules`?"),
        ("kubernetes: 1.36\nfoo: 1\n", "unknown key `foo`"),
    ] {
        directory.write("repo/own.yaml", text);
        let run = bounded(
            &directory,
            512,
            &["check", "pod.yaml", "--config", "repo/own.yaml"],
        );
        assert!(run.stderr.contains(expected), "{run:?}");
    }
}

#[test]
fn output_that_cannot_be_written_fails() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: there is no /dev/full");
        return;
    }
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["--version"],
        &["help"],
        &["help", "check"],
        &["check", "--help"],
        &["explain", "event", "-h"],
        &["check", "pod.yaml"],
        &["check", "--diff", "pod.yaml"],
        &["explain", "pod.yaml"],
        &["rules"],
        &["rule", "image-missing"],
        &["man"],
        &["completions", "bash"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = directory.command();
        let output = command.args(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains("cannot write the"),
            "{arguments:?}: {stderr}"
        );
    }
}
