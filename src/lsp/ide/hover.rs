use super::{Cursor, Hover, environment, field, pulling, rendered, runtime};
use podwright_cluster::pre_stop::{hook_lower_bound, seconds};
use podwright_cluster::termination::{Cause, Timeline};
use podwright_cluster::workspace::{Resolution, Target};
use podwright_explain::timeline_lines;
use podwright_model::{Container, Object, Pod};

/// Functions that may answer a hover; the first answer is used.
const ANSWERS: &[fn(&Cursor<'_>) -> Option<Hover>] = &[
    pulling::image,
    pulling::policy,
    pulling::pull_secret,
    pulling::registry_key,
    runtime::class_name,
    runtime::handler,
    environment::reference,
    environment::name,
    grace,
    hook,
    reference,
    field::hover,
];

/// Returns what podwright knows about the value at the cursor: what the builds make of it, and what it means.
#[must_use]
pub fn hover(cursor: &Cursor<'_>) -> Option<Hover> {
    let known = ANSWERS.iter().find_map(|answer| answer(cursor));
    let hover = match (rendered::hover(cursor), known) {
        (Some(built), Some(known)) => Hover {
            markdown: format!("{}\n\n---\n\n{}", built.markdown, known.markdown),
            ..built
        },
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    };
    let markdown = cursor.workspace.without_credentials(hover.markdown);
    Some(Hover { markdown, ..hover })
}

/// Hover on `terminationGracePeriodSeconds`: the shutdown of the Pod.
fn grace(cursor: &Cursor<'_>) -> Option<Hover> {
    let (_, object, pod) = cursor.pods().find(|(_, _, pod)| {
        let node = pod.termination_grace_period_seconds.node();
        node.is_some_and(|node| cursor.touches(cursor.whole_entry(node)))
    })?;
    let node = pod.termination_grace_period_seconds.node()?;
    Some(Hover {
        span: cursor.tree().span(node),
        markdown: end(object, pod, cursor)?,
    })
}

/// Hover on a hook: its duration and the consequences.
fn hook(cursor: &Cursor<'_>) -> Option<Hover> {
    let (object, pod, container, name, span) =
        cursor.containers().find_map(|(object, pod, container)| {
            let mut hooks = container.lifecycle.value()?.hooks();
            hooks.find_map(|(name, hook)| {
                let span = cursor.whole_entry(hook.node);
                let here = (object, pod, container, name, span);
                cursor.touches(span).then_some(here)
            })
        })?;
    let markdown = match name {
        "preStop" if container.kind.has_hooks() => end(object, pod, cursor)?,
        _ => start_up(container, object, cursor)?,
    };
    Some(Hover { span, markdown })
}

/// Draws the shutdown of the Pod in the newest release.
fn end(object: &Object, pod: &Pod, cursor: &Cursor<'_>) -> Option<String> {
    let partial = cursor.is_partial(object);
    let timeline = Timeline::new(pod, Cause::Deletion, cursor.versions.newest, partial)?;
    Some(format!(
        "From Pod deletion to SIGKILL: {} s.\n\n```text\n{}\n```",
        timeline.grace,
        timeline_lines(&timeline).join("\n")
    ))
}

/// Describes the duration of a container's `postStart`: until it ends, the container is not ready and the kubelet
/// does not start the containers after it.
fn start_up(container: &Container, object: &Object, cursor: &Cursor<'_>) -> Option<String> {
    let hook = container.lifecycle.value()?.post_start.value()?;
    let partial = cursor.is_partial(object);
    let least = hook_lower_bound(hook, container, cursor.versions, partial)?;
    Some(format!(
        "`postStart` takes at least {}; until then the container is not `Running` and the containers after it do not start",
        seconds(least)
    ))
}

/// Hover on a name: the object that it refers to.
fn reference(cursor: &Cursor<'_>) -> Option<Hover> {
    let (from, reference) = cursor.reference()?;
    let (kind, name) = (reference.kind.name(), &reference.name);
    let place = cursor.workspace.described_namespace(from);
    let path_of = |id| {
        let place = cursor
            .workspace
            .in_sources(cursor.workspace.object_place(id));
        &cursor.workspace.file(place.file).source.path
    };
    let others = cursor.workspace.referenced_elsewhere(from, &reference);
    let markdown = match cursor.workspace.referenced(from, &reference) {
        Resolution::Found(Target::Object(id)) => format!("{kind} `{name}`, in {}", path_of(id)),
        Resolution::Found(Target::Elsewhere) => {
            format!("{kind} `{name}` is created at run time or declared to exist")
        }
        Resolution::Missing | Resolution::Unknown if !others.is_empty() => {
            let others = others.iter();
            let others = others.map(|&(id, at)| format!("`{at}` ({})", path_of(id)));
            let others: Vec<String> = others.collect();
            format!(
                "{kind} `{name}` is in namespace {}, not in {place}",
                others.join(", ")
            )
        }
        Resolution::Missing => format!("{kind} `{name}` does not exist in {place}"),
        Resolution::Unknown => format!("{kind} `{name}` is not among the files"),
    };
    (!name.is_empty()).then(|| Hover {
        span: cursor.name_span(&reference),
        markdown,
    })
}
