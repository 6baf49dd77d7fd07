//! What is said of ignores that do nothing.

use jiff::civil::Date;

use crate::finding::{Edit, Finding, Fingerprint, Fix, Level, Safety};
use crate::rules;
use crate::text::{FileId, Place, Span, nearest};
use crate::workspace::File;

use super::ignore::{ANNOTATION, Carrier, Ignore, Unread, Unreadable};

/// The ignore names a rule that is not in the book.
pub(super) fn unknown_rule(id: FileId, ignore: &Ignore<'_>, level: Level) -> Finding {
    let message = format!("there is no rule `{}`", shown(ignore.rule));
    let mut finding = finding("unknown-rule", level, id, ignore.name, message);
    let Some(name) = nearest(ignore.rule, rules::names()) else {
        finding.help("`podwright rules` lists all rules");
        return finding;
    };
    finding.help(format!("write `{name}`"));
    // An annotation's key may stand in quotes or be an alias.
    if let Carrier::Comment(_) = ignore.carrier {
        let title = format!("Write `{name}`");
        finding.fix(replace(id, ignore.name, name, title, Safety::Unsafe));
    }
    finding
}

/// Why an ignore of a rule does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idle {
    /// The rule finds nothing where it is ignored.
    Unused,
    /// The configuration lets nobody ignore the rule.
    Forbidden,
    /// This was its last day.
    Ended(Date),
}

impl Idle {
    /// The rule that finds it.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Unused | Self::Forbidden => "unused-ignore",
            Self::Ended(_) => "expired-ignore",
        }
    }
}

/// The ignore does nothing.
pub(super) fn idle(
    file: &File,
    id: FileId,
    ignore: &Ignore<'_>,
    idle: Idle,
    level: Level,
) -> Finding {
    let name = ignore.rule;
    let (message, help) = match idle {
        Idle::Unused => (
            format!("`{name}` finds nothing here that could be ignored"),
            "remove it, so that it does not hide what is found later",
        ),
        Idle::Forbidden => (
            format!("`{name}` cannot be ignored: the configuration says `ignorable: false`"),
            "mend what is found, and remove this",
        ),
        Idle::Ended(last) => (
            format!("`{name}` is ignored no longer: {last} was the last day"),
            "mend what is found and remove this, or write a later day",
        ),
    };
    let mut finding = finding(idle.rule(), level, id, ignore.name, message);
    finding.help(help);
    let removal = match ignore.carrier {
        Carrier::Comment(comment) => Some(match in_list(file, ignore.name, comment) {
            Some(span) => (span, "Remove the name"),
            None => (with_blanks(file, comment), "Remove the comment"),
        }),
        Carrier::Annotation(mapping) => {
            let key = format!("{ANNOTATION}{name}");
            let span = file.tree.removal(mapping, &key);
            span.map(|span| (span, "Remove the annotation"))
        }
        Carrier::Foreign => None,
    };
    if let Some((span, title)) = removal {
        finding.fix(replace(id, span, "", title.to_owned(), Safety::Safe));
    }
    finding
}

/// The comment or annotation begins like an ignore, and is none.
pub(super) fn unread(id: FileId, unread: &Unread, level: Level) -> Finding {
    let (message, help) = match unread.why {
        Unreadable::NoRule => (
            "this comment ignores nothing: it names no rule",
            "write `# podwright: ignore[rule] reason`, or `ignore-file[rule]` for the whole file",
        ),
        Unreadable::NoDay => (
            "this ignores nothing: what stands behind `until=` is no day",
            "write the last day as in `until=2027-01-31`",
        ),
    };
    let mut finding = finding("unused-ignore", level, id, unread.span, message.to_owned());
    finding.help(help);
    finding
}

/// The name with the comma that parts it from its neighbour; `None` if it is the only one.
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

/// The comment and the blanks before it; with its line end too if nothing else stands on the line.
fn with_blanks(file: &File, comment: Span) -> Span {
    let text = &file.source.text;
    let lines = &file.source.lines;
    let line = lines.line_span(lines.line_of(comment.start), text);
    let before = file.tree.slice(Span::new(line.start, comment.start));
    let kept = before.trim_end().len();
    let end = if kept == 0 { line.end } else { comment.end };
    Span::new(line.start + length(kept), end)
}

fn replace(id: FileId, span: Span, content: &str, title: String, safety: Safety) -> Fix {
    let place = Place { file: id, span };
    let content = content.to_owned();
    Fix {
        title,
        safety,
        edits: vec![Edit { place, content }],
    }
}

fn finding(rule: &'static str, level: Level, file: FileId, span: Span, message: String) -> Finding {
    let fingerprint = Fingerprint::new(rule, None, None, &message);
    Finding::new(rule, level, Place { file, span }, message, fingerprint)
}

/// A name from the file, cut to a length that fits a message.
fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
