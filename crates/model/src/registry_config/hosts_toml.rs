//! `hosts.toml` (`core/remotes/docker/config/hosts.go` of containerd 2.3, before 2.0 `remotes/docker/config`).
//!
//! containerd logs an error for a file that it cannot decode and continues as if the file did not exist.

use podwright_syntax::NodeId;

use super::{Reader, Type};

/// `hosts.toml`
#[derive(Clone, Debug)]
pub struct HostsToml {
    /// `server`: asked after the hosts; by default the registry itself.
    pub server: Option<(String, NodeId)>,
    /// `[host."URL"]` in document order.
    pub hosts: Vec<MirrorHost>,
}

/// `[host."URL"]`
#[derive(Clone, Debug)]
pub struct MirrorHost {
    /// URL as written.
    pub url: String,
    /// Node of the URL.
    pub key: NodeId,
    /// Whether it resolves tags.
    pub resolves: bool,
    /// Whether images are pulled from it.
    pub pulls: bool,
    /// `override_path`
    pub overrides_path: bool,
}

const HOST_KEYS: &[&str] = &[
    "capabilities",
    "ca",
    "client",
    "skip_verify",
    "header",
    "override_path",
    "dial_timeout",
];

const TOP_KEYS: &[&str] = &[
    "server",
    "host",
    "capabilities",
    "ca",
    "client",
    "skip_verify",
    "header",
    "override_path",
    "dial_timeout",
];

/// `rewrite` is read by the containerd of k3s and RKE2.
const HOST_FIELDS: [(&str, Type); 8] = [
    ("capabilities", Type::Strings),
    ("ca", Type::Any),
    ("client", Type::Any),
    ("skip_verify", Type::Boolean),
    ("header", Type::Table),
    ("override_path", Type::Boolean),
    ("dial_timeout", Type::String),
    ("rewrite", Type::Table),
];

const CAPABILITIES: [&str; 4] = ["pull", "resolve", "push", "referrers"];

pub(super) fn read(root: NodeId, reader: &mut Reader<'_>) -> HostsToml {
    let mut fields = HOST_FIELDS.to_vec();
    fields.push(("server", Type::String));
    fields.push(("host", Type::Table));
    reader.check(root, &fields, TOP_KEYS);
    checked(root, reader);
    let mut hosts = Vec::new();
    let entry = reader.get(root, "host");
    for host in entry.map_or_else(Vec::new, |entry| reader.entries(entry.value)) {
        let url = reader.key(host);
        if !reader
            .tree
            .kind(reader.tree.resolve(host.value))
            .is_mapping()
        {
            reader.fault(
                host.key,
                format!("`host.{url}` must be a table with a quoted URL"),
                "write the URL in quotes: `[host.\"https://mirror.example.com\"]`",
            );
            continue;
        }
        reader.check(host.value, &HOST_FIELDS, HOST_KEYS);
        let capabilities = checked(host.value, reader);
        let has =
            |name: &str| capabilities.is_empty() || capabilities.iter().any(|one| one == name);
        let overrides_path = reader.get(host.value, "override_path");
        hosts.push(MirrorHost {
            url,
            key: host.key,
            resolves: has("resolve"),
            pulls: has("pull"),
            overrides_path: overrides_path.and_then(|entry| reader.boolean(entry.value))
                == Some(true),
        });
    }
    HostsToml {
        server: reader.text(root, "server"),
        hosts,
    }
}

/// Checks the values of a host and returns its capabilities in lowercase.
fn checked(table: NodeId, reader: &mut Reader<'_>) -> Vec<String> {
    let capabilities = reader.get(table, "capabilities");
    let capabilities = capabilities.map_or_else(Vec::new, |entry| reader.strings(entry.value));
    let mut names = Vec::new();
    for (name, node) in capabilities {
        let lower = name.to_lowercase();
        if !CAPABILITIES.contains(&lower.as_str()) {
            reader.fault(
                node,
                format!("unknown capability `{name}`"),
                "use `pull`, `resolve`, `push` or `referrers`",
            );
        }
        names.push(lower);
    }
    if let Some(entry) = reader.get(table, "ca") {
        let is_right =
            reader.is_of(entry.value, Type::String) || reader.is_of(entry.value, Type::Strings);
        if !is_right {
            reader.fault(
                entry.value,
                "`ca` must be a string or a list of strings",
                "name the files with certificates",
            );
        }
    }
    names
}
