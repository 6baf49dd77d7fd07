//! Tests of the binary: exit codes, streams, formats, configuration.

// Clippy recognizes test functions, but not the functions that they call.
mod baseline;
mod catalog;
mod configuration;
mod explain;
mod extends;
mod first_minute;
mod fix;
mod formats;
mod help;
mod inputs;
mod nodes;
mod render;
mod repository;
pub(crate) mod run;
mod since;

use run::{BAD, Directory, GOOD};

#[test]
fn findings_exit_with_1_and_show_source_lines() {
    let directory = Directory::new(&[("deploy/pod.yaml", BAD)]);
    let run = directory.check(&["deploy"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr, "");
    assert!(
        run.stdout.starts_with("error[pull-policy-invalid]: "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("─[deploy/pod.yaml:9:24]"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("9 │       imagePullPolicy: always"),
        "{}",
        run.stdout
    );
    assert_eq!(
        run.stdout.lines().last(),
        Some("checked 1 file, 1 document, 1 object: 1 error; 1 fixable with --fix")
    );
}

#[test]
fn no_findings_exit_with_0_and_show_a_summary() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    let run = directory.check(&[]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stdout,
        "note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n\
         checked 1 file, 1 document, 1 object: no errors or warnings\n"
    );
}

#[test]
fn fail_on_sets_the_exit_code_but_not_the_output() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        (".podwright.yaml", "rules: {pull-policy-invalid: warning}\n"),
    ]);
    for (fail_on, code) in [("info", 1), ("warning", 1), ("error", 0), ("never", 0)] {
        let run = directory.check(&["--fail-on", fail_on]);
        assert_eq!(run.code, code, "{fail_on}");
        assert!(
            run.stdout.contains("warning[pull-policy-invalid]"),
            "{fail_on}"
        );
    }
}

#[test]
fn level_hides_and_counts_findings_below_it() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        (".podwright.yaml", "rules: {pull-policy-invalid: info}\n"),
    ]);
    let hidden = directory.check(&[]);
    assert_eq!(hidden.code, 0);
    assert_eq!(
        hidden.stdout,
        "note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n\
         checked 1 file, 1 document, 1 object: no errors or warnings; \
         1 info: show with --level info\n"
    );
    let shown = directory.check(&["--level", "info"]);
    assert_eq!(shown.code, 0);
    assert!(shown.stdout.contains("info[pull-policy-invalid]"));
    let failing = directory.check(&["--fail-on", "info"]);
    assert_eq!(failing.code, 1);
    assert!(failing.stdout.contains("info[pull-policy-invalid]"));
}

#[test]
fn concise_format_writes_one_line_per_finding() {
    let directory = Directory::new(&[("b.yaml", BAD), ("a.yaml", BAD)]);
    let run = directory.check(&["--format", "concise"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.stdout);
    assert!(lines[0].starts_with("a.yaml:9:24: error[pull-policy-invalid] "));
    assert!(lines[1].starts_with("b.yaml:9:24: error[pull-policy-invalid] "));
    assert_eq!(
        lines[2],
        "checked 2 files, 2 documents, 2 objects: 2 errors; 2 fixable with --fix"
    );
}

#[test]
fn json_format() {
    let directory = Directory::new(&[("pod.yaml", BAD), ("values.yaml", "replicas: 3\n")]);
    let run = directory.check(&["--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["version"], 1);
    let finding = &value["findings"][0];
    assert_eq!(finding["rule"], "pull-policy-invalid");
    assert_eq!(finding["level"], "error");
    assert_eq!(finding["path"], "pod.yaml");
    assert_eq!(finding["start"]["line"], 9);
    assert_eq!(finding["start"]["column"], 24);
    let offset = usize::try_from(finding["start"]["offset"].as_u64().unwrap()).unwrap();
    assert!(BAD[offset..].starts_with("always"));
    assert_eq!(finding["object"]["kind"], "Pod");
    assert_eq!(finding["field"], "spec.containers[0].imagePullPolicy");
    assert_eq!(value["summary"]["findings"]["error"], 1);
    assert_eq!(
        value["summary"]["skipped"],
        serde_json::json!([{"path": "values.yaml", "reason": "not-a-manifest"}])
    );
}

#[test]
fn colors_are_used_only_on_terminals_by_default() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        directory
            .check_with(arguments, variables)
            .stdout
            .contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(
        &[],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn output_file_is_written_atomically() {
    let directory = Directory::new(&[("pod.yaml", BAD), ("report.txt", "old")]);
    let run = directory.check_with(
        &["--output", "report.txt", "pod.yaml"],
        &[("CLICOLOR_FORCE", "1")],
    );
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (1, "", "")
    );
    let report = directory.read("report.txt");
    assert!(report.starts_with("error[pull-policy-invalid]"), "{report}");
    assert!(
        report.ends_with("1 error; 1 fixable with --fix\n"),
        "{report}"
    );
    assert_eq!(directory.names(), ["pod.yaml", "report.txt"]);

    let run = directory.check(&["--output", "no/such/directory.txt"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("no/such/directory.txt"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stdout, "");
}

#[cfg(unix)]
#[test]
fn output_to_a_device_or_symlink_keeps_it() {
    let directory = Directory::new(&[("pod.yaml", BAD), ("target.txt", "")]);
    let run = directory.check(&["--output", "/dev/stdout", "pod.yaml"]);
    assert!(
        run.stdout.ends_with("1 error; 1 fixable with --fix\n"),
        "{}",
        run.stdout
    );
    std::os::unix::fs::symlink("target.txt", directory.path().join("link.txt")).unwrap();
    directory.check(&["--output", "link.txt", "pod.yaml"]);
    assert!(directory.path().join("link.txt").is_symlink());
    assert!(
        directory
            .read("target.txt")
            .ends_with("1 error; 1 fixable with --fix\n")
    );
}

#[test]
fn thread_count_does_not_change_the_result() {
    let names: Vec<String> = (0..60).map(|n| format!("d{}/{n}.yaml", n % 7)).collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (name.as_str(), if n % 3 == 0 { GOOD } else { BAD }))
        .collect();
    let directory = Directory::new(&files);
    let one = directory.check(&["--verbose", "--threads", "1"]);
    assert_eq!(one.stdout.matches("error[pull-policy-invalid]").count(), 40);
    for _ in 0..3 {
        assert_eq!(
            directory.check(&["--verbose", "--threads", "8"]).stdout,
            one.stdout
        );
    }
}

#[cfg(unix)]
#[test]
fn broken_pipe_ends_the_run_silently() {
    use std::process::Stdio;

    let many = BAD.to_owned() + &format!("---\n{BAD}").repeat(2000);
    let directory = Directory::new(&[("pod.yaml", &many)]);
    let mut command = directory.command();
    command.args(["check", "--select", "pull-policy-invalid"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn invalid_arguments_exit_with_2() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    for arguments in [
        &["chekc"][..],
        &[],
        &["check", "--no-such-flag"],
        &["check", "--format", "xml"],
        &["check", "--level", "fatal"],
        &["check", "--threads", "0"],
        &["check", "--kubernetes-version", "2.0"],
        &["check", "--config", "a.yaml", "--no-config"],
        &["rule"],
    ] {
        let run = directory.run(arguments, &[], "");
        assert_eq!(run.code, 2, "{arguments:?}");
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn unknown_rule_suggests_the_nearest() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    for arguments in [
        &[
            "check",
            "--select",
            "pull-policy-invalid,pull-policy-invald",
        ][..],
        &["check", "--ignore", "pull-policy-invald"],
        &["rule", "pull-policy-invald"],
    ] {
        let run = directory.run(arguments, &[], "");
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(
            run.stderr.contains("did you mean `pull-policy-invalid`?"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn select_and_ignore_filter_rules() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    let ignored = directory.run(
        &[
            "check",
            "--format",
            "concise",
            "--ignore",
            "pull-policy-invalid",
        ],
        &[],
        "",
    );
    assert!(!ignored.stdout.contains("pull-policy-invalid"));
    let selected = directory.check(&["--format", "concise"]);
    assert_eq!(selected.stdout.matches("pull-policy-invalid").count(), 1);
}
