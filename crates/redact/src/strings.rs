//! Credentials recognized because they are repeated.

use std::ops::Range;

use podwright_syntax::text::Redacted;

/// Minimum length in bytes of a distinctive credential. Shorter strings may occur by chance.
const LEAST: usize = 8;

/// Whether a string is distinctive enough that it hardly occurs by chance: it contains letters and digits, like a
/// generated password, and is not too short.
pub(crate) fn is_distinctive(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.len() >= LEAST && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

/// Indexes the distinctive ones of the `strings`. Case is ignored.
pub(crate) fn index(strings: impl IntoIterator<Item = String>) -> Redacted {
    let strings = strings.into_iter().filter(|text| is_distinctive(text));
    // A message may quote a name in lower case.
    let strings = strings.map(|text| text.to_ascii_lowercase());
    let mut strings: Vec<Box<str>> = strings.map(String::into_boxed_str).collect();
    strings.sort_unstable();
    strings.dedup_by(|later, first| later.starts_with(&**first));
    let prefixes = strings
        .iter()
        .filter_map(|text| text.as_bytes().first_chunk());
    Redacted {
        spans: Vec::new(),
        prefixes: prefixes.copied().collect(),
        strings,
    }
}

/// Finds the byte ranges of all known strings in `text`, in order and without overlaps, in linear time.
pub(crate) fn find(known: &Redacted, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if known.strings.is_empty() {
        return found;
    }
    let text = &*text.to_ascii_lowercase();
    let mut end = 0;
    for (at, window) in text.as_bytes().windows(LEAST).enumerate() {
        let prefix = window.first_chunk::<LEAST>();
        if at < end || !prefix.is_some_and(|prefix| known.prefixes.contains(prefix)) {
            continue;
        }
        // No string is a prefix of another, so only the last one that does not sort after the rest can match here.
        let rest = &text[at..];
        let after = known.strings.partition_point(|one| **one <= *rest);
        let one = after.checked_sub(1).map(|index| &known.strings[index]);
        if let Some(one) = one.filter(|one| rest.starts_with(&***one)) {
            end = at + one.len();
            found.push(at..end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{find, index};

    #[test]
    fn strings_are_found_wherever_they_occur() {
        let texts = [
            "hunter2canary",
            "hunter2canary9",
            "postgres",
            "pässwort1",
            "pässwort12",
        ];
        let known = index(texts.map(str::to_owned));
        let text = "xhunter2canary9-hunter2canar postgres `pässwort12`";
        assert_eq!(
            crate::replace(text, find(&known, text)),
            "x***9-hunter2canar postgres `***2`"
        );
        assert_eq!(find(&known, "Hunter2CANARY"), [0..13]);
        assert!(find(&known, "hunter2 canary").is_empty());
        assert!(!format!("{known:?}").contains("hunter2"));
        assert!(find(&index([]), "hunter2canary").is_empty());
    }
}
