mod duration;
mod token;

use std::collections::BTreeMap;

use super::pattern::is_url;
use podwright_cluster::keyring::credential_providers;
use podwright_model::{
    Body, CredentialProvider, CredentialProviderConfig, Field, KubernetesVersion, Object,
};
use podwright_rule::{Finding, RuleContext, Severity, declare_rule, use_name};
use podwright_syntax::{NodeId, text::nearest};

declare_rule! {
    name: "credprovider-invalid",
    summary: "invalid credential provider configuration prevents the kubelet from starting",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

/// First release that supports `kubelet.config.k8s.io/v1`.
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

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::CredentialProviderConfig(config) = &object.body else {
        return;
    };
    version(object, cx);
    unknown_fields(object.node, &["apiVersion", "kind", "providers"], cx);
    match &config.providers {
        Field::Missing | Field::Null(_) => {
            invalid_list(object.node, "no `providers` are configured", cx);
        }
        Field::Value(providers, node) if providers.is_empty() => {
            invalid_list(*node, "no `providers` are configured", cx);
        }
        Field::Invalid(node) => {
            invalid(
                *node,
                "`providers` is not a list",
                "use a list of providers",
                cx,
            );
        }
        Field::Unknown(_) | Field::Value(..) => {}
    }
    for provider in config.providers.value().into_iter().flatten() {
        judge(provider, cx);
    }
    duplicates(config, cx);
    duplicates_elsewhere(config, cx);
}

fn judge(provider: &CredentialProvider, cx: &mut RuleContext<'_>) {
    unknown_fields(provider.node, &PROVIDER_FIELDS, cx);
    name(provider, cx);
    match &provider.api_version {
        Field::Value(version, node) if !PLUGIN_VERSIONS.contains(&version.as_str()) => {
            let help = format!(
                "use `{}`, or the version that the plugin supports",
                PLUGIN_VERSIONS[0]
            );
            invalid(
                *node,
                format!("unknown provider API version `{version}`"),
                help,
                cx,
            );
        }
        field => required(provider.node, "apiVersion", field, cx),
    }
    match &provider.match_images {
        Field::Value(entries, node) if entries.is_empty() => {
            invalid_list(*node, "`matchImages` is empty", cx);
        }
        Field::Value(entries, _) => {
            for (entry, node) in entries.iter().filter_map(Field::known) {
                if let Err(error) = is_url(entry) {
                    let message = format!("invalid image pattern `{entry}`: {error}");
                    invalid(
                        node,
                        message,
                        "use a host, optionally with a path: `*.registry.example/team`",
                        cx,
                    );
                }
            }
        }
        field => required(provider.node, "matchImages", field, cx),
    }
    match &provider.default_cache_duration {
        Field::Value(text, node) => match duration::is_negative(text) {
            Some(false) => {}
            Some(true) => {
                invalid(
                    *node,
                    "duration is negative",
                    "use `0s`, or the time for which credentials are cached",
                    cx,
                );
            }
            None => {
                invalid(
                    *node,
                    format!("invalid duration `{text}`"),
                    "use a number with a unit, such as `12h` or `0s`",
                    cx,
                );
            }
        },
        field => required(provider.node, "defaultCacheDuration", field, cx),
    }
    token::judge(provider, cx);
}

fn version(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((version, node)) = object.api_version.known() else {
        return;
    };
    if !CONFIG_VERSIONS.contains(&version.as_str()) {
        let help = format!("use `{}`", CONFIG_VERSIONS[0]);
        invalid(node, format!("unknown API version `{version}`"), help, cx);
    } else if version == CONFIG_VERSIONS[0] && !cx.versions.all_since(V1_SINCE) {
        let newest = cx.versions.newest;
        let finding = invalid(
            node,
            format!("`{version}` is not supported before 1.26"),
            "use `kubelet.config.k8s.io/v1beta1`, which is supported since 1.24",
            cx,
        );
        if newest >= V1_SINCE {
            finding.at_most(Severity::Warning);
        }
    }
}

fn name(provider: &CredentialProvider, cx: &mut RuleContext<'_>) {
    let help = "use the file name of an executable in the directory of `--image-credential-provider-bin-dir`";
    match &provider.name {
        Field::Value(name, node)
            if name.is_empty() || name == "." || name == ".." || name.contains(['/', ' ']) =>
        {
            let message = if name.is_empty() {
                "provider has no name".to_owned()
            } else {
                format!("invalid provider name `{name}`")
            };
            invalid(*node, message, help, cx);
        }
        field => required(provider.node, "name", field, cx),
    }
}

/// The kubelet identifies plugins by name.
fn duplicates(config: &CredentialProviderConfig, cx: &mut RuleContext<'_>) {
    let mut seen: BTreeMap<&str, NodeId> = BTreeMap::new();
    for provider in config.providers.value().into_iter().flatten() {
        let Some((name, node)) = provider.name.known() else {
            continue;
        };
        if let Some(&first) = seen.get(name.as_str()) {
            let place = cx.place(first);
            invalid(
                node,
                format!("duplicate provider `{name}`"),
                "use one entry with the `matchImages` of both",
                cx,
            )
            .related(place, "first defined here");
        } else {
            seen.insert(name, node);
        }
    }
}

/// Since 1.34, the configuration may be a directory whose files are merged.
fn duplicates_elsewhere(config: &CredentialProviderConfig, cx: &mut RuleContext<'_>) {
    let mut reported: Vec<NodeId> = Vec::new();
    for node in cx.workspace.nodes(cx.file_id) {
        let all = credential_providers(cx.workspace, &node);
        for own in config.providers.value().into_iter().flatten() {
            let Some((name, at)) = own.name.known().filter(|(_, at)| !reported.contains(at)) else {
                continue;
            };
            let previous = all.iter().take_while(|one| one.file != cx.file_id);
            let mut same = previous.filter(|one| one.provider.name.text() == Some(name));
            let first = same
                .next()
                .and_then(|one| Some((one.file, one.provider.name.node()?)));
            if let Some((file, first)) = first {
                let place = cx.workspace.place(file, first);
                reported.push(at);
                invalid(
                    at,
                    format!("duplicate provider `{name}`"),
                    "use one entry with the `matchImages` of both",
                    cx,
                )
                .related(place, "first defined here");
            }
        }
    }
}

fn required<T>(parent: NodeId, key: &str, field: &Field<T>, cx: &mut RuleContext<'_>) {
    match field {
        // The field is present but misspelled.
        Field::Missing if is_near_another(parent, key, cx) => {}
        Field::Missing | Field::Null(_) => {
            let message = format!("missing field `{key}`");
            invalid_list(parent, &message, cx).help(format!("add `{key}`"));
        }
        Field::Invalid(node) => {
            invalid(
                *node,
                format!("`{key}` has the wrong type"),
                "use the type that the API defines",
                cx,
            );
        }
        Field::Unknown(_) | Field::Value(..) => {}
    }
}

fn is_near_another(mapping: NodeId, key: &str, cx: &RuleContext<'_>) -> bool {
    let mut entries = cx.tree().fields(mapping).into_iter();
    entries.any(|entry| {
        let written = cx.tree().key_text(entry.key);
        let is_known = PROVIDER_FIELDS.contains(&&*written) || token::FIELDS.contains(&&*written);
        !is_known && nearest(&written, [key]).is_some()
    })
}

/// Decoding is strict: an unknown field is an error.
fn unknown_fields(mapping: NodeId, known: &[&str], cx: &mut RuleContext<'_>) {
    let entries = cx.tree().fields(mapping);
    for entry in entries {
        let key = cx.tree().key_text(entry.key).into_owned();
        if known.contains(&key.as_str()) || podwright_model::is_placeholder(&key) {
            continue;
        }
        let meant = cx.nearest(entry.key, &key, known.iter().copied());
        cx.report(entry.key, format!("unknown field `{key}`"))
            .note(NOTE)
            .meant(meant, use_name, "remove it");
    }
}

fn invalid_list<'c>(node: NodeId, message: &str, cx: &'c mut RuleContext<'_>) -> &'c mut Finding {
    cx.report_missing(node, message)
        .note(NOTE)
        .help("add at least one")
}

const NOTE: &str = "the kubelet rejects the whole configuration and does not start";

fn invalid<'c>(
    node: NodeId,
    message: impl Into<String>,
    help: impl Into<String>,
    cx: &'c mut RuleContext<'_>,
) -> &'c mut Finding {
    cx.report(node, message).note(NOTE).help(help)
}
