/// Finds the candidate nearest to `name`, if at most a third of the characters differ (Levenshtein distance, with a
/// swap of neighbors counted as one edit).
///
/// Compares only the first 500 candidates, because a suggestion is not worth more time.
pub fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let length = name.chars().count();
    let most = length.max(3) / 3;
    let candidates = candidates.into_iter().take(MAX_COUNT);
    let distances = candidates
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= most)
        .map(|candidate| (distance(name, candidate), candidate));
    let (distance, candidate) = distances.min()?;
    (distance <= most).then_some(candidate)
}

/// Maximum number of candidates compared.
const MAX_COUNT: usize = 500;

/// Number of edits between two strings (Levenshtein distance, with a swap of neighbors counted as one edit).
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(256).collect();
    let b: Vec<char> = b.chars().take(256).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (row[j] + usize::from(x != y))
                .min(row[j + 1] + 1)
                .min(next[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn finds_what_was_meant() {
        let names = ["image-missing", "image-whitespace", "yaml-syntax"];
        assert_eq!(did_you_mean("image-misisng", names), Some("image-missing"));
        assert_eq!(did_you_mean("yaml-synatx", names), Some("yaml-syntax"));
        assert_eq!(did_you_mean("privileged-container", names), None);
    }
}
