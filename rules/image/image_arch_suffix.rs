use super::{arch::named_architecture, lasting};
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-arch-suffix",
    summary: "architecture suffix although a multi-architecture image exists",
    severity: Info,
    since: "0.1.0",
    hooks: { image: check },
}

/// Images in `registry.k8s.io` and `k8s.gcr.io` that are available for every architecture without a suffix.
const WITH_INDEX: [&str; 9] = [
    "pause",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
    "k8s-dns-kube-dns",
    "k8s-dns-sidecar",
    "k8s-dns-dnsmasq-nanny",
];

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let Some((named, at)) = named_architecture(reference, &image.text) else {
        return;
    };
    let is_of_project = matches!(&*reference.domain, "registry.k8s.io" | "k8s.gcr.io");
    let bare = reference.path.strip_suffix(&format!("-{named}"));
    let Some(bare) = bare.filter(|bare| is_of_project && WITH_INDEX.contains(bare)) else {
        return;
    };
    let without = format!("{}{}", &image.text[..at.start - 1], &image.text[at.end..]);
    // A digest identifies the image for one architecture.
    let fix = match reference.digest {
        None => cx.rewrite_image(image, &without, Applicability::Unsafe),
        Some(_) => None,
    };
    let finding = cx
        .report_image(image, at, format!("`{bare}` is available for every architecture under one name"))
        .note("images with an architecture suffix are kept for old manifests and run only on nodes of that architecture")
        .help(format!("use `{without}`"));
    finding.fix(fix);
}
