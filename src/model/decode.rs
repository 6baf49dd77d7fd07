//! How a mapping is read: keys to typed fields. Never fails; what does not fit is said by [`Field`].

use super::quantity::NoQuantity;
use super::{Field, Quantity, placeholder};
use crate::syntax::{Entry, Kind, NodeId, Scalar, Tree};

/// A mapping of a tree, read as a Kubernetes record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'t> {
    tree: &'t Tree,
    node: NodeId,
}

/// A list item and where it stands.
pub type Items<T> = Field<Vec<T>>;

impl<'t> Record<'t> {
    /// The mapping that `node` is or stands for; `None` if it is something else.
    #[must_use]
    pub fn new(tree: &'t Tree, node: NodeId) -> Option<Self> {
        let node = tree.resolve(node);
        tree.kind(node).is_mapping().then_some(Self { tree, node })
    }

    /// The tree of the mapping.
    #[must_use]
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The mapping's node.
    #[must_use]
    pub fn node(self) -> NodeId {
        self.node
    }

    /// The entry of `key`, whatever it holds.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry> {
        self.tree.get(self.node, key)
    }

    /// The entries as Kubernetes sees them: merged, each key once.
    #[must_use]
    pub fn entries(self) -> Vec<Entry> {
        self.tree.fields(self.node)
    }

    /// A string that Kubernetes takes as it is, such as an image or a name: any placeholder makes it unknown.
    #[must_use]
    pub fn text(self, key: &str) -> Field<String> {
        self.field(key, |node| text(self.tree, node))
    }

    /// A string in which `$(VAR)` and `${VAR}` may be meant literally, such as an argument or a script.
    #[must_use]
    pub fn script(self, key: &str) -> Field<String> {
        self.field(key, |node| script(self.tree, node))
    }

    /// A name whose alphabet has capitals and `_`, such as that of a variable or a key: only the delimiters of a
    /// placeholder make it unknown.
    #[must_use]
    pub fn word(self, key: &str) -> Field<String> {
        self.field(key, |node| {
            string(self.tree, node, placeholder::has_delimiter)
        })
    }

    /// An integer; `30.0` and `1e2` count, as they do for the API server.
    #[must_use]
    pub fn integer(self, key: &str) -> Field<i64> {
        self.field(key, |node| integer(self.tree, node))
    }

    /// A boolean.
    #[must_use]
    pub fn boolean(self, key: &str) -> Field<bool> {
        self.field(key, |node| match self.tree.scalar(node) {
            Scalar::Bool(value) => Field::Is(value, node),
            Scalar::Str(value) if placeholder::is_placeholder(&value) => Field::Unknown(node),
            _ => Field::Invalid(node),
        })
    }

    /// A record within the record.
    #[must_use]
    pub fn record(self, key: &str) -> Field<Self> {
        self.field(key, |node| match Self::new(self.tree, node) {
            Some(record) => Field::Is(record, node),
            None => self.unfit(node),
        })
    }

    /// A record within the record that most objects do not have: it takes no room where it is not there.
    #[must_use]
    pub fn rare<T>(self, key: &str, read: impl FnOnce(Self) -> T) -> Field<Box<T>> {
        self.record(key).map(|record| Box::new(read(record)))
    }

    /// A list, each item as it is written.
    #[must_use]
    pub fn list(self, key: &str) -> Field<Vec<NodeId>> {
        self.field(key, |node| {
            if self.tree.kind(node).is_sequence() {
                Field::Is(self.tree.items(node).collect(), node)
            } else {
                self.unfit(node)
            }
        })
    }

    /// A list of records, each made by `item`; items of another shape are left out.
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

    /// A list of records of which each one counts: unknown where an item is no record, as the API server refuses it or a
    /// template makes another one of it.
    #[must_use]
    pub fn all_records<T>(self, key: &str, item: impl Fn(Self) -> T) -> Items<T> {
        match self.list(key) {
            Field::Is(nodes, node) => {
                let records = nodes.iter().map(|&item| Self::new(self.tree, item));
                match records.collect::<Option<Vec<Self>>>() {
                    Some(records) => Field::Is(records.into_iter().map(item).collect(), node),
                    None => Field::Unknown(node),
                }
            }
            other => other.map(|_| Vec::new()),
        }
    }

    /// A quantity: a text or a number.
    #[must_use]
    pub fn quantity(self, key: &str) -> Field<Quantity> {
        self.field(key, |node| quantity(self.tree, node))
    }

    /// A list of strings; see [`Record::script`].
    #[must_use]
    pub fn scripts(self, key: &str) -> Items<Field<String>> {
        self.list(key).map(|nodes| {
            nodes
                .into_iter()
                .map(|node| script(self.tree, self.tree.resolve(node)))
                .collect()
        })
    }

    /// The known strings of a list with their nodes; none if it is none.
    #[must_use]
    pub fn known_texts(self, key: &str) -> Vec<(String, NodeId)> {
        let items = self.scripts(key);
        let items = items.value().into_iter().flatten();
        items
            .filter_map(|item| item.known().map(|(text, node)| (text.clone(), node)))
            .collect()
    }

    /// A `map[string]string`, keys with their nodes; see [`Record::text`].
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

    /// A `map[string]Quantity`, such as the resources of an overhead, keys with their nodes.
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
            None => Field::Absent,
        }
    }

    /// Whether keys may be missing here that stand in the text: a half-read mapping, or one with a
    /// template's placeholder for a key.
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

fn null_or<T>(tree: &Tree, node: NodeId, read: impl FnOnce() -> Field<T>) -> Field<T> {
    match tree.kind(node) {
        // A value that the reader had to make up may stand in the text in a form it could not read.
        Kind::Empty if tree.is_recovered(node) => Field::Unknown(node),
        Kind::Empty | Kind::Plain if matches!(tree.scalar(node), Scalar::Null) => Field::Null(node),
        _ => read(),
    }
}

fn text(tree: &Tree, node: NodeId) -> Field<String> {
    string(tree, node, placeholder::is_placeholder)
}

fn script(tree: &Tree, node: NodeId) -> Field<String> {
    string(tree, node, placeholder::has_template_syntax)
}

fn string(tree: &Tree, node: NodeId, unknown: fn(&str) -> bool) -> Field<String> {
    if !tree.kind(node).is_scalar() {
        return Field::Invalid(node);
    }
    match tree.scalar(node) {
        Scalar::Str(value) if unknown(&value) || tree.is_recovered(node) => Field::Unknown(node),
        Scalar::Str(value) => Field::Is(value.into_owned(), node),
        _ => Field::Invalid(node),
    }
}

/// A quantity is a text or a number; of a number the API server reads the text that kubectl sends.
fn quantity(tree: &Tree, node: NodeId) -> Field<Quantity> {
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
        Ok(quantity) => Field::Is(quantity, node),
        Err(NoQuantity) => Field::Invalid(node),
    }
}

fn integer(tree: &Tree, node: NodeId) -> Field<i64> {
    match tree.scalar(node) {
        Scalar::Int(value) => Field::Is(value, node),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "integral and within range, as checked"
        )]
        Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => {
            Field::Is(value as i64, node)
        }
        Scalar::Str(value) if placeholder::is_placeholder(&value) => Field::Unknown(node),
        _ => Field::Invalid(node),
    }
}
