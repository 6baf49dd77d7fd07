use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "pull-policy-always-with-digest",
    summary: "pull policy is `Always` for an image pinned by digest",
    severity: Info,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(("Always", node)) = image.pull_policy().known().map(|(text, n)| (&**text, n)) else {
        return;
    };
    let reference = image.for_all(cx.versions);
    if !reference.is_ok_and(|reference| reference.digest.is_some()) {
        return;
    }
    let fix = (!cx.tree().is_anchored(node))
        .then(|| cx.replace(node, "IfNotPresent", Applicability::Unsafe));
    let place = cx.workspace.place(image.file, image.node);
    let finding = cx
        .report(node, "pull policy `Always` queries the registry for an image that cannot change")
        .related(place, "the digest pins the image")
        .note(
            "the container does not start while the registry is unreachable, even if the node has the image; `Always` also \
             makes the registry check the Pod's credentials, which the kubelet does itself since 1.35",
        )
        .help("use `IfNotPresent`, unless `Always` keeps other tenants from using the image");
    finding.fix(fix);
}
