//! `overhead.podFixed`, which is validated as the limits of a container.

use crate::model::name::qualified_name;
use crate::model::{Field, KubernetesVersion, Quantities, Quantity, is_placeholder};
use crate::rule::Cx;
use crate::syntax::NodeId;
use crate::text::nearest;

const STANDARD: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// Which amounts of a resource there can be.
#[derive(Clone, Copy)]
enum Amounts<'n> {
    /// Any: of `cpu`, `memory`, `ephemeral-storage`, and of what is in the domain `kubernetes.io`.
    Any,
    /// Multiples of the size, which is part of the name: of `hugepages-2Mi`.
    Multiples(&'n str),
    /// Whole numbers: of extended resources, such as `example.com/gpu`.
    Whole,
}

pub(super) fn judge(pod_fixed: &Field<Quantities>, cx: &mut Cx<'_>) {
    let Some((resources, node)) = pod_fixed.known() else {
        return;
    };
    for (name, key, amount) in resources {
        if is_placeholder(name) {
            continue;
        }
        let amounts = judge_name(name, *key, cx).unwrap_or(Amounts::Any);
        match amount {
            Field::Is(amount, node) => judge_amount(name, amounts, *amount, *node, cx),
            Field::Invalid(node) => invalid(*node, cx),
            Field::Absent | Field::Null(_) | Field::Unknown(_) => {}
        }
    }
    // A placeholder may stand for `cpu` or `memory`, and so may what the reader could not save.
    let is_known =
        !cx.tree().is_recovered(node) && resources.iter().all(|(name, ..)| !is_placeholder(name));
    let has_basis = resources
        .iter()
        .any(|(name, ..)| matches!(name.as_str(), "cpu" | "memory"));
    let pages = resources
        .iter()
        .find(|(name, ..)| name.starts_with("hugepages-"));
    if let (Some((_, key, _)), true, false) = (pages, is_known, has_basis) {
        cx.report(*key, "huge pages need `cpu` or `memory` beside them")
            .note("the API server refuses the RuntimeClass: `HugePages require cpu or memory`")
            .help("add what a sandbox needs of `cpu` and `memory`");
    }
}

/// Judges the name of a resource; what else is judged depends on it.
fn judge_name<'n>(name: &'n str, key: NodeId, cx: &mut Cx<'_>) -> Option<Amounts<'n>> {
    if let Err(error) = qualified_name(name) {
        cx.report_within(
            key,
            error.at,
            format!("`{name}` is no name of a resource: it {}", error.kind),
        )
        .note(format!(
            "the API server refuses the RuntimeClass: `overhead.limits[{name}]: Invalid value`"
        ))
        .help(kinds(name));
        return None;
    }
    if !name.contains('/') {
        if STANDARD.contains(&name) {
            return Some(Amounts::Any);
        }
        if let Some(size) = name.strip_prefix("hugepages-") {
            return Some(Amounts::Multiples(size));
        }
        cx.report(
            key,
            format!("`{name}` is no resource that a container can have"),
        )
        .note(format!(
            "the API server refuses the RuntimeClass: `overhead.limits[{name}]: Invalid value … must be a \
             standard resource for containers`"
        ))
        .help(kinds(name));
        return None;
    }
    if name.contains("kubernetes.io/") {
        return Some(Amounts::Any);
    }
    if name.starts_with("requests.") {
        cx.report_within(
            key,
            0.."requests.".len(),
            format!("`{name}` is a name for a quota, not for a container"),
        )
        .note(format!(
            "the API server refuses the RuntimeClass: `overhead.limits[{name}]: Invalid value … doesn't \
             follow extended resource name standard`"
        ))
        .help("write the name without `requests.`");
        return None;
    }
    Some(Amounts::Whole)
}

fn kinds(name: &str) -> String {
    match nearest(name, STANDARD) {
        Some(meant) => format!("write `{meant}`"),
        None => "write `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>`, or a device with its domain, \
                 as in `example.com/device`"
            .to_owned(),
    }
}

fn judge_amount(name: &str, amounts: Amounts<'_>, amount: Quantity, node: NodeId, cx: &mut Cx<'_>) {
    if amount.is_negative() {
        cx.report(node, format!("an overhead of {amount} is less than nothing"))
            .note(format!(
                "the API server refuses the RuntimeClass: `overhead.limits[{name}]: … must be greater than or \
                 equal to 0`"
            ))
            .help("write 0 or more");
        return;
    }
    match amounts {
        Amounts::Any => {}
        Amounts::Whole if amount.is_whole() => {}
        Amounts::Whole => {
            cx.report(node, format!("`{name}` comes in whole numbers, and {amount} is none"))
                .note(format!(
                    "the API server refuses the RuntimeClass: `overhead.limits[{name}]: … must be an integer`"
                ))
                .help("write a whole number");
        }
        Amounts::Multiples(size) => judge_pages(name, size, amount, node, cx),
    }
}

/// 1.20 takes any amount of any size.
fn judge_pages(name: &str, size: &str, amount: Quantity, node: NodeId, cx: &mut Cx<'_>) {
    let page = size.parse::<Quantity>().ok();
    let fits = page.is_some_and(|page| page.is_whole() && amount.is_multiple_of(&page));
    if fits || !cx.versions.all_since(KubernetesVersion(21)) {
        return;
    }
    let (message, help) = match page {
        Some(_) => (
            format!("{amount} is no multiple of a page of {size}"),
            format!("write a multiple of {size}"),
        ),
        None => (
            format!("`{size}` is no size of a page"),
            "write a size that the nodes have, as in `hugepages-2Mi`".to_owned(),
        ),
    };
    cx.report(node, message)
        .note(format!(
            "the API server refuses the RuntimeClass: `{amount} is not positive integer multiple of {name}`"
        ))
        .help(help);
}

fn invalid(node: NodeId, cx: &mut Cx<'_>) {
    cx.report(node, "this is no quantity")
        .note("the API server cannot decode the RuntimeClass: `quantities must match the regular expression`")
        .help("write a number, with a suffix if need be, as in `250m` or `120Mi`");
}
