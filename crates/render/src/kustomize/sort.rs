//! The order of the result (`SortOrderTransformer`).

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::gvk::{FIRST_KINDS, LAST_KINDS, ResId};
use super::kustomization::{LegacySortOptions, SortOptions};
use super::resource::Resource;
use crate::error::RenderError;

/// Sorts the objects as `sortOptions` asks for.
///
/// # Errors
///
/// The order is unknown, or the options do not fit it.
pub(super) fn sort(resources: &mut [Resource], options: &SortOptions) -> Result<(), RenderError> {
    let order = options.order.as_str();
    match (order, &options.legacy) {
        ("legacy", None) => sort_legacy(resources),
        ("legacy", Some(legacy)) => sort_by_kinds(resources, legacy),
        ("fifo", None) => {}
        ("fifo", Some(legacy)) => {
            return Err(RenderError::at(
                legacy.place,
                "`sortOptions.legacySortOptions` needs the order `legacy`",
            ));
        }
        _ => {
            return Err(RenderError::at(
                options.order.location().or(options.place),
                "`sortOptions.order` must be `fifo` or `legacy`",
            ));
        }
    }
    Ok(())
}

/// Sorts by the order that `kubectl kustomize` has by default.
pub(super) fn sort_legacy(resources: &mut [Resource]) {
    sort_with(resources, &FIRST_KINDS, &LAST_KINDS);
}

fn sort_by_kinds(resources: &mut [Resource], options: &LegacySortOptions) {
    let first: Vec<&str> = options
        .order_first
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    let last: Vec<&str> = options
        .order_last
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    sort_with(resources, &first, &last);
}

fn sort_with(resources: &mut [Resource], first: &[&str], last: &[&str]) {
    let mut ranks: FxHashMap<&str, i64> = FxHashMap::default();
    let rank = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
    for (at, kind) in first.iter().enumerate() {
        ranks.insert(kind, rank(at) - rank(first.len()));
    }
    for (at, kind) in last.iter().enumerate() {
        ranks.insert(kind, rank(at) + 1);
    }
    let rank = |kind: &str| ranks.get(kind).copied().unwrap_or(0);
    resources.sort_by_cached_key(|resource| {
        let id = resource.id();
        Key {
            rank: rank(&id.gvk.kind),
            gvk: id.gvk.sort_key(),
            is_namespace: id.gvk.kind == "Namespace",
            is_core: id.gvk.group.is_empty(),
            id: id_key(&id),
        }
    });
}

#[derive(PartialEq, Eq)]
struct Key {
    rank: i64,
    gvk: String,
    is_namespace: bool,
    is_core: bool,
    id: String,
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_type = self.gvk.cmp(&other.gvk);
        // A Namespace of the core group comes before those of other groups.
        let is_reversed =
            self.is_namespace && other.is_namespace && (self.is_core || other.is_core);
        self.rank
            .cmp(&other.rank)
            .then(if is_reversed {
                by_type.reverse()
            } else {
                by_type
            })
            .then_with(|| self.id.cmp(&other.id))
    }
}

/// `legacyResIDSortString`
fn id_key(id: &ResId) -> String {
    let namespace = if id.namespace.is_empty() {
        "~X"
    } else {
        &id.namespace
    };
    let name = if id.name.is_empty() { "~N" } else { &id.name };
    format!("{}|{namespace}|{name}", id.gvk)
}
