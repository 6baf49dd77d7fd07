use rustc_hash::FxHashMap;

use super::sources::{Source, sources};
use podwright_cluster::environment::{Imported, Text, Value};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "envfrom-collision",
    summary: "two `envFrom` sources define the same variable",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

/// Maximum number of variables listed in the message.
const MAX_SHOWN: usize = 4;

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    if container
        .env_from
        .value()
        .is_none_or(|items| items.len() < 2)
    {
        return;
    }
    let sources = sources(container, cx);
    let mut before: FxHashMap<String, (&Source, &Imported)> = FxHashMap::default();
    for source in &sources {
        let mut same: Vec<(String, &Source, &Imported)> = Vec::new();
        for brought in &source.keys {
            let name = format!("{}{}", source.prefix, brought.key);
            match before.insert(name.clone(), (source, brought)) {
                Some((other, previous)) if differ(previous, brought) => {
                    same.push((name, other, previous))
                }
                _ => {}
            }
        }
        let Some((_, other, previous)) = same.first() else {
            continue;
        };
        let mut names: Vec<String> = same.iter().map(|(name, ..)| format!("`{name}`")).collect();
        let more = names.len().saturating_sub(MAX_SHOWN);
        names.truncate(MAX_SHOWN);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let message = format!(
            "`{}` overrides {} from `{}`",
            source.name,
            names.join(", "),
            other.name
        );
        cx.report(source.node, message)
            .related(previous.place, "also defined here")
            .note("the last source in the list wins; the kubelet does not report the conflict")
            .help("give one of them a `prefix`, or remove the key from one of them");
    }
}

/// Whether two keys have, or may have, different values.
fn differ(a: &Imported, b: &Imported) -> bool {
    match (&a.value, &b.value) {
        (Value::Text(Text { exact: Some(a), .. }), Value::Text(Text { exact: Some(b), .. })) => {
            a != b
        }
        _ => true,
    }
}
