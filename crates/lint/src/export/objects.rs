//! Objects that a policy is for.

use serde::Deserialize;

use super::Variable;

/// Objects that a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Objects {
    /// Pods, and workloads that make them.
    Pods,
    /// What the programs of a team consist of.
    Namespaced,
    Services,
    Autoscalers,
    Budgets,
    Roles,
    RoleBindings,
}

/// API group, resources and operations. Controllers change metadata of Pods and Jobs that exist, for example to delete
/// them, so updates of these are not judged: their specs cannot change anyway.
type Rule = (&'static str, &'static str, &'static str, &'static str);

const PODS: &[Rule] = &[
    ("\"\"", "v1", "pods", "CREATE"),
    (
        "\"\"",
        "v1",
        "replicationcontrollers, podtemplates",
        "CREATE, UPDATE",
    ),
    (
        "apps",
        "v1",
        "deployments, daemonsets, statefulsets, replicasets",
        "CREATE, UPDATE",
    ),
    ("batch", "v1", "jobs", "CREATE"),
    ("batch", "v1", "cronjobs", "CREATE, UPDATE"),
];

const NAMESPACED: &[Rule] = &[
    ("\"\"", "v1", "pods, persistentvolumeclaims", "CREATE"),
    (
        "apps",
        "v1",
        "deployments, daemonsets, statefulsets",
        "CREATE, UPDATE",
    ),
    ("batch", "v1", "jobs", "CREATE"),
    ("batch", "v1", "cronjobs", "CREATE, UPDATE"),
    ("networking.k8s.io", "v1", "ingresses", "CREATE, UPDATE"),
];

const SERVICES: &[Rule] = &[("\"\"", "v1", "services", "CREATE, UPDATE")];

const AUTOSCALERS: &[Rule] = &[(
    "autoscaling",
    "v1, v2",
    "horizontalpodautoscalers",
    "CREATE, UPDATE",
)];

const BUDGETS: &[Rule] = &[("policy", "v1", "poddisruptionbudgets", "CREATE, UPDATE")];

const ROLES: &[Rule] = &[(
    "rbac.authorization.k8s.io",
    "v1",
    "roles, clusterroles",
    "CREATE, UPDATE",
)];

const ROLE_BINDINGS: &[Rule] = &[(
    "rbac.authorization.k8s.io",
    "v1",
    "rolebindings, clusterrolebindings",
    "CREATE, UPDATE",
)];

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

const POD_SPEC: &str = "\
object.kind == 'Pod' ? object.spec :
object.kind == 'PodTemplate' ? object.template.spec :
object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec";

const POD_METADATA: &str = "\
object.kind == 'Pod' ? object.metadata :
object.kind == 'PodTemplate' ? object.template.?metadata.orValue({}) :
object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.?metadata.orValue({}) :
object.spec.template.?metadata.orValue({})";

const LASTING: &str =
    "variables.podSpec.containers + variables.podSpec.?initContainers.orValue([])";

const CONTAINERS: &str = "variables.lasting + variables.podSpec.?ephemeralContainers.orValue([])";

const IMAGES: &str = "\
variables.lasting.filter(c, has(c.image)).map(c, c.image) +
variables.podSpec.?volumes.orValue([]).filter(v, v.?image.?reference.hasValue()).map(v, v.image.reference)";

const IS_WINDOWS: &str = "\
variables.podSpec.?os.?name.orValue('') == 'windows' ||
['kubernetes.io/os', 'beta.kubernetes.io/os'].exists(l,
  variables.podSpec.?nodeSelector[?l].orValue('') == 'windows')";

/// Variables for the Pods of an object, each of which may use those before it.
const POD_VARIABLES: [(&str, &str); 6] = [
    ("podSpec", POD_SPEC),
    ("podMetadata", POD_METADATA),
    ("lasting", LASTING),
    ("containers", CONTAINERS),
    ("images", IMAGES),
    ("isWindows", IS_WINDOWS),
];

impl Objects {
    fn rules(self) -> &'static [Rule] {
        match self {
            Self::Pods => PODS,
            Self::Namespaced => NAMESPACED,
            Self::Services => SERVICES,
            Self::Autoscalers => AUTOSCALERS,
            Self::Budgets => BUDGETS,
            Self::Roles => ROLES,
            Self::RoleBindings => ROLE_BINDINGS,
        }
    }

    /// The content of `matchConstraints`.
    pub(super) fn constraints(self) -> String {
        let rules = self.rules().iter().map(|(group, versions, resources, operations)| {
            format!(
                "      - apiGroups: [{group}]\n        apiVersions: [{versions}]\n        operations: [{operations}]\n        \
                 resources: [{resources}]\n"
            )
        });
        let selector = match self {
            Self::Roles | Self::RoleBindings => WITHOUT_BOOTSTRAP,
            _ => "",
        };
        format!(
            "{selector}    resourceRules:\n{}",
            rules.collect::<String>()
        )
    }

    /// What a binding has after its actions.
    pub(super) const fn binding(self) -> &'static str {
        match self {
            Self::Roles | Self::RoleBindings => "",
            _ => WITHOUT_SYSTEM,
        }
    }

    /// Variables that expressions about these objects can use.
    pub(super) fn variables(self) -> Vec<Variable> {
        let all: &[(&str, &str)] = match self {
            Self::Pods => &POD_VARIABLES,
            _ => &[],
        };
        let each = all.iter().map(|(name, expression)| Variable {
            name: (*name).to_owned(),
            expression: (*expression).to_owned(),
        });
        each.collect()
    }
}
