//! `registries.yaml` of k3s and RKE2 (`pkg/registries` of rancher/wharfie), from which `pkg/agent/containerd/config.go` of
//! k3s writes the files of containerd.
//!
//! Unknown keys are ignored. For a file that cannot be decoded, k3s and RKE2 do not start.

use podwright_syntax::{NodeId, Scalar};

use super::{Reader, Type};

/// `registries.yaml`
#[derive(Clone, Debug)]
pub struct RegistriesYaml {
    /// `mirrors`
    pub mirrors: Vec<YamlMirror>,
    /// Hosts in `configs`.
    pub configs: Vec<(String, NodeId)>,
}

/// Item of `mirrors`.
#[derive(Clone, Debug)]
pub struct YamlMirror {
    /// Registry, with its port; `*` for all others.
    pub host: String,
    /// Node of the registry.
    pub key: NodeId,
    /// `endpoint`
    pub endpoints: Vec<(String, NodeId)>,
    /// `rewrite`: patterns and their replacements.
    pub rewrites: Vec<(String, String)>,
}

const TOP_KEYS: &[&str] = &["mirrors", "configs", "auths"];
const MIRROR_KEYS: &[&str] = &["endpoint", "rewrite"];
const CONFIG_KEYS: &[&str] = &["auth", "tls"];
const AUTH_KEYS: &[&str] = &["username", "password", "auth", "identity_token"];
const TLS_KEYS: &[&str] = &["ca_file", "cert_file", "key_file", "insecure_skip_verify"];

const TOP: [(&str, Type); 3] = [
    ("mirrors", Type::Table),
    ("configs", Type::Table),
    ("auths", Type::Table),
];
const MIRROR: [(&str, Type); 2] = [("endpoint", Type::Strings), ("rewrite", Type::Table)];
const CONFIG: [(&str, Type); 2] = [("auth", Type::Table), ("tls", Type::Table)];
/// yaml.v2 decodes numbers and booleans into strings.
const AUTH: [(&str, Type); 4] = [
    ("username", Type::Any),
    ("password", Type::Any),
    ("auth", Type::Any),
    ("identity_token", Type::Any),
];
const TLS: [(&str, Type); 4] = [
    ("ca_file", Type::Any),
    ("cert_file", Type::Any),
    ("key_file", Type::Any),
    ("insecure_skip_verify", Type::Boolean),
];

pub(super) fn read(root: NodeId, reader: &mut Reader<'_>) -> RegistriesYaml {
    let is_empty = reader.tree.kind(root).is_scalar() && reader.tree.scalar(root) == Scalar::Null;
    if !is_empty && !reader.is_of(root, Type::Table) {
        reader.fault(
            root,
            "the file must be a mapping",
            "start with `mirrors:` or `configs:`",
        );
    }
    reader.check(root, &TOP, TOP_KEYS);
    let mut mirrors = Vec::new();
    for entry in children(root, "mirrors", reader) {
        let host = reader.key(entry);
        if !reader.is_of(entry.value, Type::Table) {
            reader.fault(
                entry.value,
                format!("the mirror of `{host}` must be a mapping with `endpoint`"),
                "write `endpoint:` and a list of URLs below the registry",
            );
            continue;
        }
        reader.check(entry.value, &MIRROR, MIRROR_KEYS);
        let endpoints = reader.get(entry.value, "endpoint");
        let rewrites = children(entry.value, "rewrite", reader).into_iter();
        let rewrites = rewrites
            .filter_map(|one| Some((reader.key(one), reader.string(one.value)?)))
            .collect();
        mirrors.push(YamlMirror {
            host,
            key: entry.key,
            endpoints: endpoints.map_or_else(Vec::new, |entry| reader.strings(entry.value)),
            rewrites,
        });
    }
    let mut configs = Vec::new();
    for entry in children(root, "configs", reader) {
        let host = reader.key(entry);
        if !reader.is_of(entry.value, Type::Table) {
            let message = format!("the configuration of `{host}` must be a mapping");
            reader.fault(
                entry.value,
                message,
                "write `auth:` or `tls:` below the registry",
            );
            continue;
        }
        reader.check(entry.value, &CONFIG, CONFIG_KEYS);
        if let Some(auth) = reader.get(entry.value, "auth") {
            reader.check(auth.value, &AUTH, AUTH_KEYS);
        }
        if let Some(tls) = reader.get(entry.value, "tls") {
            reader.check(tls.value, &TLS, TLS_KEYS);
        }
        configs.push((host, entry.key));
    }
    RegistriesYaml { mirrors, configs }
}

fn children(table: NodeId, key: &str, reader: &Reader<'_>) -> Vec<podwright_syntax::Entry> {
    let entry = reader.get(table, key);
    entry.map_or_else(Vec::new, |entry| reader.entries(entry.value))
}
