//! From findings in rendered files to findings in the sources that a person edits.

use podwright_cluster::workspace::{ChartRelease, SourcePlace, ValuesSet, Workspace};
use podwright_rule::finding::{Applicability, Edit, Finding, Fix, Label, Severity};
use podwright_syntax::text::{FileId, Location, Span};

use crate::redact;
use crate::rule_set::RuleSet;

/// Moves every place of the findings that is in a rendered file to the source it comes from. Fixes whose edits have no
/// counterpart there are dropped, and so are findings of rules that are off in the source.
pub(super) fn to_sources(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    findings: Vec<Finding>,
) -> Vec<Finding> {
    if workspace.renders().is_empty() {
        return findings;
    }
    let known = findings
        .into_iter()
        .filter(|finding| !is_about_placeholder(workspace, finding.primary.place));
    let moved = known.map(|finding| moved(workspace, finding));
    moved
        .filter_map(|finding| with_level_of_source(workspace, rules, finding))
        .collect()
}

/// The finding at the level that its rule has in the file of the finding; `None` if the rule is off there. A level that
/// the rule lowered stays lowered.
fn with_level_of_source(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    mut finding: Finding,
) -> Option<Finding> {
    let Some(&render) = finding.builds.first() else {
        return Some(finding);
    };
    let root = workspace.settings_file(render);
    let source = workspace.settings_file(finding.primary.place.file);
    let level = |file: FileId| {
        let mut active = rules.rules(file).iter();
        let rule = active.find(|rule| rule.meta.name == finding.rule)?;
        Some(rule.level)
    };
    let (usual, here) = (level(root)?, level(source)?);
    finding.level = match finding.level == usual {
        true => here,
        false => finding.level.min(here),
    };
    Some(finding)
}

/// Whether the scalar at a place of a rendered file is made of something that is not known, such as a random string.
fn is_about_placeholder(workspace: &Workspace, at: Location) -> bool {
    let render = workspace.render_of(at.file);
    let Some(rendered) = render.and_then(|render| render.result.as_ref().ok()) else {
        return false;
    };
    if rendered.placeholders.is_empty()
        || workspace.file(at.file).tree.slice(at.span).contains('\n')
    {
        return false;
    }
    let places = rendered.map.locations(at.span).into_iter();
    let mut places = places.filter(|place| rendered.placeholders.binary_search(place).is_ok());
    places.next().is_some()
}

fn moved(workspace: &Workspace, mut finding: Finding) -> Finding {
    let is_rendered = |at: Location| workspace.render_of(at.file).is_some();
    let places = std::iter::once(&finding.primary).chain(&finding.related);
    if !places.map(|label| label.place).any(is_rendered) {
        return finding;
    }
    // What is concealed in the rendered text may not look like a credential in the sources.
    redact::redact(workspace, &mut finding);
    if let Some(render) = workspace.render_of(finding.primary.place.file) {
        finding.builds = vec![render.id()];
    }
    let fixes = std::mem::take(&mut finding.fixes);
    finding.fixes = fixes
        .into_iter()
        .filter_map(|fix| moved_fix(workspace, fix))
        .collect();
    let primary = finding.primary.place;
    if let Some(source) = workspace.source_place(primary) {
        finding.primary.place = source.place;
        if is_left_open(workspace, primary, &source) {
            finding.at_most(Severity::Info);
        }
        finding.related.extend(way(workspace, primary, &source));
        finding
            .related
            .extend(workspace.printing_action(primary).map(|place| Label {
                place,
                message: "this prints the value".to_owned(),
            }));
    }
    for label in &mut finding.related {
        label.place = workspace.in_sources(label.place);
    }
    let primary = finding.primary.place;
    let mut known: Vec<Location> = Vec::new();
    finding.related.retain(|label| {
        let is_new = !known.contains(&label.place) && label.place != primary;
        known.push(label.place);
        is_new
    });
    finding
}

/// Whether the default values of a chart leave a value, or a part of it, to whoever installs the chart.
fn is_left_open(workspace: &Workspace, at: Location, source: &SourcePlace) -> bool {
    let Some(render) = workspace.render_of(at.file) else {
        return false;
    };
    let is_default = |release: &ChartRelease| release.values == ValuesSet::Defaults;
    if !render.release().is_some_and(is_default) {
        return false;
    }
    let text = &workspace.file(source.place.file).source.text;
    let written = text.get(source.place.span.range()).unwrap_or_default();
    let is_empty = matches!(
        written.trim(),
        "" | "\"\"" | "''" | "{}" | "[]" | "null" | "~"
    );
    if is_empty && !workspace.is_template(source.place.file) {
        return true;
    }
    let loose = render
        .result
        .as_ref()
        .ok()
        .and_then(|rendered| rendered.loose.as_ref());
    let mut unset = loose.iter().flat_map(|loose| &loose.unset);
    unset.any(|unset| {
        let mut places = std::iter::once(&source.place).chain(&source.others);
        places.any(|place| is_on_line(workspace, *place, unset.place))
    })
}

/// Whether two places are on one line of one file.
fn is_on_line(workspace: &Workspace, one: Location, other: Location) -> bool {
    let (start, end) = match one.span.start <= other.span.start {
        true => (one.span.start, other.span.start),
        false => (other.span.start, one.span.start),
    };
    let text = &workspace.file(one.file).source.text;
    let between = text.get(start as usize..end as usize);
    one.file == other.file && between.is_some_and(|between| !between.contains('\n'))
}

/// Places that show how the value comes about: the other scalars that it is made of.
fn way(workspace: &Workspace, rendered: Location, source: &SourcePlace) -> Vec<Label> {
    let is_scalar = !workspace
        .file(rendered.file)
        .tree
        .slice(rendered.span)
        .contains('\n');
    let others = source.others.iter().filter(|_| is_scalar).take(MAX_WAY);
    others
        .map(|&place| Label {
            place,
            message: "another part of the value".to_owned(),
        })
        .collect()
}

/// Most places that are shown for one value.
const MAX_WAY: usize = 2;

/// The fix with its edits in the sources; `None` if that is not the same change.
fn moved_fix(workspace: &Workspace, mut fix: Fix) -> Option<Fix> {
    for edit in &mut fix.edits {
        if let Some(render) = workspace.render_of(edit.place.file) {
            *edit = moved_edit(workspace, edit)?;
            // Templates may use a value elsewhere, too.
            if render.release().is_some() && !workspace.is_template(edit.place.file) {
                fix.safety = Applicability::Unsafe;
            }
        }
    }
    Some(fix)
}

/// The same edit in the source. The text that it replaces must be the same there up to indentation.
fn moved_edit(workspace: &Workspace, edit: &Edit) -> Option<Edit> {
    let rendered = &workspace.file(edit.place.file).source.text;
    let place = match edit.place.span.is_empty() {
        true => insertion(workspace, edit.place)?,
        false => replaced(workspace, edit.place)?,
    };
    let source = &workspace.file(place.file).source.text;
    let content = reindented(
        &edit.content,
        column(rendered, edit.place.span.start),
        column(source, place.span.start),
    );
    Some(Edit { place, content })
}

fn replaced(workspace: &Workspace, at: Location) -> Option<Location> {
    let text = workspace.file(at.file).source.text.get(at.span.range())?;
    // Whitespace around the content is the renderer's.
    let before = text.len() - text.trim_start().len();
    let after = text.len() - text.trim_end().len();
    let core = Span::new(
        at.span.start + u32::try_from(before).ok()?,
        at.span.end - u32::try_from(after).ok()?,
    );
    if core.is_empty() {
        return None;
    }
    let found = workspace.source_place(Location {
        file: at.file,
        span: core,
    })?;
    let source = &workspace.file(found.place.file).source.text;
    let there = source.get(found.place.span.range())?;
    if !is_same_text(there, text.trim()) {
        return None;
    }
    let start = back_over(source, found.place.span.start, &text[..before])?;
    let end = over(source, found.place.span.end, &text[text.len() - after..])?;
    Some(Location {
        file: found.place.file,
        span: Span::new(start, end),
    })
}

fn insertion(workspace: &Workspace, at: Location) -> Option<Location> {
    let text = &workspace.file(at.file).source.text;
    let start = at.span.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let written = text[line..start].trim();
    if written.is_empty() {
        // At the start of a line: before the next text.
        let next = text[start..].find(|c: char| !c.is_whitespace())? + start;
        let anchor = one_byte(workspace, at.file, next)?;
        let source = &workspace.file(anchor.file).source.text;
        let place = back_over(source, anchor.span.start, &text[start..next])?;
        return Some(Location {
            file: anchor.file,
            span: Span::at(place),
        });
    }
    let last = text[..start].trim_end();
    let anchor = one_byte(workspace, at.file, last.len() - 1)?;
    let source = &workspace.file(anchor.file).source.text;
    let place = over(source, anchor.span.end, &text[last.len()..start])?;
    Some(Location {
        file: anchor.file,
        span: Span::at(place),
    })
}

/// Where one byte of a rendered file is copied from. Punctuation, such as the `:` of a key, is looked up in the source
/// after what it follows.
fn one_byte(workspace: &Workspace, file: FileId, at: usize) -> Option<Location> {
    let at = u32::try_from(at).ok()?;
    let byte = |at: u32| Location {
        file,
        span: Span::new(at, at + 1),
    };
    let source = workspace.source_place(byte(at))?;
    if source.is_exact {
        return Some(source.place);
    }
    let text = &workspace.file(file).source.text;
    let mark = text.get(at as usize..=at as usize)?;
    let before = workspace.source_place(byte(at.checked_sub(1)?))?;
    let there = &workspace.file(before.place.file).source.text;
    let end = before.place.span.end;
    let is_same = before.is_exact && there.get(end as usize..=end as usize) == Some(mark);
    is_same.then_some(Location {
        file: before.place.file,
        span: Span::new(end, end + 1),
    })
}

/// Whether two texts are the same, line by line, up to indentation.
fn is_same_text(one: &str, other: &str) -> bool {
    let lines = |text: &'_ str| -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).collect()
    };
    one == other || lines(one) == lines(other)
}

/// Offset before whitespace like `space` that ends at `at`: as many line breaks, and spaces of any width.
fn back_over(text: &str, at: u32, space: &str) -> Option<u32> {
    let mut end = text.get(..at as usize)?;
    if space.is_empty() {
        return Some(at);
    }
    for _ in 0..space.matches('\n').count() {
        end = end.trim_end_matches([' ', '\r']).strip_suffix('\n')?;
    }
    if !space.starts_with('\n') {
        end = end.trim_end_matches(' ');
    }
    u32::try_from(end.len()).ok()
}

/// Offset after whitespace like `space` that starts at `at`.
fn over(text: &str, at: u32, space: &str) -> Option<u32> {
    let mut rest = text.get(at as usize..)?;
    for _ in 0..space.matches('\n').count() {
        rest = rest.trim_start_matches([' ', '\r']).strip_prefix('\n')?;
    }
    if !space.ends_with('\n') && !space.is_empty() {
        rest = rest.trim_start_matches(' ');
    }
    u32::try_from(text.len() - rest.len()).ok()
}

/// Number of spaces at the start of the line of `at`, counting `- ` as spaces.
fn column(text: &str, at: u32) -> usize {
    let before = text.get(..at as usize).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[line..];
    rest.len() - rest.trim_start_matches([' ', '-']).len()
}

/// The text with the lines after the first moved from one indentation to another.
fn reindented(content: &str, from: usize, to: usize) -> String {
    let mut lines = content.split('\n');
    let mut out = lines.next().unwrap_or("").to_owned();
    for line in lines {
        out.push('\n');
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let rest = &line[spaces..];
        if !rest.is_empty() {
            out.push_str(&" ".repeat((spaces + to).saturating_sub(from)));
        }
        out.push_str(rest);
    }
    out
}
