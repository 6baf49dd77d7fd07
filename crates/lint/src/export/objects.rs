//! Objects that a policy is for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use podwright_schema::resources;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Variable;

/// Objects that a policy is for, and the variables that their expressions can use.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Objects {
    /// Other objects, which these contain, too.
    #[serde(default)]
    like: Option<String>,
    #[serde(default)]
    resources: Vec<Resources>,
    #[serde(default)]
    pub(super) variables: Vec<Variable>,
}

/// A rule of `matchConstraints`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resources {
    group: String,
    #[serde(default = "first_version")]
    versions: Vec<String>,
    resources: Vec<String>,
    operations: Vec<String>,
}

fn first_version() -> Vec<String> {
    vec!["v1".to_owned()]
}

static ALL: LazyLock<BTreeMap<String, Objects>> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("objects.yaml")).unwrap_or_default());

/// The API server creates these roles and bindings itself, and repairs them when it starts.
const WITHOUT_BOOTSTRAP: &str = "    objectSelector:
      matchExpressions:
        - { key: kubernetes.io/bootstrapping, operator: DoesNotExist }
";

/// What runs there belongs to the cluster: node agents need most of what policies forbid.
const WITHOUT_SYSTEM: &str = "  matchResources:
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: NotIn
          values: [kube-system, kube-public, kube-node-lease]
";

impl Objects {
    /// The objects with this name in `objects.yaml`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let own = ALL.get(name)?.clone();
        let Some(other) = &own.like else {
            return Some(own);
        };
        let mut all = ALL.get(other)?.clone();
        all.resources.extend(own.resources);
        all.variables.extend(own.variables);
        Some(all)
    }

    /// Adds the `kinds` of the records, and leaves only these if each record has some.
    pub(super) fn add_kinds(&mut self, items: &[Map<String, Value>]) {
        let kinds = |item: &Map<String, Value>| match item.get("kinds") {
            Some(Value::Array(kinds)) => kinds.clone(),
            _ => Vec::new(),
        };
        if items.iter().all(|item| !kinds(item).is_empty()) {
            self.resources.clear();
        }
        let all: BTreeSet<String> = items
            .iter()
            .flat_map(kinds)
            .filter_map(|kind| kind.as_str().map(str::to_owned))
            .collect();
        self.resources.extend(all.iter().map(|kind| of_kind(kind)));
    }

    /// The content of `matchConstraints`.
    pub(super) fn constraints(&self) -> String {
        let rules = self.resources.iter().map(|one| {
            format!(
                "      - apiGroups: [{}]\n        apiVersions: [{}]\n        operations: [{}]\n        resources: [{}]\n",
                quoted(&one.group),
                one.versions.iter().map(|version| quoted(version)).collect::<Vec<_>>().join(", "),
                one.operations.join(", "),
                one.resources.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "),
            )
        });
        let selector = if self.are_rbac() {
            WITHOUT_BOOTSTRAP
        } else {
            ""
        };
        format!(
            "{selector}    resourceRules:\n{}",
            rules.collect::<String>()
        )
    }

    /// What a binding has after its actions.
    pub(super) fn binding(&self) -> &'static str {
        if self.are_rbac() { "" } else { WITHOUT_SYSTEM }
    }

    fn are_rbac(&self) -> bool {
        let mut groups = self.resources.iter().map(|one| one.group.as_str());
        groups.all(|group| group == "rbac.authorization.k8s.io")
    }
}

/// The resources of a kind in all API groups. Controllers change metadata of Pods and Jobs that exist.
fn of_kind(kind: &str) -> Resources {
    let operations = match kind {
        "Pod" | "Job" => &["CREATE"][..],
        _ => &["CREATE", "UPDATE"],
    };
    // Whatever the plural of a custom kind is.
    let plural = resources::meant(kind).unwrap_or("*");
    Resources {
        group: "*".to_owned(),
        versions: vec!["*".to_owned()],
        resources: vec![plural.to_owned()],
        operations: operations.iter().map(|one| (*one).to_owned()).collect(),
    }
}

/// A plain scalar, or one in quotation marks.
fn quoted(text: &str) -> String {
    match text {
        "" | "*" => format!("\"{text}\""),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ALL, Objects};

    #[test]
    fn every_name_is_read() {
        assert!(ALL.len() >= 15, "{}", ALL.len());
        for name in ALL.keys() {
            let objects = Objects::named(name).unwrap_or_else(|| panic!("{name}"));
            assert!(!objects.resources.is_empty(), "{name}");
        }
    }

    #[test]
    fn kinds_of_options_are_matched() {
        let item = |value: Value| value.as_object().unwrap().clone();
        let mut objects = Objects::named("by-kind").unwrap();
        objects.add_kinds(&[item(json!({"kinds": ["Namespace", "Certificate"]}))]);
        let constraints = objects.constraints();
        assert!(!constraints.contains("deployments"), "{constraints}");
        assert!(constraints.contains("resources: [namespaces]"));
        assert!(constraints.contains("resources: [\"*\"]"));
        let mut objects = Objects::named("by-kind").unwrap();
        objects.add_kinds(&[item(json!({"kinds": []})), item(json!({"kinds": ["Job"]}))]);
        assert!(objects.constraints().contains("deployments"));
    }
}
