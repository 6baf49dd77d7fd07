//! Regular expressions in the syntax of Go's `regexp`.

use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};

/// A regular expression, compiled on first use.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    ready: Arc<OnceLock<Result<Regex, NotCompiled>>>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Pattern {
    /// Maximum size of a compiled expression, in bytes. Larger expressions are not evaluated.
    pub const MAX_BYTES: usize = 4 << 20;

    /// A pattern, which is not compiled yet.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self {
            text,
            ready: Arc::default(),
        }
    }

    /// Pattern as written in the schema.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Compiles a pattern. `None` if it cannot be evaluated, or Go rejects it.
    pub(crate) fn compile(text: &str) -> Option<Regex> {
        compiled(text).ok()
    }

    /// Returns whether Go certainly rejects a pattern. Others that cannot be compiled here may be right.
    #[must_use]
    pub(crate) fn is_certainly_invalid(text: &str) -> bool {
        const REASONS: [&str; 7] = [
            "unclosed group",
            "unopened group",
            "unclosed character class",
            "repetition operator missing expression",
            "look-around",
            "backreferences are not supported",
            "invalid character class range",
        ];
        if has_large_repetition(text) {
            return true;
        }
        let Some(translated) = translated(text) else {
            return false;
        };
        match RegexBuilder::new(&translated)
            .size_limit(Self::MAX_BYTES)
            .build()
        {
            Err(regex::Error::Syntax(message)) => {
                REASONS.iter().any(|reason| message.contains(reason))
            }
            _ => false,
        }
    }

    /// Returns whether a part of `text` matches, like Go's `MatchString`. `None` if the pattern cannot be evaluated.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<bool> {
        let regex = self.ready().as_ref().ok()?;
        Some(regex.is_match(text))
    }

    /// Whether the pattern is not evaluated because it exceeds [`Self::MAX_BYTES`].
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.ready(), Err(NotCompiled::TooLarge))
    }

    fn ready(&self) -> &Result<Regex, NotCompiled> {
        self.ready.get_or_init(|| compiled(&self.text))
    }
}

/// Why a pattern is not evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotCompiled {
    TooLarge,
    /// Go rejects it, or the crate `regex` does not have its syntax.
    Unsupported,
}

fn compiled(text: &str) -> Result<Regex, NotCompiled> {
    let translated = translated(text).ok_or(NotCompiled::Unsupported)?;
    let built = RegexBuilder::new(&translated)
        .size_limit(Pattern::MAX_BYTES)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => NotCompiled::TooLarge,
        _ => NotCompiled::Unsupported,
    })
}

/// Translates the pattern to the syntax of the crate `regex`. In Go, classes such as `\d` match ASCII only. Characters
/// that are literal in Go but special in the crate are escaped. `None` if a range ends with `-`, which is not
/// supported.
fn translated(pattern: &str) -> Option<String> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut at = 0;
    let mut class_from = None;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        match (letter, class_from) {
            ('\\', _) => match next {
                // Literals in Go, but word boundaries in the crate.
                Some(next @ ('<' | '>')) => {
                    out.push(next);
                    at += 1;
                }
                Some('d' | 'D' | 's' | 'S' | 'w' | 'W') => {
                    out.push_str(next.map_or("", ascii_class));
                    at += 1;
                    // A range cannot start with a class.
                    if class_from.is_some() && letters.get(at + 1) == Some(&'-') {
                        out.push_str("\\-");
                        at += 1;
                    }
                }
                Some(next @ ('b' | 'B')) if class_from.is_none() => {
                    out.push_str(&format!("(?-u:\\{next})"));
                    at += 1;
                }
                Some(next) => {
                    out.extend(['\\', next]);
                    at += 1;
                    // `\p{Greek}`, `\x{1F600}`
                    if "pPx".contains(next) && letters.get(at + 1) == Some(&'{') {
                        out.push('{');
                        at += 1;
                    }
                }
                None => out.push('\\'),
            },
            ('[', None) => {
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    at += 1;
                }
                if letters.get(at + 1) == Some(&']') {
                    out.push_str("\\]");
                    at += 1;
                }
                class_from = Some(at);
            }
            ('[', Some(_)) if next == Some(':') => out.push('['),
            (']', Some(_)) if at > 0 && letters[at - 1] == ':' && is_named(&letters[..at]) => {
                out.push(']');
            }
            ('[' | '&' | '~', Some(_)) => out.extend(['\\', letter]),
            ('-', Some(from)) if next == Some('-') => {
                if at != from + 1 {
                    return None;
                }
                out.push_str("\\-");
            }
            (']', Some(_)) => {
                out.push(']');
                class_from = None;
            }
            ('{', None) if !is_repetition(&letters[at..]) => out.push_str("\\{"),
            _ => out.push(letter),
        }
        at += 1;
    }
    Some(out)
}

/// Whether the pattern repeats something more than 1000 times, which Go does not allow.
fn has_large_repetition(pattern: &str) -> bool {
    let letters: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    let mut is_in_class = false;
    while let Some(&letter) = letters.get(at) {
        match letter {
            '\\' => at += 1,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '{' if !is_in_class && at > 0 && is_repetition(&letters[at..]) => {
                let inside: String = letters[at + 1..]
                    .iter()
                    .take_while(|letter| **letter != '}')
                    .collect();
                if inside
                    .split(',')
                    .any(|count| count.len() > 4 || count.parse().unwrap_or(0) > 1000)
                {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Expansion of `\d` and similar classes.
fn ascii_class(letter: char) -> &'static str {
    match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => "[\\t\\n\\f\\r ]",
        'S' => "[^\\t\\n\\f\\r ]",
        'w' => "[0-9A-Za-z_]",
        _ => "[^0-9A-Za-z_]",
    }
}

/// Returns whether the characters end with a named class such as `[:alpha:`.
fn is_named(letters: &[char]) -> bool {
    let mut back = letters.iter().rev().skip(1);
    let rest = back.find(|letter| !letter.is_ascii_lowercase() && **letter != '^');
    rest == Some(&':') && back.next() == Some(&'[')
}

/// Returns whether the characters start with a repetition such as `{2}`, `{2,}` or `{2,3}`.
fn is_repetition(letters: &[char]) -> bool {
    let Some(end) = letters.iter().position(|&letter| letter == '}') else {
        return false;
    };
    let inside: String = letters[1..end].iter().collect();
    let (low, high) = inside.split_once(',').unwrap_or((&inside, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !low.is_empty() && is_number(low) && is_number(high)
}
