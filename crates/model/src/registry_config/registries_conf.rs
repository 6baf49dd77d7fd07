//! `registries.conf` (`pkg/sysregistriesv2` of containers/image).
//!
//! Unknown keys are only logged at the debug level. If a file cannot be loaded, no image can be pulled.

use podwright_syntax::NodeId;

use super::{Reader, Type};

/// `registries.conf`, or a file in `registries.conf.d`
#[derive(Clone, Debug, Default)]
pub struct RegistriesConf {
    /// `[[registry]]`
    pub registries: Vec<ConfRegistry>,
    /// `unqualified-search-registries` and its node; `None` if it is not set.
    pub search: Option<(Vec<String>, NodeId)>,
    /// `[aliases]`: short names, their images, and the nodes of the names.
    pub aliases: Vec<(String, String, NodeId)>,
}

/// `[[registry]]`
#[derive(Clone, Debug)]
pub struct ConfRegistry {
    /// Images that it is for: a host, a path, or `*.` and a domain.
    pub prefix: String,
    /// Where they are pulled from; empty if the reference is not changed.
    pub location: String,
    /// Whether pulls are rejected.
    pub is_blocked: bool,
    /// Whether plain HTTP is allowed.
    pub is_insecure: bool,
    /// `mirror-by-digest-only`
    pub mirrors_by_digest_only: bool,
    /// `[[registry.mirror]]`
    pub mirrors: Vec<ConfMirror>,
    /// Node of the prefix or the location.
    pub node: NodeId,
}

/// `[[registry.mirror]]`
#[derive(Clone, Debug)]
pub struct ConfMirror {
    /// Where images are pulled from.
    pub location: String,
    /// `pull-from-mirror`
    pub pull_from: Option<String>,
    /// Node of the location.
    pub node: NodeId,
}

const TOP_KEYS: &[&str] = &[
    "registry",
    "unqualified-search-registries",
    "credential-helpers",
    "short-name-mode",
    "additional-layer-store-auth-helper",
    "aliases",
    "registries",
];
const REGISTRY_KEYS: &[&str] = &[
    "prefix",
    "location",
    "insecure",
    "blocked",
    "mirror",
    "mirror-by-digest-only",
];
const MIRROR_KEYS: &[&str] = &["location", "insecure", "pull-from-mirror"];

const TOP: [(&str, Type); 7] = [
    ("registry", Type::Tables),
    ("unqualified-search-registries", Type::Strings),
    ("credential-helpers", Type::Strings),
    ("short-name-mode", Type::String),
    ("additional-layer-store-auth-helper", Type::String),
    ("aliases", Type::Table),
    ("registries", Type::Any),
];
const REGISTRY: [(&str, Type); 7] = [
    ("prefix", Type::String),
    ("location", Type::String),
    ("insecure", Type::Boolean),
    ("blocked", Type::Boolean),
    ("mirror", Type::Tables),
    ("mirror-by-digest-only", Type::Boolean),
    ("pull-from-mirror", Type::String),
];
const MIRROR: [(&str, Type); 3] = [
    ("location", Type::String),
    ("insecure", Type::Boolean),
    ("pull-from-mirror", Type::String),
];

const NO_SCHEME: &str =
    "remove the scheme: use only the host, port and path; `insecure = true` allows plain HTTP";

pub(super) fn read(root: NodeId, is_drop_in: bool, reader: &mut Reader<'_>) -> RegistriesConf {
    reader.check(root, &TOP, TOP_KEYS);
    if let Some(old) = version_1(root, is_drop_in, reader) {
        return old;
    }
    let registries = reader.tables(root, "registry");
    let registries = registries.into_iter();
    let registries: Vec<ConfRegistry> = registries
        .filter_map(|table| registry(table, reader))
        .collect();
    conflicts(&registries, reader);
    let search = reader
        .get(root, "unqualified-search-registries")
        .map(|entry| {
            let mut hosts = Vec::new();
            for (host, node) in reader.strings(entry.value) {
                let host = host.trim_end_matches('/').to_owned();
                if has_scheme(&host) {
                    reader.fault(
                        node,
                        "a registry to search must not have a scheme",
                        NO_SCHEME,
                    );
                } else if host.is_empty() || host.contains(['/', '@', ' ']) {
                    let message = format!("`{host}` is not a registry host");
                    reader.fault(node, message, "use only a host and an optional port");
                }
                hosts.push(host);
            }
            (hosts, entry.value)
        });
    if let Some((mode, node)) = reader.text(root, "short-name-mode")
        && !["", "disabled", "enforcing", "permissive"].contains(&mode.as_str())
    {
        reader.fault(
            node,
            format!("invalid short-name mode `{mode}`"),
            "use `enforcing`, `permissive` or `disabled`",
        );
    }
    RegistriesConf {
        registries,
        search,
        aliases: aliases(root, reader),
    }
}

/// Reads version 1 (`[registries.search]`), which cannot be mixed with version 2 and is not allowed in drop-ins.
fn version_1(root: NodeId, is_drop_in: bool, reader: &mut Reader<'_>) -> Option<RegistriesConf> {
    let old = reader.get(root, "registries")?;
    if !reader
        .tree
        .kind(reader.tree.resolve(old.value))
        .is_mapping()
    {
        // `[[registries]]` for `[[registry]]`
        reader.fault(
            old.key,
            "`registries` is not an array of tables",
            "use `[[registry]]`",
        );
        return None;
    }
    let list = |name: &str| {
        let table = reader.get(old.value, name)?;
        let entry = reader.get(table.value, "registries")?;
        Some((reader.strings(entry.value), entry.value))
    };
    let (search, insecure, blocked) = (list("search"), list("insecure"), list("block"));
    if search.is_none() && insecure.is_none() && blocked.is_none() {
        return None;
    }
    let newer = [
        "registry",
        "unqualified-search-registries",
        "short-name-mode",
        "aliases",
    ];
    if is_drop_in {
        let message = "a drop-in must not use version 1 of the format";
        reader.fault(
            old.key,
            message,
            "use `unqualified-search-registries` and `[[registry]]`",
        );
    } else if newer.iter().any(|key| reader.get(root, key).is_some()) {
        let message = "versions 1 and 2 of the format are mixed";
        reader.fault(
            old.key,
            message,
            "use `unqualified-search-registries` and `[[registry]]` instead",
        );
    }
    let mut registries: Vec<ConfRegistry> = Vec::new();
    for (list, is_blocked) in [(insecure, false), (blocked, true)] {
        for (host, node) in list.into_iter().flat_map(|(hosts, _)| hosts) {
            registries.push(ConfRegistry {
                prefix: host.clone(),
                location: host,
                is_blocked,
                is_insecure: !is_blocked,
                mirrors_by_digest_only: false,
                mirrors: Vec::new(),
                node,
            });
        }
    }
    Some(RegistriesConf {
        registries,
        search: search
            .map(|(hosts, node)| (hosts.into_iter().map(|(host, _)| host).collect(), node)),
        aliases: Vec::new(),
    })
}

fn has_scheme(location: &str) -> bool {
    location.starts_with("http://") || location.starts_with("https://")
}

/// A location as `parseLocation` reads it.
fn location(table: NodeId, key: &str, reader: &mut Reader<'_>) -> Option<(String, NodeId)> {
    let (text, node) = reader.text(table, key)?;
    if has_scheme(&text) {
        let message = format!("`{key}` must not have a scheme");
        reader.fault(node, message, NO_SCHEME);
    }
    Some((text.trim_end_matches('/').to_owned(), node))
}

fn registry(table: NodeId, reader: &mut Reader<'_>) -> Option<ConfRegistry> {
    reader.check(table, &REGISTRY, REGISTRY_KEYS);
    let is_unknown = ["prefix", "location"].iter().any(|key| {
        let value = reader.get(table, key).map(|entry| entry.value);
        value.is_some_and(|value| reader.string(value).is_none())
    });
    let place = location(table, "location", reader);
    let prefix = location(table, "prefix", reader).filter(|(prefix, _)| !prefix.is_empty());
    let is_located = place.as_ref().is_some_and(|(place, _)| !place.is_empty());
    let is_wildcard = prefix
        .as_ref()
        .is_some_and(|(prefix, _)| prefix.starts_with("*."));
    if is_unknown {
        return None;
    }
    if !is_located && !is_wildcard {
        let message = match prefix {
            Some(_) => "`location` is missing",
            None => "`[[registry]]` has neither `location` nor `prefix`",
        };
        let node = prefix.as_ref().map_or(table, |(_, node)| *node);
        reader.fault(node, message, "set `location` to the host of the registry");
    }
    if let Some((prefix, node)) = &prefix
        && prefix.starts_with("*.")
        && prefix.contains(['/', '@', ':'])
    {
        let message = format!("wildcard prefix `{prefix}` must have the form `*.example.com`");
        reader.fault(*node, message, "remove the port and the path");
    }
    if let Some(entry) = reader.get(table, "pull-from-mirror") {
        let message = "`pull-from-mirror` is not allowed in `[[registry]]`";
        reader.fault(entry.key, message, "move it to `[[registry.mirror]]`");
    }
    let flag = |key: &str| {
        let entry = reader.get(table, key);
        entry.and_then(|entry| reader.boolean(entry.value)) == Some(true)
    };
    let (is_blocked, is_insecure) = (flag("blocked"), flag("insecure"));
    let mirrors_by_digest_only = flag("mirror-by-digest-only");
    let mut mirrors = Vec::new();
    for mirror in reader.tables(table, "mirror") {
        reader.check(mirror, &MIRROR, MIRROR_KEYS);
        let pull_from = reader.text(mirror, "pull-from-mirror");
        if let Some((mode, node)) = &pull_from {
            if mirrors_by_digest_only {
                let message =
                    "`pull-from-mirror` and `mirror-by-digest-only` are mutually exclusive";
                reader.fault(*node, message, "remove one of the two");
            } else if !["", "all", "digest-only", "tag-only"].contains(&mode.as_str()) {
                let message = format!("invalid `pull-from-mirror` value `{mode}`");
                reader.fault(*node, message, "use `all`, `digest-only` or `tag-only`");
            }
        }
        match location(mirror, "location", reader) {
            Some((location, node)) => mirrors.push(ConfMirror {
                location,
                pull_from: pull_from.map(|(mode, _)| mode),
                node,
            }),
            None if reader.get(mirror, "location").is_none() => {
                reader.fault(
                    mirror,
                    "`location` of the mirror is missing",
                    "set it to the host of the mirror",
                );
            }
            None => {}
        }
    }
    let (location, location_node) = place.unwrap_or((String::new(), table));
    let (prefix, node) = prefix.unwrap_or((location.clone(), location_node));
    Some(ConfRegistry {
        prefix,
        location,
        is_blocked,
        is_insecure,
        mirrors_by_digest_only,
        mirrors,
        node,
    })
}

/// Registries with the same location must agree in `insecure` and `blocked`.
fn conflicts(registries: &[ConfRegistry], reader: &mut Reader<'_>) {
    let place = |one: &ConfRegistry| match one.location.as_str() {
        "" => one.prefix.clone(),
        location => location.to_owned(),
    };
    for (index, one) in registries.iter().enumerate() {
        let mut earlier = registries[..index].iter();
        let Some(other) = earlier.find(|other| place(other) == place(one)) else {
            continue;
        };
        let setting = match () {
            () if other.is_insecure != one.is_insecure => "insecure",
            () if other.is_blocked != one.is_blocked => "blocked",
            () => continue,
        };
        let message = format!("conflicting `{setting}` settings of `{}`", place(one));
        reader.fault(
            one.node,
            message,
            format!("use the same `{setting}` in all entries of the location"),
        );
    }
}

fn aliases(root: NodeId, reader: &mut Reader<'_>) -> Vec<(String, String, NodeId)> {
    let Some(table) = reader.get(root, "aliases") else {
        return Vec::new();
    };
    let mut aliases = Vec::new();
    for entry in reader.entries(table.value) {
        let name = reader.key(entry);
        let Some(image) = reader.string(entry.value) else {
            continue;
        };
        let host = image.split('/').next().unwrap_or("");
        let is_host = host.contains(['.', ':']) || host == "localhost";
        let is_tagged = image
            .rsplit('/')
            .next()
            .is_some_and(|last| last.contains(':'));
        if !image.is_empty()
            && (!is_host || !image.contains('/') || is_tagged || image.contains('@'))
        {
            reader.fault(
                entry.value,
                format!("invalid image of the alias `{name}`"),
                "use a registry and a repository without tag and digest: `docker.io/library/nginx`",
            );
        }
        aliases.push((name, image, entry.key));
    }
    aliases
}
