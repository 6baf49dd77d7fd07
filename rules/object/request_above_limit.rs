use podwright_model::{Container, Field, MappingReader, Quantity};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::{NodeId, Scalar};

declare_rule! {
    name: "request-above-limit",
    summary: "resource request exceeds its limit",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let Some(resources) = MappingReader::new(cx.tree(), container.node)
        .and_then(|container| container.mapping("resources").value().copied())
    else {
        return;
    };
    let (requests, limits) = (
        resources.quantity_map("requests"),
        resources.quantity_map("limits"),
    );
    let limits = match &limits {
        Field::Value(limits, _) => limits.as_slice(),
        _ => &[],
    };
    for (name, _, request) in requests.value().into_iter().flatten() {
        let Some((request, node)) = amount(request) else {
            continue;
        };
        let limit = limits.iter().find(|(other, ..)| other == name);
        if let Some((limit, at)) = limit.and_then(|(.., limit)| amount(limit)) {
            compare(name, (request, node), (limit, at), cx);
        }
    }
}

/// The quantity, which is 0 for null: `UnmarshalJSON` of `resource.Quantity`.
fn amount(quantity: &Field<Quantity>) -> Option<(&Quantity, NodeId)> {
    match quantity {
        Field::Null(node) => Some((&Quantity::ZERO, *node)),
        other => other.known(),
    }
}

fn compare(
    name: &str,
    (request, node): (&Quantity, NodeId),
    (limit, at): (&Quantity, NodeId),
    cx: &mut RuleContext<'_>,
) {
    let must_be_same = !is_overcommitable(name);
    let is_null = cx.tree().scalar(at) == Scalar::Null;
    let message = if request > limit {
        format!("request of `{name}` exceeds its limit")
    } else if must_be_same && request != limit {
        format!("request of `{name}` differs from its limit")
    } else {
        return;
    };
    let (note, help) = if is_null {
        (
            "the API server reads a limit of null as 0, and rejects the Pod (422)",
            "set a limit, or remove the null",
        )
    } else if must_be_same {
        (
            "the API server rejects the Pod (422); this resource cannot be overcommitted",
            "set only the limit; the request defaults to it",
        )
    } else {
        (
            "the API server rejects the Pod (422, `must be less than or equal to`)",
            "raise the limit or lower the request",
        )
    };
    let (level, place) = (cx.ceiling(), cx.place(at));
    cx.report(node, message)
        .at_most(level)
        .related(place, "the limit")
        .note(note)
        .help(help);
}

/// `helper.IsOvercommitAllowed`: native resources of Kubernetes, except huge pages.
fn is_overcommitable(name: &str) -> bool {
    let is_native = !name.contains('/') || name.contains("kubernetes.io/");
    is_native && !name.starts_with("hugepages-")
}
