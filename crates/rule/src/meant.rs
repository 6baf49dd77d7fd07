//! Names that were probably meant instead of wrong ones.
//!
//! A help that names one carries the edit that writes it: rules get both from here, and [`Finding::meant`] reports both.

use std::ops::Range;

use podwright_syntax::NodeId;
use podwright_syntax::text::{Location, Span, nearest};

use crate::RuleContext;
use crate::finding::{Applicability, Edit, Finding, Fix};

/// A name that was probably meant, and the edit that writes it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Meant {
    name: String,
    fix: Option<Fix>,
}

impl Meant {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The suggestion without the edit if `is_doubtful`.
    pub fn unless(mut self, is_doubtful: bool) -> Self {
        if is_doubtful {
            self.fix = None;
        }
        self
    }
}

impl RuleContext<'_> {
    /// Suggests the candidate nearest to `written`, the value of the scalar `node`. Without an edit if another candidate is
    /// as near.
    pub fn nearest<'c>(
        &self,
        node: NodeId,
        written: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<Meant> {
        let nearest = nearest(written, candidates)?;
        let meant = self.suggest(node, nearest.name, Applicability::Unsafe);
        Some(meant.unless(!nearest.is_only))
    }

    /// Suggests the value that differs from `written`, the value of the scalar `node`, only in case, with a safe edit: the
    /// wrong value certainly fails. Otherwise the nearest one.
    pub fn nearest_value(&self, node: NodeId, written: &str, values: &[&str]) -> Option<Meant> {
        let mut all = values.iter();
        match all.find(|value| value.eq_ignore_ascii_case(written.trim())) {
            Some(same) => Some(self.suggest(node, same, Applicability::Safe)),
            None => self.nearest(node, written, values.iter().copied()),
        }
    }

    /// Suggests the candidate nearest to `written`, which is in a part of the decoded value of the scalar `node`.
    pub fn nearest_within<'c>(
        &self,
        node: NodeId,
        within: Range<usize>,
        written: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<Meant> {
        let nearest = nearest(written, candidates)?;
        let tree = self.tree();
        let place = Location {
            file: self.file_id,
            span: tree.span_within(node, within),
        };
        let meant = self.suggest_at(place, written, nearest.name);
        Some(meant.unless(!nearest.is_only || tree.is_anchored(node)))
    }

    /// Suggests `name` instead of the value of the scalar `node`. Without an edit if an alias uses the value elsewhere, or if
    /// the node is a key and its mapping has the other key, too.
    pub fn suggest(&self, node: NodeId, name: &str, safety: Applicability) -> Meant {
        let tree = self.tree();
        let is_simple = tree.kind(node).is_scalar() && !tree.is_anchored(node);
        let around = tree.mapping_of_key(node);
        let is_there = around.is_some_and(|mapping| tree.get(mapping, name).is_some());
        Meant {
            name: name.to_owned(),
            fix: (is_simple && !is_there).then(|| self.replace(node, name, safety)),
        }
    }

    /// Suggests `name` instead of `written` in the text at `place`, with an unsafe edit if the text contains it once and
    /// the file is one that a person edits.
    pub fn suggest_at(&self, place: Location, written: &str, name: &str) -> Meant {
        let file = self.workspace.file(place.file);
        let text = file.source.text.get(place.span.range()).unwrap_or_default();
        let mut found = text.match_indices(written);
        let only = found.next().filter(|_| found.next().is_none());
        let at = only.filter(|_| !written.is_empty() && self.workspace.is_editable(place.file));
        let fix = at.and_then(|(at, _)| {
            let start = place.span.start + u32::try_from(at).ok()?;
            let end = start + u32::try_from(written.len()).ok()?;
            let span = Span::new(start, end);
            Some(Fix {
                title: format!("Replace with `{name}`"),
                safety: Applicability::Unsafe,
                edits: vec![Edit {
                    place: self.workspace.place_of(place.file, span),
                    content: name.to_owned(),
                }],
            })
        });
        Meant {
            name: name.to_owned(),
            fix,
        }
    }
}

impl Finding {
    /// Adds the edit of a suggestion that the help already names.
    pub fn meant_as_well(&mut self, meant: Option<Meant>) -> &mut Self {
        self.fix(meant.and_then(|meant| meant.fix))
    }

    /// Says what was probably meant, with the edit: `help` makes the text from the name. Says `otherwise` if it is not
    /// known.
    pub fn meant(
        &mut self,
        meant: Option<Meant>,
        help: impl FnOnce(&str) -> String,
        otherwise: impl Into<String>,
    ) -> &mut Self {
        match meant {
            Some(meant) => self.help(help(&meant.name)).fix(meant.fix),
            None => self.help(otherwise),
        }
    }
}

/// Help that asks whether `name` is meant, if the file alone cannot say.
#[must_use]
pub fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// Help that says to use `name`.
#[must_use]
pub fn use_name(name: &str) -> String {
    format!("use `{name}`")
}
