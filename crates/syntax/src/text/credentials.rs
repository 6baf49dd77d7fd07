use std::fmt;
use std::ops::Range;

use rustc_hash::FxHashSet;

/// Replacement for a credential, regardless of its length.
const CONCEALED: &str = "***";
/// Minimum length in bytes of a distinctive credential. Shorter strings may occur by chance.
const LEAST: usize = 8;

/// Credentials to redact wherever they occur. Contains only distinctive ones, which hardly occur by chance.
///
/// The `Debug` output does not show them.
#[derive(Clone, Default)]
pub struct Credentials {
    /// First bytes of each credential.
    beginnings: FxHashSet<[u8; LEAST]>,
    /// Sorted; no credential is a prefix of another one.
    texts: Vec<Box<str>>,
}

impl Credentials {
    /// Keeps the `texts` that are distinctive (see [`is_distinctive`]).
    #[must_use]
    pub fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let texts = texts.into_iter().filter(|text| is_distinctive(text));
        let mut texts: Vec<Box<str>> = texts.map(String::into_boxed_str).collect();
        texts.sort_unstable();
        texts.dedup_by(|later, first| later.starts_with(&**first));
        let beginnings = texts
            .iter()
            .filter_map(|text| text.as_bytes().first_chunk());
        Self {
            beginnings: beginnings.copied().collect(),
            texts,
        }
    }

    /// Returns whether there are no credentials.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Finds the byte ranges of all credentials in `text`, in order and without overlaps, in linear time.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        let mut end = 0;
        for (at, window) in text.as_bytes().windows(LEAST).enumerate() {
            let begins = window.first_chunk::<LEAST>();
            if at < end || !begins.is_some_and(|begin| self.beginnings.contains(begin)) {
                continue;
            }
            // No credential is a prefix of another, so only the last one that does not sort after the rest can match
            // here.
            let rest = &text[at..];
            let behind = self.texts.partition_point(|one| **one <= *rest);
            let one = behind.checked_sub(1).map(|index| &self.texts[index]);
            if let Some(one) = one.filter(|one| rest.starts_with(&***one)) {
                end = at + one.len();
                found.push(at..end);
            }
        }
        found
    }

    /// Returns the text with all credentials replaced; `None` if it contains none.
    #[must_use]
    pub fn without(&self, text: &str) -> Option<String> {
        let found = self.find(text);
        if found.is_empty() {
            return None;
        }
        let mut out = String::new();
        let mut from = 0;
        for range in found {
            out.push_str(&text[from..range.start]);
            out.push_str(CONCEALED);
            from = range.end;
        }
        out.push_str(&text[from..]);
        Some(out)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

/// Returns whether a string is distinctive enough that it hardly occurs by chance: it contains letters and digits, like
/// a generated password, and is not too short.
#[must_use]
pub fn is_distinctive(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.len() >= LEAST && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_wherever_they_stand() {
        let texts = [
            "hunter2canary",
            "hunter2canary9",
            "postgres",
            "pässwort1",
            "pässwort12",
        ];
        let credentials = Credentials::new(texts.map(str::to_owned));
        assert_eq!(
            credentials
                .without("xhunter2canary9-hunter2canar postgres `pässwort12`")
                .as_deref(),
            Some("x***9-hunter2canar postgres `***2`")
        );
        assert_eq!(credentials.without("hunter2 canary"), None);
        assert_eq!(format!("{credentials:?}"), "Credentials(***)");
        assert!(Credentials::default().find("hunter2canary").is_empty());
    }
}
