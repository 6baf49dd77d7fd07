use podwright_cluster::environment::references;
use podwright_model::Container;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "env-duplicate-name",
    summary: "environment variable is defined more than once",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some((variables, list)) = container.env.known() else {
        return;
    };
    for (index, variable) in variables.iter().enumerate() {
        let Some((name, node)) = variable.name.known() else {
            continue;
        };
        let mut previous = variables[..index].iter();
        let Some(previous) = previous.find(|one| one.name.text() == Some(name)) else {
            continue;
        };
        let value = variable.value.text().unwrap_or_default();
        let appends = references(value).any(|reference| reference.name == name)
            && value != format!("$({name})");
        // The value of a placeholder may append to the earlier definition.
        let is_known = variable.value.is_unset() || variable.value.text().is_some();
        if appends || !is_known {
            continue;
        }
        // Variables between the two may refer to the first.
        let is_used = variables[..index].iter().any(|one| {
            let value = one.value.text().unwrap_or_default();
            references(value).any(|reference| reference.name == name)
        });
        let fix = (!is_used)
            .then(|| cx.remove_item(list, previous.node, Applicability::Unsafe))
            .flatten();
        let said = match is_used {
            true => "first definition, used only by references before the second",
            false => "first definition, has no effect",
        };
        let place = cx.place(previous.name.node().unwrap_or(previous.node));
        cx.report(
            node,
            format!("environment variable `{name}` is defined more than once"),
        )
            .related(place, said)
            .note("the last definition wins; the API server only warns, and `kubectl apply` may drop one of them when the list changes")
            .help("keep only one of them")
            .fix(fix);
    }
}
