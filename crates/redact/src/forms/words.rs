//! Credentials between words: tokens, keys, and what follows a word that names a credential.

use std::ops::Range;

use super::Reader;
use super::flags::user_and_password;
use crate::names::names_credential;
use crate::strings::is_distinctive;

impl Reader<'_> {
    /// Content between the delimiter lines of a private key.
    pub(super) fn private_key(&mut self, at: usize) {
        let rest = &self.text[at..];
        if !rest.starts_with("-----BEGIN ") {
            return;
        }
        let head = &rest[11..];
        let Some(end) = head.find("-----") else {
            return;
        };
        if !head[..end].ends_with("PRIVATE KEY") && !head[..end].ends_with("PRIVATE KEY BLOCK") {
            return;
        }
        let body = 11 + end + 5;
        let close = rest[body..].find("-----END");
        self.push(at + body..at + close.map_or(rest.len(), |close| body + close));
    }

    /// "the password is x", where x is unlikely to be a word.
    pub(super) fn password_in_prose(&mut self, at: usize) {
        if !self.begins_word(at) {
            return;
        }
        let rest = &self.text[at..];
        let is_word = |c: char| c.is_ascii_alphabetic();
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let mut from = at + word;
        for link in [" is", " was", " of", " for"] {
            if self.text[from..].starts_with(link) {
                from += link.len();
                break;
            }
        }
        if !self.text[from..].starts_with(' ') {
            return;
        }
        let next = self.next_word(from);
        let text = self.text[next.clone()].trim_end_matches(['.', ',', ')', '`']);
        let lead = text.len() - text.trim_start_matches(['`', '(']).len();
        if is_distinctive(text) {
            self.push(next.start + lead..next.start + text.len());
        }
    }

    /// `Bearer x`, `Basic x` and `token x` wherever they are, if x is not a word. The scheme has a space at its end.
    pub(super) fn scheme(&mut self, scheme: Range<usize>) {
        if !self.begins_word(scheme.start) {
            return;
        }
        let next = self.next_word(scheme.end - 1);
        let text = self.text[next.clone()].trim_end_matches(['.', ',', ')', '`', ':', '>', '}']);
        let lead = text.len() - text.trim_start_matches(['`', '(', '<']).len();
        let word = &text[lead..];
        let is_long = word.len() >= 20 && !word.contains(['-', '/', '.', ':']);
        if is_distinctive(word) || is_long {
            self.push(next.start + lead..next.start + text.len());
        }
    }

    /// `requirepass x`, `login a password x`, `header X-Api-Key "x"`, `auth user:x`: a name that ends at `end`, spaces, and
    /// a value that is quoted or ends the line.
    #[inline(never)]
    pub(super) fn word(&mut self, end: usize, byte: u8) {
        let bytes = self.text.as_bytes();
        // `define('NAME', 'value')`
        let is_argument = byte != b' ';
        if is_argument
            && !matches!(
                bytes.get(end + 1..end + 3),
                Some([b',', b' ' | b'\'' | b'"'])
            )
        {
            return;
        }
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let before = bytes[..end].iter().rev().take_while(|byte| is_name(byte));
        let start = end - before.take(128).count();
        if self.stem <= start {
            return;
        }
        let name = &self.text[start..end];
        let outside = self.line_before(start).trim_end_matches(['"', '\'', ' ']);
        if is_argument && !outside.ends_with('(') {
            return;
        }
        let rest = &self.text[end..];
        let lead = match is_argument {
            true => 2,
            false if rest.starts_with(DEFAULT) => DEFAULT.len(),
            false => 0,
        };
        let value = self.value_behind(end + lead);
        let text = &self.text[value.clone()];
        if let Some(from) = user_and_password(name, text) {
            return self.push(value.start + from..value.end);
        }
        let quote = value.start.checked_sub(1).map(|at| bytes[at]);
        let is_quoted = matches!(quote, Some(b'"' | b'\''));
        let after = self.text[value.end..].trim_start_matches(['"', '\'', ';', ' ', ',', '}']);
        let is_last = after.is_empty() || after.starts_with(['\n', '\r', '\\']);
        if (is_quoted || is_last) && is_distinctive(text) && names_credential(name, text) {
            self.push(value);
        }
    }

    /// `echo x | base64 -d`, where the pipe is at `at`.
    pub(super) fn decoded(&mut self, at: usize) {
        let before = &self.text[..at];
        let start = before.rfind([';', '|', '&', '\n', '(']);
        let from = start.map_or(0, |start| start + 1);
        self.distinctive_words(from, &before[from..]);
    }

    /// Token of a well-known service, which starts at `at` with `prefix`.
    pub(super) fn token(&mut self, at: usize, prefix: &str) {
        if at < self.token || !self.begins_word(at) {
            return;
        }
        let rest = &self.text[at..];
        let is_hash = rest.starts_with('$');
        let is_token = |c: char| {
            c.is_ascii_alphanumeric() || "_-./+=".contains(c) || (is_hash && "$,".contains(c))
        };
        let length = rest.find(|c| !is_token(c)).unwrap_or(rest.len());
        self.token = at + length;
        if length >= (prefix.len() + 10).max(16) && is_distinctive(&rest[..length]) {
            self.push(at..at + length);
        }
    }
}

/// What follows a value that a template may not have.
const DEFAULT: &str = " | default";
