//! `apiVersion` and `kind` of a mapping, also under a misspelled key.

use super::{Field, decode::MappingReader};
use podwright_syntax::text::distance;
use podwright_syntax::{Entry, NodeId, SyntaxTree};

/// Names of the two fields.
pub const TYPE_FIELDS: [&str; 2] = ["apiVersion", "kind"];

/// `apiVersion` and `kind` of an object.
pub(super) struct TypeMeta {
    pub(super) api_version: Field<String>,
    pub(super) kind: Field<String>,
}

impl TypeMeta {
    /// Reads the type of a mapping. `None` if the mapping is not meant as an object: it has neither both fields, nor one
    /// of them and a name.
    pub(super) fn read(record: MappingReader<'_>, of_list: Option<&Self>) -> Option<Self> {
        let [api_version, kind] = TYPE_FIELDS.map(|name| record.string(name));
        if api_version.node().is_some() && kind.node().is_some() {
            // One of the two is enough for a mapping that was parsed only partially.
            let is_named = TYPE_FIELDS.iter().any(|name| record.has(name));
            return is_named.then_some(Self { api_version, kind });
        }
        if let (Some(list), Field::Missing, Field::Missing) = (of_list, &api_version, &kind) {
            return Some(Self {
                api_version: list.api_version.clone(),
                kind: list.kind.clone(),
            });
        }
        let metadata = record.child("metadata")?;
        let is_named = ["name", "generateName"].iter().any(|key| metadata.has(key));
        let near = |name, read: Field<String>| match read {
            Field::Missing => match misspelled(record.tree(), record.node(), name) {
                Some(entry) => record.string(&record.tree().key_text(entry.key)),
                None => Field::Missing,
            },
            read => read,
        };
        let (api_version, kind) = (near("apiVersion", api_version), near("kind", kind));
        let is_meant = match (&api_version, &kind) {
            (Field::Missing, Field::Missing) => false,
            (Field::Missing, kind) => is_named && kind.text().is_some_and(is_kind),
            (version, Field::Missing) => is_named && version.text().is_some_and(is_api_version),
            _ => true,
        };
        is_meant.then_some(Self { api_version, kind })
    }

    /// Type of the items of a list that have none: that of the list without its `List`.
    ///
    /// `decodeToList` of apimachinery (`pkg/apis/meta/v1/unstructured/helpers.go`) sets it.
    pub(super) fn of_items(&self) -> Option<Self> {
        let (kind, node) = self.kind.known()?;
        let kind = kind.strip_suffix("List").filter(|kind| !kind.is_empty())?;
        Some(Self {
            api_version: self.api_version.clone(),
            kind: Field::Value(kind.to_owned(), node),
        })
    }
}

/// Entry of a mapping whose key is certainly meant as `name`, one of [`TYPE_FIELDS`], but is written differently:
/// `Kind`, `apiversion`, or a key after a byte order mark. `None` if the mapping has `name` itself.
#[must_use]
pub fn misspelled(tree: &SyntaxTree, mapping: NodeId, name: &str) -> Option<Entry> {
    if tree.get(mapping, name).is_some() {
        return None;
    }
    let mut entries = tree.entries(mapping).take(MAX_KEYS);
    entries.find(|entry| {
        let key = tree.key_text(entry.key);
        tree.kind(entry.key).is_scalar() && !TYPE_FIELDS.contains(&&*key) && is_near(&key, name)
    })
}

/// Maximum number of keys that are compared. No object has more fields at its root.
const MAX_KEYS: usize = 32;

fn is_near(key: &str, name: &str) -> bool {
    let key = key.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    if key.eq_ignore_ascii_case(name) {
        return true;
    }
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
        letters.flat_map(char::to_lowercase).collect()
    };
    // Half of a short name may differ by accident.
    let most = if name.len() > 4 { 2 } else { 0 };
    key.len() <= MAX_KEY_LENGTH && distance(&plain(key), &plain(name)) <= most
}

const MAX_KEY_LENGTH: usize = 16;

/// Whether a string has the form of a kind: `Pod`.
fn is_kind(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether a string has the form of an API version: `v1`, `apps/v1`.
fn is_api_version(text: &str) -> bool {
    let version = text.rsplit_once('/').map_or(text, |(_, version)| version);
    let digits = version.strip_prefix('v').unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{is_api_version, is_kind, is_near};

    #[test]
    fn keys_that_are_meant() {
        for (key, name) in [
            ("apiversion", "apiVersion"),
            ("ApiVersion", "apiVersion"),
            ("api-version", "apiVersion"),
            ("apiVerison", "apiVersion"),
            ("apiVersio", "apiVersion"),
            ("\u{feff}apiVersion", "apiVersion"),
            ("Kind", "kind"),
            ("KIND", "kind"),
            ("\u{feff}kind", "kind"),
        ] {
            assert!(is_near(key, name), "{key} {name}");
        }
        for (key, name) in [
            ("version", "apiVersion"),
            ("api", "apiVersion"),
            ("schemaVersion", "apiVersion"),
            ("kinds", "kind"),
            ("mind", "kind"),
            ("type", "kind"),
        ] {
            assert!(!is_near(key, name), "{key} {name}");
        }
    }

    #[test]
    fn forms_of_values() {
        for (text, is) in [
            ("v1", true),
            ("apps/v1beta1", true),
            ("1", false),
            ("apps", false),
        ] {
            assert_eq!(is_api_version(text), is, "{text}");
        }
        for (text, is) in [
            ("Pod", true),
            ("pipeline", false),
            ("My Kind", false),
            ("", false),
        ] {
            assert_eq!(is_kind(text), is, "{text}");
        }
    }
}
