//! Executes the templates of a chart (`pkg/engine`).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::{
    Data, Entries, Error, ErrorKind, Executor, Key, Limits, Map, MapKind, MissingKey, Templates,
    Value, text,
};
use podwright_syntax::provenance::Text;

use crate::RenderError;

use super::chart::Chart;
use super::functions::{self, NO_VALUE, State, warning};
use super::objects::{Files, capabilities};
use super::problem::Problems;
use super::values::table_at;
use super::{Options, ProblemKind, Unknown};

/// A template and what it sees.
struct Renderable {
    text: Arc<Text>,
    values: Map,
    base_path: String,
}

/// What the templates render, by their path from the name of the chart on.
pub(super) struct Rendered {
    pub(super) files: BTreeMap<String, Text>,
    /// Calls whose results a static tool cannot know.
    pub(super) unknown: Vec<Unknown>,
}

const VALUES: MapKind = MapKind::Named("common.Values");

/// Executes all templates of a chart and of those that it depends on.
pub(super) fn render(
    chart: &Chart,
    values: Map,
    options: &Options,
    problems: &mut Problems,
) -> Rendered {
    let mut templates = BTreeMap::new();
    let top = Top {
        release: release(options),
        capabilities: capabilities(
            &options.kubernetes_version,
            &Rc::new(options.api_versions.clone()),
        ),
    };
    collect(chart, "", &top, None, values, &mut templates);
    // Templates of deeper charts come last here, so those of the chart itself win when they are defined twice.
    let mut names: Vec<&String> = templates.keys().collect();
    names.sort_by_key(|name| Reverse((name.matches('/').count(), name.as_str())));
    let functions = functions::all();
    let mut set = Templates::new();
    for name in &names {
        let is_function = |name: &str| functions.contains(name);
        if let Err(error) = set.parse(name, &templates[*name].text, &is_function) {
            let (kind, subject) = kind(&error);
            problems.add_about(kind, subject, explained(&error));
        }
    }
    let state = State::default();
    let limits = Limits::default();
    let set = Rc::new(set);
    let mut executor = Executor::new(&functions, set.clone(), &state, MissingKey::Zero, limits);
    let mut files = BTreeMap::new();
    for name in names {
        let file = name.rsplit('/').next().unwrap_or(name);
        if file.starts_with('_') || set.get(name).is_none() {
            continue;
        }
        let template = &templates[name];
        let about: Entries = [
            (Key::from("Name"), Value::string(name.as_str())),
            (
                Key::from("BasePath"),
                Value::string(template.base_path.as_str()),
            ),
        ]
        .into();
        let about = Map::new(about).with_kind(VALUES);
        template
            .values
            .set("Template", Value::constant(Data::Map(about)));
        let dot = Value::constant(Data::Map(template.values.clone().with_kind(VALUES)));
        let result = executor.execute(name, dot);
        for error in state.take_required() {
            problems.add(ProblemKind::Required, error);
        }
        let out = match result {
            Ok(out) => out,
            Err(error) => {
                let (kind, subject) = kind(&error);
                problems.add_about(kind, subject, explained(&error));
                match kind {
                    ProblemKind::Limit => break,
                    _ => continue,
                }
            }
        };
        let out = text::replace(&out, NO_VALUE, &Text::default(), usize::MAX);
        files.insert(name.clone(), out);
    }
    Rendered {
        files,
        unknown: state.unknown(),
    }
}

/// What all charts see.
struct Top {
    release: Value,
    capabilities: Value,
}

fn release(options: &Options) -> Value {
    let int = |number| Value::constant(Data::Int(podwright_go_template::IntType::Int, number));
    let entries: Entries = [
        (Key::from("Name"), Value::string(options.release.as_str())),
        (
            Key::from("Namespace"),
            Value::string(options.namespace.as_str()),
        ),
        (Key::from("IsUpgrade"), Value::bool(options.is_upgrade)),
        (Key::from("IsInstall"), Value::bool(!options.is_upgrade)),
        (Key::from("Revision"), int(1)),
        (Key::from("Service"), Value::string("Helm")),
    ]
    .into();
    Value::map(entries)
}

/// `recAllTpls`. `values` are those of the root, or of the chart that depends on this one.
fn collect(
    chart: &Chart,
    parent: &str,
    top: &Top,
    outer: Option<&Map>,
    values: Map,
    templates: &mut BTreeMap<String, Renderable>,
) -> Map {
    let path = match parent {
        "" => chart.name().to_owned(),
        parent => format!("{parent}/charts/{}", chart.name()),
    };
    let mut metadata = chart.metadata.to_map();
    metadata.insert("IsRoot".into(), Value::bool(outer.is_none()));
    let values = match outer {
        None => values,
        Some(outer) => table_at(outer, &format!("Values.{}", chart.name()))
            .unwrap_or_else(|| Map::new(Entries::new())),
    };
    let subcharts = Map::new(Entries::new());
    let files = Value::constant(Data::Object(Rc::new(Files::new(&chart.files))));
    let next: Entries = [
        (Key::from("Chart"), Value::map(metadata)),
        (Key::from("Files"), files),
        (Key::from("Release"), top.release.clone()),
        (Key::from("Capabilities"), top.capabilities.clone()),
        (
            Key::from("Values"),
            Value::constant(Data::Map(values.clone().with_kind(VALUES))),
        ),
        (
            Key::from("Subcharts"),
            Value::constant(Data::Map(subcharts.clone())),
        ),
    ]
    .into();
    let next = Map::new(next);
    for subchart in &chart.dependencies {
        let inner = collect(subchart, &path, top, Some(&next), values.clone(), templates);
        subcharts.set(subchart.name(), Value::constant(Data::Map(inner)));
    }
    for file in &chart.templates {
        let name = file.name.rsplit('/').next().unwrap_or(&file.name);
        if chart.metadata.is_library() && !name.starts_with('_') {
            continue;
        }
        let renderable = Renderable {
            text: Arc::new(file.text()),
            values: next.clone(),
            base_path: format!("{path}/templates"),
        };
        templates.insert(format!("{path}/{}", file.name), renderable);
    }
    next
}

/// What kind of failure an error of a template is, and what it is about.
fn kind(error: &Error) -> (ProblemKind, String) {
    let root = error.root();
    let message = root.message.as_str();
    let quoted = |start: &str, end: &str| {
        let rest = &message[message.find(start)? + start.len()..];
        Some(rest[..rest.find(end)?].to_owned())
    };
    match root.kind {
        ErrorKind::Parse => match quoted("function \"", "\" not defined") {
            Some(name) => (ProblemKind::NoFunction, name),
            None => (ProblemKind::Parse, String::new()),
        },
        ErrorKind::Limit => (ProblemKind::Limit, String::new()),
        ErrorKind::Exec if warning(message).is_some() => (ProblemKind::Fail, String::new()),
        ErrorKind::Exec => {
            if let Some(name) = quoted("no template \"", "\" associated with")
                .or_else(|| quoted("template \"", "\" not defined"))
            {
                return (ProblemKind::NoTemplate, name);
            }
            match message.split_once("nil pointer evaluating ") {
                Some((_, path)) => {
                    let field = path.rsplit('.').next().unwrap_or_default();
                    (ProblemKind::Nil, field.to_owned())
                }
                None => (ProblemKind::Execute, String::new()),
            }
        }
    }
}

/// The error of a template with its place, and the way there.
fn explained(error: &Error) -> RenderError {
    let mut chain = vec![error];
    while let Some(cause) = chain.last().and_then(|error| error.cause.as_deref()) {
        chain.push(cause);
    }
    let root = error.root();
    // A template that does not exist has no place: the call of it has.
    let at = chain.iter().rposition(|error| error.place.is_some());
    let place = at.and_then(|at| chain[at].place);
    let through = chain[..at.unwrap_or(0)]
        .iter()
        .filter_map(|error| error.place);
    let message = match warning(&root.message) {
        Some(message) => message.to_owned(),
        None => match (root.kind, at) {
            (ErrorKind::Exec, Some(at)) if at + 1 < chain.len() => root.message.clone(),
            _ => root.message.clone(),
        },
    };
    let context = root
        .executing
        .as_deref()
        .map(|(_, context)| context.as_str());
    let message = match (root.kind, context, warning(&root.message)) {
        (ErrorKind::Exec, Some(context), None) if !context.contains('\n') => {
            format!("`{context}`: {message}")
        }
        _ => message,
    };
    RenderError {
        through: through.collect(),
        ..RenderError::at(place, message)
    }
}
