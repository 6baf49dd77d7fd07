//! Which dependencies of a chart are used, and the values that it imports from them
//! (`pkg/chart/v2/util/dependencies.go`).

use podwright_go_template::{Data, Entries, Key, Map, Value, size, sprint};

use crate::RenderError;

use super::chart::{Chart, Dependency};
use super::load::table;
use super::problem::{NoticeKind, Problems};
use super::semver::is_compatible;
use super::values::{coalesce_tables, coalesce_values, copy_map, table_at, value_at};

/// Most charts, where each alias is another one.
const MAX_CHARTS: usize = 1_000;

/// Most values that a chart imports.
const MAX_VALUES: usize = 500_000;

/// `ProcessDependencies`
pub(super) fn process(
    chart: &mut Chart,
    values: &Map,
    problems: &mut Problems,
) -> Result<(), RenderError> {
    enable(chart, values, "", &mut 0, problems)?;
    replaced_in_subcharts(chart, problems);
    replaced(values, &chart.values, problems);
    import_all(chart)
}

/// What a chart gives to its subcharts over their values.
fn replaced_in_subcharts(chart: &Chart, problems: &mut Problems) {
    for subchart in &chart.dependencies {
        if let Some(Data::Map(given)) = chart.values.get(subchart.name()).map(|value| value.data) {
            replaced(&given, &subchart.values, problems);
        }
        replaced_in_subcharts(subchart, problems);
    }
}

/// Finds values that are not mappings where the chart has mappings (`coalesceTablesFullKey`). null removes a value.
fn replaced(given: &Map, own: &Map, problems: &mut Problems) {
    for (key, own) in own.to_vec() {
        let (Some(given), Data::Map(own)) = (given.get(key.0.as_str()), &own.data) else {
            continue;
        };
        match &given.data {
            Data::Nil => {}
            Data::Map(given) => replaced(given, own, problems),
            _ if own.is_empty() => {}
            _ => {
                let related = key.0.location();
                let place = given.place().or(related);
                problems.notice(NoticeKind::ReplacedMapping, key.0.as_str(), place, related);
            }
        }
    }
}

/// Removes dependencies that are not enabled, and names the others by their alias (`processDependencyEnabled`).
fn enable(
    chart: &mut Chart,
    values: &Map,
    path: &str,
    charts: &mut usize,
    problems: &mut Problems,
) -> Result<(), RenderError> {
    let too_many = |place| {
        let message = format!("the chart has more than {MAX_CHARTS} dependencies");
        Err(RenderError::limit(place, message, "remove dependencies"))
    };
    if chart.dependencies.len() > MAX_CHARTS {
        return too_many(chart.place);
    }
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let existing = std::mem::take(&mut chart.dependencies);
    let is_required = |existing: &Chart, dependency: &Dependency| {
        existing.metadata.name.as_str() == dependency.name.as_str()
            && is_compatible(
                dependency.version.as_str(),
                existing.metadata.version.as_str(),
            )
    };
    let mut used: Vec<Chart> = existing
        .iter()
        .filter(|existing| {
            let mut required = chart.metadata.dependencies.iter();
            !required.any(|dependency| is_required(existing, dependency))
        })
        .cloned()
        .collect();
    for dependency in &mut chart.metadata.dependencies {
        if let Some(found) = existing
            .iter()
            .find(|existing| is_required(existing, dependency))
        {
            *charts += count(found);
            if *charts > MAX_CHARTS {
                return too_many(dependency.place.unwrap_or(chart.place));
            }
            let mut found = found.clone();
            if !dependency.alias.is_empty() {
                found.metadata.name = dependency.alias.clone();
            }
            used.push(found);
        }
        if !dependency.alias.is_empty() {
            dependency.name = dependency.alias.clone();
        }
    }
    chart.dependencies = used;
    for dependency in &mut chart.metadata.dependencies {
        dependency.enabled = true;
    }
    let values = coalesce_values(chart, values, false)?;
    by_tags(&mut chart.metadata.dependencies, &values);
    by_conditions(&mut chart.metadata.dependencies, &values, path);
    if path.is_empty() {
        for dependency in &chart.metadata.dependencies {
            without_effect(dependency, &values, problems);
        }
    }
    let removed: Vec<String> = chart
        .metadata
        .dependencies
        .iter()
        .filter(|dependency| !dependency.enabled)
        .map(|dependency| dependency.name.as_str().to_owned())
        .collect();
    let is_kept = |name: &str| !removed.iter().any(|removed| removed == name);
    chart.dependencies.retain(|chart| is_kept(chart.name()));
    chart
        .metadata
        .dependencies
        .retain(|dependency| is_kept(dependency.name.as_str()));
    for subchart in &mut chart.dependencies {
        let path = format!("{path}{}.", subchart.name());
        enable(subchart, &values, &path, charts, problems)?;
    }
    Ok(())
}

/// Number of charts in a chart, itself included.
fn count(chart: &Chart) -> usize {
    1 + chart.dependencies.iter().map(count).sum::<usize>()
}

fn by_tags(dependencies: &mut [Dependency], values: &Map) {
    let Some(tags) = table_at(values, "tags") else {
        return;
    };
    for dependency in dependencies {
        let (mut has_true, mut has_false) = (false, false);
        for tag in &dependency.tags {
            if let Some(Data::Bool(value)) = tags.get(tag.as_str()).map(|value| value.data) {
                has_true |= value;
                has_false |= !value;
            }
        }
        dependency.enabled = has_true || !has_false;
    }
}

fn by_conditions(dependencies: &mut [Dependency], values: &Map, path: &str) {
    for dependency in dependencies {
        for condition in dependency.condition.as_str().trim().split(',') {
            if condition.is_empty() {
                continue;
            }
            let value = value_at(values, &format!("{path}{condition}"));
            if let Some(Data::Bool(value)) = value.map(|value| value.data) {
                dependency.enabled = value;
                break;
            }
        }
    }
}

/// A condition that decides nothing: it names no value, or one that is not a boolean.
fn without_effect(dependency: &Dependency, values: &Map, problems: &mut Problems) {
    let condition = &dependency.condition;
    let paths = condition.as_str().trim().split(',');
    let mut other = None;
    let mut seen = false;
    for path in paths.filter(|path| !path.is_empty()) {
        seen = true;
        match value_at(values, path) {
            Some(value) if matches!(value.data, Data::Bool(_)) => return,
            Some(value) if !value.is_nil() => other = Some((path, value.place())),
            _ => {}
        }
    }
    let place = condition.location();
    match other {
        Some((path, related)) => problems.notice(NoticeKind::ConditionType, path, place, related),
        None if seen => {
            problems.notice(
                NoticeKind::Condition,
                condition.as_str().trim(),
                place,
                None,
            );
        }
        None => {}
    }
}

fn import_all(chart: &mut Chart) -> Result<(), RenderError> {
    for subchart in &mut chart.dependencies {
        import_all(subchart)?;
    }
    import(chart)
}

/// `processImportValues`
fn import(chart: &mut Chart) -> Result<(), RenderError> {
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let values = coalesce_values(chart, &Map::new(Entries::new()), true)?;
    let mut imported = Map::new(Entries::new());
    for dependency in &mut chart.metadata.dependencies {
        let name = dependency.name.as_str().to_owned();
        let mut normalized = Vec::new();
        for value in &dependency.import_values {
            let (child, parent) = match &value.data {
                Data::Map(map) => {
                    let text = |key: &str| {
                        let value = map.get(key).unwrap_or_else(Value::nil);
                        sprint(std::slice::from_ref(&value)).as_str().to_owned()
                    };
                    (text("child"), text("parent"))
                }
                Data::String(text) => (format!("exports.{}", text.as_str()), ".".to_owned()),
                _ => continue,
            };
            let entry: Entries = [
                (Key::from("child"), Value::string(child.as_str())),
                (Key::from("parent"), Value::string(parent.as_str())),
            ]
            .into();
            normalized.push(Value::map(entry));
            if let Some(found) = table_at(&values, &format!("{name}.{child}")) {
                let found = at_path(&parent, found);
                coalesce_tables(&imported, &found, true);
                imported = Map {
                    is_nil: false,
                    ..imported
                };
            }
        }
        dependency.import_values = normalized;
    }
    // Each value can be imported many times.
    if size(&table(imported.clone()), MAX_VALUES) > MAX_VALUES {
        let message = format!("the chart imports more than {MAX_VALUES} values");
        let help = "remove entries of `import-values`";
        return Err(RenderError::limit(chart.place, message, help));
    }
    let values = copy_map(&values);
    coalesce_tables(&values, &imported, true);
    chart.values = values;
    Ok(())
}

/// A map that has `data` at a path.
fn at_path(path: &str, data: Map) -> Map {
    if path == "." {
        return data;
    }
    let inner = |data: Map, name: &str| Map::new([(Key::from(name), table(data))].into());
    path.split('.').rev().fold(data, inner)
}
