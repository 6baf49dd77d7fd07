/// Number of edits between two strings (Levenshtein distance, with a swap of neighbors counted as one edit).
pub use strsim::osa_distance as distance;

/// Finds the candidate nearest to `name`, if at most a third of the characters differ (Levenshtein distance, with a
/// swap of neighbors counted as one edit).
///
/// Compares only the first 500 candidates, and only names of at most 256 characters, because a suggestion is not worth
/// more time.
pub fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let length = name.chars().count();
    let most = length.max(3) / 3;
    let candidates = candidates.into_iter().take(MAX_COUNT);
    let distances = candidates
        .filter(|candidate| {
            length <= MAX_LENGTH && candidate.chars().count().abs_diff(length) <= most
        })
        .map(|candidate| (distance(name, candidate), candidate));
    let (distance, candidate) = distances.min()?;
    (distance <= most).then_some(candidate)
}

/// Maximum number of candidates compared.
const MAX_COUNT: usize = 500;

/// Maximum length of a name that is compared.
const MAX_LENGTH: usize = 256;

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
