//! A document of a file, read without the others.

use std::fs::{self, File, Metadata};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::Unusable;
use super::contents::{Defined, bytes_of};
use podwright_model::Object;
use podwright_schema::custom::{Definition, is_definition};
use podwright_syntax::SyntaxTree;
use podwright_syntax::text;

/// Objects of a file, or of a part of it.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) tree: SyntaxTree,
    pub(super) objects: Vec<Object>,
    lines_before: usize,
}

impl Part {
    fn parse(text: &str, lines_before: usize) -> Self {
        let tree = podwright_syntax::parse(text.into());
        Self {
            objects: podwright_model::decode(&tree, &[]),
            tree,
            lines_before,
        }
    }

    /// Definitions of the kind in the group.
    pub(super) fn definitions<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Object, Definition)> {
        self.objects.iter().filter_map(move |object| {
            let (own_group, own_kind) = Definition::names(&self.tree, object)?;
            let is_meant = own_group == group && own_kind == kind;
            let definition = is_meant.then(|| Definition::of_object(&self.tree, object))?;
            Some((object, definition?))
        })
    }

    /// Number of definitions of all kinds.
    pub(super) fn count(&self) -> usize {
        let all = self.objects.iter();
        all.filter(|object| is_definition(object)).count()
    }

    /// The first syntax error.
    pub(super) fn trouble(&self) -> Option<String> {
        syntax_error(&self.tree, self.lines_before)
    }
}

impl Defined {
    /// Reads the part of the file that has the document, and all of it if the index is wrong about that.
    pub(super) fn part(&self, file: &Path) -> Result<Part, Unusable> {
        if let Some(text) = self.text_in(file) {
            let part = Part::parse(&text, 0);
            let mut own = part.definitions(&self.group, &self.kind);
            // The place of an error would need the rest of the file.
            if own.next().is_some() && part.tree.errors().is_empty() {
                drop(own);
                return Ok(part);
            }
        }
        let text = text_of(file)?;
        let (start, end) = (self.start as usize, self.end as usize);
        let part = parts(&text).into_iter().find(|part| *part == (start..end));
        if let Some(part) = part {
            let lines_before = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count();
            let part = Part::parse(&text[part], lines_before);
            let mut own = part.definitions(&self.group, &self.kind);
            if own.next().is_some() {
                drop(own);
                return Ok(part);
            }
        }
        Ok(Part::parse(&text, 0))
    }

    /// The document, if the file has one from separator to separator there.
    fn text_in(&self, file: &Path) -> Option<String> {
        let (start, end) = (u64::from(self.start), u64::from(self.end));
        if !self.is_exact || start >= end {
            return None;
        }
        let separator = b"\n---";
        // Opening a pipe would block.
        let length = fs::metadata(file).ok().filter(Metadata::is_file)?.len();
        let mut file = File::open(file).ok()?;
        let from = start.saturating_sub(1);
        file.seek(SeekFrom::Start(from)).ok()?;
        let wanted = (end - from).checked_add(3)?;
        let mut bytes = Vec::new();
        file.take(wanted).read_to_end(&mut bytes).ok()?;
        if start > 0 {
            if !bytes.starts_with(separator) {
                return None;
            }
            bytes.remove(0);
        }
        let size = usize::try_from(end - start).ok()?;
        let ends_at_separator = || bytes.get(size - 1..).is_some_and(|end| end == separator);
        if end != length && !ends_at_separator() {
            return None;
        }
        bytes.truncate(size);
        let text = String::from_utf8(bytes).ok()?;
        let is_one = text.len() == size && parts(&text).len() == 1;
        is_one.then_some(text)
    }

    /// Reads the JSON Schema of a kind in a group, or says why that cannot be.
    pub(super) fn json_schema(&self, text: &str, group: &str) -> Result<Definition, String> {
        let tree = podwright_syntax::parse(text.into());
        let definition = Definition::of_json_schema(&tree, group, &self.version, &self.kind);
        definition.ok_or_else(|| {
            let error = syntax_error(&tree, 0);
            error.unwrap_or_else(|| "not a JSON Schema of an object".to_owned())
        })
    }
}

/// The documents of a text, each with the separator before it. All of it if it is JSON.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    let separators = memchr::memmem::find_iter(text.as_bytes(), b"\n---").map(|at| at + 1);
    let separators: Vec<usize> = match text.trim_start().starts_with('{') {
        true => Vec::new(),
        false => separators.collect(),
    };
    let starts = std::iter::once(0).chain(separators.iter().copied());
    let ends = separators.iter().copied().chain([text.len()]);
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// The text of a file.
pub(super) fn text_of(file: &Path) -> Result<String, Unusable> {
    Ok(text::decode(bytes_of(file)?).text)
}

/// The first syntax error of a part of a file, after this number of lines.
pub(super) fn syntax_error(tree: &SyntaxTree, lines_before: usize) -> Option<String> {
    let error = tree.errors().first()?;
    let lines = text::LineIndex::new(tree.text());
    let at = lines.position(error.span.start, tree.text());
    let line = lines_before + at.line as usize;
    Some(format!("syntax error in line {line}, column {}", at.column))
}
