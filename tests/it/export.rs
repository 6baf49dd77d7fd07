//! Rules as ValidatingAdmissionPolicies: a policy denies exactly the objects in which its rule finds something, in the
//! examples of its page. `tests/policy/export` asks the API server's code the same.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use podwright_cluster::admission_policy::judge;
use podwright_cluster::workspace::{
    ClusterContext, File, ObjectId, ObjectReference, Origin, Workspace,
};
use podwright_lint::export::policy;
use podwright_rule::RuleDefinition;
use podwright_rule::finding::Severity;
use podwright_rules::{POLICIES, find};
use podwright_syntax::text::{FileId, Source};
use serde_json::Value;
use xtask::rule_page::{Fence, Page, findings};

const POLICY: &str = "/policy.yaml";

#[test]
fn policies_deny_what_the_rules_find() {
    let mut wrong = Vec::new();
    let (mut bad, mut good) = (0, 0);
    for (name, _) in POLICIES {
        let rule = find(name).expect("a rule");
        let mut page = Page::parse(rule.meta.page).expect("a page");
        // Policies are for the newest release.
        for fence in &mut page.fences {
            fence.words.retain(|word| !word.starts_with("kubernetes="));
        }
        // What a build makes of several files is not one object.
        let fences = page.fences.iter().filter(|fence| fence.files().len() == 1);
        for fence in fences {
            match (fence.is_bad(), fence.is_good()) {
                (true, _) => bad += 1,
                (_, true) => good += 1,
                _ => continue,
            }
            let text = exported(rule, fence);
            if let Some(difference) = differs(rule, text.as_deref(), fence) {
                wrong.push(format!("{name}: {difference}\n{}", fence.text));
            }
        }
    }
    assert!(
        bad >= POLICIES.len() && good >= POLICIES.len(),
        "{bad} {good}"
    );
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// The policy with the options of the fence.
fn exported(rule: &RuleDefinition, fence: &Fence) -> Option<String> {
    let options = fence.option("options").unwrap_or("{}");
    let options: Value = serde_json::from_str(options).expect("options are JSON");
    policy(rule, Severity::Error, &|name| {
        let written = options.get(name).cloned();
        written.or_else(|| rule.default_of(name))
    })
}

/// Objects in which the rule finds something, and those that the policy denies, if they are not the same.
fn differs(rule: &RuleDefinition, policy: Option<&str>, fence: &Fence) -> Option<String> {
    let context = Arc::new(ClusterContext {
        namespace: Some("shop".to_owned()),
        policies: [Path::new(POLICY).to_owned()].into(),
        ..ClusterContext::default()
    });
    let read = |path: &str, text: &str| File::read(Source::new(path, text), &context);
    let listed =
        read(POLICY, policy.unwrap_or_default()).from(Origin::Policy(Path::new(POLICY).into()));
    let workspace = Workspace::new(vec![read("example.yaml", &fence.text), listed]);
    let mut denied = BTreeSet::new();
    let (mut unknown, mut skipped) = (BTreeSet::new(), BTreeSet::new());
    for index in 0..workspace.file(FileId(0)).objects.len() {
        let id = ObjectId {
            file: FileId(0),
            index,
        };
        let verdict = judge(&workspace, id);
        let object = shown(&workspace.object_reference(id));
        if !verdict.violations.is_empty() {
            denied.insert(object.clone());
        }
        let reasons = verdict.unknown.into_iter().map(|one| one.reason);
        // Placeholders are unknown to the evaluation, but not to the rule.
        let (open, others): (Vec<_>, Vec<_>) =
            reasons.partition(|reason| reason == "a value of the object is not known");
        if !open.is_empty() {
            skipped.insert(object.clone());
        }
        unknown.extend(others.into_iter().map(|reason| (object.clone(), reason)));
    }
    let found = findings(rule, fence).into_iter();
    let found = found.filter(|finding| finding.rule == rule.meta.name);
    let found = found.filter_map(|one| Some(shown(&one.object?)));
    let found: BTreeSet<String> = found.filter(|object| !skipped.contains(object)).collect();
    denied.retain(|object| !skipped.contains(object));
    let is_same = found == denied && unknown.is_empty();
    (!is_same).then(|| format!("found in {found:?}, denied {denied:?}, unknown {unknown:?}"))
}

fn shown(object: &ObjectReference) -> String {
    format!("{} {}", object.kind, object.name)
}
