//! Suppression comments and annotations: what they suppress, and how unused ones are reported.

use std::path::Path;
use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::config::{CommandLine, Config, IgnorePolicy, Settings, SettingsTable};
use podwright_lint::{DefaultRules, LintResult, RuleSet, lint};
use podwright_model::VersionRange;
use podwright_rule::finding::{Applicability, Finding, Severity};
use podwright_rule::{ActiveRules, Check, OptionsType, RuleDefinition, RuleMetadata};
use podwright_syntax::text::{FileId, Source};

/// Two containers with invalid pull policies; `@1` and `@2` are replaced with lines or line ends of the test.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
@1
    - name: one
      image: registry.example/one:1.0.0
      imagePullPolicy: always@2
    - name: two
      image: registry.example/two:1.0.0
      imagePullPolicy: never
";

const RULE: &str = "pull-policy-invalid";

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let context = Arc::new(ClusterContext::default());
    let files = files
        .iter()
        .map(|&(name, text)| File::read(Source::new(name, text), &context));
    Workspace::new(files.collect())
}

fn run(text: &str) -> LintResult {
    lint(&workspace(&[("a.yaml", text)]), &DefaultRules::default())
}

/// Lines, from 1, with findings of `rule`.
fn lines(outcome: &LintResult, rule: &str, text: &str) -> Vec<usize> {
    let source = Source::new("a.yaml", text);
    let found = outcome.findings.iter().filter(|f| f.rule == rule);
    found
        .map(|f| source.lines().line_of(f.primary.place.span.start) + 1)
        .collect()
}

/// `(lines of pull-policy-invalid, suppressed, lines of unused-ignore, lines of unknown-rule)`
fn verdict(text: &str) -> (Vec<usize>, usize, Vec<usize>, Vec<usize>) {
    let outcome = run(text);
    (
        lines(&outcome, RULE, text),
        outcome.suppressed,
        lines(&outcome, "unused-ignore", text),
        lines(&outcome, "unknown-rule", text),
    )
}

fn pod(first: &str, second: &str) -> String {
    POD.replace("@1\n", first).replace("@2", second)
}

fn one<'a>(outcome: &'a LintResult, rule: &str) -> &'a Finding {
    let mut found = outcome.findings.iter().filter(|f| f.rule == rule);
    let first = found.next().unwrap();
    assert!(found.next().is_none());
    first
}

/// Applies the first fix of a finding.
fn fixed(text: &str, finding: &Finding) -> String {
    let mut fixed = text.to_owned();
    for edit in &finding.fixes[0].edits {
        fixed.replace_range(edit.place.span.range(), &edit.content);
    }
    fixed
}

#[test]
fn both_are_found_without_suppression() {
    assert_eq!(verdict(&pod("", "")), (vec![9, 12], 0, vec![], vec![]));
}

#[test]
fn comment_at_the_end_of_a_line_applies_to_the_line() {
    let text = pod(
        "",
        " # podwright: ignore[pull-policy-invalid] a webhook mends it",
    );
    assert_eq!(verdict(&text), (vec![12], 1, vec![], vec![]));
}

#[test]
fn windows_line_endings() {
    let text = pod("", " # podwright: ignore[pull-policy-invalid]").replace('\n', "\r\n");
    assert_eq!(verdict(&text), (vec![12], 1, vec![], vec![]));
}

#[test]
fn comment_after_a_multiline_value_applies_to_the_value() {
    let text = pod("", "").replace(
        "imagePullPolicy: never",
        "imagePullPolicy: \"ne\n        ver\" # podwright: ignore[pull-policy-invalid]",
    );
    assert_eq!(verdict(&text), (vec![9], 1, vec![], vec![]));
}

#[test]
fn comment_before_a_list_item_applies_to_the_item() {
    for indent in ["    ", ""] {
        let comment = format!("{indent}# podwright: ignore[pull-policy-invalid]\n");
        assert_eq!(verdict(&pod(&comment, "")), (vec![13], 1, vec![], vec![]));
    }
}

#[test]
fn comment_before_a_key_applies_to_its_entry() {
    let text = POD
        .replace("@1\n", "")
        .replace(
            "@2",
            "\n# podwright: ignore[pull-policy-invalid] the next item",
        )
        .replace(
            "  containers:",
            "  # podwright: ignore[pull-policy-invalid]\n  containers:",
        );
    assert_eq!(verdict(&text), (vec![], 2, vec![], vec![]));
    let inner = pod("", "").replace(
        "      imagePullPolicy: never",
        "      # podwright: ignore[pull-policy-invalid]\n      imagePullPolicy: never",
    );
    assert_eq!(verdict(&inner), (vec![9], 1, vec![], vec![]));
}

#[test]
fn comment_between_key_and_value_applies_to_the_value() {
    let text = pod("", "").replace(
        "imagePullPolicy: never",
        "imagePullPolicy:\n        # podwright: ignore[pull-policy-invalid]\n        never",
    );
    assert_eq!(verdict(&text), (vec![9], 1, vec![], vec![]));
}

#[test]
fn comment_before_a_document_applies_to_the_document() {
    let pods = [pod("", ""), pod("", "")].join("---\n");
    let comment = "# podwright: ignore[pull-policy-invalid]\n";
    let first = format!("{comment}{pods}");
    assert_eq!(verdict(&first), (vec![23, 26], 2, vec![], vec![]));
    let before_separator = format!("{comment}---\n{pods}");
    assert_eq!(
        verdict(&before_separator),
        (vec![24, 27], 2, vec![], vec![])
    );
    let second = pods.replace("---\n", &format!("---\n{comment}"));
    assert_eq!(verdict(&second), (vec![9, 12], 2, vec![], vec![]));
}

#[test]
fn comment_at_the_end_of_a_document_applies_to_nothing() {
    let comment = "# podwright: ignore[pull-policy-invalid]\n";
    let text = format!("{}{comment}---\n{}", pod("", ""), pod("", ""));
    assert_eq!(verdict(&text), (vec![9, 12, 23, 26], 0, vec![13], vec![]));
    let last = format!("{}{comment}", pod("", ""));
    assert_eq!(verdict(&last), (vec![9, 12], 0, vec![13], vec![]));
}

#[test]
fn file_comment_applies_to_all_documents() {
    let pods = [pod("", ""), pod("", "")].join("---\n");
    let text = format!("# podwright: ignore-file[pull-policy-invalid] rendered by hand\n{pods}");
    assert_eq!(verdict(&text), (vec![], 4, vec![], vec![]));
}

#[test]
fn comments_in_flow_mappings() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [
  {name: one, image: 'r.example/a:1', imagePullPolicy: always}, # podwright: ignore[pull-policy-invalid]
  # podwright: ignore[pull-policy-invalid]
  {name: two, image: 'r.example/b:1',
    imagePullPolicy: never},
  {name: three, image: 'r.example/b:1', imagePullPolicy: sometimes},
]}
";
    assert_eq!(verdict(text), (vec![9], 2, vec![], vec![]));
}

#[test]
fn comment_with_several_rules() {
    let text = pod(
        "",
        " # podwright: ignore[prestop-exceeds-grace , pull-policy-invalid] for two reasons",
    );
    assert_eq!(verdict(&text), (vec![12], 1, vec![9], vec![]));
    let outcome = run(&text);
    let unused = one(&outcome, "unused-ignore");
    assert_eq!(
        fixed(&text, unused),
        text.replace("prestop-exceeds-grace , ", "")
    );
    let last = text.replace(
        "prestop-exceeds-grace , pull-policy-invalid",
        "pull-policy-invalid, prestop-exceeds-grace",
    );
    assert_eq!(
        fixed(&last, one(&run(&last), "unused-ignore")),
        last.replace(", prestop-exceeds-grace", "")
    );
}

#[test]
fn annotation_applies_to_its_object() {
    let annotated = pod("", "").replace(
        "  name: web\n",
        "  name: web\n  annotations:\n    ignore.podwright.dev/pull-policy-invalid: a webhook mends it\n",
    );
    let text = format!("{annotated}---\n{}", pod("", ""));
    assert_eq!(verdict(&text), (vec![24, 27], 2, vec![], vec![]));
}

#[test]
fn annotation_of_a_template_applies_to_its_pods() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        'ignore.podwright.dev/pull-policy-invalid': mended by a webhook
        ignore.podwright.dev/yaml-syntax: never found here
    spec:
      containers:
        - name: web
          image: registry.example/web:1.0.0
          imagePullPolicy: always
";
    assert_eq!(verdict(text), (vec![], 1, vec![12], vec![]));
}

#[test]
fn unused_suppression_is_found_and_removed() {
    let text = pod("", "").replace(
        "  name: web\n",
        "  name: web # podwright: ignore[pull-policy-invalid] of old\n",
    );
    assert_eq!(verdict(&text), (vec![9, 12], 0, vec![4], vec![]));
    let outcome = run(&text);
    let unused = one(&outcome, "unused-ignore");
    assert_eq!(unused.fixes[0].safety, Applicability::Safe);
    assert_eq!(fixed(&text, unused), pod("", ""));
    let own_line = pod("", "").replace(
        "  name: web\n",
        "  # podwright: ignore[pull-policy-invalid] of old\n  name: web\n",
    );
    let outcome = run(&own_line);
    assert_eq!(
        fixed(&own_line, one(&outcome, "unused-ignore")),
        pod("", "")
    );
}

#[test]
fn unknown_rule_suggests_the_nearest_name() {
    let text = pod("", " # podwright: ignore[pull-polcy-invalid]");
    assert_eq!(verdict(&text), (vec![9, 12], 0, vec![], vec![9]));
    let outcome = run(&text);
    let unknown = one(&outcome, "unknown-rule");
    assert_eq!(fixed(&text, unknown), text.replace("polcy", "policy"));
    let far = run(&pod("", " # podwright: ignore[privileged]"));
    assert!(one(&far, "unknown-rule").fixes.is_empty());
}

#[test]
fn comment_without_a_rule_is_reported() {
    for comment in [
        "podwright: ignore",
        "podwright: ignore pull-policy-invalid",
        "podwright: ignore[]",
        "podwright: ignore[pull-policy-invalid",
        "podwright: disable[pull-policy-invalid]",
    ] {
        let text = pod("", &format!(" # {comment}"));
        assert_eq!(
            verdict(&text),
            (vec![9, 12], 0, vec![9], vec![]),
            "{comment}"
        );
    }
    let prose = pod("", " # see podwright: it finds this");
    assert_eq!(verdict(&prose), (vec![9, 12], 0, vec![], vec![]));
}

#[test]
fn suppression_findings_cannot_be_suppressed() {
    let text = pod("", "").replace(
        "  name: web\n",
        "  name: web # podwright: ignore[unused-ignore, pull-policy-invalid]\n",
    );
    let (_, suppressed, unused, _) = verdict(&text);
    assert_eq!((suppressed, unused), (0, vec![4, 4]));
}

#[test]
fn text_that_looks_like_a_comment_is_not_one() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: script
data:
  run: |
    # podwright: ignore[pull-policy-invalid]
    exit 0
  quoted: \"# podwright: ignore[no-such-rule]\"
";
    assert_eq!(verdict(text), (vec![], 0, vec![], vec![]));
}

#[test]
fn json_has_no_comments() {
    let text = r##"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web",
  "annotations": {"ignore.podwright.dev/pull-policy-invalid": "a webhook mends it",
    "text": "# podwright: ignore[no-such-rule]"}},
  "spec": {"containers": [{"name": "web", "image": "r.example/web:1", "imagePullPolicy": "always"}]}}
"##;
    let outcome = lint(&workspace(&[("a.json", text)]), &DefaultRules::default());
    assert_eq!(outcome.suppressed, 1);
    assert!(outcome.findings.iter().all(|f| f.level == Severity::Info));
}

#[test]
fn finding_in_another_file_is_suppressed_there() {
    let kustomization = "\
resources: [pod.yaml]
images:
  - name: registry.example/web
    newTag: 'bad tag' # podwright: ignore[RULE]
";
    let pod = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example/web:1.0.0
";
    let check = |kustomization: &str| {
        let files = [("kustomization.yaml", kustomization), ("pod.yaml", pod)];
        lint(&workspace(&files), &DefaultRules::default())
    };
    let in_kustomization = |outcome: &LintResult| {
        let own = outcome.findings.iter().filter(|f| f.level > Severity::Info);
        own.filter(|f| f.primary.place.file == FileId(0))
            .map(|f| f.rule)
            .collect::<Vec<_>>()
    };
    let found = in_kustomization(&check(
        &kustomization.replace(" # podwright: ignore[RULE]", ""),
    ));
    let [rule] = found[..] else {
        panic!("expected one finding about the tag: {found:?}")
    };
    let outcome = check(&kustomization.replace("RULE", rule));
    assert_eq!(in_kustomization(&outcome), [] as [&str; 0]);
    assert_eq!(outcome.suppressed, 1);
}

#[test]
fn many_suppressions_each_match_their_finding() {
    let mut text = pod("", "");
    for number in 0..500 {
        let comment = ["# a word", "# podwright: ignore[pull-policy-invalid]"][number % 2];
        text.push_str(&format!(
            "    {comment}\n    - name: c{number}\n      image: r.example/a:1\n      imagePullPolicy: always\n"
        ));
    }
    let (found, suppressed, unused, _) = verdict(&text);
    assert_eq!((found.len(), suppressed, unused), (252, 250, vec![]));
    assert!(
        found[2..]
            .iter()
            .zip(0..)
            .all(|(&line, pair)| line == 12 + pair * 8 + 4)
    );
}

/// A rule that panics.
static PANICS: RuleDefinition = RuleDefinition {
    meta: RuleMetadata {
        name: "panics",
        group: "tests",
        summary: "always fails",
        page: "",
        level: Severity::Warning,
        since: "0.1.0",
    },
    profile: podwright_rule::Profile::Default,
    check: &Check {
        pod: Some(|_, _| panic!("a value that must not be shown")),
        ..Check::NONE
    },
    options: OptionsType::NONE,
};

#[test]
fn expiry_date_is_inclusive() {
    let text = pod(
        "",
        " # podwright: ignore[pull-policy-invalid] until=2026-11-30 moved by then",
    );
    for (today, lines_of_rule, ended) in [
        ("2026-11-29", vec![12], vec![]),
        ("2026-11-30", vec![12], vec![]),
        ("2026-12-01", vec![9, 12], vec![9]),
    ] {
        let outcome = run_on(&text, "rules: {}", today, false);
        assert_eq!(lines(&outcome, RULE, &text), lines_of_rule, "{today}");
        assert_eq!(lines(&outcome, "expired-ignore", &text), ended, "{today}");
        assert_eq!(
            lines(&outcome, "unused-ignore", &text),
            Vec::<usize>::new(),
            "{today}"
        );
    }
    let outcome = run_on(&text, "", "2026-12-01", false);
    assert_eq!(fixed(&text, one(&outcome, "expired-ignore")), pod("", ""));
}

#[test]
fn annotation_with_an_expiry_date() {
    let annotation = "ignore.podwright.dev/pull-policy-invalid: until=2026-11-30 a webhook";
    let text = pod("", "").replace(
        "  name: web\n",
        &format!("  name: web\n  annotations:\n    {annotation}\n"),
    );
    assert_eq!(run_on(&text, "", "2026-11-30", false).suppressed, 2);
    let outcome = run_on(&text, "", "2026-12-01", false);
    assert_eq!(outcome.suppressed, 0);
    assert_eq!(lines(&outcome, "expired-ignore", &text), [6]);
    // A word of the reason may look like a placeholder.
    let text = text.replace("a webhook", "see SHOP_1234 and ${TICKET}");
    assert_eq!(run_on(&text, "", "2026-12-01", false).suppressed, 0);
}

#[test]
fn invalid_date_suppresses_nothing_and_is_reported() {
    for day in ["soon", "2026-02-30", "2026-11-30T10:00", "", "26-11-30"] {
        let text = pod("", &format!(" # podwright: ignore[{RULE}] until={day} x"));
        let outcome = run_on(&text, "", "2026-01-01", false);
        assert_eq!(lines(&outcome, RULE, &text), [9, 12], "{day}");
        let told = one(&outcome, "unused-ignore");
        assert!(
            told.message.contains("is not followed by a date"),
            "{}",
            told.message
        );
    }
    // The word in a sentence is not a date.
    let text = pod("", &format!(" # podwright: ignore[{RULE}] until they move"));
    assert_eq!(run_on(&text, "", "2026-01-01", false).suppressed, 1);
}

#[test]
fn non_ignorable_rule_is_reported_with_its_suppression() {
    let text = pod("", " # podwright: ignore[pull-policy-invalid] a webhook");
    let config = "rules: {pull-policy-invalid: {ignorable: false}}";
    let outcome = run_on(&text, config, "2026-01-01", false);
    assert_eq!(outcome.suppressed, 0);
    assert_eq!(lines(&outcome, RULE, &text), [9, 12]);
    let told = one(&outcome, "unused-ignore");
    assert!(
        told.message.contains("ignorable: false"),
        "{}",
        told.message
    );
    assert_eq!(fixed(&text, told), pod("", ""));
}

#[test]
fn strict_disables_suppressions_without_reporting_them() {
    let text = pod("", " # podwright: ignore[pull-policy-invalid] a webhook");
    let outcome = run_on(&text, "", "2026-01-01", true);
    assert_eq!(outcome.suppressed, 0);
    assert_eq!(lines(&outcome, RULE, &text), [9, 12]);
    assert_eq!(lines(&outcome, "unused-ignore", &text), Vec::<usize>::new());
}

/// Lints with this configuration on this day.
fn run_on(text: &str, config: &str, today: &str, strict: bool) -> LintResult {
    let source = Source::new(".podwright.yaml", config);
    let tree = podwright_syntax::parse(source.text.clone());
    let config = Config::from_tree(&source, &tree).unwrap();
    let command_line = CommandLine {
        ignores: IgnorePolicy {
            strict,
            today: Some(today.parse().unwrap()),
            ..IgnorePolicy::default()
        },
        ..CommandLine::default()
    };
    let settings = Settings::new(config, "/".into(), command_line);
    let table = SettingsTable::new(&[settings], &[(Path::new("/a.yaml"), 0)]);
    lint(&workspace(&[("a.yaml", text)]), &table)
}

struct OneRule(ActiveRules);

impl RuleSet for OneRule {
    fn rules(&self, _file: FileId) -> &ActiveRules {
        &self.0
    }

    fn versions(&self, _file: FileId) -> VersionRange {
        VersionRange::default()
    }
}

#[test]
fn panic_of_a_rule_cannot_be_suppressed() {
    let rules = OneRule([PANICS.with_defaults()].into_iter().collect());
    let text = format!("# podwright: ignore-file[internal-error]\n{}", pod("", ""));
    let outcome = lint(&workspace(&[("a.yaml", &text)]), &rules);
    let finding = one(&outcome, "internal-error");
    assert_eq!(finding.level, Severity::Error);
    assert!(finding.message.contains("`panics`"));
    assert!(!format!("{finding:?}").contains("must not be shown"));
}
