//! Replica counts (`api/internal/builtins/ReplicaCountTransformer.go`).

use crate::error::RenderError;
use crate::kustomize::decode::Integer;
use crate::kustomize::field_spec::{Create, FieldSpec, set_scalar};
use crate::kustomize::fields::{Fields, Strictness};
use crate::kustomize::resource::Resource;
use crate::node::Node;
use crate::{Origin, Text};

/// An entry of `replicas`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replica {
    name: Text,
    /// The count as a decimal number.
    count: Text,
}

impl Replica {
    /// Reads an entry of `replicas`.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub(crate) fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let fields = Fields::new(node, strictness, &["name", "count"])?;
        let origin = node.location().map_or(Origin::Nowhere, Origin::made_at);
        let count = match fields.integer("count")? {
            None => Text::new("0", origin.clone()),
            Some(Integer { value, text }) => {
                let decimal = value.to_string();
                match (text.as_str() == decimal, text.location()) {
                    (true, _) | (false, None) => text,
                    (false, Some(at)) => text.derived(decimal, at),
                }
            }
        };
        let name = fields.text("name")?;
        Ok(Self {
            name: name.unwrap_or_else(|| Text::new("", origin)),
            count,
        })
    }

    /// Sets the count in objects that have or had the name.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such object of the types in `specs`.
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        specs: &[FieldSpec],
    ) -> Result<(), RenderError> {
        let mut found = false;
        for resource in resources {
            if resource.node.map().is_none_or(crate::Map::is_empty) {
                continue;
            }
            let name = self.name.as_str();
            let is_named = resource.name() == name
                || resource.previous.iter().any(|before| before.name == name);
            if !is_named {
                continue;
            }
            let mut ids = resource.previous_ids();
            ids.push(resource.id());
            ids.retain(|id| id.name == name);
            let gvk = resource.gvk();
            for spec in specs {
                if !ids.iter().any(|id| id.gvk.is_selected_by(&spec.gvk)) {
                    continue;
                }
                found = true;
                if gvk.is_selected_by(&spec.gvk) {
                    let by = self.count.location();
                    // A count that was quoted stays quoted.
                    let set = &mut |node: &mut Node| set_scalar(node, self.count.clone());
                    spec.apply(&mut resource.node, Create::Scalar, by, set)?;
                }
            }
        }
        if found {
            return Ok(());
        }
        let mut kinds: Vec<&str> = specs.iter().map(|spec| spec.gvk.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Err(RenderError::absence(
            self.name.location(),
            format!(
                "no object named `{}` has replicas: {}",
                self.name,
                kinds.join(", ")
            ),
        )
        .help("correct the name, or remove the entry"))
    }
}
