use crate::cluster::environment::{env_from_object, key_count};
use crate::finding::Level;
use crate::model::{Body, Container, DockerDocument, MOST_ITEMS, Object};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::Resolution;

/// Options of `pod-too-large`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PodTooLarge {}

impl Rule for PodTooLarge {
    const META: Meta = Meta {
        name: "pod-too-large",
        chapter: "podwright",
        summary: "a list of a Pod is too long for the Pod to be judged",
        page: include_str!("../../../rules/podwright/pod-too-large.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for PodTooLarge {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        let count = document.config.entries.len();
        if count <= MOST_ITEMS {
            return;
        }
        let tree = document.tree(cx.tree());
        let Some(root) = tree.documents().first().map(|document| document.root) else {
            return;
        };
        let span = tree.introduction(root);
        let message =
            format!("{count} registries: podwright compares no image with more than {MOST_ITEMS}");
        cx.report_docker(document, span, "auths", message)
            .note("which images these credentials are for was not judged")
            .help("leave out the registries that no image comes from");
    }

    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        let Some(excess) = object.excess else {
            return;
        };
        let (what, note, help) = match object.body {
            Body::RuntimeClass(_) => (
                "scheduling",
                "what it does to Pods was not judged",
                "leave items out; one toleration may be of every key",
            ),
            _ => (
                "Pod",
                "nothing of this Pod was judged, beyond the names and types of its fields",
                "leave items out; variables can come from a ConfigMap by `envFrom`",
            ),
        };
        let message = format!(
            "{} items: podwright judges no {what} that has a list of more than {MOST_ITEMS}",
            excess.count
        );
        cx.report_missing(excess.node, message)
            .note(note)
            .help(help);
    }
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        let Some((id, _)) = cx.object else {
            return;
        };
        for item in container.env_from.value().into_iter().flatten() {
            let Some((kind, reference)) = env_from_object(item) else {
                continue;
            };
            let Some((name, node)) = reference.name.known() else {
                continue;
            };
            let found = cx.workspace.certain(id, kind.group(), kind.name(), name);
            let Resolution::Found(object) = found else {
                continue;
            };
            let count = key_count(cx.workspace, object);
            if count > MOST_ITEMS {
                let message = format!(
                    "{count} variables: podwright follows those of no {} with more than {MOST_ITEMS} keys",
                    kind.name()
                );
                cx.report(node, message)
                    .note("what these variables hide or lack was not judged")
                    .help("mount it as files, or name the keys that are needed in `env`");
            }
        }
    }
}
