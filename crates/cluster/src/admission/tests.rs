use super::*;
use podwright_model::{Body, Object, decode};
use podwright_syntax::{SyntaxTree, parse};

fn objects(text: &str) -> (SyntaxTree, Vec<Object>) {
    let tree = parse(text.into());
    let objects = decode(&tree, &[]);
    (tree, objects)
}

fn pod(spec: &str) -> (SyntaxTree, Pod) {
    let text = format!("{{apiVersion: v1, kind: Pod, spec: {{{spec}}}}}");
    let (tree, objects) = objects(&text);
    (tree, objects[0].pods[0].clone())
}

fn class(fields: &str) -> RuntimeClass {
    let text = format!("{{apiVersion: node.k8s.io/v1, kind: RuntimeClass, {fields}}}");
    let (_, objects) = objects(&text);
    match &objects[0].body {
        Body::RuntimeClass(class) => (**class).clone(),
        body => panic!("{body:?}"),
    }
}

#[test]
fn an_overhead_must_be_that_of_the_class() {
    let refusal = |spec: &str, fields: &str| overhead_refusal(&pod(spec).1, Some(&class(fields)));
    let without = Some(OverheadRefusal::WithoutClassOverhead);
    let differs = Some(OverheadRefusal::Differs);
    let fixed = "overhead: {podFixed: {cpu: 250m, memory: 120Mi}}";
    assert_eq!(
        refusal("overhead: {cpu: 0.25, memory: 122880Ki}", fixed),
        None
    );
    assert_eq!(refusal("overhead: {cpu: 0.25}", fixed), differs);
    assert_eq!(
        refusal("overhead: {cpu: 250m, memory: 128Mi}", fixed),
        differs
    );
    assert_eq!(refusal("overhead: {cpu: '${CPU}', memory: 1}", fixed), None);
    assert_eq!(refusal("overhead: {}", fixed), None);
    assert_eq!(refusal("overhead: null", "handler: a"), None);
    assert_eq!(refusal("overhead: {}", "handler: a"), without);
    assert_eq!(refusal("overhead: {cpu: 1}", "overhead: null"), without);
    assert_eq!(refusal("overhead: {cpu: 1}", "overhead: {}"), differs);
    assert_eq!(
        refusal("overhead: {cpu: 0}", "overhead: {podFixed: {cpu: }}"),
        None
    );
    assert_eq!(overhead_refusal(&pod("overhead: {}").1, None), without);
    assert_eq!(overhead_refusal(&pod("hostNetwork: true").1, None), None);
}

#[test]
fn selectors_conflict_where_the_values_differ() {
    let class = class("scheduling: {nodeSelector: {a: b, c: d, e: '', f: '${F}'}}");
    let (tree, pod) = pod("nodeSelector: {a: x, c: d, e: , f: g, h: i}");
    let conflicts = selector_conflicts(&pod, &class);
    let found: Vec<_> = conflicts
        .iter()
        .map(|c| (c.key.as_str(), tree.source_text(c.pod)))
        .collect();
    assert_eq!(found, [("a", "x")]);
}

#[test]
fn affinity_conflicts_only_if_every_term_does() {
    let class = class("scheduling: {nodeSelector: {a: '5', b: x}}");
    let count = |terms: &str| {
        let spec = format!(
            "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: \
                [{terms}]}}}}}}"
        );
        affinity_conflicts(&pod(&spec).1, &class).len()
    };
    let term = |expression: &str| format!("{{matchExpressions: [{expression}]}}");
    let one = |expression: &str| count(&term(expression));
    assert_eq!(one("{key: a, operator: In, values: ['4', '6']}"), 1);
    assert_eq!(one("{key: a, operator: In, values: ['4', '5']}"), 0);
    assert_eq!(one("{key: a, operator: In, values: ['4', '${A}']}"), 0);
    assert_eq!(one("{key: a, operator: NotIn, values: ['5']}"), 1);
    assert_eq!(one("{key: a, operator: NotIn, values: ['6']}"), 0);
    assert_eq!(one("{key: a, operator: Exists}"), 0);
    assert_eq!(one("{key: a, operator: DoesNotExist}"), 1);
    assert_eq!(one("{key: c, operator: DoesNotExist}"), 0);
    assert_eq!(one("{key: a, operator: Gt, values: ['5']}"), 1);
    assert_eq!(one("{key: a, operator: Gt, values: ['4']}"), 0);
    assert_eq!(one("{key: a, operator: Lt, values: ['5']}"), 1);
    assert_eq!(one("{key: a, operator: Lt, values: ['6']}"), 0);
    assert_eq!(one("{key: b, operator: Lt, values: ['6']}"), 1);
    // All expressions of a term must match; of the terms, one is enough.
    assert_eq!(
        one("{key: a, operator: Exists}, {key: b, operator: DoesNotExist}"),
        1
    );
    let (bad, good) = (
        term("{key: b, operator: DoesNotExist}"),
        term("{key: c, operator: Exists}"),
    );
    assert_eq!(count(&format!("{bad}, {good}")), 0);
    assert_eq!(count(&format!("{bad}, {bad}")), 2);
    assert_eq!(count(""), 0);
    let fields = "{matchFields: [{key: metadata.name, operator: In, values: [n]}]}";
    assert_eq!(count(&format!("{bad}, {fields}")), 0);
    assert_eq!(affinity_conflicts(&pod("affinity: {}").1, &class).len(), 0);
}

#[test]
fn a_pod_is_stored_with_what_its_class_brings() {
    let class = class(
        "overhead: {podFixed: {cpu: 250m}}, scheduling: {nodeSelector: {a: b, c: d}, \
         tolerations: [{key: t, operator: Exists, effect: NoSchedule}]}",
    );
    let (tree, pod) = pod(
        "nodeSelector: {a: b, e: f}, tolerations: [{key: t, operator: Equal, value: x, effect: NoSchedule}, \
         {key: u, operator: Exists}]",
    );
    let id = ObjectId {
        file: podwright_syntax::text::FileId(0),
        index: 0,
    };
    let stored = admit(&pod, NamedClass::Found(id, &class));
    assert_eq!(stored.refusals, []);
    assert_eq!(stored.overhead.unwrap()[0].0, "cpu");
    let labels: Vec<_> = stored
        .node_selector
        .unwrap()
        .iter()
        .map(|l| (l.key, l.is_of_class))
        .collect();
    assert_eq!(labels, [("a", false), ("e", false), ("c", true)]);
    let keys: Vec<_> = stored
        .tolerations
        .unwrap()
        .iter()
        .map(|one| one.key)
        .collect();
    assert_eq!(keys, ["u", "t"]);
    assert_eq!(stored.idle_tolerations.len(), 1);
    assert!(
        tree.source_text(stored.idle_tolerations[0])
            .contains("Equal")
    );
    let refused = admit(&pod, NamedClass::Missing);
    assert_eq!(refused.refusals, [Refusal::NotFound]);
    assert!(admit(&pod, NamedClass::Unknown).node_selector.is_none());
    assert_eq!(admit(&pod, NamedClass::None).overhead, Some(&[][..]));
}
