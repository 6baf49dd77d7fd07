//! Hovers in files of a chart.

use podwright_render::helm::symbols::{PathId, Reads};
use podwright_syntax::text::{Location, Span};

use super::action::{Written, action_at, written_at};
use super::functions::{self, Known};
use super::{ChartCursor, Spot};
use crate::lsp::ide::Hover;

/// Maximum number of values of one key that are shown.
const MAX_PATHS: usize = 4;
/// Maximum number of places that are shown.
const MAX_PLACES: usize = 8;
/// Maximum number of lines of a template that are shown.
const MAX_LINES: usize = 20;

/// What is known about what is at the cursor.
#[must_use]
pub fn hover(cursor: &ChartCursor<'_>) -> Option<Hover> {
    let hover = match cursor.spot() {
        Some(Spot::Key(read)) => Hover {
            span: read.place.span,
            markdown: of_paths(cursor, &read.paths),
        },
        Some(Spot::Template(name, span)) => Hover {
            span,
            markdown: of_template(cursor, &name)?,
        },
        Some(Spot::Entry(path, span)) => Hover {
            span,
            markdown: of_entry(cursor, path),
        },
        None => word(cursor)?,
    };
    let markdown = cursor.chart.without_credentials(hover.markdown);
    Some(Hover { markdown, ..hover })
}

fn of_paths(cursor: &ChartCursor<'_>, paths: &[PathId]) -> String {
    let chart = cursor.chart;
    let shown = paths.iter().take(MAX_PATHS).map(|&path| {
        let name = chart.symbols.paths().shown(path);
        format!("Value `{name}`:\n\n{}", chart.value_lines(path).join("\n"))
    });
    let mut parts: Vec<String> = shown.collect();
    if let Some(more @ 1..) = paths.len().checked_sub(MAX_PATHS) {
        parts.push(format!("and {more} more values"));
    }
    parts.join("\n\n")
}

fn of_entry(cursor: &ChartCursor<'_>, path: PathId) -> String {
    let chart = cursor.chart;
    let name = chart.symbols.paths().shown(path);
    match chart.symbols.reads(path) {
        Reads::Found(places) if places.is_empty() => {
            format!("`{name}`: helm itself reads it.")
        }
        Reads::Found(places) => format!("`{name}` is read here:\n\n{}", lines(cursor, &places)),
        Reads::Unknown(Some(place)) => format!(
            "`{name}`: no template reads it by name. A template that cannot be followed may read it: {}",
            chart.shown_place(place)
        ),
        Reads::Unknown(None) => {
            format!("`{name}`: no template here reads it. Another chart may.")
        }
        Reads::Never => format!("`{name}`: no template reads it."),
    }
}

fn lines(cursor: &ChartCursor<'_>, places: &[Location]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for place in places {
        let line = format!("- {}", cursor.chart.shown_place(*place));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if let Some(more @ 1..) = lines.len().checked_sub(MAX_PLACES) {
        lines.truncate(MAX_PLACES);
        lines.push(format!("- and {more} more"));
    }
    lines.join("\n")
}

fn of_template(cursor: &ChartCursor<'_>, name: &str) -> Option<String> {
    let chart = cursor.chart;
    let Some(definition) = chart.symbols.definition(name) else {
        return (!chart.symbols.is_file(name)).then(|| match chart.symbols.is_partial {
            true => format!("Template `{name}`: not defined here; a chart is missing."),
            false => format!("Template `{name}`: nobody defines it."),
        });
    };
    let all: Vec<&str> = definition.text.lines().collect();
    let mut text = all
        .iter()
        .take(MAX_LINES)
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    if all.len() > MAX_LINES {
        text.push_str("\n…");
    }
    // A text could end the code block.
    let fence = if text.contains("```") { "~~~~" } else { "```" };
    let place = definition
        .place
        .map(|place| chart.shown_place(place))
        .unwrap_or_default();
    let others = chart.symbols.definitions.iter();
    let mut others: Vec<Location> = others
        .filter(|one| *one.name == *name && !one.is_used)
        .filter_map(|one| one.place)
        .filter(|other| Some(*other) != definition.place)
        .collect();
    others.sort_unstable();
    others.dedup();
    let mut markdown =
        format!("Template `{name}`, defined in {place}:\n\n{fence}gotmpl\n{text}\n{fence}");
    if !others.is_empty() {
        markdown.push_str("\n\nNot used, because this definition replaces it:\n\n");
        markdown.push_str(&lines(cursor, &others));
    }
    Some(markdown)
}

/// A function, a keyword, or a field of an object that helm provides.
fn word(cursor: &ChartCursor<'_>) -> Option<Hover> {
    if cursor.is_values() {
        return None;
    }
    let text = cursor.text();
    let offset = cursor.offset as usize;
    let action = action_at(text, offset)?;
    let span = |range: &std::ops::Range<usize>| {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span::new(at(range.start), at(range.end))
    };
    match written_at(text, &action, offset)? {
        Written::Word { word, .. } => {
            let name = text.get(word.clone())?;
            let keyword = functions::keywords().find(|known| known.name == name);
            let (known, fails) = match keyword {
                Some(known) => (known, false),
                None => functions::function(name)?,
            };
            Some(Hover {
                span: span(&word),
                markdown: described(&known, name, fails),
            })
        }
        Written::Field { base, name } => {
            let field = text.get(name.clone())?;
            let object = base.rsplit('.').next().unwrap_or_default();
            let is_root = matches!(base.as_str(), "" | "$");
            let known = match functions::fields(object) {
                Some(fields) => fields.iter().find(|(known, _)| *known == field),
                None if is_root => functions::objects()
                    .iter()
                    .find(|(known, _)| *known == field),
                None => None,
            };
            let (_, what) = known?;
            Some(Hover {
                span: span(&name),
                markdown: format!("`{base}.{field}`: {what}"),
            })
        }
        Written::String { .. } => None,
    }
}

fn described(known: &Known, name: &str, fails: bool) -> String {
    let signature = known.signature.replacen(known.name, name, 1);
    let fails = if fails {
        "; the render fails on an error"
    } else {
        ""
    };
    let source = match known.source.split_once("://") {
        Some(_) => format!("\n\n[{}]({})", "Documentation", known.source),
        None => format!("\n\n`{}`", known.source),
    };
    format!(
        "```gotmpl\n{signature}\n```\n\n{}{fails}{source}",
        capitalized(known.text)
    )
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}
