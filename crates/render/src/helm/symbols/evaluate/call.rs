//! Templates that execute others: `include`, `template`, `tpl`.

use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::Tree;
use podwright_syntax::provenance::Text;
use podwright_syntax::text::{FileId, Location};

use super::super::abstract_value::{Atom, Set, UNKNOWN_PART};
use super::super::facts::UnknownReader;
use super::super::template::{WHOLE, parsed};
use super::{Evaluator, Flow};

/// Most bytes of a file that may be a template outside of `templates/`.
const MAX_TEMPLATE: usize = 256 << 10;

impl Evaluator<'_> {
    /// Executes the templates that a name may mean.
    pub(super) fn include(&mut self, name: &Flow, dot: &Flow) {
        let atoms = name.set.atoms().iter();
        let mut texts: Vec<Rc<str>> = atoms
            .clone()
            .filter_map(|atom| match atom {
                Atom::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        // A string that is made of values is there as a text with unknown parts, too.
        let is_text = |atom: &Atom| matches!(atom, Atom::Text(_) | Atom::Derived(_));
        if texts.is_empty() || !atoms.clone().all(is_text) {
            texts.push(UNKNOWN_PART.to_string().into());
        }
        for text in texts {
            if !text.contains(UNKNOWN_PART) {
                self.execute(&text, dot);
                match name.place {
                    Some(place) if name.is_constant => self.facts.calls(&text, place),
                    Some(place) => self.facts.calls_dynamically(&text, place),
                    None => {}
                }
                continue;
            }
            if let Some(place) = name.place {
                self.facts.calls_dynamically(&text, place);
            }
            let program = self.program;
            let names = program.templates.keys();
            let mut meant: Vec<&Arc<str>> = names.filter(|name| matches(&text, name)).collect();
            meant.sort_unstable();
            // Who does not know anything of the name does not include whole files.
            let is_anything = text.chars().all(|c| c == UNKNOWN_PART);
            meant.retain(|name| !(is_anything && program.is_file(name)));
            for name in meant {
                self.execute(name, dot);
            }
        }
    }

    fn execute(&mut self, name: &str, dot: &Flow) {
        let program = self.program;
        match program.templates.get(name) {
            Some(tree) => {
                let dot_set = match dot.set.is_empty() {
                    true => Set::opaque(),
                    false => dot.set.clone(),
                };
                self.run(tree, dot_set, None);
            }
            // A chart that is missing may define it.
            None if program.is_partial => self.escape(&dot.set, dot.place),
            None => {}
        }
    }

    /// Executes what a text may be as a template.
    pub(super) fn tpl(&mut self, text: &Flow, dot: &Flow, place: Option<Location>) -> Set {
        let program = self.program;
        for atom in text.set.atoms() {
            match atom {
                Atom::Text(text) if !text.contains(UNKNOWN_PART) => {
                    if text.contains("{{") {
                        let text = Arc::new(Text::constant(&**text));
                        self.run_text(&text, &dot.set, place);
                    }
                }
                Atom::Path(path) | Atom::Derived(path) => {
                    for text in program.texts_below(&self.facts.paths, *path) {
                        self.run_text(&text, &dot.set, place);
                    }
                    self.escape_to(&dot.set, UnknownReader::Value(place));
                }
                Atom::FileText(file) => self.run_file(*file, &dot.set, place),
                Atom::AnyFileText(chart) => {
                    let files: Vec<FileId> = program.charts[*chart]
                        .files
                        .iter()
                        .filter(|file| may_be_template(&file.name))
                        .map(|file| file.id)
                        .collect();
                    for file in files {
                        self.run_file(file, &dot.set, place);
                    }
                }
                _ => self.escape(&dot.set, place),
            }
        }
        let derived = text.set.atoms().iter().filter_map(|atom| match atom {
            Atom::Path(path) | Atom::Derived(path) => Some(Atom::Derived(*path)),
            _ => None,
        });
        Set::of(derived.chain([Atom::Opaque]))
    }

    fn run_file(&mut self, file: FileId, dot: &Set, place: Option<Location>) {
        let program = self.program;
        let mut files = program.charts.iter().flat_map(|chart| chart.files.iter());
        let found = files.find(|one| one.id == file);
        if let Some(found) = found.filter(|found| found.bytes().len() <= MAX_TEMPLATE) {
            let text = found.text();
            if text.as_str().contains("{{") {
                self.run_text(&Arc::new(text), dot, place);
            }
        }
    }

    fn run_text(&mut self, text: &Arc<Text>, dot: &Set, place: Option<Location>) {
        // Executed again for each value that uses it, but parsed once.
        let key: Arc<str> = text.as_str().into();
        let start = text.location();
        let mut known = self.program.tpl_texts.borrow_mut();
        let trees = known
            .entry((key, start))
            .or_insert_with(|| parsed(text).unwrap_or_default())
            .clone();
        drop(known);
        let whole = trees.iter().find(|tree| &*tree.name == WHOLE);
        if let Some(tree) = whole {
            let tree: &Tree = tree;
            self.run(tree, dot.clone(), place);
        }
    }
}

/// Whether a file outside of `templates/` may be the text of a template.
fn may_be_template(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_other = [
        ".md",
        ".tgz",
        ".lock",
        "license",
        "values.yaml",
        "chart.yaml",
    ]
    .iter()
    .any(|end| name.ends_with(end));
    !is_other && !name.starts_with("templates/")
}

/// Whether a name fits a pattern with unknown parts.
pub(in crate::helm::symbols) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split(UNKNOWN_PART);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
