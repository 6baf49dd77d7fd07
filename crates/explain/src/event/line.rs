//! Reads messages without an event around them, as people copy them from a terminal, a log or a chat.

use super::diagnosis::{Diagnosis, is_known_reason};
use super::{Event, EventSource, Regarding};

/// Maximum number of lines that are read as messages.
const MAX_LINES: usize = 200;

/// Returns the lines that are messages or reasons that podwright knows.
pub(super) fn events(text: &str) -> Vec<Event> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.take(MAX_LINES).filter_map(event).collect()
}

fn event(line: &str) -> Option<Event> {
    let (reason, message) = split(line);
    Diagnosis::of(reason, message)?;
    let (pod, container) = names(message);
    let (namespace, name) = pod.unzip();
    Some(Event {
        regarding: Regarding {
            kind: "Pod".to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.unwrap_or_default().to_owned(),
            controller: None,
        },
        container: container.map(str::to_owned),
        reason: reason.to_owned(),
        message: message.to_owned(),
        count: 1,
        source: EventSource::Text,
    })
}

/// Splits a line into reason and message: `Warning  Failed  12s  kubelet  Error: …`, `Reason: message`, or a message.
fn split(line: &str) -> (&str, &str) {
    let row = line
        .strip_prefix("Warning ")
        .or_else(|| line.strip_prefix("Normal "));
    let start = row.unwrap_or(line).trim_start();
    let end = start.find(|c: char| c == ':' || c.is_whitespace());
    let (word, rest) = start.split_at(end.unwrap_or(start.len()));
    // Text starts with a capital letter too, so a word counts only if it is alone, followed by `:`, or in a row.
    let is_alone = rest.is_empty() || rest.starts_with(':') || row.is_some();
    // The kubelet's messages start with `Error: `.
    let is_message = rest.starts_with(':') && word == "Error";
    if is_alone && !is_message && is_known_reason(word) {
        let message = rest.trim_start_matches(':').trim();
        (word, row.map_or(message, |_| without_source(message)))
    } else {
        ("", line)
    }
}

/// Whether a cell is `5m`, `5m (x4 over 10m)`, `kubelet` or `kubelet, node-1`.
fn is_age_or_source(cell: &str) -> bool {
    let mut words = cell.split(' ');
    let (first, second, third) = (words.next(), words.next(), words.next());
    second.is_none()
        || cell.contains("(x")
        || (third.is_none() && first.is_some_and(|one| one.ends_with(',')))
}

/// Removes the age and the source of a row from its message.
fn without_source(message: &str) -> &str {
    let mut rest = message;
    for _ in 0..2 {
        match rest.split_once("  ") {
            Some((cell, after)) if is_age_or_source(cell) => {
                rest = after.trim_start();
            }
            _ => break,
        }
    }
    rest
}

/// Returns the namespace and name of the Pod, and the container, that the kubelet writes into some messages:
/// `container=web pod=web-0_shop(uid)`, `container web in pod web-0_shop(uid)`, `(pod: "web-0_shop(uid)", container: web)`.
fn names(message: &str) -> (Option<(&str, &str)>, Option<&str>) {
    let word_after = |words: &str| {
        let (_, rest) = message.split_once(words)?;
        let rest = rest.trim_start_matches('"');
        let end = rest.find(|c: char| c.is_whitespace() || "\",)".contains(c));
        Some(&rest[..end.unwrap_or(rest.len())]).filter(|word| !word.is_empty())
    };
    let mut pods = ["pod=", "in pod ", "pod: "]
        .into_iter()
        .filter_map(word_after);
    let pod = pods.find_map(|pod| {
        let (full, _) = pod.split_once('(')?;
        let (name, namespace) = full.rsplit_once('_')?;
        Some((namespace, name))
    });
    let mut containers = ["container=", "failed container ", "container: "]
        .into_iter()
        .filter_map(word_after);
    (pod, pod.and_then(|_| containers.next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_their_pod() {
        for (message, pod, container) in [
            (
                "Back-off restarting failed container web in pod web-0_shop(4f)",
                Some(("shop", "web-0")),
                Some("web"),
            ),
            (
                "back-off 5m0s restarting failed container=web pod=web-0_shop(4f)",
                Some(("shop", "web-0")),
                Some("web"),
            ),
            (
                "container has runAsNonRoot and image will run as root (pod: \"web-0_shop(4f)\", container: web)",
                Some(("shop", "web-0")),
                Some("web"),
            ),
            ("Liveness probe failed: pod: x", None, None),
        ] {
            assert_eq!(names(message), (pod, container), "{message}");
        }
    }

    #[test]
    fn lines_have_a_reason_if_they_begin_with_one() {
        assert_eq!(split("CrashLoopBackOff"), ("CrashLoopBackOff", ""));
        assert_eq!(split("ErrImagePull: x y"), ("ErrImagePull", "x y"));
        assert_eq!(
            split("Warning  FailedMount  5s  kubelet  x"),
            ("FailedMount", "x")
        );
        // https://github.com/FootprintAI/Containarium/issues/1524
        assert_eq!(
            split("Warning  InspectFailed  kubelet  Failed to x"),
            ("InspectFailed", "Failed to x")
        );
        assert_eq!(
            split("Warning  Failed  5s (x2 over 9s)  kubelet, node-1  Error: x"),
            ("Failed", "Error: x")
        );
        assert_eq!(split("Error: x"), ("", "Error: x"));
        assert_eq!(
            split("Failed to pull image \"a\": x"),
            ("", "Failed to pull image \"a\": x")
        );
    }

    #[test]
    fn other_text_is_not_a_message() {
        for text in [
            "",
            "hello",
            "apiVersion: v1\nkind: Pod\n",
            "see the docs: nothing",
        ] {
            assert_eq!(events(text), [], "{text}");
        }
    }
}
