use super::undefined::{Why, undefined};
use podwright_cluster::environment::references;
use podwright_model::{Container, EnvVar};
use podwright_rule::{Applicability, Fix, RuleContext, declare_rule};
use podwright_syntax::text::Span;

declare_rule! {
    name: "env-forward-reference",
    summary: "reference to a variable that is defined later",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    for found in undefined(container, cx) {
        let Why::Later(at, later) = found.why else {
            continue;
        };
        let fix = reorder(variables, at, later, cx);
        let place = cx.place(variables[later].node);
        let message = format!("`{}` is defined after this variable", found.name);
        cx.report_within(found.node, found.range, message)
            .related(place, "defined here")
            .note("a value can reference only variables defined before it; the container gets `$(…)` unchanged")
            .help("move the definition before this variable")
            .fix(fix);
    }
}

/// Moves the item `later` before the item `at`. Returns `None` if it depends on an item between them.
fn reorder(variables: &[EnvVar], at: usize, later: usize, cx: &RuleContext<'_>) -> Option<Fix> {
    let list = cx.container?.env.node()?;
    let moved = &variables[later];
    let between: Vec<&str> = variables[at..=later]
        .iter()
        .filter_map(|one| one.name.text())
        .collect();
    let value = moved.value.text().unwrap_or_default();
    let name = moved.name.text()?;
    let needs = references(value).any(|reference| between.contains(&reference.name));
    let is_twice = between.iter().filter(|own| **own == name).count() > 1;
    let tree = cx.tree();
    let from = tree.delete_item(list, moved.node)?;
    let to = tree.delete_item(list, variables[at].node)?;
    let text = tree.slice(from);
    let is_line = |span: Span| {
        let before = &tree.text()[..span.start as usize];
        before.ends_with('\n') || before.is_empty()
    };
    if needs || is_twice || !text.ends_with('\n') || !is_line(from) || !is_line(to) {
        return None;
    }
    let edits = [(Span::at(to.start), text), (from, "")];
    Some(cx.fix(format!("Move `{name}` up"), Applicability::Unsafe, edits))
}
