use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-value-and-valuefrom",
    summary: "environment variable has no source or more than one",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let ceiling = cx.ceiling();
    for variable in container.env.value().into_iter().flatten() {
        let Some((source, node)) = variable.value_from.known() else {
            continue;
        };
        let Some(set) = source.set() else {
            continue;
        };
        match (set.as_slice(), variable.value.known()) {
            ([], _) => cx
                .report_missing(node, "`valueFrom` has no source")
                .at_most(ceiling)
                .note("the API server rejects it (422, `must specify one of`)")
                .help("use `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"),
            ([_], Some((value, at))) if !value.is_empty() => {
                let place = cx.key_place(node);
                cx.report_missing(at, "`value` and `valueFrom` are both set")
                    .at_most(ceiling)
                    .related(place, "`valueFrom` is set here")
                    .note("the API server rejects it (422, `may not be specified when value is not empty`)")
                    .help("remove one of them")
            }
            ([_], _) => continue,
            (several, _) => cx
                .report_missing(
                    node,
                    format!("`valueFrom` has more than one source: `{}`", several.join("`, `")),
                )
                .at_most(ceiling)
                .note("the API server rejects it (422, `may not have more than one field specified at a time`)")
                .help("keep only one of them"),
        };
    }
}
