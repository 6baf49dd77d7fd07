//! Renames keys of values and named templates, where everything that uses the name is known.

use podwright_render::helm::symbols::{PathId, Step, Symbols, UnknownReader, Use};
use podwright_syntax::text::{Location, Span};

use super::{ChartCursor, Spot};

/// What can be renamed at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name.
    pub span: Span,
    /// The name as it is now.
    pub name: String,
}

/// What can be renamed at the cursor; `None` if there is no name.
///
/// # Errors
///
/// Returns why the name at the cursor cannot be renamed.
pub fn rename(cursor: &ChartCursor<'_>) -> Result<Option<Rename>, String> {
    let (span, name) = match target(cursor)? {
        Some((span, Target::Value(path))) => {
            places_of_value(cursor, path)?;
            (span, last_key(&cursor.chart.symbols, path)?)
        }
        Some((span, Target::Template(name))) => {
            places_of_template(cursor, &name)?;
            (span, name)
        }
        None => return Ok(None),
    };
    Ok(Some(Rename { span, name }))
}

/// The places of the name at the cursor, all of which become `new`.
///
/// # Errors
///
/// Returns why the name cannot be renamed, or cannot become `new`.
pub fn renamed(cursor: &ChartCursor<'_>, new: &str) -> Result<Vec<Location>, String> {
    match target(cursor)? {
        Some((_, Target::Value(path))) => {
            let places = places_of_value(cursor, path)?;
            check_key(cursor, path, new, &places)?;
            Ok(places)
        }
        Some((_, Target::Template(name))) => {
            if new.is_empty() || new.contains(['"', '\\', '`', '\n']) {
                return Err(format!("`{new}` is not a name of a template"));
            }
            if cursor.chart.symbols.definition(new).is_some() {
                return Err(format!("a template `{new}` exists already"));
            }
            places_of_template(cursor, &name)
        }
        None => Err("this is not the name of a value or a template".to_owned()),
    }
}

enum Target {
    Value(PathId),
    Template(String),
}

fn target(cursor: &ChartCursor<'_>) -> Result<Option<(Span, Target)>, String> {
    let symbols = &cursor.chart.symbols;
    Ok(match cursor.spot() {
        Some(Spot::Key(read)) => match read.paths.as_slice() {
            [path] => Some((read.place.span, Target::Value(*path))),
            paths => return Err(several(symbols, paths)),
        },
        Some(Spot::Template(name, span)) => Some((span, Target::Template(name.to_string()))),
        Some(Spot::Entry(path, span)) => Some((span, Target::Value(path))),
        None => None,
    })
}

fn several(symbols: &Symbols, paths: &[PathId]) -> String {
    let mut names: Vec<String> = paths
        .iter()
        .take(3)
        .map(|&path| format!("`{}`", symbols.paths().shown(path)))
        .collect();
    if paths.len() > 3 {
        names.push("…".to_owned());
    }
    format!("the key is read for several values: {}", names.join(", "))
}

fn last_key(symbols: &Symbols, path: PathId) -> Result<String, String> {
    match symbols.paths().step(path) {
        Some(Step::Key(key)) => Ok(key.to_string()),
        _ => Err("this is not a key".to_owned()),
    }
}

/// Where the last key of a path is written. All keys there mean this path.
fn places_of_value(cursor: &ChartCursor<'_>, path: PathId) -> Result<Vec<Location>, String> {
    let chart = cursor.chart;
    let symbols = &chart.symbols;
    let paths = symbols.paths();
    let at = |place: Option<Location>| match place {
        Some(place) => format!(" at {}", chart.shown_place(place)),
        None => String::new(),
    };
    if symbols.is_structural(path)
        && !symbols
            .names(path)
            .iter()
            .any(|place| is_condition(cursor, *place))
    {
        return Err("helm itself reads this key".to_owned());
    }
    if symbols.charts.iter().any(|one| one.root == path) {
        return Err("the key is the name of a chart".to_owned());
    }
    if let Some(place) = symbols.broken.first() {
        let place = chart.source(*place).path.clone();
        return Err(format!(
            "{place} has a mistake, so what it reads is not known"
        ));
    }
    if let Some(UnknownReader::Other(place)) = symbols.unknown_reader(path) {
        return Err(format!(
            "a template that cannot be followed may read the key{}",
            at(place)
        ));
    }
    for (distance, above) in paths.ancestors(path).skip(1).enumerate() {
        let whole = symbols.uses(above).find(|(how, _)| match how {
            Use::Value => true,
            Use::Keys => distance == 0 && paths.step(path) != Some(&Step::Any),
            Use::Step | Use::Test | Use::Fallback => false,
        });
        if let Some((_, place)) = whole {
            let name = match paths.shown(above).as_str() {
                "" => "all values are".to_owned(),
                name => format!("`{name}` is"),
            };
            return Err(format!(
                "{name} used as a whole{}, so the key may be part of the result",
                at(Some(place))
            ));
        }
    }
    if paths.matching(path).len() > 1 {
        return Err("the key is in a map whose keys are not fixed".to_owned());
    }
    if symbols.is_assigned(path) {
        return Err("a template sets the key".to_owned());
    }
    let step = symbols.uses(path).find(|(how, _)| *how == Use::Step);
    if let Some((_, place)) = step {
        return Err(format!(
            "the key is part of a computed string{}",
            at(Some(place))
        ));
    }
    let mut places = symbols.names(path);
    for place in &places {
        let keys = symbols.keys_in(place.file);
        if let Some(read) = keys.iter().find(|read| read.place == *place)
            && let [first, .., last] = read.paths.as_slice()
            && first != last
        {
            return Err(format!(
                "{}{}",
                several(symbols, &read.paths),
                at(Some(*place))
            ));
        }
    }
    for index in symbols.entries_of(path) {
        let entry = &symbols.entries[index];
        if entry.is_shared {
            return Err(format!(
                "an anchor or alias repeats the key{}",
                at(Some(entry.key))
            ));
        }
        places.push(entry.key);
    }
    let is_same = |other: &PathId| paths.matching(path).contains(other);
    let properties = symbols.properties.iter().filter(|one| is_same(&one.path));
    places.extend(properties.map(|one| one.name));
    let entries = symbols.entries.iter().map(|entry| (entry.key, entry.path));
    let properties = symbols.properties.iter().map(|one| (one.name, one.path));
    for (place, other) in entries.chain(properties) {
        if places.contains(&place) && !is_same(&other) {
            return Err(several(symbols, &[path, other]) + &at(Some(place)));
        }
    }
    editable(cursor, places)
}

fn is_condition(cursor: &ChartCursor<'_>, place: Location) -> bool {
    cursor.chart.source(place.file).path.ends_with("Chart.yaml")
}

fn places_of_template(cursor: &ChartCursor<'_>, name: &str) -> Result<Vec<Location>, String> {
    let chart = cursor.chart;
    let symbols = &chart.symbols;
    if let Some(call) = symbols
        .dynamic_calls
        .iter()
        .find(|call| call.may_call(name))
    {
        return Err(format!(
            "a computed name may be this one at {}",
            chart.shown_place(call.place)
        ));
    }
    if let Some(file) = symbols.broken.first() {
        let path = &chart.source(*file).path;
        return Err(format!(
            "{path} has a mistake, so what it calls is not known"
        ));
    }
    let mut places = Vec::new();
    for definition in symbols.definitions.iter().filter(|one| *one.name == *name) {
        match definition.place {
            Some(place) => places.push(place),
            None => return Err("the name is written with escapes".to_owned()),
        }
    }
    if places.is_empty() {
        return Err(format!("no template `{name}` is defined"));
    }
    let calls = symbols.calls.iter().filter(|call| *call.name == *name);
    places.extend(calls.map(|call| call.place));
    editable(cursor, places)
}

fn editable(cursor: &ChartCursor<'_>, mut places: Vec<Location>) -> Result<Vec<Location>, String> {
    places.sort_unstable();
    places.dedup();
    let packed = places
        .iter()
        .find(|place| cursor.chart.path(place.file).is_none());
    match packed {
        Some(place) => {
            let path = &cursor.chart.source(place.file).path;
            Err(format!("the name is also in a packed chart: {path}"))
        }
        None => Ok(places),
    }
}

/// Whether a key can be written as `new` where it is.
fn check_key(
    cursor: &ChartCursor<'_>,
    path: PathId,
    new: &str,
    places: &[Location],
) -> Result<(), String> {
    let symbols = &cursor.chart.symbols;
    let paths = symbols.paths();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let is_other = matches!(
        new.to_ascii_lowercase().as_str(),
        "y" | "yes" | "n" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    if !new.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        || !new.chars().all(is_plain)
        || is_other
    {
        return Err(format!("`{new}` cannot be written as a key without quotes"));
    }
    let is_identifier = new.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let after_point = places.iter().find(|place| {
        let text = &cursor.chart.source(place.file).text;
        let before = text.get(..place.span.start as usize).unwrap_or_default();
        before.ends_with('.')
    });
    if let (false, Some(place)) = (is_identifier, after_point) {
        return Err(format!(
            "`{new}` cannot be written after a point, as at {}",
            cursor.chart.shown_place(*place)
        ));
    }
    let parent = paths.parent(path).unwrap_or(PathId::ROOT);
    if let Some(there) = paths.known(parent, &Step::Key(new.into()))
        && (!symbols.entries_of(there).is_empty() || !symbols.names(there).is_empty())
    {
        return Err(format!("a key `{new}` exists already"));
    }
    Ok(())
}
