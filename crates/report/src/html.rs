//! One HTML page without network access: findings by object, rule or file, with source excerpts, filters and pictures.
//!
//! All content is escaped. A content security policy allows only the style and the script of this file, by their hashes.

mod excerpts;
mod page;
mod picture;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Positions, Report};
use podwright_rule::finding::{Applicability, Finding, Severity};

pub(crate) use page::{Page, code, escape};
pub use picture::{Picture, Pull};

/// Maximum number of related locations of a finding.
const MAX_RELATED: usize = 8;
/// Maximum number of findings of a rule. The rest is counted.
const MAX_OF_A_RULE: usize = 1_000;

/// Writes `report` to `out` as one page. `pictures` are shown with the findings of their object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, pictures: &[Picture], out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new("podwright report");
    let body = &mut page.body;
    body.push_str("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
    body.push_str("<header>\n<h1>podwright report</h1>\n");
    body.push_str(&format!("<p>{}</p>\n", code(&report.summary.sentence())));
    for remark in report.summary.remarks() {
        let level = remark.level.name();
        body.push_str(&format!(
            "<div class=\"remark {level}\"><p>{}</p>\n",
            code(&remark.message)
        ));
        for help in &remark.helps {
            body.push_str(&format!("<p>{}</p>\n", code(help)));
        }
        body.push_str("</div>\n");
    }
    body.push_str("</header>\n");
    if report.findings.is_empty() {
        body.push_str("<main id=\"findings\"><p>No findings at this level.</p></main>\n");
        return page.write(out);
    }
    let (shown, more) = limited(report.findings);
    filters(&shown, body);
    rules(report.findings, body);
    body.push_str("<main id=\"findings\">\n");
    let positions = Positions::new(report.sources);
    for (object, findings) in by_object(&shown) {
        body.push_str(&format!("<section>\n<h2>{}</h2>\n", escape(&object)));
        for finding in findings {
            article(finding, &object, &positions, body);
        }
        for picture in pictures.iter().filter(|picture| picture.object == object) {
            draw(picture, body);
        }
        body.push_str("</section>\n");
    }
    for (rule, count) in more {
        body.push_str(&format!(
            "<p>{count} more findings of <code>{rule}</code> are not shown; <code>--format json</code> has all.</p>\n"
        ));
    }
    body.push_str("</main>\n");
    page.write(out)
}

/// At most [`MAX_OF_A_RULE`] findings of each rule, and the number of the others.
fn limited(findings: &[Finding]) -> (Vec<&Finding>, BTreeMap<&str, usize>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut more: BTreeMap<&str, usize> = BTreeMap::new();
    let shown = findings.iter().filter(|finding| {
        let count = counts.entry(finding.rule).or_default();
        *count += 1;
        if *count > MAX_OF_A_RULE {
            *more.entry(finding.rule).or_default() += 1;
        }
        *count <= MAX_OF_A_RULE
    });
    (shown.collect(), more)
}

/// Findings by the name of their object, in the order of the first finding of each.
fn by_object<'a>(findings: &[&'a Finding]) -> Vec<(String, Vec<&'a Finding>)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<(String, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let object = match &finding.object {
            Some(object) => object.to_string(),
            None => "Files and other objects".to_owned(),
        };
        let at = *places.entry(object.clone()).or_insert_with(|| {
            all.push((object, Vec::new()));
            all.len() - 1
        });
        all[at].1.push(finding);
    }
    all
}

/// The form with which a reader chooses what is shown. It works only with the script, which shows it.
fn filters(findings: &[&Finding], body: &mut String) {
    body.push_str(
        "<form id=\"filters\" class=\"filters\" role=\"search\" aria-label=\"Filter findings\" hidden>\n\
         <fieldset><legend>Level</legend>\n",
    );
    for level in [Severity::Error, Severity::Warning, Severity::Info] {
        let count = findings.iter().filter(|one| one.level == level).count();
        let name = level.name();
        body.push_str(&format!(
            "<label><input type=\"checkbox\" name=\"level\" value=\"{name}\" checked> {name} ({count})</label>\n"
        ));
    }
    body.push_str(
        "</fieldset>\n<label class=\"stacked\">Rule <select name=\"rule\"><option value=\"\">all rules</option>\n",
    );
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        body.push_str(&format!("<option>{name}</option>\n"));
    }
    body.push_str(
        "</select></label>\n\
         <label class=\"stacked\">Words <input type=\"search\" name=\"text\" autocomplete=\"off\"></label>\n\
         <fieldset><legend>Group by</legend>\n\
         <label><input type=\"radio\" name=\"by\" value=\"object\" checked> object</label>\n\
         <label><input type=\"radio\" name=\"by\" value=\"rule\"> rule</label>\n\
         <label><input type=\"radio\" name=\"by\" value=\"file\"> file</label>\n\
         </fieldset>\n<button type=\"reset\">Show all</button>\n\
         <output id=\"status\" role=\"status\" aria-live=\"polite\"></output>\n</form>\n",
    );
}

/// The table of rules with the number of their findings.
fn rules(findings: &[Finding], body: &mut String) {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for finding in findings {
        let entry = counts.entry(finding.rule).or_insert((0, finding.level));
        entry.0 += 1;
        entry.1 = entry.1.max(finding.level);
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|&(rule, (count, level))| (std::cmp::Reverse((level, count)), rule));
    body.push_str(
        "<details>\n<summary>Rules</summary>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Rule</th>\
         <th scope=\"col\">Level</th><th scope=\"col\" class=\"count\">Findings</th><th scope=\"col\">Problem</th></tr></thead>\n<tbody>\n",
    );
    for (rule, (count, level)) in rows {
        let summary = podwright_rules::find(rule).map_or("", |entry| entry.meta.summary);
        let level = level.name();
        body.push_str(&format!(
            "<tr><th scope=\"row\"><button type=\"button\" data-rule=\"{rule}\">{rule}</button></th>\
             <td class=\"level {level}\">{level}</td><td class=\"count\">{count}</td><td>{}</td></tr>\n",
            code(summary)
        ));
    }
    body.push_str("</tbody></table></div>\n</details>\n");
}

fn article(finding: &Finding, object: &str, positions: &Positions<'_>, body: &mut String) {
    let level = finding.level.name();
    let place = positions.shown(finding.primary.place);
    let file = positions.path(finding.primary.place.file);
    let rule = match podwright_rules::find(finding.rule) {
        Some(entry) => format!(
            "<a href=\"{}\">{}</a>",
            escape(&entry.meta.url()),
            finding.rule
        ),
        None => escape(finding.rule),
    };
    body.push_str(&format!(
        "<article class=\"{level}\" data-level=\"{level}\" data-rule=\"{}\" data-object=\"{}\" data-file=\"{}\">\n\
         <h3><span class=\"level\">{level}</span> {}</h3>\n<p class=\"where\"><code>{}</code> · {rule}</p>\n",
        escape(finding.rule),
        escape(object),
        escape(file),
        code(&finding.message),
        escape(&place.to_string()),
    ));
    excerpts::write(&finding.primary, 2, positions, body);
    body.push_str("<dl>\n");
    for note in &finding.notes {
        body.push_str(&format!("<dt>note</dt><dd>{}</dd>\n", code(note)));
    }
    if let Some(help) = &finding.help {
        body.push_str(&format!("<dt>help</dt><dd>{}</dd>\n", code(help)));
    }
    let fixes = finding.fixes.iter();
    for fix in fixes.filter(|fix| fix.safety != Applicability::Manual && positions.may_show(fix)) {
        let option = match fix.safety {
            Applicability::Safe => "--fix",
            _ => "--unsafe-fixes",
        };
        body.push_str(&format!(
            "<dt>fix</dt><dd>{} (<code>podwright check {option}</code>)</dd>\n",
            code(&fix.title)
        ));
    }
    body.push_str("</dl>\n");
    if !finding.related.is_empty() {
        let count = finding.related.len();
        body.push_str(&format!(
            "<details>\n<summary>Related locations ({count})</summary>\n"
        ));
        for label in finding.related.iter().take(MAX_RELATED) {
            let place = positions.shown(label.place).to_string();
            body.push_str(&format!(
                "<p><code>{}</code> {}</p>\n",
                escape(&place),
                code(&label.message)
            ));
            excerpts::write(label, 1, positions, body);
        }
        body.push_str("</details>\n");
    }
    body.push_str("</article>\n");
}

/// How the images are pulled, and how the Pods stop.
fn draw(picture: &Picture, body: &mut String) {
    body.push_str(&format!(
        "<details data-picture=\"{}\">\n<summary>How its images are pulled, and how its Pods stop</summary>\n",
        escape(&picture.object)
    ));
    for pull in &picture.pulls {
        body.push_str(&format!("<h4>{}</h4>\n<dl>\n", code(&pull.title)));
        for (name, text) in &pull.steps {
            body.push_str(&format!(
                "<dt>{}</dt><dd>{}</dd>\n",
                escape(name),
                code(text)
            ));
        }
        body.push_str("</dl>\n");
    }
    body.push_str(&format!(
        "<h4>Shutdown</h4>\n<figure class=\"picture\" tabindex=\"0\" role=\"img\" aria-label=\"Timeline of the shutdown of {}\">\n{}</figure>\n</details>\n",
        escape(&picture.object),
        picture.shutdown
    ));
}

#[cfg(test)]
mod tests;
