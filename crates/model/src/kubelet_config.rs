use super::{
    Field,
    decode::{MappingReader, object},
};

object! {
    /// KubeletConfiguration (`kubelet.config.k8s.io`), limited to the fields that affect image pulls.
    ///
    /// Files in the kubelet's drop-in directory have this kind too; they leave unspecified fields unchanged.
    pub struct KubeletConfig {
        pub verification_policy: Field<String> = string("imagePullCredentialsVerificationPolicy"),
        pub verification_allowlist: Field<Vec<Field<String>>> = template_strings("preloadedImagesVerificationAllowlist"),
        pub feature_gates: Field<Vec<(String, Field<bool>)>> = map("featureGates", MappingReader::booleans),
        /// Since 1.27.
        pub container_runtime_endpoint: Field<String> = string("containerRuntimeEndpoint"),
    }
}

/// Name of the kind.
pub(super) const KIND: &str = "KubeletConfiguration";
/// API group of the kubelet's configuration files.
pub(super) const GROUP: &str = "kubelet.config.k8s.io";

impl KubeletConfig {
    /// Value of a feature gate; `None` if it is not set or unknown.
    #[must_use]
    pub fn feature_gate(&self, name: &str) -> Option<bool> {
        let mut gates = self.feature_gates.items().iter();
        let (_, value) = gates.find(|(gate, _)| gate == name)?;
        value.value().copied()
    }
}

impl MappingReader<'_> {
    fn booleans(self) -> Vec<(String, Field<bool>)> {
        let keys = self.entries().into_iter().map(|entry| entry.key);
        let names = keys.map(|key| self.tree().key_text(key).into_owned());
        names
            .map(|name| (name.clone(), self.boolean(&name)))
            .collect()
    }
}
