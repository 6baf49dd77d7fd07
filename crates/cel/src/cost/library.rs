//! What the functions of libraries cost: `EstimateCallCost` of `library/cost.go` in the API server, and the estimates of
//! `ext/lists.go` and `ext/sets.go` of cel-go.

use std::sync::Arc;

use super::{CallCost, PATTERN, Part, Range, Sizes, TRAVERSAL, estimated};
use crate::ast::Kind;
use crate::declarations::Overload;
use crate::types::Type;
use crate::value::Value;

const ONE: Range = Range::fixed(1);

/// What a call costs without its arguments. `None` if no library says.
pub(super) fn call(
    sizes: Sizes<'_>,
    name: &str,
    overload: &Overload,
    target: Option<&Part<'_>>,
    arguments: &[Part<'_>],
) -> Option<CallCost> {
    let sized = |part: &Part<'_>| {
        let size = part.size.or_else(|| estimated(sizes, &part.path));
        size.unwrap_or(Range::UNKNOWN)
    };
    let traversed = |part: &Part<'_>, times: f64| sized(part).scaled(times * TRAVERSAL);
    Some(match (name, target, arguments) {
        ("check", ..) => CallCost::of(Range::fixed(350_000)),
        (
            "serviceAccount"
            | "path"
            | "group"
            | "resource"
            | "subresource"
            | "namespace"
            | "name"
            | "allowed"
            | "reason"
            | "error"
            | "errored"
            | "masked"
            | "prefixLength"
            | "family"
            | "isUnspecified"
            | "isLoopback"
            | "isLinkLocalMulticast"
            | "isLinkLocalUnicast"
            | "isGlobalUnicast"
            | "format.named"
            | "sign"
            | "asInteger"
            | "isInteger"
            | "asApproximateFloat"
            | "isGreaterThan"
            | "isLessThan"
            | "compareTo"
            | "add"
            | "sub"
            | "major"
            | "minor"
            | "patch"
            | "getScheme"
            | "getHostname"
            | "getHost"
            | "getPort"
            | "getEscapedPath"
            | "getQuery",
            ..,
        ) => CallCost::of(ONE),
        ("fieldSelector" | "labelSelector", _, [selector]) => {
            let size = sized(selector);
            let requirements = size.scaled(0.5).scaled(50.0);
            CallCost::of(
                Range::fixed(10)
                    .plus(size.scaled(TRAVERSAL))
                    .plus(requirements),
            )
        }
        ("isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf", Some(target), _) => {
            match item(target) {
                Some(item) => {
                    let mut cost = ONE;
                    if matches!(item.own, Type::Text | Type::Bytes) {
                        cost = cost.plus(traversed(&item, 1.0));
                    }
                    CallCost::of(sized(target).times(cost))
                }
                None => CallCost::of(traversed(target, 1.0)),
            }
        }
        ("url" | "jsonpatch.escapeKey", _, [of]) => CallCost::with(traversed(of, 1.0), sized(of)),
        ("lowerAscii" | "upperAscii" | "substring" | "trim", Some(target), _) => {
            CallCost::with(traversed(target, 1.0), sized(target))
        }
        ("replace", Some(target), [old, new, ..]) => {
            let result = replaced(sized(target), sized(old), sized(new));
            CallCost::with(traversed(target, 2.0), result)
        }
        ("split", Some(target), arguments) => {
            let most = match arguments {
                [_, count, ..] => match int(count) {
                    #[expect(clippy::cast_sign_loss)]
                    Some(count) => count as u64,
                    None => sized(target).max,
                },
                _ => sized(target).max,
            };
            CallCost::with(traversed(target, 2.0), Range::new(0, most))
        }
        ("join", Some(target), arguments) => {
            let list = sized(target);
            let mut size = Range::fixed(0);
            if let Some(item) = item(target) {
                size = list.times(sized(&item));
            }
            if let [separator, ..] = arguments {
                let count = Range::new(list.min.saturating_sub(1), list.max.saturating_sub(1));
                size = size.plus(sized(separator).times(count));
            }
            CallCost::with(size.scaled(TRAVERSAL), size)
        }
        ("find" | "findAll", Some(target), [pattern, ..]) => {
            let size = sized(target);
            let text = size.plus(ONE).scaled(TRAVERSAL);
            let cost = text.times(sized(pattern).scaled(PATTERN));
            CallCost::with(cost, Range::new(0, size.max))
        }
        ("ip", _, _) if overload.id == "cidr_ip" => CallCost::of(ONE),
        (
            "cidr" | "isIP" | "isCIDR" | "ip" | "quantity" | "isQuantity" | "semver" | "isSemver",
            _,
            [of, ..],
        ) => CallCost::of(traversed(of, 1.0)),
        ("ip.isCanonical", _, [of, ..]) => CallCost::of(traversed(of, 2.0)),
        ("containsIP" | "containsCIDR", _, [of, ..]) => {
            let address = Range::new(4, 16);
            let mut cost = address.plus(address).scaled(TRAVERSAL);
            if name == "containsCIDR" {
                cost = cost.plus(address.scaled(TRAVERSAL)).plus(ONE);
            }
            if overload.id.ends_with("_string") {
                cost = cost.plus(traversed(of, 1.0));
            }
            CallCost::of(cost)
        }
        ("validate", _, [of, ..]) => CallCost::of(traversed(of, 1.0).scaled(128.0 * PATTERN)),
        ("_==_", _, [a, b]) if a.own == b.own => match &a.own {
            Type::Opaque(
                "net.IP"
                | "net.CIDR"
                | "kubernetes.Quantity"
                | "kubernetes.Semver"
                | "kubernetes.authorization.Authorizer"
                | "kubernetes.authorization.PathCheck"
                | "kubernetes.authorization.GroupCheck"
                | "kubernetes.authorization.ResourceCheck"
                | "kubernetes.authorization.Decision",
            ) => CallCost::of(ONE),
            Type::Opaque("kubernetes.NamedFormat") => {
                CallCost::of(Range::new(1, 64).scaled(TRAVERSAL))
            }
            Type::Opaque("kubernetes.URL") => {
                let most = b.size.map_or(1, |size| size.max);
                CallCost::of(Range::new(1, most).scaled(TRAVERSAL))
            }
            _ => return None,
        },
        ("sets.contains" | "sets.intersects" | "sets.equivalent", _, [a, b]) => {
            let factor = if name == "sets.equivalent" { 2.0 } else { 1.0 };
            CallCost::of(sized(a).times(sized(b)).scaled(factor).plus(ONE))
        }
        ("slice", Some(target), [start, end]) => {
            let start = bound(start, 0);
            let end = bound(end, sized(target).max);
            made(1.0, Range::fixed(end.wrapping_sub(start)))
        }
        ("lists.range", None, [count]) => made(1.0, Range::fixed(bound(count, u64::MAX))),
        ("reverse", Some(target), []) => made(1.0, sized(target)),
        #[expect(clippy::cast_precision_loss)]
        ("flatten", Some(target), arguments @ ([] | [_])) => {
            let depth = arguments.first().map_or(1, |depth| bound(depth, u64::MAX));
            made(depth as f64, sized(target))
        }
        ("distinct", Some(target), []) => made(2.0, sized(target).times(sized(target))),
        ("sort", Some(target), []) => sorted(overload.arguments.first(), sized(target)),
        ("@sortByAssociatedKeys", Some(_), [keys]) => {
            sorted(overload.arguments.get(1), sized(keys))
        }
        _ => return None,
    })
}

/// `estimateAllocatingListCall`
fn made(factor: f64, size: Range) -> CallCost {
    CallCost::with(size.scaled(factor).plus(Range::fixed(11)), size)
}

fn sorted(keys: Option<&Type>, size: Range) -> CallCost {
    let is_text = matches!(keys, Some(Type::List(of)) if matches!(**of, Type::Text | Type::Bytes));
    let factor = if is_text { 2.0 + TRAVERSAL } else { 2.0 };
    made(factor, size.times(size))
}

/// `listElementNode`
fn item(list: &Part<'_>) -> Option<Part<'static>> {
    let own = match &list.own {
        Type::List(of) | Type::Optional(of) | Type::Map(of, _) => (**of).clone(),
        _ => return None,
    };
    let mut path = list.path.clone();
    if !path.is_empty() {
        path.push(Arc::from("@items"));
    }
    Some(Part {
        path,
        own,
        expr: None,
        size: None,
    })
}

fn int(part: &Part<'_>) -> Option<i64> {
    match part.expr.map(|expr| &expr.kind) {
        Some(Kind::Constant(Value::Int(number))) => Some(*number),
        _ => None,
    }
}

/// `nodeAsIntValue`
fn bound(part: &Part<'_>, default: u64) -> u64 {
    int(part).map_or(default, |number| u64::try_from(number).unwrap_or(0))
}

/// The size of a text in which something is replaced.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
fn replaced(size: Range, old: Range, new: Range) -> Range {
    let share = |size: u64, by: u64| (size as f64 / by as f64).ceil() as u64;
    let (mut count, mut kept) = (Range::fixed(0), Range::fixed(0));
    if old.min == 0 {
        count.max = size.max.saturating_add(1);
        kept.max = size.max;
    } else if new.max <= old.min {
        kept.max = size.max;
    } else {
        count.max = share(size.max, old.min);
    }
    if old.max == 0 {
        count.min = size.min.saturating_add(1);
        kept.min = size.min;
    } else if old.max <= new.min {
        kept.min = size.min;
    } else {
        count.min = share(size.min, old.max);
    }
    count.times(new).plus(kept)
}
