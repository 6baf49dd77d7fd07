use podwright_model::{Container, Field, MappingReader};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-from-source-count",
    summary: "item of `envFrom` has no source or two",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let Some(record) = MappingReader::new(cx.tree(), container.node) else {
        return;
    };
    let items = record.list("envFrom");
    for &item in items.value().into_iter().flatten() {
        let Some(item) = MappingReader::new(cx.tree(), item) else {
            continue;
        };
        let sources = ["configMapRef", "secretRef"].map(|key| item.mapping(key));
        let is_unknown = |source: &Field<MappingReader<'_>>| {
            matches!(source, Field::Unknown(_) | Field::Invalid(_))
        };
        if sources.iter().any(is_unknown) {
            continue;
        }
        let level = cx.ceiling();
        let (finding, help) = match sources.map(|source| source.node()) {
            [Some(_), Some(second)] => (
                cx.report_missing(second, "`envFrom` item has two sources"),
                "split it into two items",
            ),
            [None, None] => (
                cx.report_missing(item.node(), "`envFrom` item has no source"),
                "set `configMapRef` or `secretRef`",
            ),
            _ => continue,
        };
        finding
            .at_most(level)
            .note("the API server rejects the Pod (422); it requires exactly one of `configMapRef` and `secretRef`")
            .help(help);
    }
}
