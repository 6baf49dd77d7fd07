use crate::text::Span;
use crate::{Format, NodeId, SyntaxTree};

use super::double_quoted;

impl SyntaxTree {
    /// Returns the edit that replaces the entry `key` of the mapping `id` with `new: {name: number, …}`: the span to
    /// replace, and the new text. `None` if the edit would have side effects or lose a comment.
    #[must_use]
    pub fn replace_entry_with(
        &self,
        id: NodeId,
        key: &str,
        new: &str,
        fields: &[(&str, u64)],
    ) -> Option<(Span, String)> {
        let entry = self
            .entries(id)
            .find(|entry| self.key_text(entry.key) == key)?;
        let (start, value) = (self.span(entry.key).start, self.span(entry.value));
        let text = self.slice(Span::new(start, value.end)).trim_end();
        let end = start + u32::try_from(text.len()).ok()?;
        let span = Span::new(start, end);
        let mut comments = self.comments().iter();
        let has_comment = comments.any(|comment| comment.start < end && start < comment.end);
        // An anchor or alias links the text to another location.
        let is_tied = text.contains(['&', '*']) || self.is_recovered(id) || self.is_anchored(id);
        if has_comment || is_tied || self.format() == Format::Toml {
            return None;
        }
        let written = |name: &str| {
            if self.format() == Format::Json {
                double_quoted(name)
            } else {
                name.to_owned()
            }
        };
        let fields = fields.iter();
        let fields: Vec<String> = fields
            .map(|(name, number)| format!("{}: {number}", written(name)))
            .collect();
        Some((span, format!("{}: {{{}}}", written(new), fields.join(", "))))
    }
}
