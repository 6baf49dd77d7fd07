//! What the webhooks and policies of the run may add to new custom resources.

use podwright_model::MappingReader;
use podwright_syntax::Scalar;
use rustc_hash::FxHashSet;

/// API groups whose new objects something in the run may change.
#[derive(Clone, Debug, Default)]
pub(super) struct Completed {
    groups: FxHashSet<String>,
    /// Whether it may be any group: `*`, or a webhook without rules, which its operator adds when it starts.
    is_all: bool,
}

impl Completed {
    pub(super) fn may_include(&self, group: &str) -> bool {
        self.is_all || self.groups.contains(group)
    }

    /// Adds the groups of a `MutatingWebhookConfiguration` or a `MutatingAdmissionPolicy`.
    pub(super) fn add(&mut self, object: MappingReader<'_>) {
        let constraints = object
            .child("spec")
            .and_then(|spec| spec.child("matchConstraints"));
        let webhooks = object.mappings("webhooks", |webhook| groups(webhook, "rules"));
        // What replaces a placeholder is not known.
        let are_unknown = object.has("webhooks").then(|| vec![None]);
        let webhooks = webhooks.into_value().or(are_unknown).unwrap_or_default();
        let policy = object
            .has("spec")
            .then(|| groups(constraints?, "resourceRules"));
        for groups in webhooks.into_iter().chain(policy) {
            let groups = groups.filter(|groups| !groups.iter().any(|group| group == "*"));
            self.is_all |= groups.is_none();
            self.groups.extend(groups.into_iter().flatten());
        }
    }
}

/// `apiGroups` of the rules in `field`. `None` if there are no rules, or if one is not known.
fn groups(of: MappingReader<'_>, field: &str) -> Option<Vec<String>> {
    let rules = of.mappings(field, |rule| texts(rule, "apiGroups"));
    let rules = rules.into_value().filter(|rules| !rules.is_empty())?;
    let rules: Option<Vec<Vec<String>>> = rules.into_iter().collect();
    Some(rules?.concat())
}

fn texts(of: MappingReader<'_>, field: &str) -> Option<Vec<String>> {
    let tree = of.tree();
    let items = of.list(field).into_value()?.into_iter();
    let text = |node| match tree.scalar(node) {
        Scalar::Str(text) => Some(text.into_owned()),
        _ => None,
    };
    items.map(text).collect()
}
