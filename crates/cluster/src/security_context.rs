//! Security settings that a container runs with: its own, and those of its Pod
//! (`DetermineEffectiveSecurityContext` in `pkg/securitycontext/util.go`).

use podwright_schema::Value;
use podwright_syntax::{NodeId, SyntaxTree};

/// Security settings of a container.
#[derive(Clone, Copy, Debug)]
pub struct SecurityContext<'a> {
    /// The Pod's `spec`.
    pub spec: Value<'a>,
    /// `securityContext` of the Pod.
    pub of_pod: Value<'a>,
    /// `securityContext` of the container.
    pub of_container: Value<'a>,
}

impl<'a> SecurityContext<'a> {
    /// The settings of a container of a Pod, given by their nodes.
    #[must_use]
    pub fn new(tree: &'a SyntaxTree, spec: NodeId, container: NodeId) -> Self {
        let spec = Value::new(tree, spec);
        Self {
            spec,
            of_pod: spec.get("securityContext"),
            of_container: Value::new(tree, container).get("securityContext"),
        }
    }

    /// A field that only containers have, such as `privileged`, `capabilities`, `allowPrivilegeEscalation`,
    /// `readOnlyRootFilesystem` and `procMount`.
    #[must_use]
    pub fn own(self, name: &'static str) -> Value<'a> {
        self.of_container.get(name)
    }

    /// A field that the container has or inherits from its Pod, such as `runAsUser`, `runAsNonRoot` and
    /// `seccompProfile`. If both lack it, the absent field of the Pod.
    #[must_use]
    pub fn effective(self, name: &'static str) -> Value<'a> {
        let own = self.of_container.get(name);
        match own.is_absent() {
            true => self.of_pod.get(name),
            false => own,
        }
    }

    /// Whether the container is privileged. It then has all capabilities, and runs without seccomp and AppArmor.
    #[must_use]
    pub fn is_privileged(self) -> bool {
        self.own("privileged").is_true()
    }

    /// Whether root in the container is not root on the node, because the Pod has a user namespace of its own.
    #[must_use]
    pub fn is_in_user_namespace(self) -> bool {
        let field = self.spec.get("hostUsers");
        field.is_false() || field.is_unknown()
    }

    /// Whether the Pod may run on Windows, where many settings do not exist.
    #[must_use]
    pub fn is_on_windows(self) -> bool {
        is_on_windows(self.spec)
    }
}

/// Labels of nodes with the name of the operating system.
const OS_LABELS: [&str; 2] = ["kubernetes.io/os", "beta.kubernetes.io/os"];

/// Whether the Pod with this `spec` runs on Windows, or may do so as far as the files show.
#[must_use]
pub fn is_on_windows(spec: Value<'_>) -> bool {
    let is_windows = |value: Value<'_>| value.is("windows") || value.is_unknown();
    let selector = spec.get("nodeSelector");
    is_windows(spec.get("os").get("name"))
        || selector.is_unknown()
        || OS_LABELS
            .iter()
            .any(|label| selector.find(label).is_some_and(is_windows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T>(spec: &str, ask: impl Fn(SecurityContext<'_>) -> T) -> T {
        let text = format!("apiVersion: v1\nkind: Pod\nspec: {spec}\n");
        let tree = podwright_syntax::parse(text.as_str().into());
        let objects = podwright_model::decode(&tree, &[]);
        let pod = &objects[0].pods[0];
        ask(SecurityContext::new(
            &tree,
            pod.node,
            pod.containers[0].node,
        ))
    }

    #[test]
    fn the_container_overrides_the_pod() {
        let user = |pod: &str, container: &str| {
            let spec = format!(
                "{{securityContext: {{{pod}}}, containers: [{{securityContext: {{{container}}}}}]}}"
            );
            of(&spec, |context| context.effective("runAsUser").int())
        };
        assert_eq!(user("runAsUser: 1", ""), Some(1));
        assert_eq!(user("runAsUser: 1", "runAsUser: 0"), Some(0));
        assert_eq!(user("runAsUser: 1", "runAsUser: null"), Some(1));
        assert_eq!(user("", ""), None);
    }

    #[test]
    fn some_fields_exist_only_in_containers() {
        let spec = "{securityContext: {privileged: true}, containers: [{}]}";
        assert!(!of(spec, |context| context.is_privileged()));
    }

    #[test]
    fn the_operating_system_is_a_field_or_a_node_label() {
        for (spec, is_windows) in [
            ("{containers: [{}]}", false),
            ("{os: {name: windows}, containers: [{}]}", true),
            ("{os: {name: linux}, containers: [{}]}", false),
            (
                "{nodeSelector: {kubernetes.io/os: windows}, containers: [{}]}",
                true,
            ),
            (
                "{nodeSelector: {kubernetes.io/os: '${OS}'}, containers: [{}]}",
                true,
            ),
            (
                "{nodeSelector: {kubernetes.io/arch: arm64}, containers: [{}]}",
                false,
            ),
        ] {
            assert_eq!(
                of(spec, |context| context.is_on_windows()),
                is_windows,
                "{spec}"
            );
        }
    }
}
