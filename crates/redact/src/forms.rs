//! Credentials recognized by their format, in text of any language.

mod commands;
mod flags;
mod formats;
mod keywords;
mod words;

use std::ops::Range;

use crate::names::names_credential;
pub(crate) use flags::user_and_password;
use keywords::{Keyword, Keywords};

use crate::placeholder::{MAX_REFERENCE, is_placeholder};
use crate::strings::is_distinctive;
use crate::urls;

/// Byte ranges of the credentials in a text, in order, recognized by their format: passwords in URLs, tokens of
/// well-known services, private keys, `password=…`, `--token …`, `Authorization: …`, and pairs of `name` and `value`.
/// References such as `$(NAME)` are not credentials.
pub(crate) fn credentials_in(text: &str) -> Vec<Range<usize>> {
    let reader = Reader {
        text,
        name: None,
        stem: 0,
        token: 0,
        has_web_keys: false,
        found: Vec::new(),
    };
    reader.read()
}

/// Scanner of one text.
struct Reader<'t> {
    text: &'t str,
    /// Offset of the value of the last `name` or `key`, for the `value` that follows.
    name: Option<usize>,
    /// End of the last stem of a keyword.
    stem: usize,
    /// End of the last token.
    token: usize,
    /// Whether the text may contain JSON web keys, which are then found.
    has_web_keys: bool,
    found: Vec<Range<usize>>,
}

impl<'t> Reader<'t> {
    fn read(mut self) -> Vec<Range<usize>> {
        let mut keywords = Keywords::new();
        let mut before = Class::Other;
        for (at, byte) in self.text.bytes().enumerate() {
            let class = CLASSES[usize::from(byte)];
            match class {
                Class::Mark | Class::Dash => self.mark(at, byte),
                Class::Gap if matches!(before, Class::Name | Class::Dash) => self.word(at, byte),
                _ => {}
            }
            if keywords.end_at(byte) {
                self.keywords(at + 1, &keywords);
            }
            before = class;
        }
        self.found.sort_by_key(|range| (range.start, range.end));
        self.found.dedup_by(|later, first| {
            let overlaps = later.start < first.end;
            if overlaps {
                first.end = first.end.max(later.end);
            }
            overlaps
        });
        self.found
    }

    /// Handles a byte of [`Class::Mark`] or [`Class::Dash`]. Not inlined, which keeps the loop over all bytes fast.
    #[inline(never)]
    fn mark(&mut self, at: usize, byte: u8) {
        let (before, rest) = self.text.split_at(at);
        match byte {
            b':' if rest.starts_with("://") => {
                self.url(at + 3);
                urls::tokens_in_path(self.text, at + 3, &mut self.found);
            }
            // As in a normalized path.
            b':' if rest.starts_with(":/")
                && (before.ends_with("http") || before.ends_with("https")) =>
            {
                self.url(at + 2);
            }
            b':' => {
                self.setting(at);
                self.password_file(at);
            }
            b'=' => self.setting(at),
            b'-' if before.bytes().next_back().is_none_or(is_boundary) => {
                self.flag(at);
                self.private_key(at);
            }
            b'>' => self.element(at),
            b'@' => self.data_source(at),
            b'{' | b'}' => self.name = None,
            _ => {}
        }
    }

    /// Handles the words that end at `end`.
    #[inline(never)]
    fn keywords(&mut self, end: usize, keywords: &Keywords) {
        for (keyword, word) in keywords.ending(&self.text[..end]) {
            let start = end - word.len();
            match keyword {
                Keyword::Stem => self.stem = end,
                Keyword::Password => self.password_in_prose(start),
                Keyword::Scheme => self.scheme(start..end),
                Keyword::TokenPrefix => self.token(start, word),
                Keyword::FromInput => self.input(start, end),
                Keyword::Decodes => self.decoded(start),
                Keyword::PassPhrase => self.pass_phrase(start),
                Keyword::Command => self.command_that_prints(end),
                Keyword::LastArgument => self.last_argument(start, word),
                Keyword::Sqlplus => self.sqlplus(start),
                Keyword::EncodedSlashes => self.encoded_url(end),
                Keyword::WebKey => self.web_keys(),
            }
        }
    }

    /// Whether no ASCII letter or digit precedes.
    pub(super) fn begins_word(&self, at: usize) -> bool {
        let before = self.text.as_bytes()[..at].last();
        !before.is_some_and(u8::is_ascii_alphanumeric)
    }

    pub(super) fn push(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        if text.contains(char::is_alphanumeric) && !is_placeholder(text) {
            self.found.push(range);
        }
    }

    /// `scheme://user:password@host`, or with a token instead of the user.
    pub(super) fn url(&mut self, from: usize) {
        let rest = &self.text[from..];
        let end = rest.find(|c: char| c.is_whitespace() || "\"'`<>/?#\\".contains(c));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let Some((user, _)) = authority.rsplit_once('@') else {
            return;
        };
        match user.split_once(':') {
            Some((name, password)) => {
                let start = from + name.len() + 1;
                self.push(start..start + password.len());
                if name.len() >= 20 && is_distinctive(name) {
                    self.push(from..from + name.len());
                }
            }
            None if user.len() >= 20 && is_distinctive(user) => self.push(from..from + user.len()),
            None => {}
        }
    }

    /// `name=value`, `name: value`, `"name": "value"`, `\"name\":\"value\"`.
    pub(super) fn setting(&mut self, at: usize) {
        let Some(name) = self.name_before(at) else {
            return;
        };
        let bytes = self.text.as_bytes();
        let is_quoted = matches!(bytes[name.end], b'"' | b'\'' | b'\\');
        let is_spaced = bytes
            .get(at + 1)
            .is_none_or(|byte| b" \t\"'\\\r\n".contains(byte));
        let is_part = name.start > 0 && bytes[name.start - 1] == b'/';
        if bytes[at] == b':' && !is_quoted && !is_spaced && is_part {
            return;
        }
        let words = &self.text[name.clone()];
        let before = self.text[..name.start].chars().next_back();
        let is_query = bytes[at] == b'=' && matches!(before, Some('?' | '&' | ';'));
        if is_query && urls::is_parameter(words) {
            return self.parameter(at + 1);
        }
        match words {
            "name" | "key" | "Name" => {
                self.name = Some(at + 1);
                return;
            }
            "value" | "Value" => {
                let value = self.value_behind(at + 1);
                let text = &self.text[value.clone()];
                let name = self.name.take().map(|from| self.value_behind(from));
                if name.is_some_and(|name| names_credential(&self.text[name], text)) {
                    self.push(value);
                }
                return;
            }
            _ if self.stem <= name.start => return,
            _ => {}
        }
        let value = self.value_behind(at + 1);
        let text = &self.text[value.clone()];
        let is_format = ["%s", "%v", "%q"].iter().any(|verb| text.starts_with(verb));
        if is_format && names_credential(words, "a1b2c3d4") {
            return self.arguments(value.end);
        }
        if !names_credential(words, text) || (bytes[at] == b':' && !is_spaced && words.len() < 8) {
            return;
        }
        // "failed to fetch token: unexpected status" is a sentence.
        let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase());
        let mut behind = self.text[value.end..].chars();
        let goes_on = behind.next() == Some(' ') && behind.next().is_some_and(char::is_alphabetic);
        let schemes = ["bearer", "basic", "token", "digest", "apikey", "negotiate"];
        let is_scheme = bytes.get(value.end) == Some(&b' ')
            && schemes.contains(&text.to_ascii_lowercase().as_str());
        if is_scheme {
            self.push(self.value_behind(value.end));
        } else if !(bytes[at] == b':' && is_word && goes_on) {
            self.push(value);
        }
    }

    /// Value of a parameter of a query.
    pub(super) fn parameter(&mut self, from: usize) {
        let rest = &self.text[from..];
        let end = rest.find(|c: char| c.is_whitespace() || "&;#\"'`<>\\,|)]}".contains(c));
        self.push(from..from + end.unwrap_or(rest.len()));
    }

    /// `<name>value</name>`.
    pub(super) fn element(&mut self, at: usize) {
        let Some(name) = self.name_before(at) else {
            return;
        };
        let before = &self.text[..name.start];
        // `<property name="db.password">x</property>`
        let is_attribute = ["name=\"", "key=\"", "name='", "key='"]
            .iter()
            .any(|attribute| before.ends_with(attribute));
        if !before.ends_with('<') && !is_attribute {
            return;
        }
        // `<name>db.password</name><value>x</value>`
        if matches!(&self.text[name.clone()], "name" | "key") && !is_attribute {
            self.name = Some(at + 1);
            return;
        }
        let rest = &self.text[at + 1..];
        let end = rest
            .find(['<', '\n'])
            .filter(|&end| rest[end..].starts_with("</"));
        let value = at + 1..at + 1 + end.unwrap_or(0);
        let text = &self.text[value.clone()];
        let named = match &self.text[name.clone()] {
            "value" => self.name.take().map(|from| self.value_behind(from)),
            _ => Some(name),
        };
        if named.is_some_and(|name| names_credential(&self.text[name], text)) {
            self.push(value);
        }
    }

    /// Name before a `=` or `:`, optionally separated by a quote and spaces.
    pub(super) fn name_before(&self, at: usize) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut end = at;
        // `environ["X"] = "y"`, `labels['x'] != 'y'`
        let is_lead = |byte| matches!(byte, b' ' | b'"' | b'\'' | b'\\' | b']' | b'!' | b'=');
        while end > 0 && is_lead(bytes[end - 1]) && at - end < 5 {
            end -= 1;
        }
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = bytes[..end]
            .iter()
            .rev()
            .take_while(|byte| is_name(byte))
            .take(128)
            .count();
        (length > 1).then_some(end - length..end)
    }

    /// Value at `from`, on the same line, without leading whitespace and quotes.
    pub(super) fn value_behind(&self, from: usize) -> Range<usize> {
        let rest = &self.text[from..];
        let lead = rest.len() - rest.trim_start_matches([' ', '\t', '=', '>', '[']).len();
        let mut start = from + lead;
        let rest = &self.text[start..];
        let escape = rest.len() - rest.trim_start_matches('\\').len();
        let quote = rest[escape..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'));
        let end = match quote {
            Some(quote) if escape == 0 && rest.starts_with(&quote.to_string().repeat(3)) => {
                start += 3;
                let closing = quote.to_string().repeat(3);
                let rest = &self.text[start..];
                rest.find(&closing).unwrap_or(rest.len())
            }
            Some(quote) => {
                start += escape + 1;
                let bytes = &self.text.as_bytes()[start..];
                let mut at = 0;
                loop {
                    match bytes.get(at) {
                        None | Some(b'\n') => break at,
                        // `\"` closes what `\"` opened.
                        Some(b'\\') if escape > 0 && closes(&bytes[at..], quote) => break at,
                        Some(b'\\') => at += 2,
                        Some(&byte) if byte == quote as u8 => break at,
                        Some(_) => at += 1,
                    }
                }
                .min(bytes.len())
            }
            None => bare_end(rest),
        };
        let end = start + end;
        let end = (start..=end)
            .rev()
            .find(|&end| self.text.is_char_boundary(end));
        start..end.unwrap_or(start)
    }
}

/// End of an unquoted value. `$(NAME)`, `${NAME}`, `{{ .x }}` and `<a name>` are treated as units.
fn bare_end(text: &str) -> usize {
    let mut end = 0;
    while let Some(more) =
        text[end..].find(|c: char| c.is_whitespace() || "\"'`,;&{}()[]<>|\\#".contains(c))
    {
        end += more;
        let rest = &text[end..];
        let close = match rest.as_bytes()[0] {
            b'{' if rest.starts_with("{{") => "}}",
            b'{' if text[..end].ends_with('$') => "}",
            b'(' if text[..end].ends_with('$') => ")",
            b'<' if end == 0 => ">",
            _ => return end,
        };
        let mut ends = (0..=rest.len().min(MAX_REFERENCE)).rev();
        let limit = ends.find(|&at| rest.is_char_boundary(at)).unwrap_or(0);
        let rest = &rest[..limit];
        let line = rest.split('\n').next().unwrap_or(rest);
        match line.find(close) {
            Some(at) => end += at + close.len(),
            None => return end + line.len(),
        }
    }
    text.len()
}

/// Whether the bytes start with an escaped quote, with any number of backslashes.
fn closes(bytes: &[u8], quote: char) -> bool {
    let escapes = bytes.iter().take_while(|byte| **byte == b'\\').count();
    bytes.get(escapes) == Some(&(quote as u8))
}

/// What a byte may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Part of a name.
    Name,
    /// A credential may start or end here.
    Mark,
    /// Both.
    Dash,
    /// What separates a name from its value in text that is not YAML.
    Gap,
    Other,
}

/// Classes of bytes. A table, because branches for ranges of bytes are mispredicted.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'_' | b'.' | b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => Class::Name,
            b'-' => Class::Dash,
            b':' | b'=' | b'>' | b'@' | b'{' | b'}' => Class::Mark,
            b' ' | b'"' | b'\'' => Class::Gap,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// Whether a flag or the first line of a private key may follow the byte.
const fn is_boundary(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'"' | b'\'' | b'`' | b'[' | b'(' | b'{' | b',' | b';' | b'=' | b'|'
        )
}

#[cfg(test)]
mod tests;
