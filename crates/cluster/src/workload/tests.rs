//! The indexes find what a search through all objects finds.

use std::sync::Arc;

use podwright_syntax::text::Source;

use super::nearby::{Services, Workloads};
use super::only_selected;
use crate::area::is_beside;
use crate::disruption::may_have_budget;
use crate::selector::{LabelSelector, pod_labels};
use crate::workspace::{ClusterContext, File, ObjectId, Workspace};
use podwright_model::Body;
use podwright_schema::Value;

/// Numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % most
    }

    fn labels(&mut self) -> String {
        let labels = ["app", "tier", "zone"].map(|key| match self.below(4) {
            0 => String::new(),
            value => format!("{key}: v{value}, "),
        });
        labels.concat()
    }

    fn expression(&mut self) -> String {
        let key = ["app", "tier", "zone"][usize::try_from(self.below(3)).unwrap_or(0)];
        let (one, other) = (self.below(4), self.below(4));
        match self.below(4) {
            0 => format!("{{key: {key}, operator: In, values: [v{one}, v{other}]}}, "),
            1 => format!("{{key: {key}, operator: NotIn, values: [v{one}]}}, "),
            2 => format!("{{key: {key}, operator: Exists}}, "),
            _ => format!("{{key: {key}, operator: DoesNotExist}}, "),
        }
    }
}

fn workspace() -> Workspace {
    let mut numbers = Numbers(7);
    let mut files = Vec::new();
    for file in 0..4 {
        let mut text = String::new();
        for index in 0..40 {
            let namespace = ["", "namespace: one, ", "namespace: two, "]
                [usize::try_from(numbers.below(3)).unwrap_or(0)];
            let name = format!("o{file}-{index}");
            let metadata = format!("metadata: {{{namespace}name: {name}}}");
            let labels = numbers.labels();
            text += &match numbers.below(4) {
                0 => format!(
                    "apiVersion: v1\nkind: Service\n{metadata}\nspec: {{selector: {{{labels}}}}}\n"
                ),
                1 => {
                    let expression = numbers.expression();
                    format!(
                        "apiVersion: policy/v1\nkind: PodDisruptionBudget\n{metadata}\nspec: {{selector: {{matchLabels: \
                         {{{labels}}}, matchExpressions: [{expression}]}}}}\n"
                    )
                }
                _ => format!(
                    "apiVersion: apps/v1\nkind: Deployment\n{metadata}\nspec: {{template: {{metadata: {{labels: \
                     {{{labels}}}}}, spec: {{containers: [{{name: a, image: b}}]}}}}}}\n"
                ),
            };
            text += "---\n";
        }
        let path = format!("d{}/{file}.yaml", file % 2);
        files.push(File::read(
            Source::new(path, text),
            &Arc::new(ClusterContext::default()),
        ));
    }
    Workspace::new(files)
}

fn ids(workspace: &Workspace, group: &str, kind: &str) -> Vec<ObjectId> {
    workspace.of_kind(group, kind).collect()
}

fn selector(workspace: &Workspace, id: ObjectId) -> LabelSelector {
    let spec = Value::new(&workspace.file(id.file).tree, workspace.object(id).node).get("spec");
    LabelSelector::read(spec.get("selector")).expect("a selector")
}

#[test]
fn workloads_of_selectors() {
    let workspace = workspace();
    let workloads = Workloads::of(&workspace);
    let all = ids(&workspace, "apps", "Deployment");
    let (mut matches, mut alone) = (0, 0);
    for from in ids(&workspace, "policy", "PodDisruptionBudget") {
        let selector = selector(&workspace, from);
        let expected: Vec<ObjectId> = (all.iter().copied())
            .filter(|&id| is_beside(&workspace, from, id))
            .filter(|&id| {
                let labels = pod_labels(&workspace.object(id).pods[0]);
                selector.matches(&labels.expect("labels"))
            })
            .collect();
        let found = workloads.selected(&workspace, from, &selector, false);
        let mut found: Vec<ObjectId> = found.collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{selector:?}");
        matches += found.len();
        let directory = |id: ObjectId| workspace.file(id.file).directory().to_owned();
        let only = match expected[..] {
            [one] if directory(one) == directory(from) => Some(one),
            _ => None,
        };
        assert_eq!(only_selected(&workspace, from, &selector), only);
        alone += usize::from(only.is_some());
    }
    assert!(matches > 20 && alone > 0, "{matches} {alone}");
}

#[test]
fn selectors_of_workloads() {
    let workspace = workspace();
    let services = Services::of(&workspace);
    let budgets = ids(&workspace, "policy", "PodDisruptionBudget");
    let mut matches = 0;
    for id in ids(&workspace, "apps", "Deployment") {
        let pod = &workspace.object(id).pods[0];
        let labels = pod_labels(pod).expect("labels");
        let expected: Vec<ObjectId> = (ids(&workspace, "", "Service").into_iter())
            .filter(|&service| is_beside(&workspace, id, service))
            .filter(|&service| {
                let Body::Service(body) = &workspace.object(service).body else {
                    panic!("a Service");
                };
                let spec = body.spec.value().expect("a spec");
                let selector = LabelSelector::of_labels(spec.selector.value().expect("labels"));
                let selector = selector.expect("a selector");
                !selector.is_empty() && selector.matches(&labels)
            })
            .collect();
        let found = services.0.matching(&workspace, id, &labels);
        let found: Vec<ObjectId> = found.collect();
        assert_eq!(found, expected, "{labels:?}");
        matches += found.len();
        let has_budget = budgets.iter().any(|&budget| {
            is_beside(&workspace, id, budget) && selector(&workspace, budget).matches(&labels)
        });
        assert_eq!(
            may_have_budget(&workspace, id, pod),
            has_budget,
            "{labels:?}"
        );
    }
    assert!(matches > 20, "{matches}");
}
