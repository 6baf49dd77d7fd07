use super::{ChartValues, Namespace, NodeDirectory};
use std::path::PathBuf;
use std::sync::Arc;

use podwright_model::{
    PodSecurity, PodTemplatePath, RuntimeReleases, VersionRange, has_larger_document,
};
use podwright_schema::CustomKinds;

/// What is known about a file's cluster in addition to the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterContext {
    /// Namespace of objects without `metadata.namespace`.
    pub namespace: Option<String>,
    /// Objects that exist elsewhere.
    pub externals: Vec<External>,
    /// Whether the files contain every object that they reference. If so, references that do not resolve are missing.
    pub complete: bool,
    /// Locations of pod templates in custom resources, in addition to the known ones.
    pub pod_templates: Vec<PodTemplatePath>,
    /// Nodes of the cluster.
    pub nodes: Vec<NodeDirectory>,
    /// Releases of the container runtimes on the nodes.
    pub releases: RuntimeReleases,
    /// Schemas of custom resources that no file of the run defines.
    pub schemas: Schemas,
    /// Kubernetes releases that the manifests target. Charts are rendered for the newest.
    pub versions: VersionRange,
    /// Pod Security Standard that every Pod is judged by, whatever the labels of its namespace.
    pub pod_security: Option<PodSecurity>,
    /// Files with admission policies for all objects, by their real paths.
    pub policies: Arc<[PathBuf]>,
    /// Values with which charts are rendered.
    pub charts: Vec<ChartValues>,
    /// What is too large to be parsed.
    pub limits: SizeLimits,
}

/// Maximum sizes in bytes. What is larger is reported if its content suggests that it is a manifest or contains
/// credentials, and not parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeLimits {
    /// Maximum size of a document, and of an item of a `List`. A syntax tree takes up to a hundred times as much memory
    /// as its text.
    pub document: usize,
    /// Maximum size of a file with smaller documents.
    pub file: usize,
}

impl SizeLimits {
    /// 64 MiB.
    pub const DOCUMENT: usize = 64 << 20;

    /// The limits for a program that keeps files in memory and parses them again: whole files are limited like documents.
    #[must_use]
    pub const fn of_editor() -> Self {
        Self {
            document: Self::DOCUMENT,
            file: Self::DOCUMENT,
        }
    }

    /// Whether a text is too large to be parsed.
    #[must_use]
    pub fn exclude(self, text: &str) -> bool {
        text.len() > self.document.min(self.file)
            && (text.len() > self.file || has_larger_document(text, self.document))
    }
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self {
            document: Self::DOCUMENT,
            // Offsets have 32 bits.
            file: u32::MAX as usize - 1,
        }
    }
}

/// Custom resource schemas. Compared by pointer.
#[derive(Clone, Debug, Default)]
pub struct Schemas(pub Arc<CustomKinds>);

impl PartialEq for Schemas {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.0.is_empty() && other.0.is_empty())
    }
}

impl Eq for Schemas {}

/// Object that exists but is not in any file of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// Kind of the object.
    pub kind: String,
    /// Name of the object; `*` matches any characters.
    pub name: String,
    /// Namespace of the object. Any namespace if absent.
    pub namespace: Option<String>,
}

impl External {
    pub(super) fn is(&self, kind: &str, namespace: &Namespace, name: &str) -> bool {
        self.kind == kind
            && self
                .namespace
                .as_deref()
                .is_none_or(|own| namespace.name().is_none_or(|n| n == own))
            && matches(&self.name, name)
    }
}

/// Whether `name` matches `pattern`, where `*` matches any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut rest) = name.strip_prefix(head) else {
        return false;
    };
    let parts: Vec<&str> = tail.split('*').collect();
    let (last, middle) = parts.split_last().unwrap_or((&"", &[]));
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_match_any_characters() {
        assert!(matches("regcred", "regcred"));
        assert!(matches("reg*", "regcred"));
        assert!(matches("*-cred-*", "a-cred-b"));
        assert!(matches("a*b*c", "axxbyyc"));
        assert!(!matches("a*b", "ac"));
        assert!(!matches("regcred", "regcred2"));
    }
}
