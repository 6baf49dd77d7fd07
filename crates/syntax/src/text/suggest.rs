/// Number of edits between two strings (Levenshtein distance, with a swap of neighbors counted as one edit).
pub use strsim::osa_distance as distance;

/// Whether the [`distance`] of two strings is at most `most`. Most names of a file are nothing like a given one, so this
/// first counts what one has and the other has not: no edit removes more than one of these.
#[must_use]
pub fn is_within(one: &str, other: &str, most: usize) -> bool {
    let is_too_far = |one: &str, other: &str| {
        let lacking = one.chars().filter(|c| !other.contains(*c));
        lacking.take(most + 1).count() > most
    };
    let (length, other_length) = (one.chars().count(), other.chars().count());
    length.abs_diff(other_length) <= most
        && !is_too_far(one, other)
        && !is_too_far(other, one)
        && distance(one, other) <= most
}

/// A known name that another name is near to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest<'c> {
    /// The known name.
    pub name: &'c str,
    /// Whether no other one is as near.
    pub is_only: bool,
}

/// Finds the candidate nearest to `name`, if at most a third of the characters differ (Levenshtein distance, with a
/// swap of neighbors counted as one edit).
///
/// Compares only the first 500 candidates, and only names of at most 256 characters, because a suggestion is not worth
/// more time.
pub fn nearest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<Nearest<'c>> {
    let length = name.chars().count();
    let most = length.max(3) / 3;
    let candidates = candidates.into_iter().take(MAX_COUNT);
    let candidates = candidates.filter(|candidate| {
        length <= MAX_LENGTH && candidate.chars().count().abs_diff(length) <= most
    });
    let mut best: Option<(usize, Nearest<'c>)> = None;
    for candidate in candidates {
        let distance = distance(name, candidate);
        let new = Nearest {
            name: candidate,
            is_only: true,
        };
        match &mut best {
            Some((least, _)) if *least < distance => {}
            Some((least, nearest)) if *least == distance => {
                if nearest.name != candidate {
                    nearest.name = nearest.name.min(candidate);
                    nearest.is_only = false;
                }
            }
            best => *best = Some((distance, new)),
        }
    }
    let (distance, nearest) = best?;
    (distance <= most).then_some(nearest)
}

/// Name of the [`nearest`] candidate.
pub fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    Some(nearest(name, candidates)?.name)
}

/// Whether a name is so similar to another one that it hardly names something else: words in the same order, of which one
/// differs in one character, in two of at least six, or is the beginning of the other. Digits and short words
/// distinguish names, so they must be equal.
///
/// ```
/// use podwright_syntax::text::is_typo;
/// assert!(is_typo("app-conf", "app-config"));
/// assert!(is_typo("appconfig", "app-config"));
/// assert!(!is_typo("app-1", "app-2"));
/// assert!(!is_typo("db-tls", "web-tls"));
/// ```
#[must_use]
pub fn is_typo(name: &str, meant: &str) -> bool {
    if name == meant || name.len() > MAX_LENGTH || meant.len() > MAX_LENGTH {
        return false;
    }
    let separators = ['-', '.', '_'];
    let joined = |text: &str| text.replace(separators, "");
    if joined(name).eq_ignore_ascii_case(&joined(meant)) {
        return true;
    }
    let words = |text: &'_ str| {
        text.split(separators)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (own, others) = (words(name), words(meant));
    if own.len() != others.len() {
        return false;
    }
    let mut different = own.iter().zip(&others).filter(|(one, other)| one != other);
    match (different.next(), different.next()) {
        (Some((one, other)), None) => is_typo_of_word(one, other),
        _ => false,
    }
}

fn is_typo_of_word(one: &str, other: &str) -> bool {
    let shortest = one.len().min(other.len());
    let is_digit = |c: &char| c.is_ascii_digit();
    let sorted = |word: &str| {
        let mut bytes = word.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    let is_prefix = one.starts_with(other) || other.starts_with(one);
    // Short words differ in a character without being a slip.
    let is_long_enough =
        shortest > 3 || (shortest == 3 && (is_prefix || sorted(one) == sorted(other)));
    if !is_long_enough
        || one.chars().next() != other.chars().next()
        || !one
            .chars()
            .filter(is_digit)
            .eq(other.chars().filter(is_digit))
    {
        return false;
    }
    match distance(one, other) {
        1 => true,
        2 => shortest >= 6 || (shortest > 3 && is_prefix),
        _ => false,
    }
}

/// Maximum number of candidates compared.
const MAX_COUNT: usize = 500;

/// Maximum length of a name that is compared.
const MAX_LENGTH: usize = 256;

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance, is_typo, is_within, nearest};

    #[test]
    fn within_is_a_distance() {
        let longer = |word: &String| ["a", "b", "c", "d"].map(|letter| format!("{word}{letter}"));
        let mut words = vec![String::new()];
        for from in [0, 1, 5, 21] {
            let next: Vec<String> = words[from..].iter().flat_map(longer).collect();
            words.extend(next);
        }
        assert_eq!(words.len(), 341);
        for (one, other) in words
            .iter()
            .flat_map(|one| words.iter().map(move |other| (one, other)))
        {
            for most in 0..4 {
                let expected = distance(one, other) <= most;
                assert_eq!(
                    is_within(one, other, most),
                    expected,
                    "{one} {other} {most}"
                );
            }
        }
    }

    #[test]
    fn finds_what_was_meant() {
        let names = ["image-missing", "image-whitespace", "yaml-syntax"];
        assert_eq!(did_you_mean("image-misisng", names), Some("image-missing"));
        assert_eq!(did_you_mean("yaml-synatx", names), Some("yaml-syntax"));
        assert_eq!(did_you_mean("privileged-container", names), None);
    }

    #[test]
    fn says_whether_another_name_is_as_near() {
        for (names, expected) in [
            (&["web-a", "api"][..], Some(("web-a", true))),
            (&["web-b", "web-a"], Some(("web-a", false))),
            (&["web-a", "web-a"], Some(("web-a", true))),
            (&["web-bb", "web-a"], Some(("web-a", true))),
            (&["api"], None),
        ] {
            let found = nearest("web-x", names.iter().copied());
            let found = found.map(|found| (found.name, found.is_only));
            assert_eq!(found, expected, "{names:?}");
        }
    }

    #[test]
    fn typos_keep_words_and_digits() {
        for (name, meant, expected) in [
            ("app-conf", "app-config", true),
            ("app-config", "app-conf", true),
            ("app-secrets", "app-secret", true),
            ("app_config", "app-config", true),
            ("App-Config", "app-config", true),
            ("databse-url", "database-url", true),
            ("app-config", "app-config", false),
            ("app-1", "app-2", false),
            ("config1", "config2", false),
            ("config", "config2", false),
            ("db-tls", "web-tls", false),
            ("app-dev", "app-dep", false),
            ("shop-tsl", "shop-tls", true),
            ("app-dat", "app-data", true),
            ("app-prd", "app-prod", false),
            ("oauth-config", "auth-config", false),
            ("app-config", "config", false),
            ("app-data", "app-date-x", false),
        ] {
            assert_eq!(is_typo(name, meant), expected, "{name} {meant}");
        }
    }
}
