use globset::{Glob, GlobSet};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Word of letters, digits and `_` that another tool replaces before the files are applied. `*` matches any characters
/// of a word.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct Placeholder(String);

/// Compiled set of placeholders.
#[derive(Clone, Debug, Default)]
pub struct Placeholders(GlobSet);

impl<'de> Deserialize<'de> for Placeholder {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        let is_allowed = |c: char| is_in_word(c) || c == '*';
        if word.chars().all(is_allowed) && word.chars().any(is_in_word) {
            return Ok(Self(word));
        }
        Err(D::Error::custom(format!(
            "invalid placeholder {word:?}: write a word of letters, digits and `_`; `*` matches any characters. \
             Placeholders with delimiters, such as `${{X}}`, need no configuration"
        )))
    }
}

impl Placeholders {
    /// Compiles `placeholders`. Each one was validated when it was deserialized.
    #[must_use]
    pub fn new(placeholders: &[Placeholder]) -> Self {
        let globs = placeholders.iter().map(|word| Glob::new(&word.0));
        let globs: Vec<Glob> = globs.filter_map(Result::ok).collect();
        Self(GlobSet::new(&globs).unwrap_or_default())
    }

    /// Whether one of the words of `text` is a placeholder.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        !self.0.is_empty()
            && text
                .split(|c: char| !is_in_word(c))
                .any(|word| !word.is_empty() && self.0.is_match(word))
    }
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_placeholders() {
        let words = ["POD_NAME", "*_VERSION", "TAG"].map(|word| Placeholder(word.to_owned()));
        let placeholders = Placeholders::new(&words);
        for text in [
            "POD_NAME",
            "web-POD_NAME",
            "registry/app:APP_VERSION",
            "a.TAG",
        ] {
            assert!(placeholders.are_in(text), "{text}");
        }
        for text in ["MY_POD_NAME", "pod_name", "VERSION", "TAGS", ""] {
            assert!(!placeholders.are_in(text), "{text}");
        }
        assert!(!Placeholders::default().are_in("TAG"));
    }
}
