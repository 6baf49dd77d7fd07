use super::Cursor;
use podwright_cluster::pre_stop::{grace_period, hook_lower_bound, seconds};
use podwright_cluster::workspace::ImageSource;
use podwright_cluster::{pull, termination};
use podwright_model::{Container, Object, Pod};
use podwright_syntax::text::Span;

/// An inlay hint: an implicit value shown in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Byte offset after which it is shown.
    pub at: u32,
    /// Short label.
    pub label: String,
    /// Explanation of the label.
    pub tooltip: String,
    /// Kind of the hint; each kind can be disabled.
    pub kind: HintKind,
}

/// Kinds of hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HintKind {
    /// Pull policy that the API server sets by default.
    ImagePullPolicy,
    /// Seconds that a `preStop` hook leaves of the grace period.
    TerminationGracePeriod,
}

/// Returns the hints in `range` of the cursor's file, in text order.
#[must_use]
pub fn hints(cursor: &Cursor<'_>, range: Span) -> Vec<Hint> {
    let mut hints: Vec<Hint> = cursor
        .containers()
        .flat_map(|(object, pod, container)| {
            let policy = pull_policy(object, pod, container, cursor);
            policy
                .into_iter()
                .chain(time_left(object, pod, container, cursor))
        })
        .filter(|hint| range.start <= hint.at && hint.at <= range.end)
        .collect();
    hints.sort_by_key(|hint| hint.at);
    hints
}

/// Hint after an image without a policy: the default policy, if it is the same for all releases and image variants.
fn pull_policy(
    object: &Object,
    pod: &Pod,
    container: &Container,
    cursor: &Cursor<'_>,
) -> Option<Hint> {
    if !container.image_pull_policy.is_unset() || cursor.is_partial(object) {
        return None;
    }
    let (_, node) = container.image.known()?;
    let source = ImageSource::Container(container);
    let uses = cursor.workspace.images(cursor.file, pod, source);
    let versions = [cursor.versions.oldest, cursor.versions.newest];
    let effective =
        |(image, version)| pull::effective(&container.image_pull_policy, image, version);
    let mut policies = uses
        .iter()
        .flat_map(|image| versions.map(|version| (image.text.as_str(), version)))
        .map(|use_| effective(use_).ok().flatten());
    let first = policies.next()??;
    let mut is_same = true;
    let mut is_same_reason = true;
    for other in policies {
        is_same &= other.is_some_and(|other| other.policy == first.policy);
        is_same_reason &= other == Some(first);
    }
    let because = if is_same_reason {
        format!(", because {}", first.reason.describe())
    } else {
        String::new()
    };
    is_same.then(|| Hint {
        at: cursor.tree().span(node).end,
        label: format!("imagePullPolicy: {}", first.policy),
        tooltip: format!("Default set by the API server when the object is created{because}"),
        kind: HintKind::ImagePullPolicy,
    })
}

/// Hint after `preStop:`: the time that the hook leaves.
fn time_left(
    object: &Object,
    pod: &Pod,
    container: &Container,
    cursor: &Cursor<'_>,
) -> Option<Hint> {
    let partial = cursor.is_partial(object);
    let hook = container.lifecycle.value()?.pre_stop.value()?;
    let least = hook_lower_bound(hook, container, cursor.versions, partial)?;
    let grace = termination::deletion_grace(grace_period(pod, partial)?);
    let left = termination::stop_timeout(grace, Some(least));
    let key = cursor.tree().key_range(hook.node);
    let takes = seconds(least);
    Some(Hint {
        at: key.end + 1,
        label: format!("{left} s left of {grace} s"),
        tooltip: format!(
            "The hook takes at least {takes} of the grace period; then the container has at most {left} s between \
             SIGTERM and SIGKILL"
        ),
        kind: HintKind::TerminationGracePeriod,
    })
}
