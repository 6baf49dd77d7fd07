use podwright_model::{KubernetesVersion, MappingReader, Pod};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Type;
use podwright_syntax::{NodeId, Scalar};

declare_rule! {
    name: "volume-source-count",
    summary: "volume has more than one source",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

/// First release that has image volumes by default.
const IMAGE_VOLUMES: KubernetesVersion = KubernetesVersion(35);

/// Whether a volume has a field with this name. `unknown-field` reports others.
fn is_source(name: &str) -> bool {
    Type::named("core.v1.Volume").is_some_and(|volume| !volume.forms(name).1.is_empty())
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(spec) = MappingReader::new(cx.tree(), pod.node) else {
        return;
    };
    // A patch may set a source to null to remove it.
    if cx.is_partial() {
        return;
    }
    let volumes = spec.mappings("volumes", |volume| {
        let tree = volume.tree();
        let entries = volume.entries().into_iter();
        let sources = entries.filter(|entry| {
            let name = tree.key_text(entry.key);
            // Earlier releases drop image volumes.
            let is_dropped = name == "image" && !cx.versions.any_since(IMAGE_VOLUMES);
            name != "name"
                && !is_dropped
                && is_source(&name)
                && tree.scalar(entry.value) != Scalar::Null
        });
        sources.map(|entry| entry.key).collect::<Vec<NodeId>>()
    });
    for sources in volumes.value().into_iter().flatten() {
        let [first, second, ..] = sources[..] else {
            continue;
        };
        if cx.is_in_replaced_volume(second) {
            continue;
        }
        let tree = cx.tree();
        let (name, other) = (
            tree.key_text(second).into_owned(),
            tree.key_text(first).into_owned(),
        );
        let (level, place) = (cx.ceiling(), cx.place(first));
        let is_certain = sources.len() > 2
            || cx.versions.all_since(IMAGE_VOLUMES)
            || ![&name, &other].into_iter().any(|name| name == "image");
        let level = if is_certain {
            level
        } else {
            level.min(Severity::Warning)
        };
        cx.report(second, format!("volume has a second source `{name}`"))
            .at_most(level)
            .related(place, format!("first source `{other}`"))
            .note("the API server rejects the Pod (422, `may not specify more than 1 volume type`)")
            .help("use a separate volume for each source");
    }
}
