//! Parses the suppressions of a file and computes the spans that they cover.

mod template;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::compat::{Tool, Tools};
use podwright_cluster::workspace::File;
use podwright_model::{Field, Metadata, Object, PodOrigin};
use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, NodeKind, Scalar, SyntaxTree};

/// Starts a suppression comment.
pub(super) const COMMENT: &str = "podwright:";

/// Prefix of the annotation key. The rule name follows it.
pub(super) const ANNOTATION: &str = "ignore.podwright.dev/";

/// One rule name in one suppression.
#[derive(Debug)]
pub(super) struct Suppression<'a> {
    /// Rule name as written.
    pub(super) rule: &'a str,
    /// Span of the name.
    pub(super) name: Span,
    /// Comment or annotation that contains it.
    pub(super) origin: Origin,
    /// Span in which findings are suppressed.
    pub(super) covered: Span,
    /// Kind of the span `covered`.
    pub(super) scope: Scope,
    /// Last day on which the suppression applies.
    pub(super) until: Option<Date>,
}

/// Comment or annotation that contains a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Comment with this span.
    Comment(Span),
    /// Key in this annotations mapping.
    Annotation(NodeId),
    /// Annotation for another tool.
    Foreign,
}

/// Scope of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// A line.
    Line,
    /// A node and everything below it, or the whole file.
    Subtree,
}

impl Suppression<'_> {
    /// Whether the suppression applies to a finding that starts at `at` or, if `is_end`, ends there.
    pub(super) fn covers_position(&self, at: u32, is_end: bool) -> bool {
        let Span { start, end } = self.covered;
        match self.scope {
            // The comment of a multi-line value comes after its last line.
            Scope::Line if is_end => start < at && at <= end,
            Scope::Line => start <= at && at <= end,
            Scope::Subtree => !is_end && start <= at && (at < end || at == start),
        }
    }
}

/// Suppressions of a file.
#[derive(Debug, Default)]
pub(super) struct Suppressions<'a> {
    /// Suppressions that name a rule.
    pub(super) suppressions: Vec<Suppression<'a>>,
    /// Malformed podwright comments and annotations.
    pub(super) malformed: Vec<Malformed>,
}

/// Malformed suppression.
#[derive(Debug)]
pub(super) struct Malformed {
    /// Span of the suppression.
    pub(super) span: Span,
    /// What is wrong with it.
    pub(super) why: Defect,
}

/// Reason why a suppression is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    /// It has no list of rules after a known keyword.
    NoRule,
    /// `until=` is not followed by a date.
    NoDate,
}

/// Parses the suppressions of a file, including those for other `tools`.
pub(super) fn parse(file: &File, tools: Tools) -> Suppressions<'_> {
    let mut found = Suppressions::default();
    let has = |text: &str| memchr::memmem::find(file.source.text.as_bytes(), text.as_bytes());
    for tool in tools.iter().filter(|tool| has(tool.marker()).is_some()) {
        from_foreign_annotations(file, tool, &mut found);
    }
    if has("podwright").is_none() {
        return found;
    }
    let mut parts = None;
    for comment in comments(file) {
        let text = file.source.text.get(comment.range()).unwrap_or_default();
        if !is_for_podwright(text) {
            continue;
        }
        let parsed = match Comment::parse(text) {
            Ok(parsed) => parsed,
            Err(why) => {
                found.malformed.push(Malformed { span: comment, why });
                continue;
            }
        };
        let (covered, scope) = parsed.covered(file, comment, &mut parts);
        for (at, rule) in parsed.rules {
            let start = comment.start + offset(at);
            found.suppressions.push(Suppression {
                rule,
                name: Span::new(start, start + offset(rule.len())),
                origin: Origin::Comment(comment),
                covered,
                scope,
                until: parsed.until,
            });
        }
    }
    from_annotations(file, &mut found);
    found
}

/// Comments in YAML, and those of templates.
fn comments(file: &File) -> Vec<Span> {
    let mut all = file.tree.comments().to_vec();
    all.extend(template::comments(file));
    all
}

fn is_for_podwright(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim_start();
    text.starts_with(COMMENT)
}

/// Parsed suppression comment.
struct Comment<'a> {
    whole_file: bool,
    /// Rule names with their offsets in the comment.
    rules: Vec<(usize, &'a str)>,
    until: Option<Date>,
}

impl<'a> Comment<'a> {
    /// Parses `# podwright: ignore[rule, rule] until=2027-01-31 reason` and `# podwright: ignore-file[rule] reason`.
    fn parse(comment: &'a str) -> Result<Self, Defect> {
        let (head, rest) = comment.split_once('[').ok_or(Defect::NoRule)?;
        let (names, reason) = rest.split_once(']').ok_or(Defect::NoRule)?;
        let whole_file = match head.split_once(':').map(|(_, verb)| verb.trim()) {
            Some("ignore") => false,
            Some("ignore-file") => true,
            _ => return Err(Defect::NoRule),
        };
        let mut at = head.len() + 1;
        let mut rules = Vec::new();
        for part in names.split(',') {
            let rule = part.trim();
            if rule.is_empty() {
                return Err(Defect::NoRule);
            }
            rules.push((at + part.len() - part.trim_start().len(), rule));
            at += part.len() + 1;
        }
        Ok(Self {
            whole_file,
            rules,
            until: until(reason)?,
        })
    }

    fn covered(&self, file: &File, comment: Span, parts: &mut Option<Vec<Span>>) -> (Span, Scope) {
        if self.whole_file {
            return (Span::new(0, offset(file.source.text.len())), Scope::Subtree);
        }
        let lines = file.source.lines();
        let line = lines.line_span(lines.line_of(comment.start), &file.source.text);
        let before = Span::new(line.start, comment.start);
        if let Some(covered) = template::covered(file, comment) {
            return (covered, Scope::Line);
        }
        if file.tree.slice(before).trim().is_empty() {
            let parts = parts.get_or_insert_with(|| all_parts(&file.tree));
            let next = next_part(&file.tree, parts, comment);
            // If nothing follows, the comment covers itself, where nothing is found.
            return (next.unwrap_or(comment), Scope::Subtree);
        }
        // The next line starts where this one ends, and is not covered.
        (
            Span::new(line.start, line.end.saturating_sub(1).max(comment.end)),
            Scope::Line,
        )
    }
}

/// Parses the last day from a reason that may start with `until=2027-01-31`.
fn until(reason: &str) -> Result<Option<Date>, Defect> {
    let Some(rest) = reason.trim_start().strip_prefix("until=") else {
        return Ok(None);
    };
    let word = rest.split_whitespace().next().unwrap_or_default();
    let day = word.trim_end_matches([',', ';', ':', '.']);
    // jiff would also accept a time of day and drop it.
    let is_day = day.len() == "2027-01-31".len();
    let date = day.parse().ok().filter(|_| is_day);
    date.map(Some).ok_or(Defect::NoDate)
}

/// Spans to which a comment on its own line can apply: documents, entries, items and scalars, sorted by start offset,
/// outermost first.
fn all_parts(tree: &SyntaxTree) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut ahead: Vec<NodeId> = Vec::new();
    for document in tree.documents() {
        parts.push(tree.span(document.root));
        ahead.push(document.root);
        while let Some(node) = ahead.pop() {
            parts.extend(tree.items(node).map(|item| tree.span(item)));
            for entry in tree.entries(node) {
                let (key, value) = (tree.span(entry.key), tree.span(entry.value));
                parts.push(Span::new(key.start, value.end.max(key.end)));
                // The comment may be between a key and its value.
                if tree.kind(entry.value).is_scalar() && tree.kind(entry.value) != NodeKind::Empty {
                    parts.push(value);
                }
            }
            ahead.extend(tree.children(node));
        }
    }
    parts.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    parts
}

/// First span after the comment in its document, or the next document if this one contains only comments.
fn next_part(tree: &SyntaxTree, parts: &[Span], comment: Span) -> Option<Span> {
    let documents = tree.documents();
    let own = documents.partition_point(|document| document.span.end < comment.start);
    let document = documents
        .get(own..)?
        .iter()
        .find(|document| tree.kind(document.root) != NodeKind::Empty)?;
    let first = parts.partition_point(|part| part.start < comment.end);
    let next = *parts.get(first)?;
    (next.end <= tree.span(document.root).end.max(document.span.end)).then_some(next)
}

/// Everything in the object that has annotations: the object itself and its pod templates.
fn annotated(object: &Object) -> impl Iterator<Item = (&Metadata, NodeId, bool)> {
    let own = std::iter::once((&object.metadata, object.node, false));
    // For a Pod, the metadata is that of the object.
    let templates = object
        .pods
        .iter()
        .filter(|pod| pod.origin != PodOrigin::Pod);
    own.chain(templates.map(|pod| (&pod.metadata, pod.node, true)))
}

fn from_foreign_annotations<'a>(file: &'a File, tool: Tool, found: &mut Suppressions<'a>) {
    for (metadata, node, is_template) in file.objects.iter().flat_map(annotated) {
        if is_template && !tool.reads_templates() {
            continue;
        }
        for (key, at, value) in metadata.annotations.value().into_iter().flatten() {
            let checks = tool.ignored(key, &as_written(file, value));
            for &rule in checks.into_iter().flat_map(|check| check.rules) {
                found.suppressions.push(Suppression {
                    rule,
                    name: file.tree.span(*at),
                    origin: Origin::Foreign,
                    covered: file.tree.span(node),
                    scope: Scope::Subtree,
                    until: None,
                });
            }
        }
    }
}

fn from_annotations<'a>(file: &'a File, found: &mut Suppressions<'a>) {
    for object in &file.objects {
        for (metadata, node, _) in annotated(object) {
            let Some((annotations, mapping)) = metadata.annotations.known() else {
                continue;
            };
            for (key, at, value) in annotations {
                let rule = key.strip_prefix(ANNOTATION);
                let Some(rule) = rule.and_then(|rule| written(file, *at, rule)) else {
                    continue;
                };
                let Ok(until) = until(&as_written(file, value)) else {
                    found.malformed.push(Malformed {
                        span: value
                            .node()
                            .map_or(file.tree.span(*at), |node| file.tree.span(node)),
                        why: Defect::NoDate,
                    });
                    continue;
                };
                found.suppressions.push(Suppression {
                    rule,
                    name: file.tree.span(*at),
                    origin: Origin::Annotation(mapping),
                    covered: file.tree.span(node),
                    scope: Scope::Subtree,
                    until,
                });
            }
        }
    }
}

/// Value of an annotation if it is a string. A reason or a check ID may look like a placeholder.
fn as_written<'a>(file: &'a File, value: &Field<String>) -> Cow<'a, str> {
    match value.node().map(|node| file.tree.scalar(node)) {
        Some(Scalar::Str(text)) => text,
        _ => Cow::Borrowed(""),
    }
}

/// Rule name, borrowed from the source text instead of the model.
fn written<'a>(file: &'a File, key: NodeId, rule: &str) -> Option<&'a str> {
    let raw = file.tree.source_text(key);
    let at = raw.find(ANNOTATION)? + ANNOTATION.len();
    raw.get(at..at + rule.len())
        .filter(|written| *written == rule)
}

fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
