use podwright_cluster::pull::default_pull_policy;
use podwright_cluster::workspace::{ImageSource, ImageUse, Previous};
use podwright_model::{Container, Field, Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "pull-policy-frozen",
    summary: "pull policy keeps the default of an earlier tag",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let (ImageSource::Container(container), Some((id, _))) = (image.source, cx.object) else {
        return;
    };
    if cx.is_custom() || cx.is_partial() || !is_open(&container.image_pull_policy) {
        return;
    }
    let Some(previous) = cx.workspace.previous(id) else {
        return;
    };
    let Some(before) = image_before(&previous, image.pod.origin, container) else {
        return;
    };
    let version = cx.versions.newest;
    let stored = default_pull_policy(&before, version);
    let fresh = default_pull_policy(&image.text, version);
    if stored == fresh {
        return;
    }
    let value = Scalar::Str(fresh.name().into());
    let fix = cx.assign(
        container.node,
        "imagePullPolicy",
        &value,
        Applicability::Safe,
    );
    let finding = cx
        .report_image(image, 0..image.text.len(), format!("pull policy stays `{stored}`, although the default for this image is `{fresh}`"))
        .note(format!(
            "the API server stored the default `{stored}` for the earlier image; `kubectl apply`, server-side apply and \
             Helm keep fields that the manifest does not set; `kubectl replace` applies the default again"
        ))
        .help(match image.pod.origin {
            // The API server rejects a change of the policy of an existing Pod.
            PodOrigin::Pod => "delete the Pod in the cluster and create it again".to_owned(),
            _ => format!("set `imagePullPolicy: {fresh}`, or the policy that you want"),
        });
    finding.fix(fix.filter(|_| image.pod.origin == PodOrigin::Template));
}

fn is_open(policy: &Field<String>) -> bool {
    match policy {
        Field::Missing | Field::Null(_) => true,
        Field::Value(text, _) => text.is_empty(),
        Field::Unknown(_) | Field::Invalid(_) => false,
    }
}

/// Returns the image that the container with the same name had before, if it is a single image and the API server set
/// the policy by default.
fn image_before(previous: &Previous<'_>, origin: PodOrigin, now: &Container) -> Option<String> {
    let name = now.name.text()?;
    let of_origin = |pod: &&Pod| pod.origin == origin;
    let pod = previous.object.pods.iter().find(of_origin)?;
    let mut same = pod
        .containers
        .iter()
        .filter(|one| one.kind == now.kind && one.name.text() == Some(name));
    let container = same.next().filter(|one| is_open(&one.image_pull_policy))?;
    let source = ImageSource::Container(container);
    match previous
        .workspace
        .images(previous.id.file, pod, source)
        .as_slice()
    {
        [image] => Some(image.text.clone()),
        _ => None,
    }
}
