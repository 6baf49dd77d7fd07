//! Changes made by fixes as a unified diff, in the format of `diff -u` and git.
//!
//! As in all reports, credentials are shown as `***` and terminal control characters are escaped. All other lines are
//! the same as in the file, so that the diff can be applied.

use std::io::{self, Write};

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::{escape::escape_line, excerpt::shown_line};
use podwright_syntax::text::Source;

/// Number of context lines around a change.
const CONTEXT: usize = 3;

/// Writes the diff from `before` to `after` to `out`; nothing if they are equal.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(before: &Source, after: &Source, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (lines(before), lines(after));
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT);
    let mut diff = Diff { colour, out };
    let groups: Vec<Vec<DiffOp>> = groups
        .into_iter()
        .filter(|ops| ops.iter().any(|op| op.tag() != DiffTag::Equal))
        .collect();
    if groups.is_empty() {
        return Ok(());
    }
    diff.line("1", &format!("--- {}", escape_line(&before.path)), "\n")?;
    diff.line("1", &format!("+++ {}", escape_line(&after.path)), "\n")?;
    for ops in groups {
        diff.hunk(&ops, before, after, &old, &new)?;
    }
    Ok(())
}

/// Returns the lines of a file with their line endings, without an empty line at the end.
fn lines(source: &Source) -> Vec<&str> {
    let span = |line| source.lines().line_span(line, &source.text).range();
    let lines = (0..source.lines().len()).filter_map(|line| source.text.get(span(line)));
    lines.filter(|line| !line.is_empty()).collect()
}

struct Diff<'o> {
    colour: bool,
    out: &'o mut dyn Write,
}

impl Diff<'_> {
    fn hunk(
        &mut self,
        ops: &[DiffOp],
        before: &Source,
        after: &Source,
        old: &[&str],
        new: &[&str],
    ) -> io::Result<()> {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else {
            return Ok(());
        };
        let head = format!(
            "@@ -{} +{} @@",
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end)
        );
        self.line("36", &head, "\n")?;
        for op in ops {
            if op.tag() == DiffTag::Equal {
                for line in op.new_range() {
                    self.source_line("0", ' ', after, line, new)?;
                }
                continue;
            }
            for line in op.old_range() {
                self.source_line("31", '-', before, line, old)?;
            }
            for line in op.new_range() {
                self.source_line("32", '+', after, line, new)?;
            }
        }
        Ok(())
    }

    fn source_line(
        &mut self,
        colour: &str,
        sign: char,
        source: &Source,
        line: usize,
        lines: &[&str],
    ) -> io::Result<()> {
        let shown = format!("{sign}{}", shown_line(source, line));
        let written = lines.get(line).copied().unwrap_or("");
        let end = &written[written.trim_end_matches(['\r', '\n']).len()..];
        if end.ends_with('\n') {
            return self.line(colour, &shown, end);
        }
        self.line(colour, &shown, "\n")?;
        self.line("0", "\\ No newline at end of file", "\n")
    }

    fn line(&mut self, colour: &str, text: &str, end: &str) -> io::Result<()> {
        if self.colour && colour != "0" {
            write!(self.out, "\u{1b}[{colour}m{text}\u{1b}[0m{end}")
        } else {
            write!(self.out, "{text}{end}")
        }
    }
}

/// Formats a line range (counted from 0) for a hunk header: lines count from 1, and the length is omitted if it is 1.
fn range(start: usize, end: usize) -> String {
    match end - start {
        1 => format!("{}", start + 1),
        // An empty range refers to the line before it.
        0 => format!("{start},0"),
        count => format!("{},{count}", start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::text::{Redacted, Span};

    fn diff(before: &Source, after: &Source) -> String {
        let mut out = Vec::new();
        write(before, after, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn is_a_unified_diff() {
        let before = Source::plain("a.yaml", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        let after = Source::plain("a.yaml", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n");
        assert_eq!(
            diff(&before, &after),
            "--- a.yaml\n+++ a.yaml\n@@ -2,8 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+10\n"
        );
        assert_eq!(diff(&before, &before), "");
    }

    #[test]
    fn line_ends_and_their_absence_are_kept() {
        let before = Source::plain("a", "1\r\n2");
        let after = Source::plain("a", "1\r\n");
        assert_eq!(
            diff(&before, &after),
            "--- a\n+++ a\n@@ -1,2 +1 @@\n 1\r\n-2\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn shows_no_credential_and_commands_no_terminal() {
        let hunter2 = || Redacted {
            spans: vec![Span::new(3, 10)],
            ..Redacted::default()
        };
        let before = Source::new("a", "x: hunter2\ny: \u{1b}[31m\nz: 1\n");
        before.set_redacted(hunter2);
        let after = Source::new("a", "x: hunter2\ny: \u{1b}[31m\nz: 2\n");
        after.set_redacted(hunter2);
        let diff = diff(&before, &after);
        assert!(
            diff.contains(" x: ***\n y: \\u{1b}[31m\n-z: 1\n+z: 2\n"),
            "{diff}"
        );
    }
}
