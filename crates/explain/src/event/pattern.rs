//! Patterns of messages: text in lower case, with `*` for any text and `{name}` for a word that the explanation uses.

/// Words of a message by the names that a pattern gives them.
pub(super) type Captures = Vec<(&'static str, String)>;

/// A message that can be searched.
#[derive(Clone, Debug)]
pub(super) struct Message {
    text: String,
    lower: String,
}

/// Maximum number of bytes that are searched. Messages of events have at most 1 KiB, termination messages 4 KiB.
const MAX_LENGTH: usize = 8 << 10;

/// Maximum length of a captured word.
const MAX_WORD: usize = 300;

impl Message {
    pub(super) fn new(message: &str) -> Self {
        // Errors in errors have escaped quotes.
        let text = message[..boundary(message, MAX_LENGTH)].replace("\\\"", "\"");
        Self {
            lower: text.to_ascii_lowercase(),
            text,
        }
    }

    /// Returns the words of the first place where `pattern` matches.
    pub(super) fn find(&self, pattern: &'static str) -> Option<Captures> {
        let literal = &pattern[..pattern.find(['*', '{']).unwrap_or(pattern.len())];
        let mut from = 0;
        while let Some(at) = self.lower[from..].find(literal) {
            let mut captures = Captures::new();
            let before = self.lower[..from + at].chars().next_back();
            let may_start = !literal.is_empty() || before.is_none_or(char::is_whitespace);
            if may_start && self.matches(pattern, from + at, &mut captures) {
                return Some(captures);
            }
            from += at + 1;
            if from > self.lower.len() {
                break;
            }
            while !self.lower.is_char_boundary(from) {
                from += 1;
            }
        }
        None
    }

    /// The parts of a list in a sentence.
    pub(super) fn parts(&self) -> impl Iterator<Item = Self> {
        let sentences = self.text.split(", ").flat_map(|part| part.split(". "));
        sentences.map(Self::new)
    }

    fn matches(&self, pattern: &'static str, at: usize, captures: &mut Captures) -> bool {
        let special = pattern.find(['*', '{']).unwrap_or(pattern.len());
        let (literal, pattern) = pattern.split_at(special);
        if !self.lower[at..].starts_with(literal) {
            return false;
        }
        let at = at + literal.len();
        if let Some(rest) = pattern.strip_prefix('*') {
            let next = &rest[..rest.find(['*', '{']).unwrap_or(rest.len())];
            let places = self.lower[at..].match_indices(next);
            return places
                .map(|(gap, _)| at + gap)
                .any(|at| self.matches(rest, at, captures));
        }
        match pattern
            .strip_prefix('{')
            .and_then(|one| one.split_once('}'))
        {
            Some((name, rest)) => self.word(name, rest, at, captures),
            None => true,
        }
    }

    /// Matches a word, as short as `rest` permits, then `rest`.
    fn word(
        &self,
        name: &'static str,
        rest: &'static str,
        at: usize,
        captures: &mut Captures,
    ) -> bool {
        let quote = self.text[..at].chars().next_back();
        let quote = quote.filter(|c| ['"', '`'].contains(c));
        // A name in quotes may have spaces.
        let is_end = |c: char| match quote {
            Some(quote) => c == quote,
            None => c.is_whitespace() || c == '"' || c == '`',
        };
        let word = &self.text[at..];
        let word = &word[..word.find(is_end).unwrap_or(word.len())];
        let word = &word[..boundary(word, MAX_WORD)];
        if rest.is_empty() {
            let word = word.trim_end_matches(['.', ',', ';', ':', ')', '\'', ']', '}']);
            let word = word.trim_start_matches('{');
            captures.push((name, word.to_owned()));
            return !word.is_empty();
        }
        let ends = word.char_indices().map(|(end, _)| end).skip(1);
        for end in ends.chain([word.len()]) {
            let before = captures.len();
            captures.push((name, word[..end].to_owned()));
            if end > 0 && self.matches(rest, at + end, captures) {
                return true;
            }
            captures.truncate(before);
        }
        false
    }
}

/// Returns the last boundary of a character at or before `most`.
fn boundary(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Replaces `{name}` by the captured words.
pub(super) fn fill(text: &str, captures: &Captures) -> String {
    let mut filled = text.to_owned();
    for (name, word) in captures {
        filled = filled.replace(&format!("{{{name}}}"), word);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &'static str, message: &str) -> Option<Vec<String>> {
        let captures = Message::new(message).find(pattern)?;
        Some(captures.into_iter().map(|(_, word)| word).collect())
    }

    #[test]
    fn patterns_capture_words() {
        let key = "couldn't find key {key} in configmap {namespace}/{name}";
        assert_eq!(
            found(key, "Error: couldn't find key A in ConfigMap shop/App"),
            Some(vec!["A".into(), "shop".into(), "App".into()])
        );
        assert_eq!(
            found(key, "Error: couldn't find key A in Secret shop/b"),
            None
        );
        assert_eq!(
            found(
                "exec: \"{file}\": * not found",
                "x exec: \\\"run\\\": file not found in $PATH"
            ),
            Some(vec!["run".into()])
        );
        assert_eq!(
            found("secret \"{name}\" not found", "secret \"\" not found"),
            None
        );
        assert_eq!(
            found("read {file}", "read: read /a/b."),
            Some(vec!["/a/b".into()])
        );
        assert_eq!(found("a * c", "a b b c"), Some(Vec::new()));
        assert_eq!(found("a*{x}", ""), None);
        assert_eq!(found("{x} a", ""), None);
        assert_eq!(
            found("exec: \"{program}\": * not", "exec: \"npm start\": is not"),
            Some(vec!["npm start".into()])
        );
        assert_eq!(found("ä {x}", "ÄÄä é"), Some(vec!["é".into()]));
    }

    #[test]
    fn words_replace_their_names() {
        let captures = vec![("a", "1".to_owned()), ("b", "{a}".to_owned())];
        assert_eq!(fill("{b} {a} {c}", &captures), "{a} 1 {c}");
    }
}
