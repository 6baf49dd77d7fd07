//! `podwright migrate` on what other tools publish: all their checks, and all keys of their configurations.

use std::path::Path;

use podwright_lint::compat::Tool;

use crate::cli::run::{Directory, GOOD};
use crate::codegen::read;
use crate::snapshot;

const DATA: &str = "tests/data/migrations";

/// A check as its tool publishes it.
struct Published {
    tool: Tool,
    name: String,
    /// `default`, `optional`, or the level of polaris.
    default: String,
}

fn published() -> Vec<Published> {
    let text = read(Path::new(DATA).join("published.tsv"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t').map(str::to_owned);
            let mut next = || columns.next().expect("three columns");
            Published {
                tool: Tool::named(&next()).expect("a tool"),
                name: next(),
                default: next(),
            }
        })
        .collect()
}

fn published_of(tool: Tool) -> Vec<Published> {
    let mut all = published();
    all.retain(|check| check.tool == tool);
    all
}

/// Each published check has rules, or a reason why it has none. What runs by default is known.
#[test]
fn published_checks_are_known() {
    let all = published();
    assert!(all.len() > 340, "only {} checks", all.len());
    for Published {
        tool,
        name,
        default,
    } in all
    {
        let known = tool.check(&name);
        let lost = tool.others().any(|(other, _)| other == name);
        assert!(known.is_some() != lost, "{tool} {name}");
        if let (Some(check), Tool::KubeLinter | Tool::KubeScore) = (known, tool) {
            assert_eq!(check.is_default, default == "default", "{tool} {name}");
        }
    }
}

/// Writes `.podwright.yaml` in a directory with these files, and asserts that the next check has no complaint about it.
fn migrated(files: &[(&str, &str)], arguments: &[&str]) -> String {
    let directory = Directory::new(files);
    directory.write("pod.yaml", GOOD);
    let written = directory.run(&[&["migrate", "--write"], arguments].concat(), &[], "");
    assert_eq!(written.code, 0, "{}", written.stderr);
    let text = directory.read(".podwright.yaml");
    let arguments = ["check", "--level", "info", "--format", "concise", "."];
    let run = directory.run(&arguments, &[], "");
    assert!(matches!(run.code, 0 | 1), "{}\n{text}", run.stderr);
    assert_eq!(run.stderr, "", "{text}");
    assert!(
        !run.stdout.contains(".podwright.yaml"),
        "{}\n{text}",
        run.stdout
    );
    text
}

/// Asserts that the rules of these checks are on, and that checks without rules are listed with the reason.
fn assert_on(tool: Tool, names: &[String], written: &str) {
    for name in names {
        if let Some((_, why)) = tool.others().find(|(other, _)| other == name) {
            let is_listed = |line: &str| line.contains(name.as_str()) && line.ends_with(why);
            assert!(written.lines().any(is_listed), "{tool} {name}: {written}");
            continue;
        }
        for rule in tool.check(name).expect("a known check").rules {
            let definition = podwright_rules::find(rule).expect("a rule");
            let is_on = definition.profile == podwright_rule::Profile::Default
                && definition.meta.level >= podwright_rule::Severity::Warning;
            let is_set = ["warning", "error", "{level: warning"]
                .iter()
                .any(|level| written.contains(&format!("\n  {rule}: {level}")));
            assert!(is_on || is_set, "{tool} {name}: {rule}\n{written}");
            assert!(
                !written.contains(&format!("{rule}: off")),
                "{tool} {name}: {written}"
            );
        }
    }
}

#[test]
fn all_checks_of_kube_linter_are_switched_on() {
    let checks = published_of(Tool::KubeLinter);
    let names: Vec<String> = checks.iter().map(|check| check.name.clone()).collect();
    let included = format!("checks:\n  include: [{}]\n", names.join(", "));
    let written = migrated(&[(".kube-linter.yaml", &included)], &[]);
    assert_on(Tool::KubeLinter, &names, &written);
    let (_, own): (Vec<_>, Vec<_>) = checks.iter().partition(|check| check.default == "optional");
    let default: Vec<String> = own.iter().map(|check| check.name.clone()).collect();
    let written = migrated(&[(".kube-linter.yaml", "checks: {}\n")], &[]);
    assert_on(Tool::KubeLinter, &default, &written);
    assert!(
        !written.contains("\n  readiness-probe-missing"),
        "{written}"
    );
}

#[test]
fn all_checks_of_checkov_are_switched_on() {
    let checks = published_of(Tool::Checkov);
    let names: Vec<String> = checks.into_iter().map(|check| check.name).collect();
    let listed = format!("framework: [kubernetes]\ncheck: [{}]\n", names.join(", "));
    let written = migrated(&[(".checkov.yaml", &listed)], &[]);
    assert_on(Tool::Checkov, &names, &written);
    let written = migrated(&[(".checkov.yaml", "check: ['*K8S_*']\n")], &[]);
    assert_on(Tool::Checkov, &names, &written);
    let written = migrated(&[(".checkov.yaml", "framework: [terraform]\n")], &[]);
    assert!(!written.contains("rules:"), "{written}");
    assert!(
        written.contains("framework: checkov does not check"),
        "{written}"
    );
}

#[test]
fn all_checks_of_polaris_are_switched_on() {
    let checks = published_of(Tool::Polaris);
    let lines = checks
        .iter()
        .map(|check| format!("  {}: {}\n", check.name, check.default));
    let text = format!("checks:\n{}", lines.collect::<String>());
    let written = migrated(&[("polaris.yaml", &text)], &[]);
    let names: Vec<String> = checks.into_iter().map(|check| check.name).collect();
    assert_on(Tool::Polaris, &names, &written);
    assert!(written.contains("\n  run-as-root: error\n"), "{written}");
}

/// Trivy has no list of checks to run, but one of checks to ignore.
#[test]
fn all_checks_of_trivy_are_switched_on_and_off() {
    let checks = published_of(Tool::Trivy);
    let names: Vec<String> = checks.into_iter().map(|check| check.name).collect();
    let written = migrated(&[("trivy.yaml", "scan: {scanners: [misconfig]}\n")], &[]);
    assert_on(Tool::Trivy, &names, &written);
    let ignored: String = names.iter().map(|name| format!("AVD-{name}\n")).collect();
    let written = migrated(&[(".trivyignore", &ignored)], &[]);
    for name in names {
        if let Some((_, why)) = Tool::Trivy.others().find(|(other, _)| *other == name) {
            assert!(
                written.contains(&format!("{name}: {why}")),
                "{name}: {written}"
            );
        }
        for rule in Tool::Trivy
            .check(&name)
            .map_or(&[][..], |check| check.rules)
        {
            assert!(
                written.contains(&format!("\n  {rule}: off")),
                "{name}: {written}"
            );
        }
    }
}

#[test]
fn all_checks_of_kube_score_are_switched_on() {
    let checks = published_of(Tool::KubeScore);
    let optional = checks.iter().filter(|check| check.default == "optional");
    let optional: Vec<&str> = optional.map(|check| check.name.as_str()).collect();
    let command = format!(
        "kube-score score --enable-optional-test {} -",
        optional.join(",")
    );
    let written = migrated(&[], &["--command", &command]);
    let names: Vec<String> = checks.into_iter().map(|check| check.name).collect();
    assert_on(Tool::KubeScore, &names, &written);
}

/// What happens to each key of the configurations.
#[test]
fn all_keys_are_converted_or_listed() {
    for (tool, name) in [
        ("kube-linter", ".kube-linter.yaml"),
        ("checkov", ".checkov.yaml"),
        ("polaris", "polaris.yaml"),
        ("trivy", "trivy.yaml"),
    ] {
        let path = Path::new(DATA).join(format!("{tool}.yaml"));
        let written = migrated(&[(name, &read(&path))], &[]);
        snapshot::assert(Path::new(DATA), tool, "migrate", &written);
    }
}
