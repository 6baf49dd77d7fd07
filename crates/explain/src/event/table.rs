//! Parses the table that `kubectl get events` prints without `-o`.

use super::{Event, Regarding};

/// Returns whether a line is the header of such a table.
pub(super) fn is_header(line: &str) -> bool {
    let cells: Vec<&str> = cells(line, 6).collect();
    let has = |name: &str| cells.contains(&name);
    has("REASON") && has("OBJECT") && has("MESSAGE")
}

pub(super) fn events(text: &str) -> Vec<Event> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head: Vec<&str> = lines
        .next()
        .map_or_else(Vec::new, |head| cells(head, 9).collect());
    let column = |name: &str| head.iter().position(|cell| *cell == name);
    let (Some(reason), Some(object), Some(message)) =
        (column("REASON"), column("OBJECT"), column("MESSAGE"))
    else {
        return Vec::new();
    };
    let namespace = column("NAMESPACE");
    let event = |line: &str| {
        let cells: Vec<&str> = cells(line, head.len()).collect();
        let (kind, name) = cells.get(object)?.split_once('/')?;
        Some(Event {
            regarding: Regarding {
                kind: kind.to_owned(),
                namespace: namespace
                    .and_then(|at| cells.get(at))
                    .map(|name| (*name).to_owned()),
                name: name.to_owned(),
                controller: None,
            },
            container: None,
            reason: (*cells.get(reason)?).to_owned(),
            message: cells.get(message).map_or("", |text| text).to_owned(),
            count: 1,
            is_state: false,
        })
    };
    lines.filter_map(event).collect()
}

/// Splits a line into cells separated by two or more spaces. The last cell contains the rest of the line.
pub(super) fn cells(line: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = line.trim();
    let mut left = most;
    std::iter::from_fn(move || {
        if rest.is_empty() || left == 0 {
            return None;
        }
        left -= 1;
        let gap = rest.find("  ").filter(|_| left > 0).unwrap_or(rest.len());
        let cell = &rest[..gap];
        rest = rest[gap..].trim_start();
        Some(cell)
    })
}
