//! What CEL knows about a schema: `SchemaDeclType` of `pkg/cel/common/schemas.go` in the API server.

use std::sync::Arc;

use podwright_cel::{Type, escape};

use super::{Form, Node, TextFormat};

/// Size of the largest request: `maxRequestSizeBytes`.
const MAX_REQUEST: i64 = 3 * 1024 * 1024;

/// Type of the values of a schema, and how large they may be.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) own: Type,
    /// Most items, entries, characters or bytes.
    pub(crate) most: i64,
    /// Bytes of the smallest value in JSON.
    pub(crate) least_size: i64,
    /// Of the items of a list, or the values of a map.
    pub(crate) inner: Option<Arc<Self>>,
    /// Of the fields of an object, by the names that expressions write.
    pub(crate) fields: Vec<(Arc<str>, Self)>,
}

impl Declared {
    fn simple(own: Type, least_size: i64, most: i64) -> Self {
        Self {
            own,
            most,
            least_size,
            inner: None,
            fields: Vec::new(),
        }
    }

    /// The field with the name that expressions write.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        let mut fields = self.fields.iter();
        fields.find(|(own, _)| **own == *name).map(|(_, own)| own)
    }

    /// The largest size of the value at a path: `sizeEstimator` of `pkg/apiserver/schema/cel`.
    pub(crate) fn size(&self, path: &[Arc<str>]) -> Option<u64> {
        let mut own = self;
        for step in path {
            own = match &**step {
                "@items" | "@values" => own.inner.as_deref()?,
                "@keys" if matches!(own.own, Type::Map(..)) => {
                    // Keys have no largest size of their own.
                    return (path.last() == Some(step)).then_some(0);
                }
                "@keys" => return None,
                name => own.field(name)?,
            };
        }
        u64::try_from(own.most).ok()
    }

    /// Reads a schema. `None` if expressions cannot use the value. `names` counts the objects, which are different types.
    pub(crate) fn of(node: &Node, names: &mut u32) -> Option<Self> {
        if node.form == Form::IntOrString {
            let most = node.limit().map_or(MAX_REQUEST - 2, |most| most * 4);
            return Some(Self::simple(Type::Dyn, 1, most));
        }
        Some(match node.form {
            Form::Any if node.is_any_object => Self::object(node, names),
            Form::Any | Form::IntOrString => return None,
            Form::Text => Self::text(node),
            Form::Boolean => Self::simple(Type::Bool, 4, 0),
            Form::Int32 | Form::Int64 => Self::simple(Type::Int, 1, 0),
            Form::Number => Self::simple(Type::Double, 1, 0),
            Form::List => {
                let inner = Self::of(node.inner.as_deref()?, names)?;
                let most = (MAX_REQUEST - 2) / (inner.least_size + 1);
                Self {
                    own: Type::list(inner.own.clone()),
                    most: node.limit().unwrap_or(most),
                    least_size: 2,
                    inner: Some(Arc::new(inner)),
                    fields: Vec::new(),
                }
            }
            Form::Map => {
                let inner = Self::of(node.inner.as_deref()?, names)?;
                let most = (MAX_REQUEST - 2) / (inner.least_size + 6);
                Self {
                    own: Type::map(Type::Text, inner.own.clone()),
                    most: node.limit().unwrap_or(most),
                    least_size: 2,
                    inner: Some(Arc::new(inner)),
                    fields: Vec::new(),
                }
            }
            Form::Record => Self::object(node, names),
        })
    }

    fn text(node: &Node) -> Self {
        let limit = node.limit();
        match node.text_format {
            TextFormat::Bytes => Self::simple(Type::Bytes, 2, limit.unwrap_or(MAX_REQUEST - 2)),
            TextFormat::Duration => Self::simple(Type::Duration, 3, 32),
            TextFormat::Date => Self::simple(Type::Timestamp, 12, 12),
            TextFormat::DateTime => Self::simple(Type::Timestamp, 21, 32),
            TextFormat::Plain => {
                let longest = node.values.iter().map(|value| value.len()).max();
                let longest = longest.and_then(|length| i64::try_from(length).ok());
                let most = match limit {
                    Some(limit) => limit * 4,
                    None => longest.unwrap_or(MAX_REQUEST - 2),
                };
                Self::simple(Type::Text, 2, most)
            }
        }
    }

    fn object(node: &Node, names: &mut u32) -> Self {
        *names += 1;
        let name = format!("object{names}");
        let mut own = Self::simple(Type::Dyn, 2, 0);
        let has_own_metadata = !node.is_resource || node.has_object_meta();
        for (name, field) in &node.fields {
            let is_replaced = matches!(&**name, "kind" | "apiVersion" | "metadata");
            if is_replaced && !has_own_metadata {
                continue;
            }
            own.add(node, name, Self::of(field, names));
        }
        if !has_own_metadata {
            let text = || Self::simple(Type::Text, 2, MAX_REQUEST - 2);
            *names += 1;
            let mut metadata = Self::simple(Type::Dyn, 2, 0);
            metadata.fields = vec![("name".into(), text()), ("generateName".into(), text())];
            metadata.own = metadata.object_type(format!("object{names}"));
            own.add(node, "kind", Some(text()));
            own.add(node, "apiVersion", Some(text()));
            own.add(node, "metadata", Some(metadata));
        }
        own.own = own.object_type(name);
        own
    }

    fn add(&mut self, node: &Node, name: &str, field: Option<Self>) {
        let Some(field) = field else { return };
        let is_required = node.required.iter().any(|own| own == name);
        let has_default = node
            .own_field(name)
            .is_some_and(|field| field.default.is_some());
        if is_required && !has_default {
            let length = i64::try_from(name.len()).unwrap_or(0);
            self.least_size += length + field.least_size + 4;
        }
        if let Some(name) = escape(name) {
            self.fields.push((name.into(), field));
        }
    }

    fn object_type(&self, name: String) -> Type {
        let fields = self.fields.iter();
        Type::object(
            name,
            fields.map(|(name, own)| (Arc::clone(name), own.own.clone())),
        )
    }
}

impl Node {
    /// `maxLength`, `maxItems` or `maxProperties`.
    pub(crate) fn limit(&self) -> Option<i64> {
        let limits = self.limits.as_deref()?;
        let limit = match self.form {
            Form::List => limits.max_items,
            Form::Map | Form::Record => limits.max_fields,
            _ => limits.max_length,
        };
        limit.map(|limit| limit.clamp(0, i64::from(u32::MAX)))
    }

    /// Whether the schema of an object describes what every object has: `WithTypeAndObjectMeta`.
    fn has_object_meta(&self) -> bool {
        let is_text = |node: Option<&Self>| node.is_some_and(|node| node.form == Form::Text);
        let metadata = self.own_field("metadata");
        is_text(self.own_field("kind"))
            && is_text(self.own_field("apiVersion"))
            && metadata.is_some_and(|metadata| {
                is_text(metadata.own_field("name")) && is_text(metadata.own_field("generateName"))
            })
    }
}
