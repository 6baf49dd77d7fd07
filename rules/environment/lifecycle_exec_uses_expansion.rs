use super::undefined::{environment, is_script};
use podwright_cluster::environment::{Lookup, references};
use podwright_model::{Container, Field, LifecycleHandler, MappingReader};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-exec-uses-expansion",
    summary: "variable reference in a hook or probe is not expanded",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: hook, container: container },
}

fn hook(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let command = hook.exec.value().and_then(|command| command.value());
    if let (Some(command), Some(container)) = (command, cx.container) {
        judge(name, command, container, cx);
    }
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    for (name, probe) in container.probes() {
        let exec = MappingReader::new(cx.tree(), probe.node).map(|probe| probe.mapping("exec"));
        let exec = exec.and_then(|exec| exec.value().copied());
        if let Some(Field::Value(command, _)) = exec.map(|exec| exec.template_strings("command")) {
            judge(name, &command, container, cx);
        }
    }
}

fn judge(name: &str, command: &[Field<String>], container: &Container, cx: &mut RuleContext<'_>) {
    let words = || command.iter().filter_map(Field::text);
    if !words().any(|word| word.contains("$(")) || is_script(words()) {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    for (word, node) in command.iter().filter_map(Field::known) {
        for reference in references(word) {
            if !matches!(environment.lookup(reference.name), Lookup::Defined(_)) {
                continue;
            }
            let text = &word[reference.range.clone()];
            cx.report_within(node, reference.range.clone(), format!("`{name}` gets the literal `{text}`, not the value of the variable"))
                .note("the kubelet expands `$(…)` only in `command`, `args` and `env`, not in hooks and probes")
                .help(format!("let a shell expand it: `[\"sh\", \"-c\", \"… ${} …\"]`", reference.name));
        }
    }
}
