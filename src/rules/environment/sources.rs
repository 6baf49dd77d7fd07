//! What `envFrom` brings, where the object is known for certain.

use crate::cluster::environment::{Brought, env_from_object, key_count, keys};
use crate::model::{Container, Field, MOST_ITEMS};
use crate::rule::Cx;
use crate::syntax::NodeId;
use crate::workspace::{ObjectId, Resolution};

/// An item of `envFrom` whose object is among the files.
pub(super) struct Source {
    /// The scalar with the object's name.
    pub(super) node: NodeId,
    /// The object's name.
    pub(super) name: String,
    /// The object.
    pub(super) object: ObjectId,
    /// `prefix`
    pub(super) prefix: String,
    /// The keys that become variables.
    pub(super) keys: Vec<Brought>,
}

/// The items of `envFrom` whose objects are known, in order.
pub(super) fn sources(container: &Container, cx: &Cx<'_>) -> Vec<Source> {
    let Some((id, _)) = cx.object else {
        return Vec::new();
    };
    let items = container.env_from.value().into_iter().flatten();
    items
        .filter_map(|item| {
            let (kind, reference) = env_from_object(item)?;
            let (name, node) = reference.name.known()?;
            let prefix = match &item.prefix {
                Field::Absent | Field::Null(_) => "",
                prefix => prefix.text()?,
            };
            let certain = cx.workspace.certain(id, kind.group(), kind.name(), name);
            let Resolution::Found(object) = certain else {
                return None;
            };
            // `pod-too-large` says so.
            if key_count(cx.workspace, object) > MOST_ITEMS {
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
