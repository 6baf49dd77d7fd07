//! Help, version, rule pages and manual pages.

use std::path::Path;

use podwright_rules::RULES;

use crate::cli::run::Directory;
use crate::snapshot;

#[test]
fn help() {
    for (name, command) in [
        ("help", "--help"),
        ("help-check", "check --help"),
        ("help-explain", "explain --help"),
        ("help-explain-event", "explain event --help"),
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let run = Directory::new(&[]).run(&arguments, &[], "");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let directory = Path::new("tests/it/cli/snapshots");
        snapshot::assert(directory, name, command, &run.stdout);
    }
}

#[test]
fn version() {
    let run = Directory::new(&[]).run(&["--version"], &[], "");
    assert_eq!(
        run.stdout,
        format!("podwright {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn rule_prints_its_page() {
    let run = Directory::new(&[]).run(&["rule", "pull-policy-invalid"], &[], "");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(
        run.stdout.starts_with("# pull-policy-invalid\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn rules_lists_every_rule_in_its_group() {
    let run = Directory::new(&[]).run(&["rules"], &[], "");
    assert_eq!(run.code, 0);
    let mut group = "";
    let mut listed = Vec::new();
    for line in run.stdout.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("  ") {
            None => group = line,
            Some(rule) => listed.push((group, rule.split(' ').next().unwrap())),
        }
    }
    let book: Vec<_> = RULES
        .iter()
        .map(|entry| (entry.meta.group, entry.meta.name))
        .collect();
    assert_eq!(listed, book);
}

#[test]
fn completions_are_generated() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Directory::new(&[]).run(&["completions", shell], &[], "");
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("podwright"), "{shell}");
        assert!(run.stdout.contains("kubernetes-version"), "{shell}");
        // PowerShell and elvish complete no values.
        if matches!(shell, "bash" | "zsh" | "fish") {
            for name in ["pull-policy-invalid", "security", "kube-linter", "sarif"] {
                assert!(run.stdout.contains(name), "{shell}: {name}");
            }
        }
    }
}

#[test]
fn manual_pages_for_every_command() {
    let directory = Directory::new(&[]);
    let page = |arguments: &[&str]| {
        let run = directory.run(arguments, &[], "");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        run.stdout
    };
    let version = env!("CARGO_PKG_VERSION");
    let whole = page(&["man"]);
    assert!(
        whole.contains(&format!(".TH podwright 1  \"podwright {version}\"")),
        "{whole}"
    );
    // Every page that this one references exists.
    let named: Vec<&str> = whole
        .lines()
        .filter_map(|line| line.strip_prefix(r"podwright\-")?.strip_suffix("(1)"))
        .collect();
    assert!(
        named.contains(&"check") && named.contains(&"man"),
        "{named:?}"
    );
    for command in named {
        let title = format!(".TH podwright-{command} 1 ");
        assert!(page(&["man", command]).contains(&title), "{command}");
    }
    let check = page(&["man", "check"]);
    for option in [
        r"\-\-fail\-on",
        r"\-\-baseline",
        "Exit codes: 0 no findings",
    ] {
        assert!(check.contains(option), "{option}: {check}");
    }
}

#[test]
fn manual_page_of_an_unknown_command() {
    let run = Directory::new(&[]).run(&["man", "chekc"], &[], "");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(
        run.stderr,
        "error: unknown command `chekc`; did you mean `check`?\n"
    );
}

#[cfg(unix)]
#[test]
fn kubectl_plugin_shows_kubectl_usage() {
    use std::os::unix::process::CommandExt;

    let directory = Directory::new(&[]);
    let shown = |program: &str, arguments: &[&str]| {
        let mut command = directory.command();
        let output = command.arg0(program).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let plugin = "/usr/local/bin/kubectl-podwright";
    let help = shown(plugin, &["--help"]);
    assert!(
        help.contains("Usage: kubectl podwright [COMMAND]\n"),
        "{help}"
    );
    assert!(
        help.contains("\n  kubectl podwright rule pull-policy-invalid  "),
        "{help}"
    );
    assert!(
        help.contains("./chart | kubectl podwright check -\n"),
        "{help}"
    );
    let check = shown(plugin, &["check", "-h"]);
    assert!(check.contains("Usage: kubectl podwright check "), "{check}");
    assert!(
        check.contains("\n  kubectl podwright check --fix deploy/\n"),
        "{check}"
    );
    assert!(shown(plugin, &["chekc"]).contains("Usage: kubectl podwright [COMMAND]\n"));
    for other in ["podwright", "/opt/kubectl-podwright/podwright"] {
        let help = shown(other, &["--help"]);
        assert!(!help.contains("kubectl podwright"), "{help}");
    }
}
