use super::pattern::{self, patterns};
use crate::finding::{Level, Safety};
use crate::model::Object;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `credprovider-match-has-scheme`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CredproviderMatchHasScheme {}

impl Rule for CredproviderMatchHasScheme {
    const META: Meta = Meta {
        name: "credprovider-match-has-scheme",
        chapter: "node",
        summary: "`matchImages` pattern starts with a scheme and never matches",
        page: include_str!("../../../rules/node/credprovider-match-has-scheme.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for CredproviderMatchHasScheme {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        for (entry, node) in patterns(object) {
            let Some(bare) = pattern::without_scheme(entry) else {
                continue;
            };
            let meant = pattern::docker_hub(bare).unwrap_or_else(|| bare.to_owned());
            let fix = (!meant.is_empty() && !cx.tree().is_anchored(node))
                .then(|| cx.replace(node, &meant, Safety::Safe));
            let finding = cx.report(node, format!("`{entry}` never matches an image"));
            finding
                .note(
                    "unlike in `config.json`, the kubelet does not strip the scheme from a `matchImages` entry; it \
                     reads the scheme as the host",
                )
                .help(format!("use `{meant}`"));
            finding.fixes.extend(fix);
        }
    }
}
