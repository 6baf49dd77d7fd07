use super::Cursor;
use crate::cluster::pre_stop::{grace_period, hook_lower_bound, seconds};
use crate::cluster::{pull, termination};
use crate::model::{Container, Object, Pod};
use crate::text::Span;
use crate::workspace::ImageSource;

/// Something that is not written, shown beside what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte behind which it is shown.
    pub at: u32,
    /// A few words.
    pub label: String,
    /// What it means.
    pub tooltip: String,
    /// Which kind it is; each can be turned off.
    pub kind: HintKind,
}

/// The kinds of hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HintKind {
    /// The pull policy that the API server fills in.
    ImagePullPolicy,
    /// The seconds that a `preStop` hook leaves.
    TerminationGracePeriod,
}

/// The hints of the file of `cursor` within `range`, in the order of the text.
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

/// Behind an image without a policy: the one that is filled in, if that is the same in all clusters and builds.
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
        tooltip: format!("The API server fills this in when the object is created{because}"),
        kind: HintKind::ImagePullPolicy,
    })
}

/// Behind `preStop:` what the hook takes, and what is left.
fn time_left(
    object: &Object,
    pod: &Pod,
    container: &Container,
    cursor: &Cursor<'_>,
) -> Option<Hint> {
    let partial = cursor.is_partial(object);
    let hook = container.lifecycle.value()?.pre_stop.value()?;
    let least = hook_lower_bound(hook, container, cursor.versions, partial)?;
    let grace = grace_period(pod, partial)?;
    let left = termination::stop_timeout(grace, Some(least));
    let key = cursor.tree().introduction(hook.node);
    let takes = seconds(least);
    Some(Hint {
        at: key.end + 1,
        label: format!("{left} s left of {grace} s"),
        tooltip: format!(
            "The hook takes at least {takes} of the grace period; then the container has at most {left} s between \
             TERM and KILL"
        ),
        kind: HintKind::TerminationGracePeriod,
    })
}
