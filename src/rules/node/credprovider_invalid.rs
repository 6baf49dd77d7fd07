mod duration;
mod token;

use std::collections::BTreeMap;

use super::pattern::is_url;
use crate::cluster::keyring::credential_providers;
use crate::finding::{Finding, Level};
use crate::model::{
    Body, CredentialProvider, CredentialProviderConfig, Field, KubernetesVersion, Object,
};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::NodeId;
use crate::text::nearest;

/// Options of `credprovider-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CredproviderInvalid {}

impl Rule for CredproviderInvalid {
    const META: Meta = Meta {
        name: "credprovider-invalid",
        chapter: "node",
        summary: "the kubelet does not start with this configuration of credential providers",
        page: include_str!("../../../rules/node/credprovider-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// The first release that knows `kubelet.config.k8s.io/v1`.
const V1_SINCE: KubernetesVersion = KubernetesVersion(26);

const CONFIG_VERSIONS: [&str; 3] = [
    "kubelet.config.k8s.io/v1",
    "kubelet.config.k8s.io/v1beta1",
    "kubelet.config.k8s.io/v1alpha1",
];
const PLUGIN_VERSIONS: [&str; 3] = [
    "credentialprovider.kubelet.k8s.io/v1",
    "credentialprovider.kubelet.k8s.io/v1beta1",
    "credentialprovider.kubelet.k8s.io/v1alpha1",
];
const PROVIDER_FIELDS: [&str; 7] = [
    "name",
    "matchImages",
    "defaultCacheDuration",
    "apiVersion",
    "args",
    "env",
    "tokenAttributes",
];

impl Check for CredproviderInvalid {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        let Body::CredentialProviderConfig(config) = &object.body else {
            return;
        };
        version(object, cx);
        unknown_fields(object.node, &["apiVersion", "kind", "providers"], cx);
        match &config.providers {
            Field::Absent | Field::Null(_) => {
                invalid_list(object.node, "there are no `providers`", cx);
            }
            Field::Is(providers, node) if providers.is_empty() => {
                invalid_list(*node, "there are no `providers`", cx);
            }
            Field::Invalid(node) => {
                invalid(
                    *node,
                    "`providers` is no list",
                    "write a list of providers",
                    cx,
                );
            }
            Field::Unknown(_) | Field::Is(..) => {}
        }
        for provider in config.providers.value().into_iter().flatten() {
            judge(provider, cx);
        }
        duplicates(config, cx);
        duplicates_elsewhere(config, cx);
    }
}

fn judge(provider: &CredentialProvider, cx: &mut Cx<'_>) {
    unknown_fields(provider.node, &PROVIDER_FIELDS, cx);
    name(provider, cx);
    match &provider.api_version {
        Field::Is(version, node) if !PLUGIN_VERSIONS.contains(&version.as_str()) => {
            let help = format!("write `{}`, or what the program speaks", PLUGIN_VERSIONS[0]);
            invalid(
                *node,
                format!("`{version}` is no version in which the kubelet speaks with a provider"),
                help,
                cx,
            );
        }
        field => required(provider.node, "apiVersion", field, cx),
    }
    match &provider.match_images {
        Field::Is(entries, node) if entries.is_empty() => {
            invalid_list(*node, "`matchImages` is empty", cx);
        }
        Field::Is(entries, _) => {
            for (entry, node) in entries.iter().filter_map(Field::known) {
                if let Err(error) = is_url(entry) {
                    let message = format!("`{entry}` is no pattern of images: {error}");
                    invalid(
                        node,
                        message,
                        "write a host, and a path if need be: `*.registry.example/team`",
                        cx,
                    );
                }
            }
        }
        field => required(provider.node, "matchImages", field, cx),
    }
    match &provider.default_cache_duration {
        Field::Is(text, node) => match duration::is_negative(text) {
            Some(false) => {}
            Some(true) => {
                invalid(
                    *node,
                    "the duration is negative",
                    "write `0s`, or how long credentials are kept",
                    cx,
                );
            }
            None => {
                invalid(
                    *node,
                    format!("`{text}` is no duration"),
                    "write a number with a unit, such as `12h` or `0s`",
                    cx,
                );
            }
        },
        field => required(provider.node, "defaultCacheDuration", field, cx),
    }
    token::judge(provider, cx);
}

fn version(object: &Object, cx: &mut Cx<'_>) {
    let Some((version, node)) = object.api_version.known() else {
        return;
    };
    if !CONFIG_VERSIONS.contains(&version.as_str()) {
        let help = format!("write `{}`", CONFIG_VERSIONS[0]);
        invalid(node, format!("there is no `{version}`"), help, cx);
    } else if version == CONFIG_VERSIONS[0] && !cx.versions.all_since(V1_SINCE) {
        let newest = cx.versions.newest;
        let finding = invalid(
            node,
            format!("`{version}` is not known before 1.26"),
            "write `kubelet.config.k8s.io/v1beta1`, which all know",
            cx,
        );
        if newest >= V1_SINCE {
            finding.at_most(Level::Warning);
        }
    }
}

fn name(provider: &CredentialProvider, cx: &mut Cx<'_>) {
    let help =
        "write the file name of the program in the folder of `--image-credential-provider-bin-dir`";
    match &provider.name {
        Field::Is(name, node)
            if name.is_empty() || name == "." || name == ".." || name.contains(['/', ' ']) =>
        {
            let message = if name.is_empty() {
                "the provider has no name".to_owned()
            } else {
                format!("`{name}` is no file name of a program")
            };
            invalid(*node, message, help, cx);
        }
        field => required(provider.node, "name", field, cx),
    }
}

/// The kubelet knows its programs by name.
fn duplicates(config: &CredentialProviderConfig, cx: &mut Cx<'_>) {
    let mut seen: BTreeMap<&str, NodeId> = BTreeMap::new();
    for provider in config.providers.value().into_iter().flatten() {
        let Some((name, node)) = provider.name.known() else {
            continue;
        };
        if let Some(&first) = seen.get(name.as_str()) {
            let place = cx.place(first);
            invalid(
                node,
                format!("there is a provider `{name}` already"),
                "write one entry with the `matchImages` of both",
                cx,
            )
            .related(place, "here");
        } else {
            seen.insert(name, node);
        }
    }
}

/// Since 1.34 the configuration may be a folder, whose files are one.
fn duplicates_elsewhere(config: &CredentialProviderConfig, cx: &mut Cx<'_>) {
    let mut reported: Vec<NodeId> = Vec::new();
    for node in cx.workspace.nodes(cx.file_id) {
        let all = credential_providers(cx.workspace, &node);
        for own in config.providers.value().into_iter().flatten() {
            let Some((name, at)) = own.name.known().filter(|(_, at)| !reported.contains(at)) else {
                continue;
            };
            let earlier = all.iter().take_while(|one| one.file != cx.file_id);
            let mut same = earlier.filter(|one| one.provider.name.text() == Some(name));
            let first = same
                .next()
                .and_then(|one| Some((one.file, one.provider.name.node()?)));
            if let Some((file, first)) = first {
                let place = cx.workspace.place(file, first);
                reported.push(at);
                invalid(
                    at,
                    format!("there is a provider `{name}` already"),
                    "write one entry with the `matchImages` of both",
                    cx,
                )
                .related(place, "here");
            }
        }
    }
}

fn required<T>(parent: NodeId, key: &str, field: &Field<T>, cx: &mut Cx<'_>) {
    match field {
        // It is there, misspelt.
        Field::Absent if is_near_another(parent, key, cx) => {}
        Field::Absent | Field::Null(_) => {
            let message = format!("`{key}` is missing");
            invalid_list(parent, &message, cx).help(format!("write `{key}`"));
        }
        Field::Invalid(node) => {
            invalid(
                *node,
                format!("the value of `{key}` is of the wrong type"),
                "write it as the API has it",
                cx,
            );
        }
        Field::Unknown(_) | Field::Is(..) => {}
    }
}

fn is_near_another(mapping: NodeId, key: &str, cx: &Cx<'_>) -> bool {
    let mut entries = cx.tree().fields(mapping).into_iter();
    entries.any(|entry| {
        let written = cx.tree().key_text(entry.key);
        let is_known = PROVIDER_FIELDS.contains(&&*written) || token::FIELDS.contains(&&*written);
        !is_known && nearest(&written, [key]).is_some()
    })
}

/// Decoding is strict: a key that the kubelet does not know is an error.
fn unknown_fields(mapping: NodeId, known: &[&str], cx: &mut Cx<'_>) {
    let entries = cx.tree().fields(mapping);
    for entry in entries {
        let key = cx.tree().key_text(entry.key).into_owned();
        if known.contains(&key.as_str()) || crate::model::is_placeholder(&key) {
            continue;
        }
        let help = match nearest(&key, known.iter().copied()) {
            Some(meant) => format!("write `{meant}`"),
            None => "remove it".to_owned(),
        };
        invalid(entry.key, format!("there is no field `{key}`"), help, cx);
    }
}

fn invalid_list<'c>(node: NodeId, message: &str, cx: &'c mut Cx<'_>) -> &'c mut Finding {
    cx.report_missing(node, message)
        .note(NOTE)
        .help("add at least one")
}

const NOTE: &str = "the kubelet refuses the configuration as a whole, and does not start";

fn invalid<'c>(
    node: NodeId,
    message: impl Into<String>,
    help: impl Into<String>,
    cx: &'c mut Cx<'_>,
) -> &'c mut Finding {
    cx.report(node, message).note(NOTE).help(help)
}
