//! Passwords after flags of commands.

use std::ops::Range;

use super::Reader;
use crate::names::{names_credential, split};
use crate::placeholder::is_placeholder;
use crate::strings::is_distinctive;

impl<'t> Reader<'t> {
    /// `--password x`, and `-p x`, `-px`, `-u me:x` and `-a x` for programs that take passwords this way.
    pub(super) fn flag(&mut self, at: usize) {
        let rest = &self.text[at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
        let flag = &rest[..end.unwrap_or(rest.len())];
        let name = flag.trim_start_matches('-');
        if flag.len() > 2 && flag.starts_with("-u") && rest[flag.len()..].starts_with(':') {
            if self.command_before(at).contains("curl") {
                self.push(self.next_word(at + flag.len() + 1));
            }
            return;
        }
        if name.is_empty() || rest[flag.len()..].starts_with(['=', ':']) {
            return;
        }
        let next = self.next_word(at + flag.len());
        let value = &self.text[next.clone()];
        if names_credential(name, value) && name.len() > 2 {
            if !value.starts_with('-') {
                self.push(next);
            }
            return;
        }
        let is_after = |programs: &str| {
            let command = self.command_before(at);
            programs.split(' ').any(|program| command.contains(program))
        };
        match name.as_bytes() {
            [b'p'] => {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-!+#%^*".contains(c);
                let is_likely = is_distinctive(value) && value.chars().all(is_plain);
                let is_word = !value.starts_with(['-', '/']) && value.parse::<u32>().is_err();
                if is_likely || (is_word && is_after(LOGINS)) {
                    self.push(next);
                }
            }
            [b'p', ..] if flag.len() == name.len() + 1 && is_after("mysql mariadb sshpass 7z") => {
                let word = rest.find(|c: char| c.is_whitespace() || "\"',;".contains(c));
                self.push(at + 2..at + word.unwrap_or(rest.len()));
            }
            [b'a'] if is_after("redis-cli") => self.push(next),
            [b'w'] if is_after("ldap") && is_distinctive(value) => self.push(next),
            [b'P'] if is_after("zip ") => self.push(next),
            [b'U'] if is_after("smb rpcclient net") => {
                if let Some(percent) = value.find('%') {
                    self.push(next.start + percent + 1..next.end);
                }
            }
            [b'u'] | [b'u', b's', b'e', b'r'] if is_after("curl") => {
                if let Some(colon) = value.find(':') {
                    self.push(next.start + colon + 1..next.end);
                }
            }
            _ => {
                if let Some(from) = user_and_password(name, value) {
                    self.push(next.start + from..next.end);
                }
            }
        }
    }

    /// Text before a flag in its command: on the same line, and in the items of its list.
    pub(super) fn command_before(&self, at: usize) -> &'t str {
        let mut from = at;
        for (index, c) in self.text[..at].char_indices().rev().take(300) {
            let is_item = |line: &str| line.trim_start().starts_with(['-', '"', '\'']);
            if matches!(c, ';' | '|' | '&') || (c == '\n' && !is_item(&self.text[index..])) {
                break;
            }
            from = index;
        }
        &self.text[from..at]
    }

    /// Next word after whitespace, quotes, commas, and the `-` of a list item.
    pub(super) fn next_word(&self, from: usize) -> Range<usize> {
        let rest = &self.text[from..];
        let is_lead = |c: char| c.is_whitespace() || "\"',\\".contains(c);
        let mut start = rest.len() - rest.trim_start_matches(is_lead).len();
        let lead = &rest[..start];
        if let Some(item) = rest[start..].strip_prefix("- ") {
            start = rest.len() - item.trim_start_matches(is_lead).len();
        } else if lead.contains('\n') && !lead.ends_with(['"', '\'']) {
            // The next line is unrelated.
            return from..from;
        }
        let word = &rest[start..];
        let end = word.find(|c: char| c.is_whitespace() || "\"',\\];|".contains(c));
        from + start..from + start + end.unwrap_or(word.len())
    }
}

/// Offset of the password if a flag has a user and a password, as in `-u user:password`.
pub(crate) fn user_and_password(flag: &str, value: &str) -> Option<usize> {
    const FLAGS: [&str; 11] = split(
        "u user userpass user-pass auth basic-auth basicauth creds credentials login proxy-user",
    );
    if !FLAGS.contains(&flag) {
        return None;
    }
    let (user, password) = value.split_once(':')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_pair = !user.is_empty()
        && !password.is_empty()
        && !user.contains(['/', '@'])
        && !password.starts_with('/')
        // A user and a group.
        && user != password
        && (!is_number(user) || !is_number(password));
    (is_pair && !is_placeholder(password)).then_some(user.len() + 1)
}

/// Programs whose `-p` is a password.
const LOGINS: &str = "mysql mariadb mongo sshpass login skopeo crane ldap smbclient clickhouse";
