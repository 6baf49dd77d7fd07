use super::script::Script;
use podwright_cluster::workspace::ImageSource;
use podwright_model::{Field, ImageReference, LifecycleHandler};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-exec-missing-binary",
    summary: "hook runs a program that the image does not contain",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

/// Programs that an image without a shell does not contain.
const PROGRAMS: [&str; 14] = [
    "sh", "bash", "ash", "dash", "sleep", "curl", "wget", "kill", "cat", "echo", "touch", "rm",
    "nc", "true",
];

/// Name prefixes of images that contain no shell and no shell utilities. The rule page lists the sources.
const WITHOUT: [&str; 8] = [
    "gcr.io/distroless/static",
    "gcr.io/distroless/base",
    "gcr.io/distroless/cc",
    "gcr.io/distroless/java",
    "gcr.io/distroless/nodejs",
    "registry.k8s.io/pause",
    "k8s.gcr.io/pause",
    "cgr.dev/chainguard/static",
];

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let (Some(container), Some(pod), Some(script)) = (cx.container, cx.pod, Script::of(hook))
    else {
        return;
    };
    let is_known = script.is_of_image && PROGRAMS.contains(&script.program);
    // A volume may contain programs, and `PATH` may include it.
    let may_be_brought = !matches!(&container.volume_mounts, Field::Missing | Field::Null(_));
    if !is_known || may_be_brought || !container.kind.has_hooks() {
        return;
    }
    let source = ImageSource::Container(container);
    let images = cx.workspace.images(cx.file_id, pod, source);
    let lacks = |text: &str| {
        let image = ImageReference::parse(text, cx.versions.newest).ok()?;
        let repository = image.repository();
        // Images with a `debug` tag contain busybox.
        let has_shell = image
            .tag
            .as_deref()
            .is_some_and(|tag| tag.contains("debug"));
        let is_listed = WITHOUT.iter().any(|one| repository.starts_with(one));
        (is_listed && !has_shell).then_some(repository)
    };
    let Some((image, repository)) = images
        .iter()
        .find_map(|image| Some((image, lacks(&image.text)?)))
    else {
        return;
    };
    let place = cx.workspace.place(image.file, image.node);
    let program = script.program;
    cx.report(script.node, format!("`{name}` runs `{program}`, which the image does not contain"))
        .related(place, format!("`{repository}` contains no shell and no shell utilities"))
        .note(if name == "postStart" {
            "the hook fails, and the kubelet kills and restarts the container in a loop"
        } else {
            "the hook fails immediately (event `FailedPreStopHook`), and the container gets SIGTERM without the wait"
        })
        .help("use the `sleep` handler to wait (1.30 and later), or a program that the image contains");
}
