//! CEL expressions that would use a stack, much memory or a long time.

use crate::cli::run::Directory;
use crate::robustness::bounded::bounded;

/// Files with the expression in each place that has one.
fn files(expression: &str) -> String {
    let text = serde_json::to_string(expression).unwrap();
    let rules = "resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}]";
    let mut all = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         matchConstraints: {{{rules}}}\n  validations:\n    - expression: {text}\n      messageExpression: {text}\n---\n\
         apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: p}}\n\
         spec: {{policyName: p, validationActions: [Deny]}}\n---\n\
         apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {{name: w}}\n\
         webhooks:\n  - name: w.example.com\n    clientConfig: {{url: 'https://example.com/'}}\n    sideEffects: None\n    \
         admissionReviewVersions: [v1]\n    matchConditions: [{{name: m, expression: {text}}}]\n---\n\
         apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: as.example.com}}\nspec:\n  \
         group: example.com\n  scope: Namespaced\n  names: {{plural: as, kind: A}}\n  versions:\n    - name: v1\n      \
         served: true\n      storage: true\n      schema:\n        openAPIV3Schema:\n          type: object\n          \
         x-kubernetes-validations: [{{rule: {text}}}]\n"
    );
    for i in 0..20 {
        all += &format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\n");
        all += &format!("---\napiVersion: example.com/v1\nkind: A\nmetadata: {{name: a{i}}}\n");
    }
    all
}

#[test]
fn expressions_end() {
    let numbers: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    let numbers = format!("[{}]", numbers.join(","));
    for expression in [
        "(".repeat(5_000) + "true" + &")".repeat(5_000),
        "!".repeat(20_001) + "true",
        "-".repeat(20_001) + "1 > 0",
        "true".to_owned() + &" && true".repeat(8_000),
        "1".to_owned() + &" + 1".repeat(8_000) + " > 0",
        "object".to_owned() + &".a".repeat(8_000) + " == 1",
        "[".repeat(3_000) + &"]".repeat(3_000) + " == []",
        "true ? ".repeat(3_000) + "true" + &" : false".repeat(3_000),
        format!("size({numbers}.map(a, {numbers}.map(b, {numbers}.map(c, a + b + c)))) > 0"),
        "'a'".to_owned() + &".replace('a', 'aa')".repeat(40) + " == 'b'",
        format!(
            "'{}'.split(',').map(x, '{}' + x).join('').size() > 1",
            "a,".repeat(5_000),
            "b".repeat(1_000)
        ),
        format!("'{}'.matches('(a*)*b')", "a".repeat(3_000)),
        "'a'.matches('((a{1,500}){1,500}){1,500}')".to_owned(),
        "'%.1000000f'.format([1.5]) == ''".to_owned(),
    ] {
        let directory = Directory::new(&[("a.yaml", &files(&expression))]);
        let run = bounded(&directory, 512, &["check", "--level", "info", "."]);
        let start: String = expression.chars().take(40).collect();
        assert!(run.code == 0 || run.code == 1, "{start}: {}", run.stderr);
    }
}
