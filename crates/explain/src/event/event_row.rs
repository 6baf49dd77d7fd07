//! Rows of the table of events that `kubectl describe` prints.

use super::list;
use super::table::cells;

/// Whether a line is a row of the table.
pub(super) fn is_row(line: &str) -> bool {
    let row = line.trim_start();
    let row = row.strip_prefix("Normal").or(row.strip_prefix("Warning"));
    row.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// A row of kubectl before 1.8: first seen, last seen, count, from, subobject path, type, reason and message.
pub(super) struct OldRow<'t> {
    pub(super) kind: &'t str,
    pub(super) reason: &'t str,
    pub(super) message: &'t str,
    pub(super) count: u64,
    pub(super) container: Option<String>,
}

pub(super) fn old_columns(row: &str) -> Option<OldRow<'_>> {
    if is_row(row) {
        return None;
    }
    // The subobject path may be empty.
    let is_kind = |at: &usize| {
        let kind = cells(row, 8).nth(*at);
        kind.is_some_and(|kind| ["Normal", "Warning"].contains(&kind))
    };
    let at = (4..=5).find(is_kind)?;
    let cells: Vec<&str> = cells(row, at + 3).collect();
    Some(OldRow {
        kind: cells[at],
        reason: cells.get(at + 1)?,
        message: cells.get(at + 2).copied().unwrap_or_default(),
        count: cells[2].parse().ok()?,
        container: list::container(cells[at - 1]),
    })
}

/// Splits a row into type, reason, age and message. If its spaces were reduced on the way, the source is one word.
pub(super) fn columns(row: &str) -> Option<[&str; 4]> {
    let cells: Vec<&str> = cells(row, 5).collect();
    if let [kind, reason, age, _, message] = cells.as_slice()
        && !reason.contains(' ')
    {
        return Some([kind, reason, age, message]);
    }
    // Some events have no message.
    if let [kind, reason, age, source] = cells.as_slice()
        && !reason.contains(' ')
        && (!source.contains(' ')
            || source
                .split(' ')
                .map(|word| word.ends_with(','))
                .eq([true, false]))
    {
        return Some([kind, reason, age, ""]);
    }
    let word = |text: &'_ str| text.find(char::is_whitespace);
    let (kind, rest) = row.split_at(word(row)?);
    let rest = rest.trim_start();
    let (reason, rest) = rest.split_at(word(rest)?);
    let rest = rest.trim_start();
    let end = match rest.split_once(" (x") {
        Some((age, _)) if !age.contains(' ') => rest.find(')')? + 1,
        _ => word(rest)?,
    };
    let (age, rest) = rest.split_at(end);
    let rest = rest.trim_start();
    let (_, message) = rest.split_at(word(rest)?);
    Some([kind, reason, age, message.trim_start()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_reduced_spaces_are_read() {
        for row in [
            "Warning  Failed  5s (x3 over 60s)    kubelet            Error: a  b",
            "Warning Failed 5s (x3 over 60s) kubelet Error: a  b",
            "Warning  Failed 5s (x3 over 60s) kubelet  Error: a  b",
        ] {
            let columns = columns(row).unwrap();
            assert_eq!(
                columns,
                ["Warning", "Failed", "5s (x3 over 60s)", "Error: a  b"],
                "{row}"
            );
        }
        assert_eq!(columns("Normal A 5s b c"), Some(["Normal", "A", "5s", "c"]));
        assert_eq!(columns("Normal A"), None);
        assert_eq!(
            columns("Warning  A  9s (x3 over 36s)  kubelet, node-1"),
            Some(["Warning", "A", "9s (x3 over 36s)", ""])
        );
    }
}
