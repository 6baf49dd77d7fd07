//! Whether a policy is for the cluster that an object is applied to.

use super::policy::Binding;
use crate::workspace::{ObjectId, Origin, Workspace};

/// How certain that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// It is not.
    None,
    /// It may be: both are somewhere in the run. Repositories of examples have many policies.
    Far,
    /// It is.
    Near,
}

/// The same for a binding.
pub(super) fn of_binding(workspace: &Workspace, binding: &Binding, object: ObjectId) -> Reach {
    binding
        .id
        .map_or(Reach::Near, |id| of(workspace, id, object))
}

/// `one` is a policy or a binding. It is near an object of the same render, and one of its own directory or below.
pub(super) fn of(workspace: &Workspace, one: ObjectId, object: ObjectId) -> Reach {
    if let Origin::Policy(path) = &workspace.file(one.file).origin {
        let listed = &workspace.file(object.file).context.policies;
        let is_listed = listed.iter().any(|own| **own == **path);
        return if is_listed { Reach::Near } else { Reach::None };
    }
    if !workspace.coexist(one, object) {
        return Reach::None;
    }
    let render = |id: ObjectId| workspace.render_of(id.file).map(|render| render.root);
    let is_one_render = render(one).is_some() && render(one) == render(object);
    let directory = |id: ObjectId| {
        let file = workspace.file(workspace.settings_file(id.file));
        file.directory()
    };
    let is_below = |directory: &str, above: &str| {
        above.is_empty() && !directory.starts_with("..") && !directory.starts_with('/')
            || directory
                .strip_prefix(above)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_complete = workspace.file(object.file).context.complete;
    if is_one_render || is_complete || is_below(directory(object), directory(one)) {
        Reach::Near
    } else if workspace.is_sample(one.file) {
        Reach::None
    } else {
        Reach::Far
    }
}
