//! Variables from `envFrom` items whose object is known for certain.

use podwright_cluster::environment::{Imported, env_from_object, key_count, keys};
use podwright_cluster::workspace::{ObjectId, Resolution};
use podwright_model::{Container, Field, MAX_ITEMS};
use podwright_rule::RuleContext;
use podwright_syntax::NodeId;

/// Item of `envFrom` whose object is in the input.
pub(super) struct Source {
    /// Scalar with the name of the object.
    pub(super) node: NodeId,
    /// Name of the object.
    pub(super) name: String,
    /// ID of the object.
    pub(super) object: ObjectId,
    /// Value of `prefix`; empty if it is not set.
    pub(super) prefix: String,
    /// Keys that become variables.
    pub(super) keys: Vec<Imported>,
}

/// Returns the items of `envFrom` whose objects are known, in order.
pub(super) fn sources(container: &Container, cx: &RuleContext<'_>) -> Vec<Source> {
    let Some((id, _)) = cx.object else {
        return Vec::new();
    };
    let items = container.env_from.value().into_iter().flatten();
    items
        .filter_map(|item| {
            let (kind, reference) = env_from_object(item)?;
            let (name, node) = reference.name.known()?;
            let prefix = match &item.prefix {
                Field::Missing | Field::Null(_) => "",
                prefix => prefix.text()?,
            };
            let resolve_exact = cx
                .workspace
                .resolve_exact(id, kind.group(), kind.name(), name);
            let Resolution::Found(object) = resolve_exact else {
                return None;
            };
            // `pod-too-large` reports it.
            if key_count(cx.workspace, object) > MAX_ITEMS {
                return None;
            }
            Some(Source {
                node,
                name: name.clone(),
                object,
                prefix: prefix.to_owned(),
                keys: keys(cx.workspace, object),
            })
        })
        .collect()
}
