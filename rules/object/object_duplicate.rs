use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{FileId, Location};

declare_rule! {
    name: "object-duplicate",
    summary: "two objects with the same kind, namespace and name",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else { return };
    let (Some((name, node)), Some(kind)) = (object.metadata.name.known(), object.kind.text())
    else {
        return;
    };
    let Some(twin) = cx.workspace.twin(id) else {
        return;
    };
    let first = cx.workspace.object(twin).metadata.name.node();
    let place = first.map(|node| Location {
        file: twin.file,
        span: cx.workspace.file(twin.file).tree.span(node),
    });
    let (note, help) = consequence(cx.workspace, id, twin);
    let finding = cx.report(node, format!("{kind} `{name}` is defined twice"));
    finding.note(note).help(help);
    if let Some(place) = place {
        finding.related(place, "the same object");
    }
}

/// What happens to the second of two objects, and what to do.
///
/// For Applications of ApplicationSets, as the controller of Argo CD (`applicationset_controller.go`,
/// `validateGeneratedApplications` and `createOrUpdateInCluster`).
fn consequence(
    workspace: &Workspace,
    id: ObjectId,
    twin: ObjectId,
) -> (&'static str, &'static str) {
    let is_generated = |file: FileId| {
        workspace
            .render_of(file)
            .is_some_and(|render| render.is_generated())
    };
    match (
        is_generated(id.file) && is_generated(twin.file),
        id.file == twin.file,
    ) {
        (true, true) => (
            "Argo CD reports an error in the ApplicationSet: `contains applications with duplicate name`",
            "make the name of each Application different: use more parameters of the generator in it",
        ),
        (true, false) => (
            "an Application belongs to one ApplicationSet, so Argo CD cannot create or update it for the other one",
            "use different names for the Applications of the two ApplicationSets",
        ),
        (false, _) => (
            "kubectl applies both, and this one overrides the other; kustomize rejects them with `may not add resource \
             with an already registered id`",
            "remove one of them, or use another name or namespace",
        ),
    }
}
