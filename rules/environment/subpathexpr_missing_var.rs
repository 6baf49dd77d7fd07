use super::undefined::environment;
use podwright_cluster::environment::{Lookup, Text, Value, references};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "subpathexpr-missing-var",
    summary: "reference to a variable without a value in `subPathExpr`",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let mounts = container
        .volume_mounts
        .value()
        .map_or(&[][..], Vec::as_slice);
    let mut paths = mounts.iter().filter_map(|mount| mount.sub_path_expr.text());
    if !paths.any(|path| path.contains("$(")) || cx.is_partial() {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    for (path, node) in mounts
        .iter()
        .filter_map(|mount| mount.sub_path_expr.known())
    {
        for reference in references(path) {
            let name = reference.name;
            let what = match environment.lookup(name) {
                Lookup::Undefined => format!("environment variable `{name}` is not defined"),
                Lookup::Defined(definition) => match &definition.value {
                    Value::Text(Text {
                        exact: Some(text), ..
                    }) if text.is_empty() => {
                        format!("environment variable `{name}` is empty")
                    }
                    _ => continue,
                },
                Lookup::Unknown => continue,
            };
            cx.report_within(node, reference.range, what)
                .note("`subPathExpr` requires a value for each variable, and variables of the image are not available; the container waits with reason `CreateContainerConfigError`")
                .help(format!("define `{name}` in `env`; for the Pod name, use `valueFrom.fieldRef` with `metadata.name`"));
        }
    }
}
