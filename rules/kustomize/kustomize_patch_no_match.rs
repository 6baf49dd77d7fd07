use podwright_cluster::workspace::{Render, Rendered, Workspace};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

declare_rule! {
    name: "kustomize-patch-no-match",
    summary: "target of a patch matches no object",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    if rendered.unmatched.is_empty() || has_empty_file(cx.workspace, rendered) {
        return;
    }
    for &place in &rendered.unmatched {
        let matches_nothing = |rendered: &Rendered| {
            rendered.unmatched.contains(&place) && !rendered.may_have_more_objects()
        };
        if super::has_placeholder(cx.workspace, place)
            || !super::in_every_build_with(cx.workspace, render, place, matches_nothing)
        {
            continue;
        }
        let target = target_of(cx.workspace, place);
        // A patch of all objects of a kind is written for those that may come.
        let level = match target.is_some_and(|target| target.is_specific) {
            true => Severity::Warning,
            false => Severity::Info,
        };
        let place = target.map_or(place, |target| target.place);
        cx.report_build(render, place, "the target of this patch matches no object")
            .at_most(level)
            .note("kustomize ignores such a patch silently, so that nothing is patched")
            .help(
                "correct the `target`, or remove the patch; the fields of a target are regular expressions for the \
                 whole value, and every field must match",
            );
    }
}

/// Whether another program fills in one of the files later, such as `flux bootstrap` the file `gotk-components.yaml`.
fn has_empty_file(workspace: &Workspace, rendered: &Rendered) -> bool {
    let mut files = rendered.resources.iter().map(|&file| workspace.file(file));
    files.any(|file| {
        let tree = &file.tree;
        let mut documents = tree.documents().iter();
        documents.all(|document| tree.kind(document.root) == NodeKind::Empty)
    })
}

#[derive(Clone, Copy)]
struct Target {
    /// The key `target`.
    place: Location,
    /// Whether it selects more than a kind and a namespace.
    is_specific: bool,
}

/// The `target` of the patch that is written at a place.
fn target_of(workspace: &Workspace, patch: Location) -> Option<Target> {
    let tree = &workspace.file(patch.file).tree;
    let mapping = tree
        .ids()
        .find(|&id| tree.kind(id).is_mapping() && tree.span(id) == patch.span)?;
    let target = tree.get(mapping, "target")?;
    let selects = |name: &&str| tree.get(tree.resolve(target.value), name).is_some();
    let specific = ["name", "labelSelector", "annotationSelector"];
    Some(Target {
        place: Location {
            file: patch.file,
            span: tree.span(target.key),
        },
        is_specific: specific.iter().any(selects),
    })
}
