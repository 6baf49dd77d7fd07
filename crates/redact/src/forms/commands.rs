//! Credentials that commands read from standard input, or take as arguments without a flag.

use super::Reader;
use crate::strings::is_distinctive;

/// How far a part of a command is looked for, in bytes, so that the time stays linear.
const REACH: usize = 1_024;

/// Flags of `openssl` whose argument may be `pass:x`.
const PASS_FLAGS: [&str; 3] = ["-passin", "-passout", "-pass"];

impl<'t> Reader<'t> {
    /// `sqlplus user/password@database`, which starts at `at`.
    pub(super) fn sqlplus(&mut self, at: usize) {
        let rest = self.line_after(at);
        let pair = rest.find('/').zip(rest.find('@'));
        if let Some((slash, end)) = pair.filter(|(slash, end)| slash < end) {
            self.push(at + slash + 1..at + end);
        }
    }

    /// The rest of a line, up to [`REACH`].
    pub(super) fn line_after(&self, from: usize) -> &'t str {
        let end = self.boundary_before(from + REACH);
        let rest = &self.text[from..end];
        rest.split('\n').next().unwrap_or(rest)
    }

    fn boundary_before(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        let mut all = (0..=at).rev();
        all.find(|&at| self.text.is_char_boundary(at)).unwrap_or(0)
    }

    /// The start of a line, up to [`REACH`].
    pub(super) fn line_before(&self, end: usize) -> &'t str {
        let from = self.boundary_before(end.saturating_sub(REACH));
        let before = &self.text[from..end];
        before.rsplit('\n').next().unwrap_or(before)
    }

    /// `echo x | login --password-stdin`, `login --password-stdin <<< x`.
    pub(super) fn input(&mut self, flag: usize, after: usize) {
        let before = self.line_before(flag);
        let line = flag - before.len();
        if let Some(pipe) = before.rfind('|') {
            let command = &before[..pipe];
            let start = command.rfind([';', '|', '&', '(']);
            let from = line + start.map_or(0, |start| start + 1);
            self.distinctive_words(from, &self.text[from..line + pipe]);
        }
        if let Some(string) = self.line_after(after).find("<<<") {
            self.push(self.next_word(after + string + 3));
        }
    }

    /// `--password-command "echo x"`, `passwordCommand: echo x`, where the word ends at `end`.
    pub(super) fn command_that_prints(&mut self, end: usize) {
        let Some(name) = self.name_before(end) else {
            return;
        };
        if !self.text[name].to_ascii_lowercase().contains("pass") {
            return;
        }
        let here = self.line_after(end);
        let is_empty = here
            .trim_matches(['"', '\'', ' ', ',', '\r', '|', '>', ':'])
            .is_empty();
        self.distinctive_words(end, here);
        if is_empty && end + here.len() < self.text.len() {
            let next = end + here.len() + 1;
            self.distinctive_words(next, self.line_after(next));
        }
    }

    /// The words of `part`, which starts at `from`, that look like credentials.
    pub(super) fn distinctive_words(&mut self, mut from: usize, part: &str) {
        for word in part.split_inclusive([' ', '"', '\'', ']']) {
            let bare = word.trim_end_matches([' ', '"', '\'', ']']);
            if is_distinctive(bare) || bare.len() >= 16 {
                self.push(from..from + bare.len());
            }
            from += word.len();
        }
    }

    /// `openssl rsa -passin pass:x`, where `pass:` is at `at`.
    pub(super) fn pass_phrase(&mut self, at: usize) {
        let before = self
            .line_before(at)
            .trim_end_matches(['"', '\'', '\\', ' ', ',']);
        if PASS_FLAGS.iter().any(|flag| before.ends_with(flag)) {
            self.push(self.next_word(at + "pass:".len()));
        }
    }

    /// The last argument of a command that starts at `at`, unless it is a word.
    pub(super) fn last_argument(&mut self, at: usize, command: &str) {
        let rest = self.line_after(at);
        let end = rest.find([';', '|', '&', '>', ')']);
        let rest = rest[..end.unwrap_or(rest.len())].trim_end();
        let rest = rest.trim_end_matches(['"', '\'', ']', ',']);
        let start = rest.rfind([' ', '"', '\'']).map_or(0, |space| space + 1);
        if start >= command.len() && is_distinctive(&rest[start..]) {
            self.push(at + start..at + rest.len());
        }
    }
}
