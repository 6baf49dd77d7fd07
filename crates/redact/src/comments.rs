//! Credentials in comments near others, which may be old or decoded ones.

use podwright_syntax::text::Span;

use crate::contents::Contents;
use crate::span::span;
use crate::strings::is_distinctive;

/// Adds the words in comments that may be credentials: in all comments if the file is meant for credentials, otherwise
/// on lines that contain one, and on the lines before. `spans` are the credentials, sorted.
pub(crate) fn find(file: Contents<'_>, spans: &mut Vec<Span>) {
    let source = file.source;
    let all = file.is_secret();
    let mut found = Vec::new();
    // Line of a comment below.
    let mut below = None;
    for &comment in file.tree.comments().iter().rev() {
        let line = source.lines().line_of(comment.start);
        let start = source.lines().line_span(line, &source.text).start;
        let first = spans.partition_point(|one| one.end <= start);
        let on_line = spans
            .get(first)
            .is_some_and(|one| one.start < comment.start);
        let is_alone = source.text[start as usize..comment.start as usize]
            .trim()
            .is_empty();
        let next = spans[first..].iter().find(|one| one.start > comment.start);
        let is_next = next.is_some_and(|one| source.lines().line_of(one.start) <= line + 1);
        let is_above = is_next || (is_alone && below == Some(line + 1));
        if all || on_line || is_above {
            below = Some(line);
            words(&source.text[comment.range()], comment.start, &mut found);
        }
    }
    // JSON has no comments; everything after a document may be a credential.
    if file.docker_config.is_some()
        && let Some(document) = file.tree.documents().first()
    {
        let after = file.tree.span(document.root).end;
        words(&source.text[after as usize..], after, &mut found);
    }
    spans.extend(found);
}

fn words(text: &str, start: u32, found: &mut Vec<Span>) {
    let mut at = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "\"'`,;()".contains(c)) {
        let from = at;
        at += word.len();
        let bare = word.trim_end_matches(|c: char| c.is_whitespace() || "\"'`,;().".contains(c));
        let is_told = bare.starts_with("until=") || bare.contains("://");
        if is_distinctive(bare) && !is_told {
            let one = span(from..from + bare.len());
            found.push(Span::new(start + one.start, start + one.end));
        }
    }
}
