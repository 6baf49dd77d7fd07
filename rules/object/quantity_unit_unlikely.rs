use podwright_model::{Container, MappingReader, Object, Quantity};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_syntax::{NodeId, NodeKind};

declare_rule! {
    name: "quantity-unit-unlikely",
    summary: "quantity has a unit that its resource hardly has",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check, object: claim },
}

/// What a resource counts.
#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Memory,
    Storage,
    Cpu,
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let resources = MappingReader::new(cx.tree(), container.node)
        .and_then(|container| container.mapping("resources").value().copied());
    if let Some(resources) = resources {
        quantities(resources, cx);
    }
}

/// Checks a PersistentVolumeClaim, or the claims that a StatefulSet creates.
fn claim(object: &Object, cx: &mut RuleContext<'_>) {
    let reader = MappingReader::new(cx.tree(), object.node);
    let Some(spec) = reader.and_then(|object| object.mapping("spec").value().copied()) else {
        return;
    };
    if object.is("", "PersistentVolumeClaim") {
        if let Some(resources) = spec.mapping("resources").value().copied() {
            quantities(resources, cx);
        }
    } else if object.is("apps", "StatefulSet") {
        let claims = spec.mappings("volumeClaimTemplates", |claim| {
            let spec = claim.mapping("spec").value().copied()?;
            spec.mapping("resources").value().copied()
        });
        for resources in claims.value().into_iter().flatten().flatten() {
            quantities(*resources, cx);
        }
    }
}

fn quantities(resources: MappingReader<'_>, cx: &mut RuleContext<'_>) {
    for list in ["limits", "requests"] {
        let quantities = resources.quantity_map(list);
        for (name, _, quantity) in quantities.value().into_iter().flatten() {
            let measure = match name.as_str() {
                "memory" => Measure::Memory,
                "storage" | "ephemeral-storage" => Measure::Storage,
                "cpu" => Measure::Cpu,
                _ => continue,
            };
            if let Some((quantity, node)) = quantity.known() {
                quantity_of(list, name, measure, quantity, node, cx);
            }
        }
    }
}

fn quantity_of(
    list: &str,
    name: &str,
    measure: Measure,
    quantity: &Quantity,
    node: NodeId,
    cx: &mut RuleContext<'_>,
) {
    let tree = cx.tree();
    let written = tree.decoded(node).trim().to_owned();
    let (number, suffix) = split(&written);
    let (message, note, meant) = match measure {
        Measure::Cpu => {
            let is_large = quantity.rounded_up(0).is_some_and(|cores| cores >= 1_000);
            if !is_large || suffix.is_empty() {
                return;
            }
            (
                format!("`{name}` of `{list}` is `{written}`, which counts cores"),
                "no node has so many cores; `m` means a thousandth of a core".to_owned(),
                vec![format!("{number}m")],
            )
        }
        _ if suffix == "m" && !quantity.is_whole() => (
            format!("`{name}` of `{list}` is not a whole number of bytes: `{written}`"),
            format!(
                "`m` means a thousandth; the API server returns a warning (`fractional byte value \"{written}\" is \
                 invalid, must be an integer`)"
            ),
            vec![format!("{number}Mi")],
        ),
        _ if is_tiny(quantity, measure, suffix) => (
            format!("`{name}` of `{list}` is only `{written}` bytes"),
            match (measure, list) {
                (Measure::Memory, "limits") => {
                    "a container cannot start with so little memory: `container init was \
                                                OOM-killed (memory limit too low?)`"
                        .to_owned()
                }
                _ => "without a suffix, the number counts bytes".to_owned(),
            },
            vec![format!("{number}Mi"), format!("{number}Gi")],
        ),
        _ => return,
    };
    let is_plain = matches!(
        tree.kind(node),
        NodeKind::Plain | NodeKind::SingleQuoted | NodeKind::DoubleQuoted
    );
    let fix = (is_plain && meant.len() == 1 && !tree.is_anchored(node))
        .then(|| cx.replace(node, &meant[0], Applicability::Unsafe));
    let help = match meant.as_slice() {
        [one] => format!("use `{one}`"),
        several => format!("add the unit: `{}`", several.join("` or `")),
    };
    let level = if cx.is_partial() {
        Severity::Info
    } else {
        Severity::Warning
    };
    cx.report(node, message)
        .at_most(level)
        .note(note)
        .help(help)
        .fix(fix);
}

/// Whether a number without a suffix is too small to count bytes.
fn is_tiny(quantity: &Quantity, measure: Measure, suffix: &str) -> bool {
    let most = match measure {
        Measure::Memory => 100_000,
        _ => 10_000,
    };
    let bytes = quantity.rounded_up(0);
    suffix.is_empty() && bytes.is_some_and(|bytes| bytes > 0 && bytes < most)
}

/// Splits a quantity into its number and its suffix.
fn split(text: &str) -> (&str, &str) {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(text.len());
    text.split_at(digits)
}
