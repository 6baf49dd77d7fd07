use super::pattern::{self, patterns};
use crate::cluster::keyring::{KeyFault, NormalKey, Reach};
use crate::finding::{Level, Safety};
use crate::model::Object;
use crate::model::docker_config::RegistryKey;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::NodeId;

/// Options of `credprovider-match-glob`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CredproviderMatchGlob {}

impl Rule for CredproviderMatchGlob {
    const META: Meta = Meta {
        name: "credprovider-match-glob",
        chapter: "node",
        summary: "a pattern of a credential provider does not fit what it seems to",
        page: include_str!("../../../rules/node/credprovider-match-glob.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for CredproviderMatchGlob {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        for (entry, node) in patterns(object) {
            let is_told = pattern::without_scheme(entry).is_some()
                || pattern::docker_hub(entry).is_some()
                || pattern::is_url(entry).is_err();
            if !is_told {
                judge(entry, node, cx);
            }
        }
    }
}

fn judge(entry: &str, node: NodeId, cx: &mut Cx<'_>) {
    let key = RegistryKey::new(entry);
    let Some(fault) = KeyFault::of(&key) else {
        reach(&key, entry, node, cx);
        return;
    };
    let (message, help, level) = match fault {
        KeyFault::StarInPath => (
            format!("the `*` in the path of `{entry}` stands for nothing but itself"),
            "leave out the `*`: a path fits everything that begins with it",
            Level::Error,
        ),
        KeyFault::Bracket { .. } => (
            format!("the `[…]` in `{entry}` is no pattern for every kubelet"),
            "write one entry for each host",
            Level::Warning,
        ),
        KeyFault::QuestionMark { .. } => (
            format!("the `?` in `{entry}` cuts off what follows"),
            "write `*`, which stands for a label or a part of one",
            Level::Error,
        ),
        KeyFault::Tag => (
            format!("`{entry}` has a tag or a digest, and images are compared without"),
            "leave out what follows the name",
            Level::Error,
        ),
        KeyFault::PathCharacter => (
            format!("no image has a path like that of `{entry}`"),
            "write the path as images have it",
            Level::Error,
        ),
        KeyFault::Uppercase { in_path: true } => (
            format!("`{entry}` has capitals in its path, and images have none"),
            "write small letters",
            Level::Error,
        ),
        KeyFault::Uppercase { in_path: false } => (
            format!("`{entry}` has capitals in its host, and the case of letters counts"),
            "write the host as the images have it",
            Level::Warning,
        ),
        KeyFault::Empty => (
            format!("`{entry}` has no host"),
            "write the host of the registry",
            Level::Error,
        ),
        // Of the others other rules speak, or nothing is wrong with them here.
        _ => return,
    };
    let fix = fault
        .repaired(&key)
        .filter(|_| !cx.tree().is_anchored(node))
        .map(|meant| cx.replace(node, &meant, Safety::Safe));
    let finding = cx.report(node, message);
    finding.at_most(level).note(NOTE).help(help);
    finding.fixes.extend(fix);
}

const NOTE: &str = "the kubelet does not ask the plug-in for images that no entry fits, and pulls them without its \
                    credentials";

fn reach(key: &RegistryKey, entry: &str, node: NodeId, cx: &mut Cx<'_>) {
    match NormalKey::new(key).ok().and_then(|key| key.reach()) {
        Some(Reach::Within) => {
            let meant = format!("*.{}", entry.trim_start_matches('*'));
            let fix =
                (!cx.tree().is_anchored(node)).then(|| cx.replace(node, &meant, Safety::Unsafe));
            let finding = cx.report(
                node,
                format!("the `*` of `{entry}` does not stand for a label and its dot"),
            );
            finding
                .at_most(Level::Warning)
                .note("a `*` never stands for a `.`: host names with another number of labels do not fit")
                .help(format!("write `{meant}`, and the host itself beside it if it has images too"));
            finding.fixes.extend(fix);
        }
        Some(Reach::TooBroad) => {
            cx.report(node, format!("`{entry}` fits every registry of that shape"))
                .at_most(Level::Info)
                .note("the kubelet runs the plug-in for each of their images, and offers them what it gets")
                .help("name the registries that the plug-in is for");
        }
        None => {}
    }
}
