//! Lines of a source with a marked part.

use super::page::escape;
use crate::Positions;
use crate::excerpt::excerpts;
use podwright_rule::finding::Label;

/// Writes the lines of a label with `context` lines around them.
pub(super) fn write(label: &Label, context: usize, positions: &Positions<'_>, body: &mut String) {
    let Some(source) = positions.source(label.place.file) else {
        return;
    };
    if source.text.is_empty() {
        return;
    }
    let place = positions.shown(label.place).to_string();
    for excerpt in excerpts(source, &[label.place.span], context) {
        body.push_str(&format!(
            "<pre tabindex=\"0\" role=\"region\" aria-label=\"Source at {}\"><code>",
            escape(&place)
        ));
        let widest = (excerpt.first_line + excerpt.lines).to_string().len();
        let marks: Vec<_> = excerpt.marks.iter().map(|mark| mark.span.clone()).collect();
        let mut offset = 0;
        for (line, number) in excerpt
            .text
            .split_inclusive('\n')
            .zip(excerpt.first_line + 1..)
        {
            body.push_str(&format!("<span class=\"number\">{number:>widest$} </span>"));
            let content = line.trim_end_matches('\n');
            let mut at = 0;
            for mark in &marks {
                let start = mark.start.clamp(offset + at, offset + content.len()) - offset;
                let end = mark.end.clamp(offset + start, offset + content.len()) - offset;
                if start < end {
                    body.push_str(&escape(&content[at..start]));
                    body.push_str(&format!("<mark>{}</mark>", escape(&content[start..end])));
                    at = end;
                }
            }
            body.push_str(&escape(&content[at..]));
            body.push('\n');
            offset += line.len();
        }
        body.push_str("</code></pre>\n");
    }
}
