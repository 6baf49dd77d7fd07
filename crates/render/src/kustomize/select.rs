//! Selectors of patches and replacements (`api/types/selector.go`, `resWrangler.Select`).

mod labels;

use std::cell::OnceCell;

use regex::{Regex, RegexBuilder};

use super::resource::Resource;
use crate::Text;
use crate::error::RenderError;
use crate::node::{Map, Node};

/// Which objects a patch or replacement means. A missing field selects everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Selector {
    /// Regular expression for the API group.
    pub(super) group: Option<Text>,
    /// Regular expression for the version.
    pub(super) version: Option<Text>,
    /// Regular expression for the kind.
    pub(super) kind: Option<Text>,
    /// Regular expression for the name, now or at first.
    pub(super) name: Option<Text>,
    /// Regular expression for the effective namespace, now or at first.
    pub(super) namespace: Option<Text>,
    /// Label selector for the labels.
    pub(super) labels: Option<Text>,
    /// Label selector for the annotations.
    pub(super) annotations: Option<Text>,
}

impl Selector {
    /// Reads a selector of a test.
    #[cfg(test)]
    pub(super) fn read(node: &Node) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::text).cloned();
        Self {
            group: text("group"),
            version: text("version"),
            kind: text("kind"),
            name: text("name"),
            namespace: text("namespace"),
            labels: text("labelSelector"),
            annotations: text("annotationSelector"),
        }
    }

    /// Indices of the objects that it selects.
    ///
    /// # Errors
    ///
    /// Returns an error at a regular expression that Go rejects; and, if an object matches all of those, at a label
    /// selector with wrong syntax.
    pub(super) fn select(&self, resources: &[Resource]) -> Result<Vec<usize>, RenderError> {
        let compiled = Compiled::new(self)?;
        let mut selected = Vec::new();
        for (at, resource) in resources.iter().enumerate() {
            if compiled.selects(resource)? {
                selected.push(at);
            }
        }
        Ok(selected)
    }
}

/// A selector that is ready to be asked for many objects.
pub(super) struct Compiled<'s> {
    selector: &'s Selector,
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: OnceCell<labels::Requirements>,
    annotations: OnceCell<labels::Requirements>,
}

impl<'s> Compiled<'s> {
    /// Compiles the regular expressions of a selector.
    ///
    /// # Errors
    ///
    /// Returns an error at the first one that is not valid.
    pub(super) fn new(selector: &'s Selector) -> Result<Self, RenderError> {
        Ok(Self {
            group: Pattern::new(selector.group.as_ref())?,
            version: Pattern::new(selector.version.as_ref())?,
            kind: Pattern::new(selector.kind.as_ref())?,
            name: Pattern::new(selector.name.as_ref())?,
            namespace: Pattern::new(selector.namespace.as_ref())?,
            labels: OnceCell::new(),
            annotations: OnceCell::new(),
            selector,
        })
    }

    /// Whether it selects the object.
    ///
    /// # Errors
    ///
    /// Returns an error at a label selector with wrong syntax. As in kustomize, only for an object that matches all
    /// regular expressions.
    pub(super) fn selects(&self, resource: &Resource) -> Result<bool, RenderError> {
        let now = resource.id();
        let first = resource.original_id();
        let is_namespace = |id: &super::ResId| self.namespace.matches(id.effective_namespace());
        if !(is_namespace(&first) || is_namespace(&now))
            || !(self.name.matches(&first.name) || self.name.matches(&now.name))
            || !self.group.matches(&now.gvk.group)
            || !self.version.matches(&now.gvk.version)
            || !self.kind.matches(&now.gvk.kind)
        {
            return Ok(false);
        }
        self.has_labels(resource)
    }

    /// Whether the type, name and namespace of an identity are selected (`TargetSelectorRegex.Selects`).
    pub(super) fn matches_id(&self, id: &super::ResId) -> bool {
        self.group.matches(&id.gvk.group)
            && self.version.matches(&id.gvk.version)
            && self.kind.matches(&id.gvk.kind)
            && self.name.matches(&id.name)
            && self.namespace.matches(&id.namespace)
    }

    /// Whether the labels and annotations of the object are selected.
    ///
    /// # Errors
    ///
    /// Returns an error at a label selector with wrong syntax.
    pub(super) fn has_labels(&self, resource: &Resource) -> Result<bool, RenderError> {
        let has = |selector: &Option<Text>, cell: &OnceCell<labels::Requirements>, field: &str| {
            let Some(selector) = selector else {
                return Ok(true);
            };
            if cell.get().is_none() {
                let parsed = labels::parse(selector.as_str()).map_err(|problem| {
                    let message = format!("invalid selector `{selector}`: {problem}");
                    RenderError::at(selector.location(), message)
                })?;
                let _ = cell.set(parsed);
            }
            let values = resource.node.at(&["metadata", field]).and_then(Node::map);
            let value = |key: &str| {
                let value = values.and_then(|values: &Map| values.get(key))?;
                // As written: a null is its text.
                Some(value.as_scalar().map_or("", |scalar| scalar.as_str()))
            };
            Ok(cell
                .get()
                .is_none_or(|parsed| labels::matches(parsed, value)))
        };
        Ok(has(&self.selector.labels, &self.labels, "labels")?
            && has(&self.selector.annotations, &self.annotations, "annotations")?)
    }
}

/// An anchored regular expression (`anchorRegex`).
enum Pattern {
    Any,
    /// One without special characters.
    Literal(String),
    Regex(Regex),
}

/// Maximum size of a compiled expression, in bytes.
const MAX_BYTES: usize = 4 << 20;

impl Pattern {
    fn new(text: Option<&Text>) -> Result<Self, RenderError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(Self::Any);
        };
        let pattern = text.as_str();
        if !pattern.contains([
            '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
        ]) {
            return Ok(Self::Literal(pattern.to_owned()));
        }
        let regex = RegexBuilder::new(&format!("^(?:{})$", translated(pattern)))
            .size_limit(MAX_BYTES)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => RenderError::limit(
                    text.location(),
                    "the regular expression needs more than 4 MiB of memory",
                    "use smaller repetition counts",
                ),
                _ => {
                    let message = format!("`{pattern}` is not a valid regular expression");
                    RenderError::at(text.location(), message)
                }
            })?;
        Ok(Self::Regex(regex))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Literal(own) => own == text,
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// The pattern in the syntax of the crate: every `{` escaped that starts no repetition, which is literal in Go, and
/// `\Q…\E` spelled out.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix("\\Q") {
            let (literal, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
            out.push_str(&regex::escape(literal));
            rest = after;
            continue;
        }
        let is_escape = character == '\\' && rest.len() > 1;
        let escaped = rest.chars().nth(1).filter(|_| is_escape);
        let mut end = character.len_utf8() + escaped.map_or(0, char::len_utf8);
        // After `\p` and `\x`, a brace belongs to the escape.
        if matches!(escaped, Some('p' | 'P' | 'x')) && rest[end..].starts_with('{') {
            end += 1;
        }
        if character == '{' && !is_repetition(&rest[1..]) {
            out.push('\\');
        }
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// Whether the text after `{` is `2}`, `2,}` or `2,3}`.
fn is_repetition(text: &str) -> bool {
    let Some((inside, _)) = text.split_once('}') else {
        return false;
    };
    let (low, high) = inside.split_once(',').unwrap_or((inside, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !low.is_empty() && is_number(low) && is_number(high)
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::Text;

    /// Matches of Go's `regexp`, anchored.
    #[test]
    fn patterns_are_those_of_go() {
        let cases: &[(&str, &str, Option<bool>)] = &[
            ("web", "web", Some(true)),
            ("web", "webs", Some(false)),
            ("web|db", "db", Some(true)),
            ("w.*", "web-1", Some(true)),
            ("a{,2}", "a{,2}", Some(true)),
            ("a{2}", "aa", Some(true)),
            ("\\Qa.b\\E+", "a.bb", Some(true)),
            ("\\Qa.b", "axb", Some(false)),
            ("\\x{61}\\p{Greek}", "aπ", Some(true)),
            ("é{", "é{", Some(true)),
            ("(?i)WEB", "web", Some(true)),
            ("*", "web", None),
            ("a(", "a", None),
            ("a\\", "a", None),
        ];
        for (pattern, text, expected) in cases {
            let compiled = Pattern::new(Some(&Text::constant(*pattern)));
            let found = compiled.ok().map(|compiled| compiled.matches(text));
            assert_eq!(found, *expected, "{pattern}");
        }
    }
}
