//! Which fixes are kept, tested with custom rules and with cases that the rule pages cannot show.

use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::fix::{FixOptions, FixResult, repair};
use podwright_lint::{DefaultRules, RuleSet};
use podwright_model::{Container, VersionRange};
use podwright_rule::finding::{Applicability, Severity};
use podwright_rule::{ActiveRules, Check, OptionsType, RuleContext, RuleDefinition, RuleMetadata};
use podwright_syntax::text::{FileId, Source};

static ODD_NAME: RuleDefinition = RuleDefinition {
    meta: RuleMetadata {
        name: "odd-name",
        group: "test",
        summary: "a name is odd",
        page: "",
        level: Severity::Warning,
        since: "0.0.0",
    },
    profile: podwright_rule::Profile::Default,
    check: &Check {
        container: Some(odd_name),
        ..Check::NONE
    },
    options: OptionsType::NONE,
};

/// Reports container names with a `!`: the fix of `good!` is valid, that of `stay!` leaves the finding, and that of
/// `worse!` causes another finding.
fn odd_name(container: &Container, cx: &mut RuleContext<'_>) {
    let Some((name, node)) = container.name.known() else {
        return;
    };
    let better = match name.as_str() {
        "good!" => "good",
        "stay!" => "still!",
        "worse!" => "[",
        "[" => {
            cx.report(node, "worse");
            return;
        }
        _ if name.ends_with('!') => "still!",
        _ => return,
    };
    let fix = cx.replace(node, better, Applicability::Safe);
    cx.report(node, "odd").fix(fix);
}

struct OneRule(ActiveRules);

impl OneRule {
    fn new() -> Self {
        Self([ODD_NAME.with_defaults()].into_iter().collect())
    }
}

impl RuleSet for OneRule {
    fn rules(&self, _: FileId) -> &ActiveRules {
        &self.0
    }

    fn versions(&self, _: FileId) -> VersionRange {
        VersionRange::default()
    }
}

const WISH: FixOptions = FixOptions {
    unsafe_too: true,
    from: Severity::Info,
};

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let read = |(path, text): &(&str, &str)| File::read(Source::new(*path, *text), &Arc::default());
    Workspace::new(files.iter().map(read).collect())
}

fn text(repaired: &FixResult, file: u32) -> &str {
    &repaired.workspace.file(FileId(file)).source.text
}

fn pod(names: &[&str]) -> String {
    let containers: String = names
        .iter()
        .map(|name| format!("    - name: '{name}'\n      image: r.example/a:1.2.3\n"))
        .collect();
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n{containers}")
}

#[test]
fn invalid_fix_does_not_affect_others() {
    let names = [
        "good!", "stay!", "good!", "x", "worse!", "good!", "stay!", "good!",
    ];
    let good = [
        "good", "stay!", "good", "x", "worse!", "good", "stay!", "good",
    ];
    let (a, b) = (pod(&names), pod(&["good!"]));
    let files = workspace(&[("a.yaml", &a), ("b.yaml", &b)]);
    let repaired = repair(files, &OneRule::new(), WISH, &|_| true);
    assert_eq!(text(&repaired, 0), pod(&good));
    assert_eq!(text(&repaired, 1), pod(&["good"]));
    let fixed = |change: usize| repaired.changes[change].fixed["odd-name"];
    assert_eq!((fixed(0), fixed(1)), (4, 1));
    assert_eq!(repaired.outcome.findings.len(), 3);
    assert_eq!(&*repaired.changes[0].before.text, a);
}

#[test]
fn file_that_may_not_change_is_not_changed() {
    let a = pod(&["good!"]);
    let files = workspace(&[("a.yaml", &a), ("b.yaml", &a)]);
    let repaired = repair(files, &OneRule::new(), WISH, &|id| id == FileId(1));
    assert_eq!(text(&repaired, 0), a);
    assert_eq!(text(&repaired, 1), pod(&["good"]));
}

#[test]
fn thousand_valid_fixes_and_one_invalid_per_file_need_few_trials() {
    let names: Vec<&str> = std::iter::repeat_n("good!", 50).chain(["stay!"]).collect();
    let good: Vec<&str> = std::iter::repeat_n("good", 50).chain(["stay!"]).collect();
    let bad = pod(&names);
    let files: Vec<(&str, &str)> = (0..20).map(|_| ("a.yaml", &*bad)).collect();
    let repaired = repair(workspace(&files), &OneRule::new(), WISH, &|_| true);
    for file in 0..20 {
        assert_eq!(text(&repaired, file), pod(&good));
    }
}

/// Applies the fixes of the built-in rules to a text.
fn fixed(path: &str, text: &str) -> String {
    let files = workspace(&[(path, text)]);
    let repaired = repair(files, &DefaultRules::default(), WISH, &|_| true);
    self::text(&repaired, 0).to_owned()
}

#[test]
fn byte_order_mark_of_a_docker_configuration_is_removed() {
    assert_eq!(
        fixed("a/.docker/config.json", "\u{feff}{\"auths\": {}}\n"),
        "{\"auths\": {}}\n"
    );
}

#[test]
fn unused_suppression_annotation_is_removed() {
    let before = pod(&["a"]).replace(
        "metadata: {name: a}",
        "metadata:\n  name: a\n  annotations:\n    a/b: c\n    ignore.podwright.dev/image-missing: why",
    );
    let after = before.replace("    ignore.podwright.dev/image-missing: why\n", "");
    assert_eq!(fixed("a.yaml", &before), after);
}

#[test]
fn misspelled_rule_is_corrected_if_it_then_suppresses() {
    let image = "image: r.example/a # podwright: ignore[image-tag-latestt]\n";
    let before = pod(&["a"]).replace("image: r.example/a:1.2.3\n", image);
    assert_eq!(
        fixed("a.yaml", &before),
        before.replace("latestt", "latest")
    );
    let nothing = before.replace("r.example/a #", "r.example/a:1.2.3 #");
    assert_eq!(fixed("a.yaml", &nothing), nothing);
}

#[test]
fn anchor_is_not_edited_and_line_endings_are_kept() {
    let anchored = pod(&["a"])
        + "      imagePullPolicy: &p always\n    - name: b\n      image: r.example/a:1.2.3\n      imagePullPolicy: *p\n";
    assert_eq!(fixed("a.yaml", &anchored), anchored);
    let before = "apiVersion: v1\r\nkind: Namespace\r\n--- {apiVersion: v1, kind: Namespace}\r\n";
    assert_eq!(fixed("a.yaml", before), before.replace("--- {", "---\r\n{"));
}

#[test]
fn list_and_json_keep_their_style() {
    let json = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"r.example/a:1.2.3\",\"lifecycle\":{\"preStop\":{\"sleep\":{\"seconds\":30}}}}]}}]}\n";
    let after = json.replace("}]}}]}", "}],\"terminationGracePeriodSeconds\":60}}]}");
    assert_eq!(fixed("a.json", json), after);
}
