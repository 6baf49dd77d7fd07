//! Checks of `overhead.podFixed`, which the API server validates like the limits of a container.

use podwright_model::name::qualified_name;
use podwright_model::{Field, KubernetesVersion, Quantity, QuantityMap, is_placeholder};
use podwright_rule::{RuleContext, use_name};
use podwright_syntax::NodeId;

const STANDARD: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// Amounts that are valid for a resource.
#[derive(Clone, Copy)]
enum Amounts<'n> {
    /// Any amount: `cpu`, `memory`, `ephemeral-storage`, and resources in the domain `kubernetes.io`.
    Any,
    /// Multiples of the page size, which is part of the name, as in `hugepages-2Mi`.
    Multiples(&'n str),
    /// Whole numbers: extended resources, such as `example.com/gpu`.
    Whole,
}

pub(super) fn judge(pod_fixed: &Field<QuantityMap>, cx: &mut RuleContext<'_>) {
    let Some((resources, node)) = pod_fixed.known() else {
        return;
    };
    for (name, key, amount) in resources {
        if is_placeholder(name) {
            continue;
        }
        let amounts = judge_name(name, *key, cx).unwrap_or(Amounts::Any);
        match amount {
            Field::Value(amount, node) => judge_amount(name, amounts, *amount, *node, cx),
            Field::Invalid(node) => invalid(*node, cx),
            Field::Missing | Field::Null(_) | Field::Unknown(_) => {}
        }
    }
    // A placeholder, or a part that error recovery skipped, may be `cpu` or `memory`.
    let is_known =
        !cx.tree().is_recovered(node) && resources.iter().all(|(name, ..)| !is_placeholder(name));
    let has_basis = resources
        .iter()
        .any(|(name, ..)| matches!(name.as_str(), "cpu" | "memory"));
    let pages = resources
        .iter()
        .find(|(name, ..)| name.starts_with("hugepages-"));
    if let (Some((_, key, _)), true, false) = (pages, is_known, has_basis) {
        cx.report(*key, "huge pages require `cpu` or `memory`")
            .note("the API server rejects the RuntimeClass: `HugePages require cpu or memory`")
            .help("add the `cpu` and `memory` that a sandbox needs");
    }
}

/// Checks the name of a resource and returns the amounts that are valid for it; `None` if the name is invalid.
fn judge_name<'n>(name: &'n str, key: NodeId, cx: &mut RuleContext<'_>) -> Option<Amounts<'n>> {
    if let Err(error) = qualified_name(name) {
        let meant = cx.nearest(key, name, STANDARD);
        cx.report_within(
            key,
            error.at,
            format!("invalid resource name `{name}`: it {}", error.kind),
        )
        .note(format!(
            "the API server rejects the RuntimeClass: `overhead.limits[{name}]: Invalid value`"
        ))
        .meant(meant, use_name, KINDS);
        return None;
    }
    if !name.contains('/') {
        if STANDARD.contains(&name) {
            return Some(Amounts::Any);
        }
        if let Some(size) = name.strip_prefix("hugepages-") {
            return Some(Amounts::Multiples(size));
        }
        let meant = cx.nearest(key, name, STANDARD);
        cx.report(
            key,
            format!("`{name}` is not a container resource"),
        )
        .note(format!(
            "the API server rejects the RuntimeClass: `overhead.limits[{name}]: Invalid value … must be a \
             standard resource for containers`"
        ))
        .meant(meant, use_name, KINDS);
        return None;
    }
    if name.contains("kubernetes.io/") {
        return Some(Amounts::Any);
    }
    if name.starts_with("requests.") {
        cx.report_within(
            key,
            0.."requests.".len(),
            format!("`{name}` is a quota resource, not a container resource"),
        )
        .note(format!(
            "the API server rejects the RuntimeClass: `overhead.limits[{name}]: Invalid value … doesn't \
             follow extended resource name standard`"
        ))
        .help("remove the prefix `requests.`");
        return None;
    }
    Some(Amounts::Whole)
}

const KINDS: &str = "use `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>`, or a device with its domain, \
                     such as `example.com/device`";

fn judge_amount(
    name: &str,
    amounts: Amounts<'_>,
    amount: Quantity,
    node: NodeId,
    cx: &mut RuleContext<'_>,
) {
    if amount.is_negative() {
        cx.report(node, format!("the overhead is negative: {amount}"))
            .note(format!(
                "the API server rejects the RuntimeClass: `overhead.limits[{name}]: … must be greater than or \
                 equal to 0`"
            ))
            .help("use 0 or more");
        return;
    }
    match amounts {
        Amounts::Any => {}
        Amounts::Whole if amount.is_whole() => {}
        Amounts::Whole => {
            cx.report(node, format!("`{name}` must be a whole number, not {amount}"))
                .note(format!(
                    "the API server rejects the RuntimeClass: `overhead.limits[{name}]: … must be an integer`"
                ))
                .help("use a whole number");
        }
        Amounts::Multiples(size) => judge_pages(name, size, amount, node, cx),
    }
}

/// Checks that an amount of huge pages is a multiple of the page size. Kubernetes 1.20 accepts any amount of any size.
fn judge_pages(name: &str, size: &str, amount: Quantity, node: NodeId, cx: &mut RuleContext<'_>) {
    let page = size.parse::<Quantity>().ok();
    let fits = page.is_some_and(|page| page.is_whole() && amount.is_multiple_of(&page));
    if fits || !cx.versions.all_since(KubernetesVersion(21)) {
        return;
    }
    let (message, help) = match page {
        Some(_) => (
            format!("{amount} is not a multiple of the page size {size}"),
            format!("use a multiple of {size}"),
        ),
        None => (
            format!("invalid page size `{size}`"),
            "use a page size that the nodes support, such as `hugepages-2Mi`".to_owned(),
        ),
    };
    cx.report(node, message)
        .note(format!(
            "the API server rejects the RuntimeClass: `{amount} is not positive integer multiple of {name}`"
        ))
        .help(help);
}

fn invalid(node: NodeId, cx: &mut RuleContext<'_>) {
    cx.report(node, "invalid quantity")
        .note("the API server cannot decode the RuntimeClass: `quantities must match the regular expression`")
        .help("use a number with an optional suffix, such as `250m` or `120Mi`");
}
