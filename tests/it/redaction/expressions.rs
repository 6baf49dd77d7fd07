//! Messages that CEL expressions make of objects with credentials.

use crate::cli::run::Directory;

const POLICY: &str = "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: show}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [secrets, pods]}]
  validations:
    - expression: 'false'
      messageExpression: >-
        object.kind == 'Secret' ? 'data ' + object.data.password.lowerAscii() : 'env ' + object.spec.containers[0].env[0].value
    - expression: 'false'
      messageExpression: >-
        object.kind == 'Secret' ? 'part ' + object.data.password.substring(4) : 'ENV ' +
        object.spec.containers[0].env[0].value.upperAscii()
    - expression: object.kind == 'Pod' && int(object.spec.containers[0].env[0].value) > 0
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: show}
spec: {policyName: show, validationActions: [Deny, Audit]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: dbs.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: dbs, singular: db, kind: Db, listKind: DbList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                host: {type: string, maxLength: 30}
                password: {type: string, maxLength: 30}
              x-kubernetes-validations:
                - rule: self.host.size() > 100
                  messageExpression: \"'host ' + self.host + (has(self.password) ? self.password.upperAscii() : '') + ' is short'\"
";

const OBJECTS: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: x}
data: {password: UGxhbnRlZC1Jbi1TZWNyZXQ=}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x}
spec:
  containers:
    - name: c
      image: r.example/x:1.2.3
      env: [{name: DB_PASSWORD, value: planted-in-pod}]
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: x}
spec:
  containers:
    - name: c
      image: r.example/x:1.2.3
      env: [{name: MODE, value: quick}]
---
apiVersion: example.com/v1
kind: Db
metadata: {name: d, namespace: x}
spec: {host: db.example, password: planted-in-db}
---
apiVersion: example.com/v1
kind: Db
metadata: {name: e, namespace: x}
spec: {host: db.example}
";

#[test]
fn no_message_of_an_expression_shows_a_credential() {
    let directory = Directory::new(&[("policy.yaml", POLICY), ("objects.yaml", OBJECTS)]);
    for format in ["text", "json", "sarif", "concise"] {
        let arguments = ["check", "--level", "info", "--format", format, "."];
        let text = directory.run(&arguments, &[], "").stdout;
        let plain = text.to_ascii_lowercase();
        for shown in ["planted", "ugxhbnr", "bnrlzc1", "ni-detnalp", "detnalp"] {
            assert!(!plain.contains(shown), "{format} shows {shown}:\n{text}");
        }
        for shown in [
            "because the object has credentials",
            "env quick",
            "ENV QUICK",
            "host db.example is short",
        ] {
            assert!(text.contains(shown), "{format} lacks {shown}:\n{text}");
        }
    }
}
