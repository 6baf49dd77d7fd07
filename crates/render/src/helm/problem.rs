//! What helm stops at, and what it silently does not do.

use std::hash::Hash;

use podwright_syntax::text::Location;
use rustc_hash::FxHashSet;

use crate::RenderError;

/// An error of helm. Rendering goes on without what failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// What kind of error it is.
    pub kind: ProblemKind,
    /// What it is about: the name of the function or template that does not exist, the expression that is nil, the
    /// path of the value. Empty if there is nothing more exact.
    pub subject: String,
    /// The error.
    pub error: RenderError,
}

/// What kind of error stops helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// A template cannot be parsed.
    Parse,
    /// A template calls a function that does not exist. It cannot be parsed either.
    NoFunction,
    /// The chart is not one that can be installed.
    Chart,
    /// `values.schema.json` rejects the values.
    Schema,
    /// `values.schema.json` is not a schema.
    InvalidSchema,
    /// `values.schema.json` needs a schema that is on another machine, so that nothing is checked.
    RemoteSchema,
    /// The chart does not accept the version of Kubernetes.
    KubernetesVersion,
    /// A template calls `required`, and the value is missing.
    Required,
    /// A template calls `fail`.
    Fail,
    /// A template includes one that does not exist.
    NoTemplate,
    /// A template reads a field of something that is nil.
    Nil,
    /// A template cannot be executed for another reason.
    Execute,
    /// The result of a template is not YAML, or not an object.
    Output,
    /// A limit that helm does not have.
    Limit,
    /// What changes the objects after they are rendered fails.
    PostRender,
}

/// Something in a chart that helm accepts but that has no effect, or another one than it seems.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// The name or value that it is about.
    pub subject: String,
    /// Where it is written.
    pub place: Location,
    /// Another place that belongs to it.
    pub related: Option<Location>,
}

/// What a [`Notice`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// An object with a `helm.sh/hook` that helm does not know: it is not applied.
    UnknownHook,
    /// A `helm.sh/hook-weight` that is not a number: it counts as 0.
    HookWeight,
    /// A `helm.sh/hook-delete-policy` that helm does not know: the hook is never deleted for it.
    DeletePolicy,
    /// A value that is not a mapping replaces one of the chart that is. Related is the mapping.
    ReplacedMapping,
    /// A document without `kind` or `apiVersion`.
    NoKind,
    /// `Chart.yaml` has no `apiVersion`, so that it counts as `v1`.
    NoApiVersion,
    /// The version is not a complete semantic version.
    LooseVersion,
    /// `requirements.yaml` or `requirements.lock` in a chart of version 2.
    Requirements,
    /// A dependency in `charts/` has another version than the range allows. Related is its `Chart.yaml`.
    DependencyVersion,
    /// The version of a dependency is not a range.
    DependencyRange,
    /// The condition of a dependency names no value.
    Condition,
    /// The condition of a dependency names a value that is not a boolean. Related is the value.
    ConditionType,
    /// A file in `crds/` has an action of a template: helm does not render it.
    TemplatedDefinition,
    /// `Chart.lock` does not belong to the dependencies. Related is the lock file.
    Lock,
}

/// The problems of a render so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    all: Vec<Problem>,
    notices: Vec<Notice>,
}

impl Problems {
    pub(super) fn add(&mut self, kind: ProblemKind, error: RenderError) {
        self.add_about(kind, String::new(), error);
    }

    pub(super) fn add_about(&mut self, kind: ProblemKind, subject: String, error: RenderError) {
        let kind = if error.is_limit {
            ProblemKind::Limit
        } else {
            kind
        };
        self.all.push(Problem {
            kind,
            subject,
            error,
        });
    }

    /// Adds something that helm says nothing about. Without a place, nobody can change it.
    pub(super) fn notice(
        &mut self,
        kind: NoticeKind,
        subject: impl Into<String>,
        place: Option<Location>,
        related: Option<Location>,
    ) {
        let Some(place) = place else { return };
        self.notices.push(Notice {
            kind,
            subject: subject.into(),
            place,
            related,
        });
    }

    /// The problems, each once, without those that may follow from others: a template that cannot be parsed defines nothing, and a
    /// chart that is not there does not either. And what helm says nothing about.
    pub(super) fn into_first_causes(mut self, lacks_charts: bool) -> (Vec<Problem>, Vec<Notice>) {
        let is_parse =
            |one: &Problem| matches!(one.kind, ProblemKind::Parse | ProblemKind::NoFunction);
        let lacks_templates = self.all.iter().any(is_parse);
        if lacks_charts || lacks_templates {
            self.all.retain(|one| {
                !matches!(
                    one.kind,
                    ProblemKind::NoTemplate
                        | ProblemKind::Execute
                        | ProblemKind::Nil
                        | ProblemKind::Output
                )
            });
        }
        (once(self.all), once(self.notices))
    }
}

/// The first of those that are equal.
fn once<T: Clone + Eq + Hash>(mut all: Vec<T>) -> Vec<T> {
    let mut seen = FxHashSet::default();
    all.retain(|one| seen.insert(one.clone()));
    all
}
