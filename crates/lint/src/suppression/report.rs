//! Findings about suppressions that have no effect.

use jiff::civil::Date;

use podwright_cluster::workspace::File;
use podwright_rule::finding::{Applicability, Edit, Finding, Fix, Severity};
use podwright_syntax::text::{FileId, Location, Nearest, Span, nearest};

use super::parse::{ANNOTATION, Defect, Malformed, Origin, Suppression};

/// Reports a suppression of a rule that does not exist.
pub(super) fn unknown_rule(
    file: &File,
    id: FileId,
    suppression: &Suppression<'_>,
    level: Severity,
) -> Finding {
    let message = format!("unknown rule `{}`", shown(suppression.rule));
    let mut finding = finding("unknown-rule", level, id, suppression.name, message);
    let Some(Nearest { name, is_only }) = nearest(suppression.rule, podwright_rules::names())
    else {
        finding.help("run `podwright rules` to list all rules");
        return finding;
    };
    finding.help(format!("use `{name}`"));
    if let Some(span) = name_span(file, suppression).filter(|_| is_only) {
        let title = format!("Replace with `{name}`");
        finding.fix(replace(id, span, name, title, Applicability::Unsafe));
    }
    finding
}

/// Span of the name of the rule; `None` if it is not written here, because the key of an annotation is an alias.
fn name_span(file: &File, suppression: &Suppression<'_>) -> Option<Span> {
    let (span, rule) = (suppression.name, suppression.rule);
    if matches!(suppression.origin, Origin::Comment(_)) {
        return Some(span);
    }
    let at = file.tree.slice(span).find(&format!("{ANNOTATION}{rule}"))?;
    let start = span.start + length(at + ANNOTATION.len());
    Some(Span::new(start, start + length(rule.len())))
}

/// Reason why a suppression has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SuppressionStatus {
    /// The rule reports nothing in this scope.
    Unused,
    /// The configuration does not allow suppressing the rule.
    NotAllowed,
    /// It expired after this day.
    Expired(Date),
}

impl SuppressionStatus {
    /// Rule that reports this problem.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Unused | Self::NotAllowed => "unused-ignore",
            Self::Expired(_) => "expired-ignore",
        }
    }
}

/// Reports a suppression that has no effect.
pub(super) fn ineffective(
    file: &File,
    id: FileId,
    suppression: &Suppression<'_>,
    status: SuppressionStatus,
    level: Severity,
) -> Finding {
    let name = suppression.rule;
    let (message, help) = match status {
        SuppressionStatus::Unused => (
            format!("unused suppression of `{name}`"),
            "remove it, so that it does not hide future findings",
        ),
        SuppressionStatus::NotAllowed => (
            format!("`{name}` cannot be suppressed: the configuration sets `ignorable: false`"),
            "fix the finding and remove the suppression",
        ),
        SuppressionStatus::Expired(last) => (
            format!("suppression of `{name}` has expired: its last day was {last}"),
            "fix the finding and remove the suppression, or set a later date",
        ),
    };
    let mut finding = finding(status.rule(), level, id, suppression.name, message);
    finding.help(help);
    let delete_entry = match suppression.origin {
        Origin::Comment(comment) => Some(match in_list(file, suppression.name, comment) {
            Some(span) => (span, "Remove the name"),
            None => (with_blanks(file, comment), "Remove the comment"),
        }),
        Origin::Annotation(mapping) => {
            let key = format!("{ANNOTATION}{name}");
            let span = file.tree.delete_entry(mapping, &key);
            span.map(|span| (span, "Remove the annotation"))
        }
        Origin::Foreign => None,
    };
    if let Some((span, title)) = delete_entry {
        finding.fix(replace(id, span, "", title.to_owned(), Applicability::Safe));
    }
    finding
}

/// Reports a malformed suppression.
pub(super) fn malformed(id: FileId, malformed: &Malformed, level: Severity) -> Finding {
    let (message, help) = match malformed.why {
        Defect::NoRule => (
            "suppression has no effect: it does not name a rule",
            "use `# podwright: ignore[rule] reason`, or `ignore-file[rule]` for the whole file",
        ),
        Defect::NoDate => (
            "suppression has no effect: `until=` is not followed by a date",
            "specify the last day as a date, for example `until=2027-01-31`",
        ),
    };
    let mut finding = finding(
        "unused-ignore",
        level,
        id,
        malformed.span,
        message.to_owned(),
    );
    finding.help(help);
    finding
}

/// Span of the name and the comma that separates it from the next or previous name; `None` if it is the only name.
fn in_list(file: &File, name: Span, comment: Span) -> Option<Span> {
    let before = file.tree.slice(Span::new(comment.start, name.start));
    let behind = file.tree.slice(Span::new(name.end, comment.end));
    let behind_blanks = behind.trim_start();
    if let Some(rest) = behind_blanks.strip_prefix(',') {
        let gone = behind.len() - rest.trim_start().len();
        return Some(Span::new(name.start, name.end + length(gone)));
    }
    let kept = before.trim_end().strip_suffix(',')?.trim_end().len();
    Some(Span::new(comment.start + length(kept), name.end))
}

/// Span of the comment and the whitespace before it, including the line break if the line has no other content.
fn with_blanks(file: &File, comment: Span) -> Span {
    let text = &file.source.text;
    let lines = file.source.lines();
    let line = lines.line_span(lines.line_of(comment.start), text);
    let before = file.tree.slice(Span::new(line.start, comment.start));
    let kept = before.trim_end().len();
    let end = if kept == 0 { line.end } else { comment.end };
    Span::new(line.start + length(kept), end)
}

fn replace(id: FileId, span: Span, content: &str, title: String, safety: Applicability) -> Fix {
    let place = Location { file: id, span };
    let content = content.to_owned();
    Fix {
        title,
        safety,
        edits: vec![Edit { place, content }],
    }
}

fn finding(
    rule: &'static str,
    level: Severity,
    file: FileId,
    span: Span,
    message: String,
) -> Finding {
    Finding::new(rule, level, Location { file, span }, message)
}

/// Rule name from the file, truncated to fit into a message.
fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
