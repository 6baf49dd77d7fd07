use super::{Namespace, NodeFolder};
use std::sync::Arc;

use crate::model::{PodTemplatePath, RuntimeReleases};
use crate::schema::CustomKinds;

/// What is known of a file's cluster beside the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// Objects that exist elsewhere.
    pub externals: Vec<External>,
    /// Whether everything that the file refers to is among the files, so that what is not found is missing.
    pub complete: bool,
    /// The places of pod templates in custom resources, beside the usual ones.
    pub pod_templates: Vec<PodTemplatePath>,
    /// The nodes of the cluster.
    pub nodes: Vec<NodeFolder>,
    /// Which releases of container runtimes they have.
    pub releases: RuntimeReleases,
    /// What custom resources look like that no file of the run defines.
    pub schemas: Schemas,
}

/// Kinds that are no part of Kubernetes; two are the same if they are the same in memory.
#[derive(Clone, Debug, Default)]
pub struct Schemas(pub Arc<CustomKinds>);

impl PartialEq for Schemas {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.0.is_empty() && other.0.is_empty())
    }
}

impl Eq for Schemas {}

/// An object that exists though no file of the run holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// Its kind.
    pub kind: String,
    /// Its name; `*` stands for any characters.
    pub name: String,
    /// Its namespace; any if absent.
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

/// Whether `name` fits `pattern`, in which `*` stands for any characters.
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
    fn stars_stand_for_any_characters() {
        assert!(matches("regcred", "regcred"));
        assert!(matches("reg*", "regcred"));
        assert!(matches("*-cred-*", "a-cred-b"));
        assert!(matches("a*b*c", "axxbyyc"));
        assert!(!matches("a*b", "ac"));
        assert!(!matches("regcred", "regcred2"));
    }
}
