//! Values that are copied between fields (`api/filters/replacement`).

mod lookup;
mod structured;
mod write;

use podwright_syntax::text::Location;

use super::field_spec::made;
use super::fields::{Fields, Strictness, decoded};
use super::gvk::{Gvk, ResId};
use super::path::split_with_brackets;
use super::resource::Resource;
use super::select::{Compiled, Selector};
use crate::Text;
use crate::error::RenderError;
use crate::node::{Node, Scalar, Value};
use lookup::{Leaf, Matcher, get, get_mut, locate};
use write::{Options, put, read_options};

/// Field that is read or written if none is named.
const DEFAULT_PATH: &str = "metadata.name";

/// A value and the fields that it is copied to.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    source: Option<Source>,
    value: Option<Text>,
    targets: Option<Vec<Target>>,
    place: Option<Location>,
}

/// The field that is copied.
#[derive(Clone, Debug)]
struct Source {
    /// Fields that are empty select anything.
    id: ResId,
    path: Text,
    options: Option<Options>,
    place: Option<Location>,
}

/// The fields to write.
#[derive(Clone, Debug)]
struct Target {
    select: Option<Selector>,
    reject: Vec<Selector>,
    paths: Vec<Text>,
    options: Option<Options>,
    place: Option<Location>,
}

impl Replacement {
    /// Reads an entry of `replacements`. The caller reads the file of an entry with `path`.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub(super) fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let known = ["source", "targets", "sourceValue", "path"];
        let fields = Fields::new(node, strictness, &known)?;
        let strictness = fields.strictness();
        let source = fields
            .get("source")
            .map(|node| Source::read(node, strictness));
        let targets = match fields.get("targets") {
            None => None,
            Some(_) => {
                let items = fields.list("targets")?.iter();
                let items = items.map(|item| Target::read(item, strictness));
                Some(items.collect::<Result<_, _>>()?)
            }
        };
        let value = fields.get("sourceValue");
        let value = value.map(|node| decoded(node, strictness));
        Ok(Self {
            source: source.transpose()?,
            value: value.transpose()?,
            targets,
            place: fields.place(),
        })
    }

    fn apply(&self, resources: &mut [Resource]) -> Result<(), RenderError> {
        let value = match (&self.source, &self.value, &self.targets) {
            (None, None, _) | (_, _, None) => {
                let message = "a replacement needs a `source` or `sourceValue`, and `targets`";
                return Err(RenderError::at(self.place, message));
            }
            (Some(_), Some(value), _) => {
                let message = "a replacement must not have both `source` and `sourceValue`";
                return Err(RenderError::at(value.location().or(self.place), message));
            }
            (None, Some(value), _) => Node::scalar(Scalar::plain(value.clone())),
            (Some(source), None, _) => source.value(resources)?,
        };
        for target in self.targets.iter().flatten() {
            target.apply(resources, &value)?;
        }
        Ok(())
    }
}

impl Source {
    fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let known = [
            "group",
            "version",
            "kind",
            "name",
            "namespace",
            "fieldPath",
            "options",
        ];
        let fields = Fields::new(node, strictness, &known)?;
        let origin = made(fields.place());
        Ok(Self {
            id: ResId {
                gvk: Gvk {
                    group: fields.string("group")?,
                    version: fields.string("version")?,
                    kind: fields.string("kind")?,
                },
                is_cluster_scoped: false,
                name: fields.string("name")?,
                namespace: fields.string("namespace")?,
            },
            path: fields
                .text("fieldPath")?
                .unwrap_or_else(|| Text::new(DEFAULT_PATH, origin)),
            options: read_options(&fields)?,
            place: fields.place(),
        })
    }

    fn value(&self, resources: &[Resource]) -> Result<Node, RenderError> {
        let is_source =
            |resource: &&Resource| ids(resource).iter().any(|id| id.is_selected_by(&self.id));
        let mut found = resources.iter().filter(is_source);
        let (source, other) = (found.next(), found.next());
        let Some(source) = source.filter(|_| other.is_none()) else {
            let source = format!("the source `{}` of a replacement", self.id);
            return Err(match other {
                Some(_) => RenderError::at(self.place, format!("several objects match {source}")),
                None => RenderError::absence(self.place, format!("no object matches {source}")),
            });
        };
        let path = self.path.as_str();
        let at_path = |problem: &str| {
            let message = format!("the source `{}` has no field `{path}`{problem}", self.id);
            RenderError::at(self.path.location(), message)
        };
        let steps = locate(&source.node, &split_with_brackets(path))
            .map_err(|problem| at_path(&format!(": {problem}")))?;
        let value = steps
            .and_then(|steps| get(&source.node, &steps))
            .filter(|value| !is_empty(value))
            .ok_or_else(|| at_path(""))?;
        match &self.options {
            None => Ok(value.clone()),
            Some(options) => options.part_of(value),
        }
    }
}

/// Null, or a collection without content (`IsNilOrEmpty`).
fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.is_null(),
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
    }
}

/// Identities now and before. The scope does not matter here (`utils.MakeResIds`).
fn ids(resource: &Resource) -> Vec<ResId> {
    let mut ids = vec![resource.id()];
    ids.extend(resource.previous_ids());
    for id in &mut ids {
        id.is_cluster_scoped = false;
    }
    ids
}

impl Target {
    fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let known = ["select", "reject", "fieldPaths", "options"];
        let fields = Fields::new(node, strictness, &known)?;
        let selector = |node: &Node| read_selector(node, strictness);
        let paths = fields.list("fieldPaths")?.iter();
        let mut paths = paths
            .map(|item| decoded(item, strictness))
            .collect::<Result<Vec<_>, _>>()?;
        if paths.is_empty() {
            paths.push(Text::new(DEFAULT_PATH, made(fields.place())));
        }
        Ok(Self {
            select: fields.get("select").map(selector).transpose()?,
            reject: fields
                .list("reject")?
                .iter()
                .map(selector)
                .collect::<Result<_, _>>()?,
            paths,
            options: read_options(&fields)?,
            place: fields.place(),
        })
    }

    fn apply(&self, resources: &mut [Resource], value: &Node) -> Result<(), RenderError> {
        let Some(select) = &self.select else {
            let message = "a target of a replacement needs `select`";
            return Err(RenderError::at(self.place, message));
        };
        let select = Compiled::new(select)?;
        let reject = self.reject.iter().map(Compiled::new);
        let reject: Vec<Compiled<'_>> = reject.collect::<Result<_, _>>()?;
        for resource in resources {
            if !select.has_labels(resource)? || self.is_rejected(&reject, resource)? {
                continue;
            }
            let ids = ids(resource);
            if ids.iter().any(|id| select.matches_id(id)) {
                self.write(&mut resource.node, value)?;
                super::shared::spread(resource);
            }
        }
        Ok(())
    }

    fn is_rejected(
        &self,
        reject: &[Compiled<'_>],
        resource: &Resource,
    ) -> Result<bool, RenderError> {
        for (compiled, selector) in reject.iter().zip(&self.reject) {
            let has_labels = selector.labels.is_some() || selector.annotations.is_some();
            if has_labels && compiled.has_labels(resource)? {
                return Ok(true);
            }
        }
        let ids = ids(resource);
        let names_object = |selector: &Selector| {
            selector.group.is_some()
                || selector.version.is_some()
                || selector.kind.is_some()
                || selector.name.is_some()
                || selector.namespace.is_some()
        };
        Ok(reject.iter().zip(&self.reject).any(|(compiled, selector)| {
            names_object(selector) && ids.iter().any(|id| compiled.matches_id(id))
        }))
    }

    fn write(&self, node: &mut Node, value: &Node) -> Result<(), RenderError> {
        let options = self.options.as_ref();
        let leaf = match &value.value {
            Value::Scalar(_) => Leaf::Scalar,
            Value::Map(_) => Leaf::Map,
            Value::List(_) => Leaf::List,
        };
        for path in &self.paths {
            let matcher = Matcher {
                create: options.filter(|options| options.create).map(|_| leaf),
                by: path.location(),
            };
            let parts = split_with_brackets(path.as_str());
            if write_in_text(node, &parts, value, options, matcher) {
                continue;
            }
            let missing = |problem: &str| {
                let verb = if matcher.create.is_some() {
                    "find or create"
                } else {
                    "find"
                };
                let message = format!(
                    "cannot {verb} the field `{path}` of a target of a replacement{problem}"
                );
                RenderError::at(path.location(), message)
            };
            let found = matcher
                .find(node, &parts)
                .map_err(|problem| missing(&format!(": {problem}")))?;
            if found.fields.is_empty() && !found.is_lost {
                return Err(missing(""));
            }
            for field in &found.fields {
                if let Some(node) = get_mut(node, &field.steps) {
                    put(node, field.is_new, value, options)?;
                }
            }
        }
        Ok(())
    }
}

/// Writes the value into the text of a scalar, if the path continues after it. Whether it did.
fn write_in_text(
    node: &mut Node,
    parts: &[String],
    value: &Node,
    options: Option<&Options>,
    matcher: Matcher,
) -> bool {
    for end in 1..parts.len() {
        let Ok(Some(steps)) = locate(node, &parts[..end]) else {
            continue;
        };
        let Some(Value::Scalar(scalar)) = get_mut(node, &steps).map(|node| &mut node.value) else {
            continue;
        };
        if structured::parse(&scalar.text).is_err() {
            continue;
        }
        let rest = &parts[end..];
        return match structured::replaced(&scalar.text, rest, value, options, matcher) {
            Some(text) => {
                scalar.text = text;
                true
            }
            None => false,
        };
    }
    false
}

/// The field at the end of a path without wildcards. `None` if it is missing.
///
/// # Errors
///
/// Returns a message where the path does not fit the object.
pub(super) fn field_at<'n>(node: &'n Node, path: &[String]) -> Result<Option<&'n Node>, String> {
    Ok(locate(node, path)?.and_then(|steps| get(node, &steps)))
}

/// Reads a selector of objects.
pub(super) fn read_selector(node: &Node, strictness: Strictness) -> Result<Selector, RenderError> {
    let known = [
        "group",
        "version",
        "kind",
        "name",
        "namespace",
        "annotationSelector",
        "labelSelector",
    ];
    let fields = Fields::new(node, strictness, &known)?;
    Ok(Selector {
        group: fields.text("group")?,
        version: fields.text("version")?,
        kind: fields.text("kind")?,
        name: fields.text("name")?,
        namespace: fields.text("namespace")?,
        labels: fields.text("labelSelector")?,
        annotations: fields.text("annotationSelector")?,
    })
}

/// Copies the values of all replacements, one after the other.
///
/// # Errors
///
/// Returns an error if a source is not found or not unique, or if a target has no such field.
pub(super) fn apply(
    replacements: &[Replacement],
    resources: &mut [Resource],
) -> Result<(), RenderError> {
    replacements
        .iter()
        .try_for_each(|replacement| replacement.apply(resources))
}
