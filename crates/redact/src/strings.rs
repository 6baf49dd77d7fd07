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
    strings.dedup();
    let shorter = shorter(&strings);
    let prefixes = strings
        .iter()
        .filter_map(|text| text.as_bytes().first_chunk());
    Redacted {
        spans: Vec::new(),
        prefixes: prefixes.copied().collect(),
        strings,
        shorter,
    }
}

/// For each of the sorted strings, the index of the longest other one that it starts with.
fn shorter(strings: &[Box<str>]) -> Vec<u32> {
    let mut shorter = Vec::with_capacity(strings.len());
    // Those that the current string may start with, each a prefix of the next.
    let mut open: Vec<usize> = Vec::new();
    for (index, string) in strings.iter().enumerate() {
        while open
            .last()
            .is_some_and(|&last| !string.starts_with(&*strings[last]))
        {
            open.pop();
        }
        let longest = open
            .last()
            .map(|&last| u32::try_from(last).unwrap_or(u32::MAX));
        shorter.push(longest.unwrap_or(u32::MAX));
        open.push(index);
    }
    shorter
}

/// The longest known string that `rest` starts with.
fn longest<'k>(known: &'k Redacted, rest: &str) -> Option<&'k str> {
    // Between a string that starts `rest` and `rest` itself, all strings start with that string. So it is the last one
    // that does not sort after `rest`, or one that this one starts with.
    let after = known.strings.partition_point(|one| **one <= *rest);
    let mut index = after.checked_sub(1)?;
    loop {
        let one = &*known.strings[index];
        if rest.starts_with(one) {
            return Some(one);
        }
        index = usize::try_from(*known.shorter.get(index)?).ok()?;
        if index >= known.strings.len() {
            return None;
        }
    }
}

/// Finds the byte ranges of all known strings in `text`, in order and without overlaps. The longest one counts.
pub(crate) fn find(known: &Redacted, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if known.strings.is_empty() {
        return found;
    }
    let overlap = known.strings.iter().map(|one| one.len()).max();
    let overlap = overlap.unwrap_or(0);
    let mut start = 0;
    // A copy of the whole text in lower case would be as large as a large file.
    while start < text.len() {
        let end = boundary(text, start + BLOCK.max(overlap));
        let after = boundary(text, end + overlap);
        find_in(known, text, start..end, after, &mut found);
        start = end;
    }
    found
}

/// The first end of a character at `at` or after it.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Finds the strings that start in a part of the text. They end before `after`.
fn find_in(
    known: &Redacted,
    text: &str,
    part: Range<usize>,
    after: usize,
    found: &mut Vec<Range<usize>>,
) {
    let lower = &*text[part.start..after].to_ascii_lowercase();
    let cut = (after == text.len())
        .then(|| lower.strip_suffix('…'))
        .flatten();
    let mut end = found.last().map_or(0, |last| last.end);
    for (at, window) in lower.as_bytes().windows(LEAST).enumerate().take(part.len()) {
        let start = part.start + at;
        let prefix = window.first_chunk::<LEAST>();
        if start < end || !prefix.is_some_and(|prefix| known.prefixes.contains(prefix)) {
            continue;
        }
        if let Some(one) = longest(known, &lower[at..]) {
            end = start + one.len();
            found.push(start..end);
        } else if let Some(rest) = cut.and_then(|cut| cut.get(at..))
            && starts_one(known, rest)
        {
            end = start + rest.len();
            found.push(start..end);
        }
    }
}

/// Minimum number of bytes of a text that are searched at once.
const BLOCK: usize = 1 << 20;

/// Whether a known string starts with `part`, the end of a text that is cut off.
fn starts_one(known: &Redacted, part: &str) -> bool {
    let first = known.strings.partition_point(|one| **one < *part);
    let one = known.strings.get(first);
    one.is_some_and(|one| one.starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::{find, index};

    #[test]
    fn strings_are_found_wherever_they_occur() {
        let texts = [
            "hunter2canary",
            "hunter2canary9zz",
            "hunter2canary9",
            "postgres",
            "pässwort1",
            "pässwort12",
        ];
        let known = index(texts.map(str::to_owned));
        let text = "xhunter2canary9-hunter2canar postgres `pässwort12`";
        assert_eq!(
            crate::replace(text, find(&known, text)),
            "x***-hunter2canar postgres `***`"
        );
        assert_eq!(
            crate::replace("Hunter2CANARY", find(&known, "Hunter2CANARY")),
            "***"
        );
        assert!(find(&known, "hunter2 canary").is_empty());
        let text = "hunter2can is shown hunter2can…";
        let found = find(&known, text);
        assert_eq!(crate::replace(text, found), "hunter2can is shown ***…");
        assert!(!format!("{known:?}").contains("hunter2"));
        assert!(find(&index([]), "hunter2canary").is_empty());
    }

    #[test]
    fn strings_are_found_across_blocks() {
        let known = index(["hunter2canary".to_owned()]);
        let filler = "ä".repeat(super::BLOCK / 2 - 3);
        let text = format!("x{filler}hunter2canary{filler}{filler}Hunter2CANARY-hunter2can…");
        let found = find(&known, &text);
        let shown: Vec<&str> = found.iter().map(|at| &text[at.clone()]).collect();
        assert_eq!(shown, ["hunter2canary", "Hunter2CANARY", "hunter2can"]);
    }
}
