//! Which Pod Security Standards apply in a namespace: the labels of the Namespace, as the admission reads them
//! (`PolicyToEvaluate` in `api/helpers.go` of `k8s.io/pod-security-admission` 0.36).

use podwright_model::{
    Field, KubernetesVersion, Pod, PodSecurity, PodSecurityLevel, PodSecurityVersion, StringMap,
    VersionRange,
};
use podwright_schema::pod_security::{PodSpec, violations};
use podwright_syntax::NodeId;
use rustc_hash::FxHashMap;

use crate::workspace::{ObjectId, Workspace};

/// Start of the labels.
pub const PREFIX: &str = "pod-security.kubernetes.io/";

/// What happens to a Pod that violates a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// The API server rejects Pods. Workloads are admitted, but not their Pods.
    Enforce,
    /// The API server answers with a warning, for Pods and workloads.
    Warn,
    /// It is recorded in the audit log.
    Audit,
}

/// The policy of a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Level and version.
    pub policy: PodSecurity,
    /// Value of the label that decides the level. `None` if no label does.
    pub label: Option<NodeId>,
    /// Whether the label is invalid, so that the admission uses another level.
    pub is_fallback: bool,
}

/// The policies of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policies {
    /// Policy of [`Mode::Enforce`].
    pub enforce: Policy,
    /// Policy of [`Mode::Warn`].
    pub warn: Policy,
    /// Policy of [`Mode::Audit`].
    pub audit: Policy,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Enforce, Self::Warn, Self::Audit];

    /// Name in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Warn => "warn",
            Self::Audit => "audit",
        }
    }
}

impl Policies {
    /// The policy of a mode.
    #[must_use]
    pub const fn of(&self, mode: Mode) -> Policy {
        match mode {
            Mode::Enforce => self.enforce,
            Mode::Warn => self.warn,
            Mode::Audit => self.audit,
        }
    }
}

/// Value of a label: `None` if it is absent, `Some(None)` if it is not known.
fn label<'l>(labels: &'l StringMap, key: &str) -> Option<(Option<&'l str>, NodeId)> {
    let mut labels = labels.iter();
    let (_, node, value) =
        labels.find(|(name, ..)| name.strip_prefix(PREFIX).is_some_and(|rest| rest == key))?;
    Some(match value {
        // An empty value is a string.
        Field::Missing => (Some(""), *node),
        value => match value.known() {
            Some((value, node)) => (Some(value.as_str()), node),
            None => (None, *node),
        },
    })
}

/// The policies that the labels of a Namespace mean. A label whose value is not known forbids nothing.
#[must_use]
pub fn policies(labels: &StringMap) -> Policies {
    let policy = |mode: Mode| {
        let mut policy = Policy {
            policy: PodSecurity::PRIVILEGED,
            label: None,
            is_fallback: false,
        };
        if let Some((value, node)) = label(labels, mode.name()) {
            policy.label = Some(node);
            match value.map(str::parse) {
                Some(Ok(level)) => policy.policy.level = level,
                // `enforce` fails closed, the others open.
                Some(Err(_)) if mode == Mode::Enforce => {
                    policy.policy.level = PodSecurityLevel::Restricted;
                    policy.is_fallback = true;
                }
                Some(Err(_)) | None => {}
            }
        }
        if let Some((Some(value), _)) = label(labels, &format!("{}-version", mode.name())) {
            policy.policy.version = value.parse().unwrap_or(PodSecurityVersion::Latest);
        }
        policy
    };
    let enforce = policy(Mode::Enforce);
    let mut warn = policy(Mode::Warn);
    // Without a label of its own, `warn` has the level of `enforce`.
    let has_level = enforce.label.is_some() && !enforce.is_fallback;
    if warn.label.is_none() && has_level && enforce.policy.level > warn.policy.level {
        warn.label = enforce.label;
        warn.policy.level = enforce.policy.level;
        if label(labels, "warn-version").is_none() {
            warn.policy.version = enforce.policy.version;
        }
    }
    Policies {
        enforce,
        warn,
        audit: policy(Mode::Audit),
    }
}

/// The Namespace of an object, if exactly one among the files can be it.
#[must_use]
pub fn namespace_of(workspace: &Workspace, id: ObjectId) -> Option<ObjectId> {
    let all = workspace.kept(Namespaces::of);
    let named = all.0.get(workspace.namespace(id)?)?.iter().copied();
    let mut named = named.filter(|&other| workspace.coexist(id, other));
    let found = named.next()?;
    named.next().is_none().then_some(found)
}

/// All Namespaces by name.
struct Namespaces(FxHashMap<String, Vec<ObjectId>>);

impl Namespaces {
    fn of(workspace: &Workspace) -> Self {
        let mut all: FxHashMap<String, Vec<ObjectId>> = FxHashMap::default();
        for id in workspace.of_kind("", "Namespace") {
            if let Some(name) = workspace.object(id).metadata.name.text() {
                all.entry(name.to_owned()).or_default().push(id);
            }
        }
        Self(all)
    }
}

/// The policy that Pods of an object must follow: that of an option, or of the label `enforce` of its namespace.
#[must_use]
pub fn enforced(workspace: &Workspace, id: ObjectId) -> Option<PodSecurity> {
    if let Some(policy) = workspace.file(id.file).context.pod_security {
        return Some(policy);
    }
    let namespace = workspace.object(namespace_of(workspace, id)?);
    let enforce = policies(namespace.metadata.labels.value()?).enforce;
    enforce.label.map(|_| enforce.policy)
}

/// Whether the enforced policy rejects the Pod because of one of these checks, in one of the releases.
#[must_use]
pub fn is_rejected(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    checks: &[&str],
    versions: VersionRange,
) -> bool {
    let Some(policy) = enforced(workspace, id) else {
        return false;
    };
    let none = StringMap::new();
    let spec = PodSpec {
        tree: &workspace.file(id.file).tree,
        spec: pod.node,
        annotations: pod.metadata.annotations.value().unwrap_or(&none),
    };
    (versions.oldest.0..=versions.newest.0).any(|release| {
        let minor = policy.version.on(KubernetesVersion(release));
        let mut found = violations(spec, policy.level, minor).into_iter();
        found.any(|violation| checks.contains(&violation.check))
    })
}

#[cfg(test)]
mod tests {
    use super::{Mode, policies};

    fn shown(labels: &str) -> String {
        let text = format!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels: {{{labels}}}\n"
        );
        let tree = podwright_syntax::parse(text.as_str().into());
        let objects = podwright_model::decode(&tree, &[]);
        let labels = objects[0].metadata.labels.value().expect("labels");
        let policies = policies(labels);
        let shown = Mode::ALL.map(|mode| policies.of(mode).policy.to_string());
        shown.join(" ")
    }

    /// The results of the admission of Kubernetes 1.36.
    #[test]
    fn labels_are_read_as_the_admission_reads_them() {
        let enforce = "pod-security.kubernetes.io/enforce";
        for (labels, expected) in [
            (
                "a: b".to_owned(),
                "privileged:latest privileged:latest privileged:latest",
            ),
            (
                format!("{enforce}: baseline"),
                "baseline:latest baseline:latest privileged:latest",
            ),
            (
                format!("{enforce}: baseline, {enforce}-version: v1.30"),
                "baseline:v1.30 baseline:v1.30 privileged:latest",
            ),
            (
                format!("{enforce}: baseline, pod-security.kubernetes.io/warn: privileged"),
                "baseline:latest privileged:latest privileged:latest",
            ),
            (
                format!(
                    "{enforce}: baseline, {enforce}-version: v1.30, pod-security.kubernetes.io/warn-version: v1.31"
                ),
                "baseline:v1.30 baseline:v1.31 privileged:latest",
            ),
            (
                format!("{enforce}: Baseline"),
                "restricted:latest privileged:latest privileged:latest",
            ),
            (
                "pod-security.kubernetes.io/warn: strict, pod-security.kubernetes.io/audit: ''"
                    .to_owned(),
                "privileged:latest privileged:latest privileged:latest",
            ),
            (
                format!("{enforce}: restricted, {enforce}-version: 1.30"),
                "restricted:latest restricted:latest privileged:latest",
            ),
        ] {
            assert_eq!(shown(&labels), expected, "{labels}");
        }
    }
}
