//! Reads mappings into typed fields. Never fails: [`Field`] records what does not fit.

use super::quantity::NoQuantity;
use super::{Field, Quantity, template};
use podwright_syntax::{Entry, KeySet, NodeId, NodeKind, Scalar, SyntaxTree};

/// Type that is read from a mapping. Implemented by `object!`.
pub trait Decode {
    /// Reads the mapping.
    #[must_use]
    fn decode(reader: MappingReader<'_>) -> Self;
}

/// Declares a type that is read from a mapping. Each field has the method of [`MappingReader`] that reads it and the
/// name of the field in Kubernetes, which becomes the first line of the field's documentation.
///
/// Every type also gets a field `node`, the mapping, and implements [`Decode`]. If some fields are not read from the
/// mapping, they are listed after `given`, and become parameters of `decode`.
macro_rules! object {
    (@struct $(#[$meta:meta])* $name:ident
        { $($(#[$doc:meta])* pub $field:ident: $type:ty = $method:ident($($key:literal $(, $read:expr)?)?),)* }
        { $($(#[$given_doc:meta])* $vis:vis $given:ident: $given_type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Mapping node.
            pub node: podwright_syntax::NodeId,
            $($(#[$given_doc])* $vis $given: $given_type,)*
            $(
                $(#[doc = concat!("`", $key, "`")] #[doc = ""])?
                $(#[$doc])*
                pub $field: $type,
            )*
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident
        { $($(#[$doc:meta])* pub $field:ident: $type:ty = $method:ident $arguments:tt,)* }
    ) => {
        $crate::decode::object! { @struct $(#[$meta])* $name
            { $($(#[$doc])* pub $field: $type = $method $arguments,)* } {}
        }

        impl $crate::decode::Decode for $name {
            fn decode(reader: $crate::decode::MappingReader<'_>) -> Self {
                Self { node: reader.node(), $($field: reader.$method $arguments,)* }
            }
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident
        { $($(#[$doc:meta])* pub $field:ident: $type:ty = $method:ident $arguments:tt,)* }
        given { $($(#[$given_doc:meta])* $vis:vis $given:ident: $given_type:ty,)* }
    ) => {
        $crate::decode::object! { @struct $(#[$meta])* $name
            { $($(#[$doc])* pub $field: $type = $method $arguments,)* }
            { $($(#[$given_doc])* $vis $given: $given_type,)* }
        }

        impl $name {
            /// Reads the mapping.
            #[must_use]
            pub fn decode(reader: $crate::decode::MappingReader<'_>, $($given: $given_type),*) -> Self {
                Self { node: reader.node(), $($field: reader.$method $arguments,)* $($given,)* }
            }
        }
    };
}
pub(crate) use object;

/// Mapping of a syntax tree, read as a Kubernetes object.
#[derive(Clone, Copy, Debug)]
pub struct MappingReader<'t> {
    tree: &'t SyntaxTree,
    node: NodeId,
    keys: KeySet,
    presence: Presence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Present,
    /// All fields are missing.
    Missing,
    /// All fields are unknown.
    Unknown,
}

/// `map[string]string`: key, node of the key, value.
pub type StringMap = Vec<(String, NodeId, Field<String>)>;

/// Resource amounts: name, node of the name, amount.
pub type QuantityMap = Vec<(String, NodeId, Field<Quantity>)>;

impl<'t> MappingReader<'t> {
    /// The mapping that `node` is or is an alias of; `None` if it is not a mapping.
    #[must_use]
    pub fn new(tree: &'t SyntaxTree, node: NodeId) -> Option<Self> {
        let node = tree.resolve(node);
        tree.kind(node).is_mapping().then(|| Self {
            tree,
            node,
            keys: tree.key_set(node),
            presence: Presence::Present,
        })
    }

    /// Syntax tree of the mapping.
    #[must_use]
    pub fn tree(self) -> &'t SyntaxTree {
        self.tree
    }

    /// Node of the mapping.
    #[must_use]
    pub fn node(self) -> NodeId {
        self.node
    }

    /// Entry of `key` with any value.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry> {
        let may_have = self.presence == Presence::Present && self.keys.may_have(key);
        may_have.then(|| self.tree.get(self.node, key)).flatten()
    }

    /// Whether there is an entry of `key`, with any value.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Entries as Kubernetes sees them: merged, without duplicate keys.
    #[must_use]
    pub fn entries(self) -> Vec<Entry> {
        self.tree.fields(self.node)
    }

    /// String that Kubernetes uses literally, such as an image or a name. Any placeholder makes it unknown.
    #[must_use]
    pub fn string(self, key: &str) -> Field<String> {
        self.field(key, |node| self.string_at(node, template::is_filled_in))
    }

    /// Image or image name, in which an uppercase word may be a placeholder too.
    #[must_use]
    pub fn image_string(self, key: &str) -> Field<String> {
        self.field(key, |node| self.string_at(node, template::is_placeholder))
    }

    /// String in which `$(VAR)` and `${VAR}` may be literal, such as an argument or a script.
    #[must_use]
    pub fn template_string(self, key: &str) -> Field<String> {
        self.field(key, |node| {
            self.string_at(node, template::has_template_syntax)
        })
    }

    /// Name that may contain uppercase letters and `_`, such as that of a variable or a key. Only placeholder
    /// delimiters make it unknown.
    #[must_use]
    pub fn identifier_string(self, key: &str) -> Field<String> {
        self.field(key, |node| self.string_at(node, template::has_delimiter))
    }

    /// Integer. Like the API server, accepts `30.0` and `1e2`.
    #[must_use]
    pub fn integer(self, key: &str) -> Field<i64> {
        self.field(key, |node| match self.tree.scalar(node) {
            Scalar::Int(value) => Field::Value(value, node),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "checked to be integral and in range"
            )]
            Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => {
                Field::Value(value as i64, node)
            }
            Scalar::Str(value) if template::is_filled_in(&value) => Field::Unknown(node),
            _ => Field::Invalid(node),
        })
    }

    /// Boolean.
    #[must_use]
    pub fn boolean(self, key: &str) -> Field<bool> {
        self.field(key, |node| match self.tree.scalar(node) {
            Scalar::Bool(value) => Field::Value(value, node),
            Scalar::Str(value) if template::is_filled_in(&value) => Field::Unknown(node),
            _ => Field::Invalid(node),
        })
    }

    /// Quantity: a string or a number.
    #[must_use]
    pub fn quantity(self, key: &str) -> Field<Quantity> {
        self.field(key, |node| self.quantity_at(node))
    }

    /// Nested mapping.
    #[must_use]
    pub fn mapping(self, key: &str) -> Field<Self> {
        self.field(key, |node| match Self::new(self.tree, node) {
            Some(reader) => Field::Value(reader, node),
            None => self.unfit(node),
        })
    }

    /// Nested mapping, if it is present and known.
    #[must_use]
    pub fn child(self, key: &str) -> Option<Self> {
        self.mapping(key).into_value()
    }

    /// Nested mapping of which only the fields matter: they are missing if it is absent, and unknown if it is unknown or
    /// invalid.
    pub(crate) fn part(self, key: &str) -> Self {
        match self.mapping(key) {
            Field::Value(reader, _) => reader,
            Field::Missing | Field::Null(_) => Self {
                presence: Presence::Missing,
                ..self
            },
            Field::Unknown(node) | Field::Invalid(node) => Self {
                node,
                presence: Presence::Unknown,
                ..self
            },
        }
    }

    /// Nested mapping, read by `read`.
    #[must_use]
    pub fn map<T>(self, key: &str, read: impl FnOnce(Self) -> T) -> Field<T> {
        self.mapping(key).map(read)
    }

    /// Nested object.
    #[must_use]
    pub fn object<T: Decode>(self, key: &str) -> Field<T> {
        self.map(key, T::decode)
    }

    /// Nested object that most objects lack. It is boxed, so that an absent one takes little space.
    #[must_use]
    pub fn boxed_object<T: Decode>(self, key: &str) -> Field<Box<T>> {
        self.map(key, |reader| Box::new(T::decode(reader)))
    }

    /// List with the nodes of its items.
    #[must_use]
    pub fn list(self, key: &str) -> Field<Vec<NodeId>> {
        self.field(key, |node| match self.tree.kind(node).is_sequence() {
            true => Field::Value(self.tree.items(node).collect(), node),
            false => self.unfit(node),
        })
    }

    /// List of mappings, each read by `read`. Items that are not mappings are skipped.
    #[must_use]
    pub fn mappings<T>(self, key: &str, read: impl Fn(Self) -> T) -> Field<Vec<T>> {
        self.list(key).map(|nodes| {
            let readers = nodes.iter();
            let readers = readers.filter_map(|&node| Self::new(self.tree, node));
            // Collecting would make room for four: a run keeps many short lists of large items.
            let mut items = Vec::with_capacity(nodes.len());
            items.extend(readers.map(read));
            items
        })
    }

    /// List of objects. Items that are not mappings are skipped.
    #[must_use]
    pub fn objects<T: Decode>(self, key: &str) -> Field<Vec<T>> {
        self.mappings(key, T::decode)
    }

    /// List of objects in which every item matters. Unknown if an item is not a mapping, because the API server rejects
    /// it or a template replaces it.
    #[must_use]
    pub fn strict_objects<T: Decode>(self, key: &str) -> Field<Vec<T>> {
        match self.list(key) {
            Field::Value(nodes, node) => {
                let readers = nodes.iter().map(|&item| Self::new(self.tree, item));
                let mut objects = Vec::with_capacity(nodes.len());
                objects.extend(readers.map_while(|reader| reader.map(T::decode)));
                match objects.len() == nodes.len() {
                    true => Field::Value(objects, node),
                    false => Field::Unknown(node),
                }
            }
            other => other.map(|_| Vec::new()),
        }
    }

    /// List of strings, which are read like [`MappingReader::template_string`].
    #[must_use]
    pub fn template_strings(self, key: &str) -> Field<Vec<Field<String>>> {
        self.list(key).map(|nodes| {
            let nodes = nodes.into_iter().map(|node| self.tree.resolve(node));
            nodes
                .map(|node| self.string_at(node, template::has_template_syntax))
                .collect()
        })
    }

    /// Known strings of a list with their nodes; empty if it is not a list.
    #[must_use]
    pub fn known_strings(self, key: &str) -> Vec<(String, NodeId)> {
        let known = self.template_strings(key);
        let known = known.items().iter().filter_map(Field::known);
        known.map(|(text, node)| (text.clone(), node)).collect()
    }

    /// `map[string]string`, whose values are read like [`MappingReader::string`].
    #[must_use]
    pub fn string_map(self, key: &str) -> Field<StringMap> {
        self.values(key, |node| self.string_at(node, template::is_filled_in))
    }

    /// `map[string]Quantity`, such as the resources of an overhead.
    #[must_use]
    pub fn quantity_map(self, key: &str) -> Field<QuantityMap> {
        self.values(key, |node| self.quantity_at(node))
    }

    fn values<T>(
        self,
        key: &str,
        read: impl Fn(NodeId) -> Field<T>,
    ) -> Field<Vec<(String, NodeId, Field<T>)>> {
        self.map(key, |map| {
            let entries = map.entries().into_iter();
            entries
                .map(|entry| {
                    let name = self.tree.key_text(entry.key).into_owned();
                    let value = self.tree.resolve(entry.value);
                    (name, entry.key, self.null_or(value, &read))
                })
                .collect()
        })
    }

    fn field<T>(self, key: &str, read: impl FnOnce(NodeId) -> Field<T>) -> Field<T> {
        match self.entry(key) {
            Some(entry) => self.null_or(self.tree.resolve(entry.value), read),
            None if self.is_partial() => Field::Unknown(self.node),
            None => Field::Missing,
        }
    }

    /// Whether keys that appear in the text may be missing here: the mapping was parsed only partially, or has a
    /// template placeholder as a key.
    fn is_partial(self) -> bool {
        match self.presence {
            Presence::Present => self.tree.is_recovered(self.node),
            Presence::Missing => false,
            Presence::Unknown => true,
        }
    }

    fn unfit<T>(self, node: NodeId) -> Field<T> {
        let is_placeholder =
            || matches!(self.tree.scalar(node), Scalar::Str(text) if template::is_filled_in(&text));
        match self.tree.is_recovered(node) || is_placeholder() {
            true => Field::Unknown(node),
            false => Field::Invalid(node),
        }
    }

    fn null_or<T>(self, node: NodeId, read: impl FnOnce(NodeId) -> Field<T>) -> Field<T> {
        match self.tree.kind(node) {
            // A value that the parser had to insert may be in the text in a form that it could not parse.
            NodeKind::Empty if self.tree.is_recovered(node) => Field::Unknown(node),
            NodeKind::Empty if is_filled_in_comment(self.tree, node) => Field::Unknown(node),
            NodeKind::Empty | NodeKind::Plain if self.tree.is_null(node) => Field::Null(node),
            _ => read(node),
        }
    }

    fn string_at(self, node: NodeId, is_unknown: fn(&str) -> bool) -> Field<String> {
        match self.tree.scalar(node) {
            _ if !self.tree.kind(node).is_scalar() => Field::Invalid(node),
            Scalar::Str(value) if is_unknown(&value) || self.tree.is_recovered(node) => {
                Field::Unknown(node)
            }
            Scalar::Str(value) => Field::Value(value.into_owned(), node),
            _ => Field::Invalid(node),
        }
    }

    /// For a number, the API server uses the text that kubectl sends.
    fn quantity_at(self, node: NodeId) -> Field<Quantity> {
        let text = match self.tree.scalar(node) {
            Scalar::Str(text) if template::is_filled_in(&text) || self.tree.is_recovered(node) => {
                return Field::Unknown(node);
            }
            Scalar::Str(text) => text.into_owned(),
            Scalar::Null => return Field::Null(node),
            Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_) => match self.tree.to_json(node) {
                Ok(number) => number.to_string(),
                Err(_) => return Field::Invalid(node),
            },
            Scalar::Bool(_) | Scalar::Invalid => return Field::Invalid(node),
        };
        match text.trim().parse() {
            Ok(quantity) => Field::Value(quantity, node),
            Err(NoQuantity) => Field::Invalid(node),
        }
    }
}

/// Whether a value is absent because YAML reads its placeholder as a comment: `name: ##NAME##`.
#[must_use]
pub fn is_filled_in_comment(tree: &SyntaxTree, node: NodeId) -> bool {
    let text = tree.text().get(tree.span(node).end as usize..);
    let line = text.and_then(|text| text.lines().next());
    let rest = line.unwrap_or_default().trim();
    rest.starts_with('#') && rest.ends_with('#') && template::is_filled_in(rest)
}
