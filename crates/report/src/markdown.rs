//! Markdown output, for job summaries and comments.

use std::io::{self, Write};

use super::{Positions, Report, escape::escape_line, message_with_help};
use podwright_rule::finding::Severity;

/// Maximum number of findings in the table.
const MAX_COUNT: usize = 100;

/// Writes `report` to `out`: the summary, and a table of findings.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    writeln!(
        out,
        "### podwright\n\n{}\n",
        cell(&report.summary.sentence())
    )?;
    for remark in report.summary.remarks() {
        let name = match remark.level {
            Severity::Info => "note",
            level => level.name(),
        };
        writeln!(out, "- {name}: {}", cell(&remark.message))?;
        for help in &remark.helps {
            writeln!(out, "  - {}", cell(help))?;
        }
    }
    if !report.summary.remarks().is_empty() {
        writeln!(out)?;
    }
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "| level | where | what | rule |\n|---|---|---|---|")?;
    for finding in report.findings.iter().take(MAX_COUNT) {
        let shown = positions.shown(finding.primary.place);
        let rule = podwright_rules::find(finding.rule).map_or_else(
            || finding.rule.to_owned(),
            |entry| format!("[{}]({})", finding.rule, entry.meta.url()),
        );
        writeln!(
            out,
            "| {} | {} | {} | {rule} |",
            finding.level.name(),
            cell(&shown.to_string()),
            cell(&message_with_help(finding)),
        )?;
    }
    if let Some(more) = report
        .findings
        .len()
        .checked_sub(MAX_COUNT)
        .filter(|&more| more > 0)
    {
        writeln!(out, "\n{more} more findings are not shown.")?;
    }
    Ok(())
}

/// Escapes text for a table cell or a paragraph. Code spans are kept; everything else is plain text: no markup, HTML tag,
/// link or mention.
fn cell(text: &str) -> String {
    let text = escape_line(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = &*text;
    while let Some(at) = rest.find('`') {
        plain(&rest[..at], &mut out);
        rest = &rest[at..];
        let opening = run(rest);
        let code = (opening == 1).then(|| closing(&rest[1..])).flatten();
        if let Some(end) = code {
            let code = &rest[1..=end];
            // In a table, the backslash before `|` would be escaped instead.
            match code.contains("\\|") {
                true => plain(code, &mut out),
                false => {
                    out.push('`');
                    out.push_str(&code.replace('|', "\\|").replace('<', "&lt;"));
                    out.push('`');
                }
            }
            rest = &rest[end + 2..];
        } else {
            out.push_str(&"\\`".repeat(opening));
            rest = &rest[opening..];
        }
    }
    plain(rest, &mut out);
    out
}

/// Number of backticks at the start.
fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Offset of the single backtick that closes a code span.
fn closing(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find('`')?;
        match run(&text[at..]) {
            1 if at > 0 => return Some(at),
            length => from = at + length,
        }
    }
}

/// Appends text outside of code spans.
fn plain(text: &str, out: &mut String) {
    for (at, character) in text.char_indices() {
        let (before, rest) = (&text[..at], &text[at..]);
        match character {
            '<' => out.push_str("&lt;"),
            // An entity.
            '&' if rest[1..].starts_with(|c: char| c == '#' || c.is_ascii_alphanumeric()) => {
                out.push_str("&amp;");
            }
            // A mention, or an address. GitHub looks for mentions in the text, however it is escaped.
            '@' => out.push_str("`@`"),
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '!' | '|' | '#' | '$' => {
                out.push('\\');
                out.push(character);
            }
            ':' if rest.starts_with("://") => out.push_str("\\:"),
            '.' if before.to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn only_code_spans_have_a_meaning() {
        for (text, expected) in [
            (
                "unknown field `a|b` in `Pod<x>`",
                "unknown field `a\\|b` in `Pod&lt;x>`",
            ),
            ("a|b <img> &lt;", "a\\|b &lt;img> &amp;lt;"),
            (
                "my_file*.yaml #1 @team ~x~",
                "my\\_file\\*.yaml \\#1 `@`team \\~x\\~",
            ),
            (
                "![x](https://e.example) www.e.example",
                "\\!\\[x\\](https\\://e.example) www\\.e.example",
            ),
            // A value that ends the code span.
            ("kind `a`[x](y)`b`", "kind `a`\\[x\\](y)`b`"),
            ("`a", "\\`a"),
            ("``a`` `b``c`", "\\`\\`a\\`\\` `b``c`"),
            ("`a\\|b`", "a\\\\\\|b"),
            ("``", "\\`\\`"),
            ("`\u{1b}[1m`", "`\\u{1b}[1m`"),
            ("größe `大`", "größe `大`"),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }
}
