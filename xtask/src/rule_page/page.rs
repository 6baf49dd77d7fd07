//! Parses a rule page into its code fences.

use crate::Result;

/// A code fence of a page.
pub struct Fence {
    /// Info string after the backticks: `yaml`, `bad`, options.
    pub words: Vec<String>,
    /// Content, including the last line feed.
    pub text: String,
    /// Byte range of `text` in the page.
    range: std::ops::Range<usize>,
}

impl Fence {
    /// Returns whether the rule must have a finding here.
    pub fn is_bad(&self) -> bool {
        self.words.get(1).is_some_and(|word| word == "bad")
    }

    /// Returns whether no rule may have a finding here.
    pub fn is_good(&self) -> bool {
        self.words.get(1).is_some_and(|word| word == "good")
    }

    /// Expected result of the fixes for the `bad` example above it.
    pub fn is_fixed(&self) -> bool {
        self.words.get(1).is_some_and(|word| word == "fixed")
    }

    fn is_output(&self) -> bool {
        self.words.first().is_some_and(|word| word == "text")
    }

    /// Returns the value of an option `name=value`.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.words
            .iter()
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// Returns the values of a repeatable option.
    pub fn options<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let words = self.words.iter();
        words.filter_map(move |word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// Returns whether an option without a value is set.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }

    /// Returns whether the first file has no explicit name.
    pub fn begins_unnamed(&self) -> bool {
        !self.text.starts_with("# file: ")
    }

    /// Returns the files of the example: name and text.
    pub fn files(&self) -> Vec<(String, String)> {
        let ending = self.words.first().map_or("yaml", String::as_str);
        let mut files = vec![(format!("example.{ending}"), String::new())];
        for line in self.text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("# file: ") {
                files.push((name.trim().to_owned(), String::new()));
            } else if let Some((_, text)) = files.last_mut() {
                text.push_str(line);
            }
        }
        files.retain(|(_, text)| !text.trim().is_empty());
        files
    }
}

/// A page and its fences.
pub struct Page<'p> {
    text: &'p str,
    /// All fences, in the order of the page.
    pub fences: Vec<Fence>,
}

impl<'p> Page<'p> {
    /// Parses the text of a page.
    ///
    /// # Errors
    ///
    /// Returns an error if a fence is not closed.
    pub fn parse(text: &'p str) -> Result<Self> {
        let mut fences: Vec<Fence> = Vec::new();
        let mut open: Option<(Vec<String>, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let next = at + line.len();
            if let Some(info) = line.strip_prefix("```") {
                open = match open {
                    None => Some((info.split_whitespace().map(str::to_owned).collect(), next)),
                    Some((words, start)) => {
                        let range = start..at;
                        fences.push(Fence {
                            words,
                            text: text[range.clone()].to_owned(),
                            range,
                        });
                        None
                    }
                };
            }
            at = next;
        }
        if open.is_some() {
            return Err("a code fence is not closed".into());
        }
        Ok(Self { text, fences })
    }

    /// Returns the page with the given head, outputs and fixed examples.
    pub(super) fn renewed(
        &self,
        head: &str,
        render: impl Fn(&Fence) -> String,
        fix: impl Fn(&Fence) -> String,
    ) -> Result<String> {
        let why = match self.text.starts_with("## Why") {
            true => 0,
            false => self.text.find("\n## Why").ok_or("no section `## Why`")? + 1,
        };
        let mut renewed = format!("{head}\n");
        let mut at = why;
        let mut bad = None;
        for fence in &self.fences {
            let current = match bad {
                _ if fence.is_bad() => {
                    bad = Some(fence);
                    continue;
                }
                Some(bad) if fence.is_output() => render(bad),
                Some(bad) if fence.is_fixed() => fix(bad),
                _ => {
                    bad = None;
                    continue;
                }
            };
            renewed.push_str(&self.text[at..fence.range.start]);
            renewed.push_str(&current);
            at = fence.range.end;
        }
        renewed.push_str(&self.text[at..]);
        Ok(renewed)
    }
}
