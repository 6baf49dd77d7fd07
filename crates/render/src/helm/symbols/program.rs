//! The templates of a chart and its subcharts, by their names.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::sync::Arc;

use podwright_go_template::Tree;
use podwright_syntax::provenance::Text;
use podwright_syntax::text::{FileId, Location, SharedText};
use rustc_hash::{FxHashMap, FxHashSet};

use super::charts::Instance;
use super::entries::TemplateText;
use super::path::{PathId, Paths};
use super::template::{Parsed, WHOLE, definition_place, parsed_leniently};

/// A `define` or `block`.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Name of the template.
    pub name: Arc<str>,
    /// Its name between the quotes. `None` if the name has escapes.
    pub place: Option<Location>,
    /// All of it, from `{{ define` to its `{{ end }}`.
    pub whole: Option<Location>,
    /// Its text, as it is written.
    pub text: Arc<str>,
    /// The chart, as an index of [`super::Symbols::charts`].
    pub chart: usize,
    /// The file.
    pub file: FileId,
    /// Whether calls of the name execute this one. Of several, the one that helm parses last counts.
    pub is_used: bool,
}

/// What is parsed, kept for files that have not changed.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    parsed: FxHashMap<(FileId, usize), (SharedText, Parsed)>,
}

/// A text that `tpl` executes, and where it is written.
type TextKey = (Arc<str>, Option<Location>);

pub(super) struct Program {
    pub(super) charts: Vec<Instance>,
    pub(super) imports: Vec<(PathId, PathId)>,
    /// Templates that are rendered, with their charts.
    pub(super) entries: Vec<(usize, Arc<Tree>)>,
    /// Named templates that count, with their charts.
    pub(super) definitions: Vec<(usize, Arc<Tree>)>,
    /// All templates by name; files by their paths.
    pub(super) templates: FxHashMap<Arc<str>, Arc<Tree>>,
    files: FxHashSet<Arc<str>>,
    /// Whether templates may be missing.
    pub(super) is_partial: bool,
    pub(super) tpl_texts: RefCell<FxHashMap<TextKey, Vec<Arc<Tree>>>>,
    texts: Vec<TemplateText>,
    roots: FxHashMap<PathId, usize>,
}

/// A file of templates.
pub(super) struct TemplateFile {
    pub(super) file: FileId,
    pub(super) parsed: Parsed,
}

impl Program {
    /// Parses all templates. What is new in `cache` replaces what was there.
    pub(super) fn new(
        charts: Vec<Instance>,
        imports: Vec<(PathId, PathId)>,
        texts: Vec<TemplateText>,
        is_partial: bool,
        cache: &mut Cache,
    ) -> (Self, Vec<Definition>, Vec<TemplateFile>) {
        let mut kept = Cache::default();
        let mut files: Vec<(String, usize, FileId, Parsed)> = Vec::new();
        for (index, chart) in charts.iter().enumerate() {
            for file in chart.files.iter() {
                if !file.name.starts_with("templates/") {
                    continue;
                }
                let parsed = kept.parsed(cache, file);
                files.push((
                    format!("{}/{}", chart.prefix, file.name),
                    index,
                    file.id,
                    parsed,
                ));
            }
        }
        *cache = kept;
        // The order in which helm parses them: deeper charts first.
        files.sort_by(|(a, ..), (b, ..)| {
            let depth = |name: &str| Reverse(name.matches('/').count());
            (depth(a), Reverse(a)).cmp(&(depth(b), Reverse(b)))
        });
        let roots = charts
            .iter()
            .enumerate()
            .map(|(index, chart)| (chart.root, index))
            .collect();
        let mut program = Self {
            is_partial: is_partial || charts.iter().any(|chart| !chart.missing.is_empty()),
            charts,
            imports,
            entries: Vec::new(),
            definitions: Vec::new(),
            templates: FxHashMap::default(),
            files: FxHashSet::default(),
            tpl_texts: RefCell::default(),
            texts,
            roots,
        };
        let mut definitions: Vec<Definition> = Vec::new();
        let mut used: FxHashMap<Arc<str>, (usize, usize, Arc<Tree>)> = FxHashMap::default();
        let mut all = Vec::new();
        for (name, chart, file, parsed) in files {
            let short = name.rsplit('/').next().unwrap_or(&name);
            let is_partial_file = short.starts_with('_');
            let is_left_out = program.charts[chart].is_library && !is_partial_file;
            if is_left_out {
                continue;
            }
            let name: Arc<str> = name.into();
            for tree in &parsed.trees {
                if &*tree.name == WHOLE {
                    program.templates.insert(name.clone(), tree.clone());
                    program.files.insert(name.clone());
                    if !is_partial_file {
                        program.entries.push((chart, tree.clone()));
                    }
                    continue;
                }
                let is_ignored = tree.is_empty() && used.contains_key(&tree.name);
                if !is_ignored {
                    used.insert(tree.name.clone(), (definitions.len(), chart, tree.clone()));
                }
                let text = tree.text.as_str().get(tree.span.clone());
                definitions.push(Definition {
                    name: tree.name.clone(),
                    place: definition_place(tree),
                    whole: tree.place(&tree.span),
                    text: text.unwrap_or_default().into(),
                    chart,
                    file,
                    is_used: false,
                });
            }
            all.push(TemplateFile { file, parsed });
        }
        for (index, chart, tree) in used.into_values() {
            definitions[index].is_used = true;
            program.templates.insert(tree.name.clone(), tree.clone());
            program.definitions.push((chart, tree));
        }
        program
            .definitions
            .sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        (program, definitions, all)
    }

    /// Whether the name is the path of a file.
    pub(super) fn is_file(&self, name: &str) -> bool {
        self.files.contains(name)
    }

    /// The chart whose values are at a path.
    pub(super) fn chart_at(&self, path: PathId) -> Option<usize> {
        self.roots.get(&path).copied()
    }

    /// Strings with template syntax at or below a path.
    pub(super) fn texts_below(&self, paths: &Paths, path: PathId) -> Vec<Arc<Text>> {
        let texts = self.texts.iter();
        let below = texts.filter(|text| paths.is_below(text.path, path));
        below.map(|text| text.text.clone()).collect()
    }
}

impl Cache {
    fn parsed(&mut self, old: &mut Self, file: &crate::helm::chart::File) -> Parsed {
        let text = file.source.text();
        let key = (file.id, file.bytes().len());
        if let (Some(text), Some((known, parsed))) = (text, old.parsed.get(&key))
            && text == known
        {
            let parsed = parsed.clone();
            self.parsed.insert(key, (text.clone(), parsed.clone()));
            return parsed;
        }
        let parsed = parsed_leniently(&Arc::new(file.text()));
        if let Some(text) = text {
            self.parsed.insert(key, (text.clone(), parsed.clone()));
        }
        parsed
    }
}
