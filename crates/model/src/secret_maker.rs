//! Objects that create Secrets at run time.

use super::{Field, decode::MappingReader};

/// Paths of the Secret's name in kinds that create Secrets: SealedSecret, ExternalSecret, Certificate,
/// VaultStaticSecret, SecretProviderClass and similar.
const NAMES: &[&[&str]] = &[
    &["spec", "target", "name"],
    &["spec", "secretName"],
    &["spec", "destination", "name"],
    &["spec", "template", "metadata", "name"],
    &["spec", "managedSecretReference", "secretName"],
    &["spec", "output", "name"],
];

/// Names of the Secrets that an object of a custom kind creates; `*` for an unknown name.
pub(super) fn secrets(
    record: MappingReader<'_>,
    group: &str,
    kind: &str,
    name: &Field<String>,
) -> Vec<String> {
    if group.is_empty() || !group.contains('.') || group.ends_with("k8s.io") {
        return Vec::new();
    }
    let by_name = kind.contains("Secret") || kind == "OnePasswordItem";
    let mut names = Vec::new();
    let mut add = |field: &Field<String>| match field {
        Field::Value(name, _) => names.push(name.clone()),
        Field::Unknown(_) => names.push("*".to_owned()),
        Field::Missing | Field::Null(_) | Field::Invalid(_) => {}
    };
    if by_name {
        add(name);
    }
    for path in NAMES {
        if (by_name || path.ends_with(&["secretName"]))
            && let Some((last, parents)) = path.split_last()
            && let Some(parent) = parents
                .iter()
                .try_fold(record, |parent, key| parent.child(key))
        {
            add(&parent.string(last));
        }
    }
    names
}
