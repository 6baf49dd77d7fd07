use super::{Field, decode::Record};

/// KubeletConfiguration (`kubelet.config.k8s.io`), limited to the fields that affect image pulls.
///
/// Files in the kubelet's drop-in directory have this kind too; they leave unspecified fields unchanged.
#[derive(Clone, Debug)]
pub struct KubeletConfig {
    /// `imagePullCredentialsVerificationPolicy`
    pub verification_policy: Field<String>,
    /// `preloadedImagesVerificationAllowlist`
    pub verification_allowlist: Field<Vec<Field<String>>>,
    /// `featureGates`
    pub feature_gates: Field<Vec<(String, Field<bool>)>>,
    /// `staticPodPath`
    pub static_pod_path: Field<String>,
    /// `containerRuntimeEndpoint`, since 1.27
    pub container_runtime_endpoint: Field<String>,
}

/// Name of the kind.
pub(super) const KIND: &str = "KubeletConfiguration";
/// API group of the kubelet's configuration files.
pub(super) const GROUP: &str = "kubelet.config.k8s.io";

impl KubeletConfig {
    /// Reads the mapping of a KubeletConfiguration.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            verification_policy: object.text("imagePullCredentialsVerificationPolicy"),
            verification_allowlist: object.scripts("preloadedImagesVerificationAllowlist"),
            feature_gates: object.record("featureGates").map(|gates| {
                let names = gates.entries().into_iter();
                names
                    .map(|gate| {
                        let name = gates.tree().key_text(gate.key).into_owned();
                        let value = gates.boolean(&name);
                        (name, value)
                    })
                    .collect()
            }),
            static_pod_path: object.text("staticPodPath"),
            container_runtime_endpoint: object.text("containerRuntimeEndpoint"),
        }
    }

    /// Value of a feature gate; `None` if it is not set or unknown.
    #[must_use]
    pub fn feature_gate(&self, name: &str) -> Option<bool> {
        let gates = self.feature_gates.value()?;
        let (_, value) = gates.iter().find(|(gate, _)| gate == name)?;
        value.value().copied()
    }
}
