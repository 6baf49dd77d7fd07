use super::args_shell_syntax::shell_references;
use super::undefined::environment;
use podwright_cluster::environment::{Lookup, is_shell_name};
use podwright_model::Container;
use podwright_redact::is_credential;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use std::ops::Range;

declare_rule! {
    name: "env-shell-syntax",
    summary: "shell-style reference is not expanded by the kubelet",
    severity: Info,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    let mut values = variables.iter().filter_map(|one| one.value.text());
    if !values.any(|value| value.contains('$')) {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    for (position, variable) in variables.iter().enumerate() {
        let Some((value, node)) = variable.value.known() else {
            continue;
        };
        let own = variable.name.text().unwrap_or_default();
        for (name, Range { start: at, end }) in shell_references(value) {
            let looked = environment.lookup_before(name, position);
            let is_defined = matches!(looked, Lookup::Defined(_));
            // `X: ${X}` is a placeholder for another tool.
            let is_own = name == own && value.len() > end - at;
            if !is_shell_name(name) || !(is_defined || is_own) {
                continue;
            }
            let mut new = value.clone();
            new.replace_range(at..end, &format!("$({name})"));
            // A fix shows what it writes.
            let may_be_told = !value.contains('\n') && !is_credential(own, value);
            let fix =
                (is_defined && may_be_told).then(|| cx.replace(node, &new, Applicability::Unsafe));
            let written = &value[at..end];
            let message = format!("`{written}` is not expanded");
            cx.report_within(node, at..end, message)
                .note(format!("the kubelet expands only `$({name})`; the container gets the literal `{written}`"))
                .help(match is_defined {
                    true => format!("use `$({name})`, unless the program expands it itself"),
                    false => "write out the value; variables of the image cannot be extended".to_owned(),
                }).fix(fix);
        }
    }
}
