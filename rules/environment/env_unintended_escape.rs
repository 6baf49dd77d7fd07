use super::undefined::environment;
use podwright_cluster::environment::Lookup;
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-unintended-escape",
    summary: "variable reference is escaped",
    severity: Info,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    let mut values = variables
        .iter()
        .filter_map(|variable| variable.value.text());
    if !values.any(|value| value.contains("$$(")) {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    for (position, variable) in variables.iter().enumerate() {
        let Some((value, node)) = variable.value.known() else {
            continue;
        };
        for (at, _) in value.match_indices("$$(") {
            let rest = &value[at + "$$(".len()..];
            let Some((name, _)) = rest.split_once(')') else {
                continue;
            };
            let looked = environment.lookup_before(name, position);
            // In `$$$(A)`, only the first two characters are the escape.
            if value[..at].ends_with('$') || !matches!(looked, Lookup::Defined(_)) {
                continue;
            }
            let end = at + "$$(".len() + name.len() + 1;
            cx.report_within(node, at..end, format!("`$$({name})` is not expanded"))
                .note(format!("`$$` is an escaped `$`: the container gets the literal `$({name})`, although the variable is defined"))
                .help(format!("write `$({name})` to insert its value"));
        }
    }
}
