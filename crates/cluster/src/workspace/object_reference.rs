use std::fmt;

use serde::Serialize;

/// Kubernetes object that a finding or a reference is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectReference {
    /// `apiVersion` as written; empty if absent.
    pub api_version: String,
    /// `kind` as written; empty if absent.
    pub kind: String,
    /// Namespace, if known.
    pub namespace: Option<String>,
    /// `metadata.name`, or `metadata.generateName` followed by `*`; empty if absent.
    pub name: String,
}

impl fmt::Display for ObjectReference {
    /// Formats the object as `[NAMESPACE/]KIND/NAME`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        write!(f, "{}/{}", self.kind, self.name)
    }
}
