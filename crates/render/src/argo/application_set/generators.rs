//! Generators whose results the files say: lists, directories and files of the repository, and combinations of them.

mod git;

use podwright_syntax::text::Location;

use super::template::Language;
use super::{ApplicationSet, merge};
use crate::files::Sources;
use crate::read::document;
use crate::{Node, Scalar, Text, Value};

/// Most combinations of generators within each other.
const MAX_DEPTH: usize = 3;

/// Most sets of parameters of one generator.
const MAX_SETS: usize = 1_000;

/// Parameters, and the template of the generator if it has one.
pub(super) type Set = (Node, Option<Node>);

pub(super) struct Generators<'s, 'f> {
    pub(super) sources: &'s mut Sources<'f>,
    pub(super) set: &'s ApplicationSet,
    pub(super) language: Language,
    /// Generators whose results are not known.
    pub(super) unknown: Vec<(Option<Location>, String)>,
}

impl Generators<'_, '_> {
    /// The parameters of an entry of `generators`, whose strings may be templates of `outer` parameters (`Transform`).
    pub(super) fn all(&mut self, entry: &Node, outer: Option<&Node>) -> Vec<Set> {
        self.at_depth(entry, outer, 0)
    }

    fn at_depth(&mut self, entry: &Node, outer: Option<&Node>, depth: usize) -> Vec<Set> {
        let interpolated = match outer {
            Some(outer) => match self.language.apply(entry.clone(), outer) {
                Ok(entry) => entry,
                Err(error) => {
                    self.unknown.push((error.place, error.message));
                    return Vec::new();
                }
            },
            None => entry.clone(),
        };
        let selector = interpolated.get("selector");
        let kinds = interpolated.map().map(|map| map.entries.as_slice());
        let mut sets = Vec::new();
        for kind in kinds.unwrap_or_default() {
            let generator = &kind.value;
            let name = kind.key.as_str();
            if name == "selector" || generator.is_null() {
                continue;
            }
            let made = match name {
                "list" => self.list(generator),
                "git" => self.git(generator),
                "matrix" | "merge" if depth < MAX_DEPTH => {
                    // Templates of the outer parameters are replaced for each combination.
                    let children = generator.get("generators").and_then(Node::list);
                    let children = children.unwrap_or_default().to_vec();
                    match name {
                        "matrix" => self.matrix(&children, depth),
                        _ => self.merged(generator, &children, depth),
                    }
                }
                _ => None,
            };
            let Some(made) = made else {
                let place = kind.key.text.location();
                self.unknown.push((place, name.to_owned()));
                continue;
            };
            if made.len() > MAX_SETS {
                let place = kind.key.text.location();
                let rest = format!("{name}: what follows after {MAX_SETS} sets of parameters");
                self.unknown.push((place, rest));
            }
            let template = generator.get("template").filter(|own| !super::is_zero(own));
            let fits = |parameters: &Node| selector.is_none_or(|one| selects(one, parameters));
            let made = made.into_iter().filter(fits).take(MAX_SETS);
            sets.extend(made.map(|parameters| (parameters, template.cloned())));
        }
        sets
    }

    /// `ListGenerator.GenerateParams`. `None` if it fails.
    fn list(&mut self, generator: &Node) -> Option<Vec<Node>> {
        let elements = generator.get("elements").and_then(Node::list);
        let mut sets = Vec::new();
        for element in elements.unwrap_or_default() {
            let map = element.map()?;
            if self.language.is_go() {
                sets.push(element.clone());
                continue;
            }
            let mut parameters = Node::empty_map(element.place);
            let out = parameters.map_mut()?;
            for entry in &map.entries {
                match entry.value.map() {
                    Some(values) if entry.key.as_str() == "values" => {
                        for value in &values.entries {
                            let key = format!("values.{}", value.key.as_str());
                            out.set(name(&key), value.value.clone());
                        }
                    }
                    Some(_) => return None,
                    None => out.set(entry.key.clone(), entry.value.clone()),
                }
            }
            sets.push(parameters);
        }
        if let Some(text) = generator.get("elementsYaml").and_then(Node::text)
            && !text.is_empty()
        {
            let more = document(text).ok()??;
            sets.extend(more.list()?.iter().cloned());
        }
        Some(sets)
    }

    /// `MatrixGenerator.GenerateParams`
    fn matrix(&mut self, children: &[Node], depth: usize) -> Option<Vec<Node>> {
        let [first, second] = children else {
            return None;
        };
        let mut sets = Vec::new();
        for (a, _) in self.at_depth(first, None, depth + 1) {
            for (b, _) in self.at_depth(second, Some(&a), depth + 1) {
                if sets.len() > MAX_SETS {
                    return Some(sets);
                }
                let mut both = b;
                merge(&mut both, a.clone());
                sets.push(both);
            }
        }
        Some(sets)
    }

    /// `MergeGenerator.GenerateParams`
    fn merged(&mut self, generator: &Node, children: &[Node], depth: usize) -> Option<Vec<Node>> {
        let keys = generator.get("mergeKeys").and_then(Node::list)?;
        let keys: Vec<String> = keys
            .iter()
            .filter_map(|key| key.str().map(str::to_owned))
            .collect();
        let (first, others) = children.split_first()?;
        let identity = |parameters: &Node| -> Vec<Option<String>> {
            let value = |key: &String| Some(parameters.get(key)?.str()?.to_owned());
            keys.iter().map(value).collect()
        };
        let base = self.at_depth(first, None, depth + 1);
        let mut sets: Vec<Node> = base.into_iter().map(|(parameters, _)| parameters).collect();
        for other in others {
            for (more, _) in self.at_depth(other, None, depth + 1) {
                let same = sets.iter_mut().find(|one| identity(one) == identity(&more));
                if let Some(same) = same {
                    merge(same, more);
                }
            }
        }
        Some(sets)
    }

    /// Adds the `values` of a generator, whose strings are templates of its parameters (`appendTemplatedValues`).
    fn with_values(&self, mut parameters: Node, values: Option<&Node>) -> Option<Node> {
        let Some(values) = values.and_then(Node::map) else {
            return Some(parameters);
        };
        let mut all = Node::empty_map(None);
        for entry in &values.entries {
            let text = entry.value.text()?;
            let text = self.language.replaced(text, &parameters).ok()?;
            all.map_mut()?.set(entry.key.clone(), Node::string(text));
        }
        if self.language.is_go() {
            parameters.map_mut()?.set(name("values"), all);
            return Some(parameters);
        }
        for entry in all.map()?.entries.clone() {
            let key = format!("values.{}", entry.key.as_str());
            parameters.map_mut()?.set(name(&key), entry.value);
        }
        Some(parameters)
    }
}

fn name(key: &str) -> Scalar {
    Scalar::string(Text::constant(key))
}

/// The parameters with dots for levels (`flatten.DotStyle`).
fn flat(node: &Node, prefix: &str, out: &mut Vec<(String, Node)>) {
    let below = |key: &str| match prefix {
        "" => key.to_owned(),
        prefix => format!("{prefix}.{key}"),
    };
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            for entry in &map.entries {
                flat(&entry.value, &below(entry.key.as_str()), out);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                flat(item, &below(&index.to_string()), out);
            }
        }
        _ => out.push((prefix.to_owned(), node.clone())),
    }
}

/// Whether a label selector fits the parameters.
fn selects(selector: &Node, parameters: &Node) -> bool {
    let mut all = Vec::new();
    flat(parameters, "", &mut all);
    let get = |key: &str| {
        let found = all.iter().find(|(known, _)| known == key)?;
        found.1.str()
    };
    let labels = selector.get("matchLabels").and_then(Node::map);
    let labels = labels.map(|map| map.entries.as_slice()).unwrap_or_default();
    let expressions = selector.get("matchExpressions").and_then(Node::list);
    labels
        .iter()
        .all(|entry| get(entry.key.as_str()) == entry.value.str())
        && expressions.unwrap_or_default().iter().all(|expression| {
            let field = |key: &str| expression.get(key).and_then(Node::str).unwrap_or_default();
            let value = get(field("key"));
            let values = expression.get("values").and_then(Node::list);
            let is_in = values
                .unwrap_or_default()
                .iter()
                .any(|one| value.is_some() && one.str() == value);
            match field("operator") {
                "In" => is_in,
                "NotIn" => !is_in,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        })
}
