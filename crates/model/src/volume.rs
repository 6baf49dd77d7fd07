use super::{Field, FieldRef, ResourceFieldRef, decode::Record};
use podwright_syntax::NodeId;

/// Volume of a Pod, limited to the fields that affect the environment and the downward API.
#[derive(Clone, Debug)]
pub struct Volume {
    /// Mapping node.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// `emptyDir`: whether it is set.
    pub empty_dir: Field<()>,
    /// Items of `downwardAPI` and of the `downwardAPI` sources of `projected`.
    pub downward: Vec<DownwardFile>,
}

/// File of a volume with a field of the Pod or a resource of a container.
#[derive(Clone, Debug)]
pub struct DownwardFile {
    /// Mapping node.
    pub node: NodeId,
    /// `fieldRef`
    pub field_ref: Field<FieldRef>,
    /// `resourceFieldRef`
    pub resource_field_ref: Field<ResourceFieldRef>,
}

/// Item of `volumeMounts`.
#[derive(Clone, Debug)]
pub struct VolumeMount {
    /// Mapping node.
    pub node: NodeId,
    /// `name` of the volume
    pub name: Field<String>,
    /// `subPathExpr`, in which `$(VAR)` is expanded
    pub sub_path_expr: Field<String>,
}

impl Volume {
    /// Reads an item of `volumes`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        let mut downward = files(record);
        let projected = record.record("projected");
        let sources = projected.value().map(|all| all.records("sources", files));
        let sources = sources.and_then(|sources| sources.value().cloned());
        downward.extend(sources.into_iter().flatten().flatten());
        Self {
            node: record.node(),
            name: record.text("name"),
            empty_dir: record.record("emptyDir").map(|_| ()),
            downward,
        }
    }
}

fn files(parent: Record<'_>) -> Vec<DownwardFile> {
    let downward = parent.record("downwardAPI");
    let items = downward.value().map(|downward| {
        downward.records("items", |item| DownwardFile {
            node: item.node(),
            field_ref: item.record("fieldRef").map(FieldRef::decode),
            resource_field_ref: item
                .record("resourceFieldRef")
                .map(ResourceFieldRef::decode),
        })
    });
    items
        .and_then(|items| items.value().cloned())
        .unwrap_or_default()
}

impl VolumeMount {
    /// Reads an item of `volumeMounts`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            name: record.text("name"),
            sub_path_expr: record.script("subPathExpr"),
        }
    }
}
