use super::undefined::{arguments, environment, is_script};
use podwright_cluster::environment::{Lookup, Origin, is_shell_name};
use podwright_model::{Container, Field, LifecycleHandler, MappingReader};
use podwright_redact::is_credential;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "args-shell-syntax",
    summary: "shell-style reference in an argument is not expanded",
    severity: Info,
    since: "0.1.0",
    hooks: { container: check, hook: hook },
}

/// Programs that give `$NAME` a meaning of their own.
const INTERPRETERS: [&str; 8] = ["awk", "gawk", "envsubst", "perl", "php", "ruby", "jq", "yq"];

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    in_arguments(container, cx);
    for (name, probe) in container.probes() {
        let exec = MappingReader::new(cx.tree(), probe.node).map(|probe| probe.mapping("exec"));
        let exec = exec.and_then(|exec| exec.value().copied());
        if let Some(Field::Value(command, _)) = exec.map(|exec| exec.template_strings("command")) {
            in_exec(name, &command, container, cx);
        }
    }
}

fn hook(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let command = hook.exec.value().and_then(|command| command.value());
    if let (Some(command), Some(container)) = (command, cx.container) {
        in_exec(name, command, container, cx);
    }
}

/// Reports references in the command of a hook or probe, in which the kubelet expands nothing.
fn in_exec(name: &str, command: &[Field<String>], container: &Container, cx: &mut RuleContext<'_>) {
    let words = || command.iter().filter_map(Field::text);
    if !words().any(|word| word.contains('$')) || is_script(words()) || is_interpreter(words()) {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    for (word, node) in command.iter().filter_map(Field::known) {
        for (variable, at) in shell_references(word) {
            if !matches!(environment.lookup(variable), Lookup::Defined(_)) {
                continue;
            }
            let written = &word[at.clone()];
            cx.report_within(node, at, format!("`{written}` is not expanded in `{name}`"))
                .note("no shell is involved, and the kubelet expands nothing in hooks and probes; the program gets these characters")
                .help(format!("let a shell expand it, if the image has one: `[\"sh\", \"-c\", \"… ${variable} …\"]`"));
        }
    }
}

fn is_interpreter<'t>(mut words: impl Iterator<Item = &'t str>) -> bool {
    words.any(|word| INTERPRETERS.contains(&word.rsplit('/').next().unwrap_or(word)))
}

fn in_arguments(container: &Container, cx: &mut RuleContext<'_>) {
    let words = || arguments(container).map(|(text, _)| text);
    if !words().any(|word| word.contains('$')) || is_script(words()) || cx.is_partial() {
        return;
    }
    let is_unreadable = |field: &Field<_>| matches!(field, Field::Unknown(_) | Field::Invalid(_));
    if is_interpreter(words())
        || is_unreadable(&container.command)
        || is_unreadable(&container.args)
    {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    let found: Vec<_> = arguments(container)
        .flat_map(|(word, node)| {
            shell_references(word)
                .into_iter()
                .map(move |one| (word, node, one))
        })
        .collect();
    for (word, node, (name, at)) in found {
        let Lookup::Defined(definition) = environment.lookup(name) else {
            continue;
        };
        if matches!(definition.origin, Origin::Service(..)) {
            continue;
        }
        let written = &word[at.clone()];
        // A fix shows what it writes.
        let may_be_told = !word.contains('\n') && !is_credential(name, word);
        let mut new = word.to_owned();
        new.replace_range(at.clone(), &format!("$({name})"));
        let fix = may_be_told.then(|| cx.replace(node, &new, Applicability::Unsafe));
        cx.report_within(node, at, format!("`{written}` is not expanded"))
            .note("no shell is involved; the kubelet expands only `$(NAME)`, and the program gets these characters")
            .help(format!("use `$({name})`, unless the program expands the variable itself"))
            .fix(fix);
    }
}

/// Returns the references `$NAME` and `${NAME}` in a word, with their ranges.
pub(super) fn shell_references(word: &str) -> Vec<(&str, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    for (at, _) in word.match_indices('$') {
        let is_escaped = word[..at].ends_with(['$', '\\']);
        let rest = &word[at + 1..];
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (open, inner) = match rest.strip_prefix('{') {
            Some(inner) => ("{", inner),
            None => ("", rest),
        };
        let length = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
        let (name, behind) = inner.split_at(length);
        // Only up to the name: the `}` of many that are not closed would be searched again and again.
        if !open.is_empty() && !behind.starts_with('}') {
            continue;
        }
        let end = at + 1 + 2 * open.len() + length;
        if !is_escaped && is_shell_name(name) {
            found.push((name, at..end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::shell_references;

    #[test]
    fn references_have_the_syntax_of_a_shell() {
        for (word, names) in [
            ("--port=$PORT", &["PORT"][..]),
            ("${HOST}:$PORT/x", &["HOST", "PORT"]),
            ("$(PORT)", &[]),
            ("$$PORT \\$PORT $1 $ ${} ${A:-b} ${A", &[]),
        ] {
            let found: Vec<&str> = shell_references(word)
                .iter()
                .map(|(name, _)| *name)
                .collect();
            assert_eq!(found, names, "{word}");
        }
    }
}
