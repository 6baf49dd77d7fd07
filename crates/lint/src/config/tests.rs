use std::path::{Path, PathBuf};

use serde_json::json;

use super::*;
use podwright_model::KubernetesVersion;
use podwright_rule::finding::Severity;
use podwright_syntax::text::{FileId, Source};

fn read(text: &str) -> Result<Config, String> {
    let source = Source::new(".podwright.yaml", text);
    let tree = podwright_syntax::parse(source.text.clone());
    Config::from_tree(&source, &tree).map_err(|error| error.to_string())
}

fn settings(text: &str) -> Settings {
    Settings::new(
        read(text).unwrap(),
        PathBuf::from("/repo"),
        CommandLine::default(),
    )
}

#[test]
fn reads_every_key() {
    let config = read(
        r#"{
  "kubernetes": "1.30-1.36",
  "namespace": "shop",
  "complete": true,
  "externals": [{"kind": "Secret", "name": "tls-*"}],
  "rules": {"pull-policy-invalid": "warning"},
  "overrides": [{"paths": ["legacy/"], "rules": {"pull-policy-invalid": "off"}}],
  "exclude": ["vendor"],
  "pod-templates": [{"kind": "Rollout", "group": "argoproj.io", "path": "spec.template.spec"}]
}"#,
    )
    .unwrap();
    let range = config.kubernetes.unwrap();
    assert_eq!(
        (range.oldest, range.newest),
        (KubernetesVersion(30), KubernetesVersion(36))
    );
    assert_eq!(config.namespace.as_deref(), Some("shop"));
    assert_eq!(config.complete, Some(true));
    assert_eq!(
        config.external_objects(),
        [External {
            kind: "Secret".into(),
            name: "tls-*".into(),
            namespace: None
        }]
    );
    assert_eq!(
        config.pod_template_paths(),
        [PodTemplatePath {
            group: "argoproj.io".into(),
            kind: "Rollout".into(),
            path: vec!["spec".into(), "template".into(), "spec".into()],
        }]
    );
    assert_eq!(config.overrides.len(), 1);
    assert_eq!(config.exclude.len(), 1);
}

#[test]
fn nothing_and_empty_keys_are_the_defaults() {
    for text in [
        "",
        "{}",
        "null",
        r#"{"rules": null, "exclude": null, "kubernetes": null}"#,
    ] {
        let config = read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert!(config.kubernetes.is_none() && config.rules.0.is_empty());
        assert!(config.exclude.is_empty() && config.overrides.is_empty());
    }
}

#[test]
fn says_where_and_what_was_meant() {
    for (text, expected) in [
        (
            "{\n  \"kuberntes\": \"1.36\"}",
            ".podwright.yaml:2:3: unknown key `kuberntes`: did you mean `kubernetes`?",
        ),
        (
            "{\"rules\": {\n\"pull-polcy-invalid\": \"off\"}}",
            ".podwright.yaml:2:1: unknown rule `pull-polcy-invalid`: did you mean `pull-policy-invalid`?",
        ),
        (
            "{\"rules\": {\"nothing-like-it\": \"off\"}}",
            ".podwright.yaml:1:12: unknown rule `nothing-like-it`: run `podwright rules` to list all rules",
        ),
        (
            "{\"rules\": {\"pull-policy-invalid\": \"warnin\"}}",
            ".podwright.yaml:1:35: unknown value `warnin`: did you mean `warning`?",
        ),
        (
            "{\"rules\": {\"pull-policy-invalid\": {\"level\": \"fatal\"}}}",
            ".podwright.yaml:1:45: unknown value `fatal`: expected one of off, info, warning, error",
        ),
        (
            "{\"rules\": {\"pull-policy-invalid\": {\"levle\": \"off\"}}}",
            ".podwright.yaml:1:36: unknown option `levle`: did you mean `level`?",
        ),
        (
            "{\"rules\": {\"pull-policy-invalid\": \"off\",\n \"pull-policy-invalid\": \"off\"}}",
            ".podwright.yaml:2:2: duplicate rule `pull-policy-invalid`",
        ),
        (
            "{\"namespace\": \"a\",\n \"namespace\": \"b\"}",
            ".podwright.yaml:2:2: duplicate key `namespace`",
        ),
        (
            "{\"kubernetes\": \"1.99\"}",
            ".podwright.yaml:1:16: Kubernetes 1.99 is not supported: expected 1.20 to 1.37",
        ),
        (
            "{\"complete\": \"yes\"}",
            ".podwright.yaml:1:14: invalid type: string \"yes\", expected true or false",
        ),
        (
            "{\"exclude\": \"vendor\"}",
            ".podwright.yaml:1:13: invalid type: string \"vendor\", expected a list",
        ),
        (
            "{\"exclude\": [\"a\", \"b[\"]}",
            ".podwright.yaml:1:19: invalid glob \"b[\": unclosed character class; missing ']'",
        ),
        (
            "{\"externals\": [{\"kind\": \"Secret\"}]}",
            ".podwright.yaml:1:16: missing key `name`",
        ),
        (
            "{\"pod-templates\": [{\"path\": \"spec..spec\"}]}",
            ".podwright.yaml:1:29: invalid pod spec path \"spec..spec\": separate the keys with dots, as in spec.template.spec",
        ),
        (
            "[]",
            ".podwright.yaml:1:1: not a configuration of podwright: expected keys such as `rules` and `kubernetes`",
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn text_that_cannot_be_read_has_a_place() {
    let error = read("namespace: [a\nrules: {}\n").unwrap_err();
    assert!(error.starts_with(".podwright.yaml:1:"), "{error}");
    assert!(error.contains("bracket is never closed"), "{error}");
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let text = format!(
        "{{\"rules\": {{\"pull-policy-invalid\": {{\"level\": {}{}}}}}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    assert!(read(&text).is_err());
}

#[test]
fn overrides_hold_for_their_paths_and_the_last_wins() {
    let settings = settings(
        r#"{
  "rules": {"pull-policy-invalid": "info"},
  "overrides": [
    {"paths": ["legacy"], "rules": {"pull-policy-invalid": "off"}},
    {"paths": ["legacy/new.yaml"], "rules": {"pull-policy-invalid": "warning"}}
  ],
  "exclude": ["/vendor", "*.gen.yaml"]
}"#,
    );
    let level = |path: &str| settings.level("pull-policy-invalid", Path::new(path));
    assert_eq!(level("/repo/a.yaml"), Some(Severity::Info));
    assert_eq!(level("/repo/legacy/a.yaml"), None);
    assert_eq!(level("/repo/legacy/new.yaml"), Some(Severity::Warning));
    assert_eq!(settings.level("no-such-rule", Path::new("/repo/a")), None);
    assert!(settings.is_excluded(Path::new("/repo/vendor/x/a.yaml")));
    assert!(settings.is_excluded(Path::new("/repo/b/a.gen.yaml")));
    assert!(!settings.is_excluded(Path::new("/repo/b/vendor/a.yaml")));
}

#[test]
fn the_command_line_wins() {
    let pull = rule_named("pull-policy-invalid").unwrap();
    let config = || {
        read(r#"{"kubernetes": "1.30", "namespace": "a", "rules": {"pull-policy-invalid": "off"}}"#)
            .unwrap()
    };
    let with = |command_line| Settings::new(config(), PathBuf::from("/repo"), command_line);
    let path = Path::new("/repo/a.yaml");
    let selected = with(CommandLine {
        select: vec![pull],
        kubernetes: "1.33".parse().ok(),
        namespace: Some("b".into()),
        complete: true,
        ..CommandLine::default()
    });
    assert_eq!(
        selected.level("pull-policy-invalid", path),
        Some(pull.meta.level)
    );
    let names = |settings: &Settings| -> Vec<&str> {
        settings
            .rules(&[])
            .iter()
            .map(|rule| rule.meta.name)
            .collect()
    };
    assert_eq!(
        names(&selected),
        [
            "internal-error",
            "pod-too-large",
            "unreadable-file",
            "pull-policy-invalid"
        ]
    );
    assert_eq!(selected.versions().newest, KubernetesVersion(33));
    assert_eq!(selected.context().namespace.as_deref(), Some("b"));
    assert!(selected.context().complete);
    let ignored = with(CommandLine {
        select: vec![pull],
        ignore: vec![pull],
        ..CommandLine::default()
    });
    assert_eq!(
        names(&ignored),
        ["internal-error", "pod-too-large", "unreadable-file"]
    );
}

#[test]
fn an_unknown_rule_names_the_nearest() {
    assert_eq!(
        rule_named("pull-policy-invald").unwrap_err().to_string(),
        "unknown rule `pull-policy-invald`: did you mean `pull-policy-invalid`?"
    );
    for entry in podwright_rules::RULES {
        let name = entry.meta.name;
        let error = rule_named(&format!("{name}x")).unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("did you mean `{name}`?")),
            "{error}"
        );
    }
}

#[test]
fn files_of_several_configurations_share_a_table() {
    let strict = settings(r#"{"namespace": "a", "complete": true}"#);
    let loose = settings(
        r#"{"namespace": "b", "kubernetes": "1.28",
            "overrides": [{"paths": ["off"], "rules": {"pull-policy-invalid": "off"}}]}"#,
    );
    let files = [
        (Path::new("/repo/a.yaml"), 0),
        (Path::new("/repo/b.yaml"), 1),
        (Path::new("/repo/off/c.yaml"), 1),
        (Path::new("/repo/d.yaml"), 0),
    ];
    let table = SettingsTable::new(&[strict, loose], &files);
    let runs = |file| {
        let rules = table.rules(FileId(file));
        rules
            .iter()
            .any(|rule| rule.meta.name == "pull-policy-invalid")
    };
    assert_eq!(
        [runs(0), runs(1), runs(2), runs(3)],
        [true, true, false, true]
    );
    assert_eq!(table.versions(FileId(1)).newest, KubernetesVersion(28));
}

#[test]
fn the_schema_knows_every_rule() {
    let schema = schema();
    let rules = &schema["$defs"]["RuleSettings"]["properties"];
    for entry in podwright_rules::RULES {
        let rule = &rules[entry.meta.name];
        assert_eq!(rule["description"], json!(entry.meta.summary));
        let is_shared = rule["$ref"] == json!("#/$defs/RuleSetting");
        let setting = if is_shared {
            &schema["$defs"]["RuleSetting"]
        } else {
            rule
        };
        assert_eq!(
            setting["anyOf"][0]["enum"],
            json!(["off", "info", "warning", "error"])
        );
    }
}
