//! Image credential verification as configured for the kubelet of a node.

use super::verification::{AllowlistPattern, Verification};
use crate::workspace::node::kubelet_config_paths;
use crate::workspace::{Node, Workspace};
use podwright_model::{Body, Field, KubeletConfig};
use podwright_syntax::text::FileId;

/// KubeletConfigurations of a node with their files, in the order in which they are applied. Later values override
/// earlier ones.
#[must_use]
pub fn kubelet_configs<'w>(
    workspace: &'w Workspace,
    node: &Node<'w>,
) -> Vec<(FileId, &'w KubeletConfig)> {
    let places = kubelet_config_paths(&workspace.kubelet_flags(node));
    let mut found = Vec::new();
    for place in &places {
        let is_there = |path: &str| match place.ends_with('/') {
            true => path.starts_with(place.as_str()),
            false => path == place,
        };
        for &(_, file) in node.files.iter().filter(|(path, _)| is_there(path)) {
            let bodies = workspace.file(file).objects.iter();
            found.extend(bodies.filter_map(|object| match &object.body {
                Body::KubeletConfig(config) => Some((file, &**config)),
                _ => None,
            }));
        }
    }
    found
}

/// Verification settings of a node's kubelet. `None` if its configuration is not among the files, is hidden by a
/// placeholder, or prevents the kubelet from starting.
#[must_use]
pub fn verification(workspace: &Workspace, node: &Node<'_>) -> Option<Verification> {
    let configs = kubelet_configs(workspace, node);
    let mut verification = Verification::default();
    let mut is_known = !configs.is_empty();
    for (_, config) in configs {
        match &config.verification_policy {
            Field::Value(policy, _) => verification.policy = policy.parse().ok()?,
            Field::Missing | Field::Null(_) => {}
            Field::Unknown(_) | Field::Invalid(_) => is_known = false,
        }
        match &config.verification_allowlist {
            Field::Value(patterns, _) => {
                let patterns = patterns.iter();
                let parsed = patterns.map(|text| text.text()?.parse::<AllowlistPattern>().ok());
                verification.allowlist = parsed.collect::<Option<_>>()?;
            }
            Field::Missing | Field::Null(_) => {}
            Field::Unknown(_) | Field::Invalid(_) => is_known = false,
        }
    }
    is_known.then_some(verification)
}
