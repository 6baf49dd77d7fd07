//! Which tags a line of a table means.

use std::cmp::Ordering;

/// Whether the tag of an image fits one of `patterns`, which are joined by commas: `*`, `PREFIX>=VERSION`, or a text
/// with `*` at its ends or without. An unknown tag fits only `*`.
pub(super) fn fits(patterns: &str, tag: Option<&str>) -> bool {
    patterns
        .split(',')
        .any(|pattern| fits_one(pattern.trim(), tag))
}

fn fits_one(pattern: &str, tag: Option<&str>) -> bool {
    if pattern == "*" {
        return true;
    }
    let Some(tag) = tag else {
        return false;
    };
    if let Some((prefix, least)) = pattern.split_once(">=") {
        let version = tag.strip_prefix(prefix).and_then(version);
        return version.is_some_and(|found| compare(&found, &version_of(least)) != Ordering::Less);
    }
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => tag.contains(pattern.trim_matches('*')),
        (Some(end), None) => tag.ends_with(end),
        (None, Some(start)) => tag.starts_with(start),
        (None, None) => tag == pattern,
    }
}

/// Returns the numbers at the start of `text`; `None` if it does not start with one.
fn version(text: &str) -> Option<Vec<u64>> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let numbers: Vec<u64> = version_of(&text[..end]);
    (!numbers.is_empty()).then_some(numbers)
}

fn version_of(text: &str) -> Vec<u64> {
    text.split('.')
        .map_while(|part| part.parse().ok())
        .collect()
}

/// Compares versions; missing numbers count as 0.
fn compare(one: &[u64], other: &[u64]) -> Ordering {
    let number = |list: &[u64], at: usize| list.get(at).copied().unwrap_or(0);
    (0..one.len().max(other.len()))
        .map(|at| number(one, at).cmp(&number(other, at)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn tags_are_compared_by_their_numbers() {
        for (patterns, tag, does_fit) in [
            ("*", None, true),
            ("*", Some("latest"), true),
            (">=2", None, false),
            (">=2", Some("latest"), false),
            (">=2", Some("2"), true),
            (">=2", Some("2.10.1-linux"), true),
            (">=2", Some("10"), true),
            (">=2", Some("1.9"), false),
            (">=2", Some("v2.1"), false),
            ("v>=1.21", Some("v1.21.0"), true),
            ("v>=1.21", Some("v1.9.3"), false),
            ("v>=1.21", Some("1.21"), false),
            ("stable->=2.11", Some("stable-2.14.10"), true),
            ("stable->=2.11", Some("stable-2.9.1"), false),
            ("stable->=2.11", Some("edge-25.4.4"), false),
            ("stable->=2.11,edge->=22", Some("edge-25.4.4"), true),
            ("*-distroless", Some("1.20.0-distroless"), true),
            ("*-distroless", Some("1.20.0"), false),
            ("distroless-*", Some("distroless-v1.30"), true),
            ("*chiseled*", Some("8.0-jammy-chiseled-extra"), true),
            ("*chiseled*", Some("8.0-jammy"), false),
        ] {
            assert_eq!(fits(patterns, tag), does_fit, "{patterns} {tag:?}");
        }
    }
}
