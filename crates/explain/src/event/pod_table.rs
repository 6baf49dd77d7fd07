//! Parses the table that `kubectl get pods` prints: the reason in its column STATUS.

use super::table::cells;
use super::{Event, EventSource, Regarding};

/// Returns whether a line is the header of such a table.
pub(super) fn is_header(line: &str) -> bool {
    let cells: Vec<&str> = cells(line, 6).collect();
    let has = |name: &str| cells.contains(&name);
    has("NAME") && has("STATUS") && has("RESTARTS")
}

pub(super) fn events(text: &str) -> Vec<Event> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head: Vec<&str> = lines
        .next()
        .map_or_else(Vec::new, |head| cells(head, 12).collect());
    let column = |name: &str| head.iter().position(|cell| *cell == name);
    let (Some(name), Some(status)) = (column("NAME"), column("STATUS")) else {
        return Vec::new();
    };
    let namespace = column("NAMESPACE");
    let event = |line: &str| {
        let cells: Vec<&str> = cells(line, 12).collect();
        let (reason, message) = reason(cells.get(status)?)?;
        Some(Event {
            regarding: Regarding {
                kind: "Pod".to_owned(),
                namespace: namespace
                    .and_then(|at| cells.get(at))
                    .map(|name| (*name).to_owned()),
                name: (*cells.get(name)?).to_owned(),
                controller: None,
            },
            container: None,
            reason,
            message,
            count: 1,
            source: EventSource::Waiting,
        })
    };
    lines.filter_map(event).collect()
}

/// Returns the reason and message of a status, unless it is that of a healthy Pod (`printPod` in
/// `pkg/printers/internalversion`).
fn reason(status: &str) -> Option<(String, String)> {
    let status = status.strip_prefix("Init:").unwrap_or(status);
    let healthy = [
        "Running",
        "Completed",
        "Terminating",
        "Pending",
        "Succeeded",
    ];
    let is_progress = status.split_once('/').is_some_and(|(done, _)| {
        !done.is_empty() && done.bytes().all(|byte| byte.is_ascii_digit())
    });
    if healthy.contains(&status) || is_progress {
        return None;
    }
    if let Some(code) = status.strip_prefix("ExitCode:") {
        return Some(("Error".to_owned(), format!("exit code {code}:")));
    }
    if let Some(Ok(signal)) = status.strip_prefix("Signal:").map(str::parse::<u8>) {
        let code = 128 + u32::from(signal);
        return Some(("Error".to_owned(), format!("exit code {code}:")));
    }
    Some((status.to_owned(), String::new()))
}
