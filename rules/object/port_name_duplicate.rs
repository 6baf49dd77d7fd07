use super::ceiling;
use podwright_model::{Container, Field, MappingReader, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "port-name-duplicate",
    summary: "duplicate port name in a container or Service",
    severity: Error,
    since: "0.1.0",
    hooks: { container: container, object: object },
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    if let Some(container) = MappingReader::new(cx.tree(), container.node) {
        duplicates(container, "the container", cx);
    }
}

fn object(object: &Object, cx: &mut RuleContext<'_>) {
    if object.is("", "Service")
        && let Some(record) = MappingReader::new(cx.tree(), object.node)
        && let Field::Value(spec, _) = record.mapping("spec")
    {
        duplicates(spec, "the Service", cx);
    }
}

fn duplicates(around: MappingReader<'_>, whose: &str, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let names = around.mappings("ports", |port| port.string("name"));
    let names = names.value().into_iter().flatten();
    let known: Vec<_> = names.filter_map(Field::known).collect();
    for (at, &(name, node)) in known.iter().enumerate() {
        let first = known[..at].iter().find(|(other, _)| *other == name);
        let Some(&(_, first)) = first.filter(|_| !name.is_empty()) else {
            continue;
        };
        let (level, place) = (ceiling(cx), cx.place(first));
        cx.report(
            node,
            format!("another port of {whose} is also named `{name}`"),
        )
        .at_most(level)
        .related(place, "first port with this name")
        .note("the API server rejects the object (422, `Duplicate value`)")
        .help("give each port a unique name");
    }
}
