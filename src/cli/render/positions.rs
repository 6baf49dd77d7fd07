//! Places in the sources of a render, as a person reads them.

use std::path::{Path, PathBuf};

use podwright_render::{Origin, RenderError, Sources, Text};
use podwright_session::discover;
use podwright_syntax::text::{ColumnUnit, FileId, LineIndex, Location, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;

/// Places in the sources of a build, as a person reads them.
pub(super) struct Positions<'s, 'f> {
    sources: &'s Sources<'f>,
    directory: &'s Path,
    /// Real path of the chart, if it is one.
    chart: Option<PathBuf>,
    files: FxHashMap<FileId, Source>,
}

/// A source file.
struct Source {
    shown: String,
    lines: LineIndex,
    /// Scalars by the offsets at which they start.
    scalars: Vec<(u32, u32)>,
}

impl<'s, 'f> Positions<'s, 'f> {
    pub(super) fn new(sources: &'s Sources<'f>, directory: &'s Path) -> Self {
        Self {
            sources,
            directory,
            chart: None,
            files: FxHashMap::default(),
        }
    }

    /// The same positions for a chart at this real path.
    pub(super) fn of_chart(mut self, path: PathBuf) -> Self {
        self.chart = Some(path);
        self
    }

    /// Whether the file is a template of the chart, which is no YAML.
    fn is_template(&self, file: FileId) -> bool {
        let path = &self.sources.get(file).path;
        let inside = self
            .chart
            .as_ref()
            .and_then(|chart| path.strip_prefix(chart).ok());
        inside.is_some_and(|inside| inside.iter().any(|part| part == "templates"))
    }

    fn source(&mut self, file: FileId) -> &Source {
        let sources = self.sources;
        let is_template = self.is_template(file);
        self.files.entry(file).or_insert_with(|| {
            let file = sources.get(file);
            let tree = file.tree();
            let scalars = tree.ids().filter(|&id| tree.kind(id).is_scalar());
            let scalars = scalars.map(|id| (tree.span(id).start, tree.span(id).end));
            let mut scalars: Vec<(u32, u32)> = match is_template {
                true => Vec::new(),
                false => scalars.collect(),
            };
            scalars.sort_unstable();
            Source {
                shown: discover::shown(&file.path),
                lines: LineIndex::new(tree.text()),
                scalars,
            }
        })
    }

    /// The places in a span that is not in one scalar, such as a file that a ConfigMap contains: its start, and the
    /// scalars in it.
    fn inside(&mut self, at: Location) -> Vec<Location> {
        if self.is_template(at.file) {
            return vec![at];
        }
        if self.sources.get(at.file).tree().errors().is_empty() {
            let source = self.source(at.file);
            let first = source
                .scalars
                .partition_point(|&(start, _)| start <= at.span.start);
            let is_in_one = first
                .checked_sub(1)
                .is_some_and(|last| at.span.end <= source.scalars[last].1);
            let inside = source.scalars[first..].iter();
            let inside = inside.take_while(|&&(start, _)| start < at.span.end);
            let inside = inside.map(|&(start, end)| Location {
                file: at.file,
                span: Span::new(start, end),
            });
            if !is_in_one {
                return std::iter::once(at).chain(inside).collect();
            }
        }
        vec![at]
    }

    /// File, line and column of the scalar that contains a place, or of the place itself.
    fn position(&mut self, at: Location) -> (String, u32, u32) {
        let text = self.sources.get(at.file).tree().text().clone();
        let source = self.source(at.file);
        let next = source
            .scalars
            .partition_point(|&(start, _)| start <= at.span.start);
        let around = next.checked_sub(1).map(|last| source.scalars[last]);
        let start = match around {
            Some((start, end)) if at.span.end <= end => start,
            _ => at.span.start,
        };
        let (line, column) = source.lines.line_column(start, &text, ColumnUnit::Utf32);
        (source.shown.clone(), line + 1, column + 1)
    }

    /// The places that a text comes from, each once.
    pub(super) fn of(&mut self, text: &Text) -> Vec<serde_json::Value> {
        let mut known = FxHashSet::default();
        let mut all = Vec::new();
        for (_, origin) in text.runs() {
            let how = match origin {
                Origin::Copied(_) => "copied",
                Origin::Made { .. } | Origin::Nowhere => "made",
            };
            for at in origin.locations() {
                for at in self.inside(at) {
                    let (file, line, column) = self.position(at);
                    if known.insert((file.clone(), line, column)) {
                        all.push(json!({"file": file, "line": line, "column": column, "how": how}));
                    }
                }
            }
        }
        all
    }

    /// The error with its place, and the way there.
    pub(super) fn describe(&mut self, error: &RenderError) -> String {
        let at = |positions: &mut Self, at: Location| {
            let (file, line, column) = positions.position(at);
            format!("{file}:{line}:{column}")
        };
        let mut text = match error.place {
            Some(place) => format!("{}: {error}", at(self, place)),
            None => format!("{}: {error}", discover::shown(self.directory)),
        };
        for &entry in &error.through {
            let entry = at(self, entry);
            text.push_str(&format!("; used by {entry}"));
        }
        if let Some(help) = &error.help {
            text.push_str(&format!("\n  help: {help}"));
        }
        text
    }
}
