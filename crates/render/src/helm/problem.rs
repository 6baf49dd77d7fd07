//! What helm stops at.

use crate::RenderError;

/// An error of helm. Rendering goes on without what failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of error it is.
    pub kind: ProblemKind,
    /// The error.
    pub error: RenderError,
}

/// What kind of error stops helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// A template cannot be parsed.
    Parse,
    /// The chart is not one that can be installed.
    Chart,
    /// `values.schema.json` rejects the values, or is wrong itself.
    Schema,
    /// The chart does not accept the version of Kubernetes.
    KubernetesVersion,
    /// A template calls `required`, and the value is missing.
    Required,
    /// A template calls `fail`.
    Fail,
    /// A template includes one that does not exist.
    NoTemplate,
    /// A template cannot be executed.
    Execute,
    /// The result of a template is not YAML, or not an object.
    Output,
    /// A limit that helm does not have.
    Limit,
    /// What changes the objects after they are rendered fails.
    PostRender,
}

/// The problems of a render so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, kind: ProblemKind, error: RenderError) {
        let problem = Problem { kind, error };
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    /// The problems without those that may follow from others: a template that cannot be parsed defines nothing, and a
    /// chart that is not there does not either.
    pub(super) fn into_first_causes(mut self, lacks_charts: bool) -> Vec<Problem> {
        let lacks_templates = self.0.iter().any(|one| one.kind == ProblemKind::Parse);
        if lacks_charts || lacks_templates {
            self.0.retain(|one| {
                !matches!(
                    one.kind,
                    ProblemKind::NoTemplate | ProblemKind::Execute | ProblemKind::Output
                )
            });
        }
        self.0
    }
}
