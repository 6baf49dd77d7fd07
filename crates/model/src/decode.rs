//! Reads mappings into typed fields. Never fails: [`Field`] records what does not fit.

use super::quantity::NoQuantity;
use super::{Field, Quantity, placeholder};
use podwright_syntax::{Entry, NodeId, NodeKind, Scalar, SyntaxTree};

/// Mapping of a syntax tree, read as a Kubernetes object.
#[derive(Clone, Copy, Debug)]
pub struct Record<'t> {
    tree: &'t SyntaxTree,
    node: NodeId,
}

/// List field with its items.
pub type Items<T> = Field<Vec<T>>;

impl<'t> Record<'t> {
    /// The mapping that `node` is or is an alias of; `None` if it is not a mapping.
    #[must_use]
    pub fn new(tree: &'t SyntaxTree, node: NodeId) -> Option<Self> {
        let node = tree.resolve(node);
        tree.kind(node).is_mapping().then_some(Self { tree, node })
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
        self.tree.get(self.node, key)
    }

    /// Entries as Kubernetes sees them: merged, without duplicate keys.
    #[must_use]
    pub fn entries(self) -> Vec<Entry> {
        self.tree.fields(self.node)
    }

    /// String that Kubernetes uses literally, such as an image or a name. Any placeholder makes it unknown.
    #[must_use]
    pub fn text(self, key: &str) -> Field<String> {
        self.field(key, |node| text(self.tree, node))
    }

    /// String in which `$(VAR)` and `${VAR}` may be literal, such as an argument or a script.
    #[must_use]
    pub fn script(self, key: &str) -> Field<String> {
        self.field(key, |node| script(self.tree, node))
    }

    /// Name that may contain uppercase letters and `_`, such as that of a variable or a key. Only placeholder
    /// delimiters make it unknown.
    #[must_use]
    pub fn word(self, key: &str) -> Field<String> {
        self.field(key, |node| {
            string(self.tree, node, placeholder::has_delimiter)
        })
    }

    /// Integer. Like the API server, accepts `30.0` and `1e2`.
    #[must_use]
    pub fn integer(self, key: &str) -> Field<i64> {
        self.field(key, |node| integer(self.tree, node))
    }

    /// Boolean.
    #[must_use]
    pub fn boolean(self, key: &str) -> Field<bool> {
        self.field(key, |node| match self.tree.scalar(node) {
            Scalar::Bool(value) => Field::Value(value, node),
            Scalar::Str(value) if placeholder::is_placeholder(&value) => Field::Unknown(node),
            _ => Field::Invalid(node),
        })
    }

    /// Nested mapping.
    #[must_use]
    pub fn record(self, key: &str) -> Field<Self> {
        self.field(key, |node| match Self::new(self.tree, node) {
            Some(record) => Field::Value(record, node),
            None => self.unfit(node),
        })
    }

    /// Nested mapping that most objects lack. It is boxed, so that an absent one takes little space.
    #[must_use]
    pub fn rare<T>(self, key: &str, read: impl FnOnce(Self) -> T) -> Field<Box<T>> {
        self.record(key).map(|record| Box::new(read(record)))
    }

    /// List with the nodes of its items.
    #[must_use]
    pub fn list(self, key: &str) -> Field<Vec<NodeId>> {
        self.field(key, |node| {
            if self.tree.kind(node).is_sequence() {
                Field::Value(self.tree.items(node).collect(), node)
            } else {
                self.unfit(node)
            }
        })
    }

    /// List of mappings, each read by `item`. Items that are not mappings are skipped.
    #[must_use]
    pub fn records<T>(self, key: &str, item: impl Fn(Self) -> T) -> Items<T> {
        self.list(key).map(|nodes| {
            nodes
                .into_iter()
                .filter_map(|node| Self::new(self.tree, node))
                .map(item)
                .collect()
        })
    }

    /// List of mappings in which every item matters. Unknown if an item is not a mapping, because the API server
    /// rejects it or a template replaces it.
    #[must_use]
    pub fn all_records<T>(self, key: &str, item: impl Fn(Self) -> T) -> Items<T> {
        match self.list(key) {
            Field::Value(nodes, node) => {
                let records = nodes.iter().map(|&item| Self::new(self.tree, item));
                match records.collect::<Option<Vec<Self>>>() {
                    Some(records) => Field::Value(records.into_iter().map(item).collect(), node),
                    None => Field::Unknown(node),
                }
            }
            other => other.map(|_| Vec::new()),
        }
    }

    /// Quantity: a string or a number.
    #[must_use]
    pub fn quantity(self, key: &str) -> Field<Quantity> {
        self.field(key, |node| quantity(self.tree, node))
    }

    /// List of strings; see [`Record::script`].
    #[must_use]
    pub fn scripts(self, key: &str) -> Items<Field<String>> {
        self.list(key).map(|nodes| {
            nodes
                .into_iter()
                .map(|node| script(self.tree, self.tree.resolve(node)))
                .collect()
        })
    }

    /// Known strings of a list with their nodes; empty if it is not a list.
    #[must_use]
    pub fn known_texts(self, key: &str) -> Vec<(String, NodeId)> {
        let items = self.scripts(key);
        let items = items.value().into_iter().flatten();
        items
            .filter_map(|item| item.known().map(|(text, node)| (text.clone(), node)))
            .collect()
    }

    /// `map[string]string` with the nodes of its keys; see [`Record::text`].
    #[must_use]
    pub fn texts(self, key: &str) -> Items<(String, NodeId, Field<String>)> {
        self.record(key).map(|record| {
            let entries = record.entries().into_iter();
            entries
                .map(|entry| {
                    let value = self.tree.resolve(entry.value);
                    let name = self.tree.key_text(entry.key).into_owned();
                    (
                        name,
                        entry.key,
                        null_or(self.tree, value, || text(self.tree, value)),
                    )
                })
                .collect()
        })
    }

    /// `map[string]Quantity` with the nodes of its keys, such as the resources of an overhead.
    #[must_use]
    pub fn quantities(self, key: &str) -> Items<(String, NodeId, Field<Quantity>)> {
        self.record(key).map(|record| {
            let entries = record.entries().into_iter();
            entries
                .map(|entry| {
                    let value = self.tree.resolve(entry.value);
                    let name = self.tree.key_text(entry.key).into_owned();
                    (name, entry.key, quantity(self.tree, value))
                })
                .collect()
        })
    }

    fn field<T>(self, key: &str, read: impl FnOnce(NodeId) -> Field<T>) -> Field<T> {
        match self.entry(key) {
            Some(entry) => {
                let node = self.tree.resolve(entry.value);
                null_or(self.tree, node, || read(node))
            }
            None if self.is_partial() => Field::Unknown(self.node),
            None => Field::Missing,
        }
    }

    /// Whether keys that appear in the text may be missing here: the mapping was parsed only partially, or has a
    /// template placeholder as a key.
    fn is_partial(self) -> bool {
        self.tree.is_recovered(self.node)
    }

    fn unfit<T>(self, node: NodeId) -> Field<T> {
        let unknown = self.tree.is_recovered(node)
            || matches!(self.tree.scalar(node), Scalar::Str(text) if placeholder::is_placeholder(&text));
        if unknown {
            Field::Unknown(node)
        } else {
            Field::Invalid(node)
        }
    }
}

fn null_or<T>(tree: &SyntaxTree, node: NodeId, read: impl FnOnce() -> Field<T>) -> Field<T> {
    match tree.kind(node) {
        // A value that the parser had to insert may be in the text in a form that it could not parse.
        NodeKind::Empty if tree.is_recovered(node) => Field::Unknown(node),
        NodeKind::Empty | NodeKind::Plain if matches!(tree.scalar(node), Scalar::Null) => {
            Field::Null(node)
        }
        _ => read(),
    }
}

fn text(tree: &SyntaxTree, node: NodeId) -> Field<String> {
    string(tree, node, placeholder::is_placeholder)
}

fn script(tree: &SyntaxTree, node: NodeId) -> Field<String> {
    string(tree, node, placeholder::has_template_syntax)
}

fn string(tree: &SyntaxTree, node: NodeId, unknown: fn(&str) -> bool) -> Field<String> {
    if !tree.kind(node).is_scalar() {
        return Field::Invalid(node);
    }
    match tree.scalar(node) {
        Scalar::Str(value) if unknown(&value) || tree.is_recovered(node) => Field::Unknown(node),
        Scalar::Str(value) => Field::Value(value.into_owned(), node),
        _ => Field::Invalid(node),
    }
}

/// A quantity is a string or a number. For a number, the API server uses the text that kubectl sends.
fn quantity(tree: &SyntaxTree, node: NodeId) -> Field<Quantity> {
    let text = match tree.scalar(node) {
        Scalar::Str(text) if placeholder::is_placeholder(&text) || tree.is_recovered(node) => {
            return Field::Unknown(node);
        }
        Scalar::Str(text) => text.into_owned(),
        Scalar::Null => return null_or(tree, node, || Field::Null(node)),
        Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_) => match tree.to_json(node) {
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

fn integer(tree: &SyntaxTree, node: NodeId) -> Field<i64> {
    match tree.scalar(node) {
        Scalar::Int(value) => Field::Value(value, node),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be integral and in range"
        )]
        Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => {
            Field::Value(value as i64, node)
        }
        Scalar::Str(value) if placeholder::is_placeholder(&value) => Field::Unknown(node),
        _ => Field::Invalid(node),
    }
}
