use crate::cluster::pull::{PullPolicy, effective};
use crate::finding::Level;
use crate::model::Pod;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::{ImageSource, ImageUse};

/// Options of `pull-policy-mixed-in-pod`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullPolicyMixedInPod {}

impl Rule for PullPolicyMixedInPod {
    const META: Meta = Meta {
        name: "pull-policy-mixed-in-pod",
        chapter: "pull",
        summary: "containers of one Pod pull the same image in different ways",
        page: include_str!("../../../rules/pull/pull-policy-mixed-in-pod.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for PullPolicyMixedInPod {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        if cx.is_partial() {
            return;
        }
        let mut seen: Vec<(PullPolicy, ImageUse<'_>)> = Vec::new();
        for source in ImageSource::all(pod) {
            for image in cx.workspace.images(cx.file_id, pod, source) {
                let policy = effective(image.pull_policy(), &image.text, cx.versions.newest);
                let Ok(Some(policy)) = policy else {
                    continue;
                };
                let policy = policy.policy;
                let other = seen.iter().find(|(_, other)| other.text == image.text);
                let Some((other, earlier)) = other else {
                    seen.push((policy, image));
                    continue;
                };
                if *other == policy {
                    continue;
                }
                let (place, other) = (cx.workspace.place(earlier.file, earlier.node), *other);
                let node = image.pull_policy().node();
                let message = format!("the same image is pulled with `{other}` beside it");
                let finding = match node {
                    Some(node) => cx.report(node, message),
                    None => cx.report_image(
                        &image,
                        0..image.text.len(),
                        format!("{message}, here with `{policy}`"),
                    ),
                };
                finding
                    .related(place, format!("here with `{other}`"))
                    .note("whether the Pod runs with a new image is up to the order in which its containers start")
                    .help("write one policy for both");
            }
        }
    }
}
