//! Other tools: their checks, their annotations, and conversion of their configurations.

use std::path::Path;
use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::compat::{Tool, Tools};
use podwright_lint::config::{CommandLine, Config, IgnorePolicy, Settings, SettingsTable};
use podwright_lint::migrate::Migration;
use podwright_lint::{LintResult, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::parse;
use podwright_syntax::text::Source;

#[test]
fn table_uses_current_rule_names() {
    for check in Tool::ALL.iter().flat_map(|tool| tool.checks()) {
        for rule in check.rules {
            assert_eq!(
                podwright_rules::find(rule).map(|entry| entry.meta.name),
                Some(*rule)
            );
        }
    }
}

/// A Deployment with annotations on itself and on its pod template.
fn deployment(own: &str, of_template: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations: {{{own}}}\nspec:\n  template:\n    \
         metadata:\n      annotations: {{{of_template}}}\n    spec:\n      containers:\n        - name: web\n          \
         image: registry.example/web:latest\n"
    )
}

fn run(text: &str, tools: &[Tool], config: &str, strict: bool) -> LintResult {
    let source = Source::new(".podwright.yaml", config);
    let config = Config::from_tree(&source, &parse(source.text.clone())).unwrap();
    let command_line = CommandLine {
        ignores: IgnorePolicy {
            strict,
            compat: tools.iter().copied().collect::<Tools>(),
            ..IgnorePolicy::default()
        },
        ..CommandLine::default()
    };
    let settings = Settings::new(config, "/".into(), command_line);
    let table = SettingsTable::new(&[settings], &[(Path::new("/a.yaml"), 0)]);
    let file = File::read(Source::new("a.yaml", text), &Arc::default());
    lint(&Workspace::new(vec![file]), &table)
}

/// Returns whether the image tag has a finding, and the number of unused or unknown suppressions.
fn found(outcome: &LintResult) -> (bool, usize) {
    let count = |rules: &[&str]| {
        let found = outcome.findings.iter();
        found
            .filter(|finding| rules.contains(&finding.rule))
            .count()
    };
    (
        count(&["image-tag-latest"]) > 0,
        count(&["unused-ignore", "unknown-rule", "expired-ignore"]),
    )
}

#[test]
fn annotations_are_respected_on_request() {
    use Tool::{Checkov, KubeLinter, KubeScore, Polaris};
    let cases = [
        (
            KubeLinter,
            "ignore-check.kube-linter.io/latest-tag: x",
            false,
        ),
        (KubeLinter, "kube-linter.io/ignore-all: x", false),
        (
            KubeScore,
            "kube-score/ignore: 'pod-probes,container-image-tag'",
            true,
        ),
        (
            Polaris,
            "polaris.fairwinds.com/tagNotSpecified-exempt: 'true'",
            false,
        ),
        (Checkov, "checkov.io/skip1: CKV_K8S_14=moving", false),
        (Checkov, "bridgecrew.io/skip2: CKV_K8S_14", false),
    ];
    for (tool, annotation, in_templates) in cases {
        let own = deployment(annotation, "");
        let others: Vec<Tool> = Tool::ALL
            .into_iter()
            .filter(|&other| other != tool)
            .collect();
        assert_eq!(found(&run(&own, &[], "", false)), (true, 0), "{annotation}");
        assert_eq!(
            found(&run(&own, &others, "", false)),
            (true, 0),
            "{annotation}"
        );
        let outcome = run(&own, &[tool], "", false);
        assert_eq!(found(&outcome), (false, 0), "{annotation}");
        assert!(outcome.suppressed > 0, "{annotation}");
        assert_eq!(
            found(&run(&own, &[tool], "", true)),
            (true, 0),
            "{annotation}"
        );
        let config = format!("compat: [{tool}]");
        assert_eq!(found(&run(&own, &[], &config, false)), (false, 0));
        let config = "rules: {image-tag-latest: {ignorable: false}}";
        assert_eq!(found(&run(&own, &[tool], config, false)), (true, 0));
        let template = deployment("", annotation);
        assert_eq!(
            found(&run(&template, &[tool], "", false)),
            (!in_templates, 0)
        );
    }
}

#[test]
fn annotations_for_other_checks_are_not_reported_as_unused() {
    let text = deployment("ignore-check.kube-linter.io/no-anti-affinity: x", "");
    let outcome = run(&text, &Tool::ALL, "", false);
    assert_eq!(found(&outcome), (true, 0));
    let text =
        deployment("ignore-check.kube-linter.io/latest-tag: x", "").replace(":latest", ":1.4.2");
    assert_eq!(found(&run(&text, &Tool::ALL, "", false)), (false, 0));
}

/// Converts a configuration and parses the result.
fn migrated(path: &str, text: &str) -> (String, Settings) {
    let mut migration = Migration::default();
    migration.add(&Source::new(path, text)).unwrap();
    read_back(migration.write())
}

/// Reads the configuration that a migration wrote.
fn read_back(written: String) -> (String, Settings) {
    let source = Source::new(".podwright.yaml", written.as_str());
    let config = Config::from_tree(&source, &parse(source.text.clone()))
        .unwrap_or_else(|error| panic!("{error}\n{written}"));
    (
        written,
        Settings::new(config, "/".into(), CommandLine::default()),
    )
}

fn level(settings: &Settings, rule: &str) -> Option<Severity> {
    settings.level(rule, Path::new("/deploy/a.yaml"))
}

#[test]
fn converts_kube_linter_configuration() {
    let text = "checks:\n  doNotAutoAddDefaults: true\n  include: [required-label-owner, env-value-from]\n  exclude:\n    - \
                latest-tag\n    - sorted-keys\n    - latets-tag\n  ignorePaths:\n    - vendor/**\n    - \
                ~/charts/**\ncustomChecks:\n  - name: it's-ours\n    template: x\n";
    let (written, settings) = migrated(".kube-linter.yaml", text);
    let expected = "\
# Converted from .kube-linter.yaml (kube-linter).

# Suppression annotations of these tools are respected for equivalent rules.
compat: [kube-linter]

rules:
  # .kube-linter.yaml:5: checks.exclude latest-tag
  image-tag-latest: off
  image-tag-looks-like-latest: off
  # .kube-linter.yaml:3: checks.include required-label-owner
  label-required: {level: warning, labels: [{key: owner}]}

exclude:
  # .kube-linter.yaml:9: checks.ignorePaths
  - 'vendor/**'

# No equivalent:
#   .kube-linter.yaml:6: checks.exclude: sorted-keys: podwright does not report it, because what the check finds is usually right
#   .kube-linter.yaml:7: checks.exclude: latets-tag, unknown in kube-linter; did you mean latest-tag?
#   .kube-linter.yaml:12: customChecks: it's-ours: custom check; write it as a ValidatingAdmissionPolicy and list it under `policies`
#   .kube-linter.yaml:10: checks.ignorePaths: ~/charts/**
";
    similar_asserts::assert_eq!(written, expected);
    assert_eq!(level(&settings, "image-tag-latest"), None);
    assert_eq!(level(&settings, "image-mutable-tag"), Some(Severity::Info));
    assert!(settings.is_excluded(Path::new("/vendor/x/a.yaml")));
}

#[test]
fn default_checks_disabled_in_kube_linter_are_off() {
    let text = "checks:\n  doNotAutoAddDefaults: true\n  include: [non-existent-service-account]\n";
    let (_, settings) = migrated("config.yaml", text);
    assert_eq!(level(&settings, "image-tag-latest"), None);
    assert_eq!(
        level(&settings, "service-account-not-found"),
        Some(Severity::Warning)
    );
}

#[test]
fn converts_polaris_configuration() {
    let text = "checks:\n  tagNotSpecified: danger\n  hpaMaxAvailability: warning\n  pullPolicyNotAlways: loud\nexemptions:\n  \
                - controllerNames: [web, api]\n    rules: [tagNotSpecified]\n  - controllerNames: [db]\n    rules: \
                [hpaMaxAvailability]\n";
    let (written, settings) = migrated("polaris.yaml", text);
    assert_eq!(level(&settings, "image-tag-latest"), Some(Severity::Error));
    assert!(
        written.contains("#   polaris.yaml:3: checks: hpaMaxAvailability: podwright does not"),
        "{written}"
    );
    assert!(written.contains("unknown severity loud"), "{written}");
    assert!(
        written.contains("#   polaris.yaml:6: exemptions: web, api: "),
        "{written}"
    );
    assert!(!written.contains("db"), "{written}");
}

#[test]
fn converts_checkov_configuration() {
    let text = "framework: [kubernetes]\nskip-check:\n  - CKV_K8S_43\n  - CKV_K8S_3\n  - CKV_AWS_1\nskip-path:\n  - \
                /vendor/charts\n  - .*\\.gen\\.yaml\nsoft-fail: true\noutput: json\n";
    let (written, settings) = migrated(".checkov.yaml", text);
    assert!(written.contains("\nfail-on: never\n"), "{written}");
    assert_eq!(level(&settings, "image-missing-digest"), None);
    assert_eq!(
        level(&settings, "image-tag-latest"),
        Some(Severity::Warning)
    );
    assert!(settings.is_excluded(Path::new("/vendor/charts/a.yaml")));
    for rest in [
        "skip-check: CKV_K8S_3: PodSecurityPolicies were removed in Kubernetes 1.25\n",
        "skip-path: .*\\.gen\\.yaml is a regular expression",
        ": output: use `--format` and `--output`\n",
    ] {
        assert!(written.contains(rest), "{rest}\n{written}");
    }
    assert!(!written.contains("CKV_AWS_1"), "{written}");
    let (_, settings) = migrated("a.yaml", "check: CKV_K8S_14,CKV_K8S_8\n");
    assert_eq!(level(&settings, "image-missing-digest"), None);
    assert_eq!(
        level(&settings, "image-tag-latest"),
        Some(Severity::Warning)
    );
}

/// Without a configuration, kube-linter and trivy run checks whose rules podwright has only in profiles.
#[test]
fn default_checks_are_switched_on() {
    let (_, settings) = migrated(
        ".kube-linter.yaml",
        "checks:\n  exclude: [no-anti-affinity]\n",
    );
    let warning = Some(Severity::Warning);
    assert_eq!(level(&settings, "run-as-root"), warning);
    assert_eq!(level(&settings, "pod-spread-missing"), None);
    assert_eq!(level(&settings, "liveness-probe-missing"), None);
    let ignored = "# accepted\nAVD-KSV-0014\nCVE-2024-1\nKSV011 exp:2027-01-01\n";
    let (written, settings) = migrated(".trivyignore", ignored);
    assert_eq!(level(&settings, "root-filesystem-writable"), None);
    assert_eq!(level(&settings, "cpu-limit-missing"), None);
    assert_eq!(level(&settings, "run-as-root"), warning);
    assert!(!written.contains("CVE"), "{written}");
    assert!(!written.contains("compat:"), "{written}");
    let text =
        "misconfigurations:\n  - id: AVD-KSV-0012\n  - id: AVD-KSV-0017\n    paths: [a.yaml]\n";
    let (written, settings) = migrated(".trivyignore.yaml", text);
    assert_eq!(level(&settings, "run-as-root"), None);
    assert_eq!(level(&settings, "container-privileged"), warning);
    assert!(written.contains("KSV-0017 for some paths"), "{written}");
}

#[test]
fn each_custom_check_of_polaris_is_listed_once() {
    let text = "checks:\n  resourceLimits: warning\n  tagNotSpecified: danger\ncustomChecks:\n  resourceLimits: {target: Container}\n  \
                imageRegistry: {target: Container}\ndisallowExemptions: true\n";
    let (written, settings) = migrated("a.yaml", text);
    assert_eq!(level(&settings, "image-tag-latest"), Some(Severity::Error));
    for (name, line) in [("resourceLimits", 5), ("imageRegistry", 6)] {
        let expected = format!("a.yaml:{line}: customChecks: {name}: custom check; write it as a");
        assert!(written.contains(&expected), "{written}");
        assert_eq!(written.matches(name).count(), 1, "{written}");
    }
    assert!(!written.contains("compat:"), "{written}");
}

/// Several checks of polaris may be one rule here.
#[test]
fn the_highest_level_of_checks_for_one_rule_wins() {
    for [first, second] in [
        ["ignore", "danger"],
        ["danger", "ignore"],
        ["warning", "danger"],
    ] {
        let text = format!(
            "checks:\n  rolePodExecAttach: {first}\n  clusterrolePodExecAttach: {second}\nmutations: [a]\n"
        );
        let (written, settings) = migrated("polaris.yaml", &text);
        assert_eq!(
            level(&settings, "rbac-exec-attach"),
            Some(Severity::Error),
            "{written}"
        );
        let rest = "#   polaris.yaml:4: mutations: podwright changes files only with `--fix`\n";
        assert!(written.contains(rest), "{written}");
    }
}

/// Rules about what the cluster does stay on, also if kube-linter runs only named checks.
#[test]
fn validation_stays_on_without_default_checks() {
    let text = "checks:\n  doNotAutoAddDefaults: true\n  include: [run-as-non-root]\n";
    let (_, settings) = migrated(".kube-linter.yaml", text);
    let (_, defaults) = migrated(".kube-linter.yaml", "checks: {}\n");
    for rule in podwright_rules::RULES
        .iter()
        .filter(|rule| rule.profile == podwright_rule::Profile::Default)
    {
        let name = rule.meta.name;
        if rule.meta.level == Severity::Error {
            assert_eq!(level(&settings, name), level(&defaults, name), "{name}");
            assert_eq!(level(&settings, name), Some(Severity::Error), "{name}");
        }
    }
    assert_eq!(level(&settings, "run-as-root"), Some(Severity::Warning));
}

/// All checks that each tool has, switched on and off: each ends up in a rule, or in the list with its reason.
#[test]
fn every_check_is_converted_or_listed() {
    for tool in Tool::ALL {
        let names: Vec<&str> = tool
            .checks()
            .iter()
            .map(|check| check.name)
            .chain(tool.others().map(|(name, _)| name))
            .collect();
        let list = |key: &str| format!("{key}: [{}]\n", names.join(", "));
        let (path, text) = match tool {
            Tool::KubeLinter => (
                ".kube-linter.yaml",
                format!("checks:\n  {}", list("exclude")),
            ),
            Tool::Checkov => (".checkov.yaml", list("skip-check")),
            Tool::Polaris => {
                let lines = names.iter().map(|name| format!("  {name}: ignore\n"));
                (
                    "polaris.yaml",
                    format!("checks:\n{}", lines.collect::<String>()),
                )
            }
            Tool::Trivy => (".trivyignore", names.join("\n")),
            Tool::KubeScore => {
                let mut migration = Migration::default();
                let command = format!("kube-score score --ignore-test {} a.yaml", names.join(","));
                migration.add_command(&command).unwrap();
                let (written, settings) = read_back(migration.write());
                assert_converted(tool, &written, &settings);
                continue;
            }
        };
        let (written, settings) = migrated(path, &text);
        assert_converted(tool, &written, &settings);
    }
}

/// The rules of all checks are off, and each other check is listed with its reason.
fn assert_converted(tool: Tool, written: &str, settings: &Settings) {
    for check in tool.checks() {
        for rule in check.rules {
            assert_eq!(level(settings, rule), None, "{tool} {}: {rule}", check.name);
        }
    }
    for (name, why) in tool.others() {
        let expected = format!("{name}: {why}");
        assert!(written.contains(&expected), "{tool} {name}: {written}");
    }
}

#[test]
fn command_lines_are_converted() {
    let mut migration = Migration::default();
    migration
        .add_command("kubeconform -strict -kubernetes-version 1.31.0 -ignore-filename-pattern=tests/ -skip Secret deploy/")
        .unwrap();
    let (written, settings) = read_back(migration.write());
    assert_eq!(settings.versions().to_string(), "1.31");
    assert!(settings.is_excluded(Path::new("/tests/a.yaml")));
    for rest in [
        "--strict: not needed: unknown fields",
        "--skip Secret: podwright skips files, not kinds",
    ] {
        assert!(written.contains(rest), "{written}");
    }
    assert!(Migration::default().add_command("kubectl apply").is_err());
}

/// `customChecks` is a list in kube-linter and a mapping in polaris.
#[test]
fn custom_checks_tell_the_tools_apart() {
    let (written, _) = migrated("a.yaml", "customChecks:\n  mine:\n    schema: {}\n");
    assert!(written.contains("(polaris)"), "{written}");
    let (written, _) = migrated("a.yaml", "customChecks:\n  - name: mine\n");
    assert!(written.contains("(kube-linter)"), "{written}");
}

#[test]
fn unrecognized_configuration_is_an_error_with_a_position() {
    let error = |text: &str| {
        let mut migration = Migration::default();
        let error = migration.add(&Source::new("a.yaml", text)).unwrap_err();
        error.to_string()
    };
    assert!(
        error("checks:\n  - a: [\n").starts_with("a.yaml:"),
        "{}",
        error("checks:\n  - a: [\n")
    );
    assert!(error("replicas: 1\n").contains("have no configuration file"));
    assert!(error("").contains("not recognized"));
}

#[test]
fn names_cannot_break_out_of_their_lines() {
    let text =
        "checks:\n  exclude: [\"a\\nrules: {}\\u0085x: y\"]\n  ignorePaths: [\"it's\\n- b\"]\n";
    let (written, _) = migrated(".kube-linter.yaml", text);
    assert!(!written.contains("\nrules: "), "{written}");
    assert!(!written.contains("\n- b"), "{written}");
}
