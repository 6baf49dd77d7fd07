//! Comments in templates of charts, which are not YAML: `{{/* … */}}`, and lines that start with `#`.

use podwright_cluster::workspace::{File, Skipped};
use podwright_syntax::text::Span;

use super::offset;

/// The comments of a template that the YAML reader does not find. None in any other file.
pub(super) fn comments(file: &File) -> Vec<Span> {
    if file.skipped != Some(Skipped::HelmTemplate) {
        return Vec::new();
    }
    let text = &*file.source.text;
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("/*") {
        let start = from + at + 2;
        let end = text[start..]
            .find("*/")
            .map_or(text.len(), |end| start + end);
        let is_action = text[..start - 2]
            .trim_end_matches([' ', '-'])
            .ends_with("{{");
        if is_action {
            let inner = &text[start..end];
            let start = start + inner.len() - inner.trim_start().len();
            let end = start + inner.trim().len();
            all.push(Span::new(offset(start), offset(end)));
        }
        from = end;
    }
    if file.tree.text().is_empty() {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim();
            if content.starts_with('#') {
                let at = start + line.len() - line.trim_start().len();
                all.push(Span::new(offset(at), offset(at + content.len())));
            }
            start += line.len();
        }
    }
    all.sort_unstable_by_key(|span| span.start);
    all
}

/// The line that a comment in a template is about: its own, or the next one if it is alone on its own. `None` for a
/// comment that the YAML reader finds.
pub(super) fn covered(file: &File, comment: Span) -> Option<Span> {
    if file.skipped != Some(Skipped::HelmTemplate) || file.tree.comments().contains(&comment) {
        return None;
    }
    let text = &*file.source.text;
    let (start, end) = (comment.start as usize, comment.end as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at);
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | '-' | '/' | '*');
    let own_end = line_end(end);
    let is_alone =
        text[line_start..start].chars().all(is_mark) && text[end..own_end].chars().all(is_mark);
    if !is_alone {
        return Some(Span::new(offset(line_start), offset(own_end)));
    }
    let rest = &text[own_end..];
    let next = own_end + rest.len() - rest.trim_start().len();
    let next_end = line_end(next);
    Some(Span::new(offset(next), offset(next_end)))
}
