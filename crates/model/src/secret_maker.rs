//! Objects that create Secrets at run time.

use podwright_syntax::NodeId;

use super::{Field, decode::MappingReader};

/// Object of a custom kind that creates Secrets.
#[derive(Clone, Debug, Default)]
pub struct SecretMaker {
    /// Names of the Secrets; `*` for an unknown name.
    pub names: Vec<String>,
    /// Secrets whose type is determined by a known field.
    pub created: Vec<CreatedSecret>,
}

/// Secret that a controller creates.
#[derive(Clone, Debug)]
pub struct CreatedSecret {
    /// Name.
    pub name: Field<String>,
    /// Type: `Opaque` if it is missing.
    pub type_: Field<String>,
    /// Path of the type.
    pub type_path: &'static str,
    /// `type` in a place where the controller does not read it.
    pub misplaced_type: Option<NodeId>,
    /// Keys of the data that are given by name, with their nodes.
    pub keys: Vec<(String, NodeId)>,
    /// Whether it may have more keys.
    pub has_more_keys: bool,
    /// Mapping that describes it.
    pub node: NodeId,
}

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

impl SecretMaker {
    /// Reads an object of any custom kind; `None` if it creates no Secrets.
    pub(super) fn decode(
        record: MappingReader<'_>,
        group: &str,
        kind: &str,
        name: &Field<String>,
    ) -> Option<Self> {
        let created = created(record, group, kind, name);
        let mut names = names(record, group, kind, name);
        for secret in &created {
            match &secret.name {
                Field::Value(name, _) if !names.contains(name) => names.push(name.clone()),
                _ => {}
            }
        }
        (!names.is_empty()).then_some(Self { names, created })
    }
}

/// Names of the Secrets that an object of a custom kind creates.
fn names(record: MappingReader<'_>, group: &str, kind: &str, name: &Field<String>) -> Vec<String> {
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

/// Secrets that are created by a controller whose fields are known.
fn created(
    record: MappingReader<'_>,
    group: &str,
    kind: &str,
    name: &Field<String>,
) -> Vec<CreatedSecret> {
    let spec = record.part("spec");
    let one = match (group, kind) {
        ("external-secrets.io", "ExternalSecret") => external(record, spec, "", name),
        ("external-secrets.io", "ClusterExternalSecret") => {
            let own = or(spec.string("externalSecretName"), name);
            let inner = spec.part("externalSecretSpec");
            external(record, inner, "externalSecretSpec.", &own)
        }
        ("bitnami.com", "SealedSecret") => sealed(record, spec, name),
        ("secrets.hashicorp.com", _) if kind.starts_with("Vault") => vault(record, spec),
        // https://github.com/1Password/onepassword-operator: `type` is a field of the object itself.
        ("onepassword.com", "OnePasswordItem") => {
            Some(simple(record, name.clone(), record.string("type"), "type"))
        }
        // https://github.com/ricoberger/vault-secrets-operator
        ("ricoberger.de", "VaultSecret") => Some(simple(
            record,
            name.clone(),
            spec.string("type"),
            "spec.type",
        )),
        // https://docs.doppler.com/docs/kubernetes-operator
        ("secrets.doppler.com", "DopplerSecret") => {
            let secret = spec.part("managedSecret");
            let path = "spec.managedSecret.type";
            Some(simple(
                record,
                secret.string("name"),
                secret.string("type"),
                path,
            ))
        }
        // https://infisical.com/docs/integrations/platforms/kubernetes/infisical-secret-crd
        ("secrets.infisical.com", "InfisicalSecret") => {
            let secret = spec.part("managedSecretReference");
            let path = "spec.managedSecretReference.secretType";
            let type_ = secret.string("secretType");
            Some(simple(record, secret.string("secretName"), type_, path))
        }
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => return provider_class(spec),
        _ => None,
    };
    one.into_iter().collect()
}

fn simple(
    record: MappingReader<'_>,
    name: Field<String>,
    type_: Field<String>,
    type_path: &'static str,
) -> CreatedSecret {
    CreatedSecret {
        name,
        type_,
        type_path,
        misplaced_type: None,
        keys: Vec::new(),
        has_more_keys: true,
        node: record.node(),
    }
}

/// `applyTemplate` in `pkg/controllers/externalsecret` of the External Secrets Operator. With `creationPolicy: Merge`
/// or `None`, another object creates the Secret.
fn external(
    record: MappingReader<'_>,
    spec: MappingReader<'_>,
    prefix: &str,
    name: &Field<String>,
) -> Option<CreatedSecret> {
    let target = spec.part("target");
    let is_created = match target.string("creationPolicy") {
        Field::Missing | Field::Null(_) => true,
        Field::Value(policy, _) => matches!(policy.as_str(), "" | "Owner" | "Orphan"),
        Field::Unknown(_) | Field::Invalid(_) => false,
    };
    if !is_created || target.has("manifest") {
        return None;
    }
    let template = target.part("template");
    let mut keys = keys_of(template, "data");
    let mut has_more_keys = template.has("templateFrom");
    // The data of a template replaces that of the provider.
    let is_merged = template.string("mergePolicy").text() == Some("Merge");
    if (keys.is_empty() && !has_more_keys) || is_merged {
        let data = spec.mappings("data", |item| {
            let entry = item.entry("secretKey")?;
            Some((item.string("secretKey").into_value()?, entry.value))
        });
        keys.extend(data.into_value().into_iter().flatten().flatten());
        has_more_keys |= spec.has("dataFrom");
    }
    let misplaced = [record, spec, target].into_iter();
    let metadata = template.part("metadata");
    Some(CreatedSecret {
        name: or(target.string("name"), name),
        type_: template.string("type"),
        type_path: match prefix {
            "" => "spec.target.template.type",
            _ => "spec.externalSecretSpec.target.template.type",
        },
        misplaced_type: misplaced.chain([metadata]).find_map(type_node),
        keys,
        has_more_keys,
        node: record.node(),
    })
}

/// `Unseal` in `pkg/apis/sealedsecrets/v1alpha1` of sealed-secrets: the Secret has the name of the SealedSecret.
fn sealed(
    record: MappingReader<'_>,
    spec: MappingReader<'_>,
    name: &Field<String>,
) -> Option<CreatedSecret> {
    // The deprecated `data` is the whole Secret, with its type.
    if spec.has("data") {
        return None;
    }
    let template = spec.part("template");
    let mut keys = keys_of(spec, "encryptedData");
    keys.extend(keys_of(template, "data"));
    let misplaced = [
        record,
        spec,
        template.part("metadata"),
        template.part("spec"),
    ];
    Some(CreatedSecret {
        name: name.clone(),
        type_: template.string("type"),
        type_path: "spec.template.type",
        misplaced_type: misplaced.into_iter().find_map(type_node),
        keys,
        has_more_keys: false,
        node: record.node(),
    })
}

/// Destination of VaultStaticSecret, VaultDynamicSecret and VaultPKISecret (`api/v1beta1` of the Vault Secrets
/// Operator). Without `create`, the Secret must exist.
fn vault(record: MappingReader<'_>, spec: MappingReader<'_>) -> Option<CreatedSecret> {
    let destination = spec.part("destination");
    if destination.boolean("create").value() != Some(&true) {
        return None;
    }
    Some(CreatedSecret {
        keys: keys_of(destination.part("transformation"), "templates"),
        misplaced_type: [record, spec].into_iter().find_map(type_node_of_secret),
        ..simple(
            record,
            destination.string("name"),
            destination.string("type"),
            "spec.destination.type",
        )
    })
}

/// `secretObjects` of the Secrets Store CSI driver (`pkg/util/secretutil`).
fn provider_class(spec: MappingReader<'_>) -> Vec<CreatedSecret> {
    let secrets = spec.mappings("secretObjects", |secret| {
        let keys = secret.mappings("data", |item| {
            let entry = item.entry("key")?;
            Some((item.string("key").into_value()?, entry.value))
        });
        CreatedSecret {
            keys: keys.into_value().into_iter().flatten().flatten().collect(),
            ..simple(
                secret,
                secret.string("secretName"),
                secret.string("type"),
                "spec.secretObjects[].type",
            )
        }
    });
    secrets.into_value().unwrap_or_default()
}

/// The name, or `otherwise` if it is missing or empty.
fn or(name: Field<String>, otherwise: &Field<String>) -> Field<String> {
    match name {
        Field::Missing | Field::Null(_) => otherwise.clone(),
        Field::Value(name, _) if name.is_empty() => otherwise.clone(),
        other => other,
    }
}

fn type_node(record: MappingReader<'_>) -> Option<NodeId> {
    record.entry("type").map(|entry| entry.value)
}

/// `type` with the value of a Secret's type. VaultStaticSecret has a `spec.type` of its own.
fn type_node_of_secret(record: MappingReader<'_>) -> Option<NodeId> {
    let type_ = record.string("type");
    let is_of_secret = type_.text().is_some_and(|text| text.contains('/'));
    is_of_secret.then(|| type_node(record)).flatten()
}

/// Keys of a nested mapping with their nodes.
fn keys_of(parent: MappingReader<'_>, key: &str) -> Vec<(String, NodeId)> {
    let entries = parent
        .child(key)
        .map_or_else(Vec::new, MappingReader::entries);
    let keys = entries.into_iter().map(|entry| entry.key);
    keys.map(|key| (parent.tree().key_text(key).into_owned(), key))
        .collect()
}
