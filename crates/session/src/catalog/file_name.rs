//! Names of JSON Schemas of custom resources, as kubeconform looks them up.

/// What the name of a file says that it has the schema of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named<'a> {
    /// In lower case.
    pub(super) kind: &'a str,
    /// The group, or its part before the first dot.
    pub(super) group: &'a str,
    pub(super) version: &'a str,
}

/// Reads the name of a file `stem` (without `.json`) in a directory.
///
/// - `GROUP/KIND_VERSION`: `{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}`, the layout of public catalogs.
/// - `KIND-GROUP-VERSION`: `{{.ResourceKind}}{{.KindSuffix}}`, the default of kubeconform. The group is its part before the
///   first dot (`{kind}-{group}-{version}` of `openapi2jsonschema`), or the whole group.
pub(super) fn named<'a>(directory: &'a str, stem: &'a str) -> Option<Named<'a>> {
    let (kind, group, version) = match stem.rsplit_once('_') {
        Some((kind, version)) => (kind, directory, version),
        None => {
            let (kind, rest) = stem.split_once('-')?;
            let (group, version) = rest.rsplit_once('-')?;
            (kind, group, version)
        }
    };
    // Only a group with a dot can be that of a custom resource, and a directory must name it in full.
    let is_group =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let is_valid = !kind.is_empty()
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && !group.is_empty()
        && group.bytes().all(is_group)
        && (!stem.contains('_') || group.contains('.'))
        && is_version(version);
    is_valid.then_some(Named {
        kind,
        group,
        version,
    })
}

/// Whether this is a version as custom resources have them: `v1`, `v1beta2`.
fn is_version(text: &str) -> bool {
    let mut bytes = text.strip_prefix('v').unwrap_or("").bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_digit())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Named, named};

    #[test]
    fn both_layouts_name_kind_group_and_version() {
        for (directory, stem, expected) in [
            (
                "cert-manager.io",
                "certificate_v1",
                Some(("certificate", "cert-manager.io", "v1")),
            ),
            (
                "crds",
                "certificate-cert-manager-v1",
                Some(("certificate", "cert-manager", "v1")),
            ),
            (
                "crds",
                "certificate-cert-manager.io-v1alpha2",
                Some(("certificate", "cert-manager.io", "v1alpha2")),
            ),
            (
                "v1.31.0-standalone",
                "deployment-apps-v1",
                Some(("deployment", "apps", "v1")),
            ),
            ("crds", "certificate_v1", None),
            ("v1.31.0-standalone", "configmap-v1", None),
            ("v1.31.0-standalone", "_definitions", None),
            ("x", "package", None),
            ("x", "tsconfig-base-esm", None),
            ("x", "Certificate-cert-manager-v1", None),
            ("cert-manager.io", "_v1", None),
        ] {
            let found = named(directory, stem);
            let expected = expected.map(|(kind, group, version)| Named {
                kind,
                group,
                version,
            });
            assert_eq!(found, expected, "{directory}/{stem}");
        }
    }
}
