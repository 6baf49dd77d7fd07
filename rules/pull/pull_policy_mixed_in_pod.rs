use podwright_cluster::pull::{PullPolicy, effective};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pull-policy-mixed-in-pod",
    summary: "containers of one Pod use different pull policies for the same image",
    severity: Info,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
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
            let Some((other, previous)) = other else {
                seen.push((policy, image));
                continue;
            };
            if *other == policy {
                continue;
            }
            let (place, other) = (cx.workspace.place(previous.file, previous.node), *other);
            let node = image.pull_policy().node();
            let message = format!("the same image has pull policy `{other}` elsewhere in the Pod");
            let finding = match node {
                Some(node) => cx.report(node, message),
                None => cx.report_image(
                    &image,
                    0..image.text.len(),
                    format!("{message}, but `{policy}` here"),
                ),
            };
            finding
                .related(place, format!("pull policy `{other}` here"))
                .note("the order in which the containers start determines which of them run a newly pulled image")
                .help("use the same policy for both");
        }
    }
}
