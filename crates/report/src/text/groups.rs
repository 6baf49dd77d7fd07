//! Findings with the same rule, notes and help, which are shown once.

use rustc_hash::FxHashMap;

use super::escape_line;
use crate::Positions;
use podwright_rule::finding::{Finding, Severity};

/// Number of findings from which on they are shown once. Two are as easily read one after the other.
const MIN_COUNT: usize = 3;
/// Maximum number of places that are listed below the first finding.
const MAX_PLACES: usize = 20;

/// What equal findings share.
type Key<'a> = (&'a str, Severity, &'a [String], Option<&'a str>);

fn key(finding: &Finding) -> Key<'_> {
    let help = finding.help.as_deref();
    (finding.rule, finding.level, &finding.notes, help)
}

/// Findings by what they share.
pub(super) struct Groups<'a>(FxHashMap<Key<'a>, Vec<&'a Finding>>);

/// How to show a finding.
pub(super) enum Shown<'a> {
    /// By itself.
    Alone,
    /// As the first of several, with the places of the others.
    First(Vec<&'a Finding>),
    /// Not at all: the first of several lists it.
    Listed,
}

impl<'a> Groups<'a> {
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut groups: FxHashMap<Key<'a>, Vec<&'a Finding>> = FxHashMap::default();
        for finding in findings {
            groups.entry(key(finding)).or_default().push(finding);
        }
        groups.retain(|_, all| all.len() >= MIN_COUNT);
        Self(groups)
    }

    pub(super) fn shown(&self, finding: &'a Finding) -> Shown<'a> {
        match self.0.get(&key(finding)).map(Vec::as_slice) {
            None => Shown::Alone,
            Some([first, others @ ..]) if std::ptr::eq(*first, finding) => {
                Shown::First(others.to_vec())
            }
            Some(_) => Shown::Listed,
        }
    }
}

/// The list of the other places: path, line and column, object, and the message if it differs.
pub(super) fn list(first: &Finding, others: &[&Finding], positions: &Positions<'_>) -> String {
    let mut text = format!(
        "  also at {} more places (--verbose shows them):\n",
        others.len()
    );
    let rows = others.iter().take(MAX_PLACES).map(|finding| {
        let place = positions.shown(finding.primary.place).to_string();
        let object = finding.object.as_ref();
        let object = object.map_or_else(String::new, |object| {
            format!("{} `{}`", object.kind, object.name)
        });
        let message = match finding.message == first.message {
            true => "",
            false => &finding.message,
        };
        let parts = [object.as_str(), message];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let what = escape_line(&parts.join(": ")).into_owned();
        (escape_line(&place).into_owned(), what)
    });
    let rows: Vec<(String, String)> = rows.collect();
    let widest = rows.iter().map(|(place, _)| place.chars().count()).max();
    let widest = widest.unwrap_or(0).min(60);
    for (place, what) in &rows {
        let row = format!("    {place:widest$}  {what}");
        text.push_str(row.trim_end());
        text.push('\n');
    }
    if let Some(more) = others
        .len()
        .checked_sub(MAX_PLACES)
        .filter(|more| *more > 0)
    {
        text.push_str(&format!("    and {more} more\n"));
    }
    text
}
