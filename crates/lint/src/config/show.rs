//! What applies to a file, and which line of which configuration says so.

use std::fmt::Write as _;
use std::path::Path;

use podwright_rules::RULES;
use podwright_syntax::{NodeId, SyntaxTree};

use super::{Layer, Pattern, Settings, schema};

/// Keys whose value one configuration sets: the last one wins.
const SINGLE: [&str; 9] = [
    "kubernetes",
    "containerd",
    "crio",
    "namespace",
    "complete",
    "pod-security",
    "fail-on",
    "level",
    "baseline",
];

/// Keys whose values of all configurations are joined.
const JOINED: [&str; 10] = [
    "profile",
    "compat",
    "externals",
    "exclude",
    "placeholders",
    "pod-templates",
    "schemas",
    "policies",
    "helm",
    "nodes",
];

/// Formats the settings that apply to the file with this absolute path as a configuration, with the file and line of each
/// setting in a comment. Rules with their default level and options are counted. `layers` are the configurations that
/// `settings` was made of, the most general first.
#[must_use]
pub fn show(settings: &Settings, layers: &[Layer], path: &Path) -> String {
    let mut out = Lines::default();
    for key in SINGLE {
        let mut from = layers.iter().rev();
        let found = from.find_map(|layer| Some((layer, entry(layer, key)?)));
        let text = found.map(|(layer, node)| layer.tree.source_text(node).to_owned());
        let (value, origin) = match settings.of_command_line(key) {
            Some(value) => (value, "the command line".to_owned()),
            None => match (found, text) {
                (Some((layer, node)), Some(text)) => (text, place(layer, node)),
                _ => match settings.default_value(key) {
                    Some(value) => (value, "default".to_owned()),
                    None => continue,
                },
            },
        };
        out.add(format!("{key}: {value}"), origin);
    }
    for key in JOINED {
        let entries = layers
            .iter()
            .filter_map(|layer| Some((layer, entry(layer, key)?)));
        let mut is_first = true;
        for (layer, node) in entries {
            if std::mem::take(&mut is_first) {
                out.add(format!("{key}:"), String::new());
            }
            let items: Vec<NodeId> = match layer.tree.kind(node).is_sequence() {
                true => layer.tree.items(node).collect(),
                false => vec![node],
            };
            for item in items {
                let text = layer.tree.source_text(layer.tree.resolve(item));
                let first = text.lines().next().unwrap_or_default();
                let more = if text.lines().count() > 1 { " …" } else { "" };
                out.add(format!("  - {first}{more}"), place(layer, item));
            }
        }
    }
    rules(settings, layers, path, &mut out);
    out.write()
}

/// Rules whose level or options some configuration sets, and the number of the others.
fn rules(settings: &Settings, layers: &[Layer], path: &Path, out: &mut Lines) {
    let overrides = settings.overrides_of(path);
    let active = settings.rules(&overrides);
    let is_on = |name: &str| active.iter().find(|rule| rule.meta.name == name);
    let mut is_first = true;
    let mut defaults = 0;
    for rule in RULES {
        let name = rule.meta.name;
        let mut origins = origins(layers, name, rule.meta.group, path, settings.directory());
        if settings.is_switched_by_command_line(name) {
            origins.push("the command line".to_owned());
        }
        if origins.is_empty() {
            defaults += usize::from(is_on(name).is_some());
            continue;
        }
        if std::mem::take(&mut is_first) {
            out.add("rules:".to_owned(), String::new());
        }
        let level = is_on(name).map_or("off", |rule| rule.level.name());
        let options: Vec<String> = schema::option_names(rule)
            .into_iter()
            .filter_map(|option| {
                let value = settings.option(rule, &option)?;
                (rule.default_of(&option) != Some(value.clone()))
                    .then(|| format!("{option}: {value}"))
            })
            .collect();
        let text = match options.as_slice() {
            [] => format!("  {name}: {level}"),
            options => format!("  {name}: {{level: {level}, {}}}", options.join(", ")),
        };
        out.add(text, origins.join(", then "));
    }
    out.add(
        format!("# {defaults} more rules are on with their defaults; `podwright rules` lists them"),
        String::new(),
    );
}

/// Where the configurations set the rule for the file, in the order in which the settings apply.
fn origins(
    layers: &[Layer],
    name: &str,
    group: &str,
    path: &Path,
    directory: &Path,
) -> Vec<String> {
    let relative = path.strip_prefix(directory).unwrap_or(path);
    let mut all = Vec::new();
    for layer in layers {
        if let Some(rules) = entry(layer, "rules") {
            all.extend(in_rules(layer, rules, name, group));
        }
    }
    for layer in layers {
        let Some(overrides) = entry(layer, "overrides") else {
            continue;
        };
        for one in layer.tree.items(overrides) {
            let one = layer.tree.resolve(one);
            let paths = get(&layer.tree, one, "paths");
            let paths = paths.into_iter().flat_map(|paths| layer.tree.items(paths));
            let globs: Vec<Pattern> = paths
                .filter_map(|glob| Pattern::new(&layer.tree.decoded(layer.tree.resolve(glob))).ok())
                .collect();
            if !super::Patterns::new(&globs).fit(relative) {
                continue;
            }
            if let Some(rules) = get(&layer.tree, one, "rules") {
                all.extend(in_rules(layer, rules, name, group));
            }
        }
    }
    all
}

/// Where a mapping of rules sets the rule: for its group, then by its name.
fn in_rules(layer: &Layer, rules: NodeId, name: &str, group: &str) -> Vec<String> {
    let mut found = Vec::new();
    for is_group in [true, false] {
        for one in layer.tree.entries(rules) {
            let key = layer.tree.key_text(one.key);
            let at = place(layer, one.key);
            if is_group && *key == *group {
                found.push(format!("{at} (group {group})"));
            } else if !is_group
                && podwright_rules::find(&key).is_some_and(|rule| rule.meta.name == name)
            {
                found.push(at);
            }
        }
    }
    found
}

/// The value of a key of the configuration.
fn entry(layer: &Layer, key: &str) -> Option<NodeId> {
    let documents = layer.tree.documents().iter();
    let mut roots = documents.map(|document| document.root);
    roots.find_map(|root| get(&layer.tree, root, key))
}

fn get(tree: &SyntaxTree, mapping: NodeId, key: &str) -> Option<NodeId> {
    Some(tree.resolve(tree.get(mapping, key)?.value))
}

/// `FILE:LINE` of a node.
fn place(layer: &Layer, node: NodeId) -> String {
    let start = layer.tree.span(node).start;
    let at = layer.source.lines().position(start, &layer.source.text);
    format!("{}:{}", layer.source.path, at.line)
}

/// Lines with the origin of each.
#[derive(Default)]
struct Lines(Vec<(String, String)>);

impl Lines {
    fn add(&mut self, text: String, origin: String) {
        self.0.push((text, origin));
    }

    /// The lines, with the origins aligned in comments.
    fn write(&self) -> String {
        let widths = self.0.iter().filter(|(_, origin)| !origin.is_empty());
        let widest = widths.map(|(text, _)| text.chars().count()).max();
        let widest = widest.unwrap_or(0).min(60);
        let mut out = String::new();
        for (text, origin) in &self.0 {
            // Writing to a string cannot fail.
            let _ = match origin.as_str() {
                "" => writeln!(out, "{text}"),
                origin => writeln!(out, "{text:widest$}  # {origin}"),
            };
        }
        out
    }
}
