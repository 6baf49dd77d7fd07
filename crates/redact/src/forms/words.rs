//! Credentials between words: tokens, keys, and what follows a word that names a credential.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Reader;
use super::flags::user_and_password;
use crate::names::{names_credential, parts_of_names};
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
    pub(super) fn prose(&mut self) {
        let bytes = self.text.as_bytes();
        for last in memchr::memchr2_iter(b'w', b'W', bytes) {
            let at = (last + 1).saturating_sub(PASSW.len());
            if bytes[at..=last].eq_ignore_ascii_case(PASSW) && self.begins_word(at) {
                self.password_in_prose(at);
            }
        }
    }

    pub(super) fn password_in_prose(&mut self, at: usize) {
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

    /// `Bearer x`, `Basic x` and `token x` wherever they are, if x is not a word.
    pub(super) fn schemes(&mut self) {
        for scheme in SCHEMES.find_iter(self.text) {
            if !self.begins_word(scheme.start()) {
                continue;
            }
            let next = self.next_word(scheme.end() - 1);
            let text =
                self.text[next.clone()].trim_end_matches(['.', ',', ')', '`', ':', '>', '}']);
            let lead = text.len() - text.trim_start_matches(['`', '(', '<']).len();
            let word = &text[lead..];
            let is_long = word.len() >= 20 && !word.contains(['-', '/', '.', ':']);
            if is_distinctive(word) || is_long {
                self.push(next.start + lead..next.start + text.len());
            }
        }
    }

    /// `requirepass x`, `login a password x`, `header X-Api-Key "x"`, `auth user:x`: a name, spaces, and a value that is
    /// quoted or ends the line.
    pub(super) fn words(&mut self) {
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let bytes = self.text.as_bytes();
        let mut end = 0;
        for at in parts_of_names(self.text) {
            if at <= end {
                continue;
            }
            let rest = bytes[at..].iter().take_while(|byte| is_name(byte));
            end = at + rest.take(128).count();
            // `define('NAME', 'value')`
            let may_be_argument = matches!(
                bytes.get(end..end + 3),
                Some([b'\'' | b'"', b',', b' ' | b'\'' | b'"'])
            );
            if bytes.get(end) != Some(&b' ') && !may_be_argument {
                continue;
            }
            let before = bytes[..end].iter().rev().take_while(|byte| is_name(byte));
            let start = end - before.take(128).count();
            let name = &self.text[start..end];
            let outside = self.line_before(start).trim_end_matches(['"', '\'', ' ']);
            let is_argument = may_be_argument && outside.ends_with('(');
            if may_be_argument && !is_argument {
                continue;
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
                self.push(value.start + from..value.end);
                continue;
            }
            let quote = value.start.checked_sub(1).map(|at| bytes[at]);
            let is_quoted = matches!(quote, Some(b'"' | b'\''));
            let behind = self.text[value.end..].trim_start_matches(['"', '\'', ';', ' ', ',', '}']);
            let is_last = behind.is_empty() || behind.starts_with(['\n', '\r', '\\']);
            if (is_quoted || is_last) && is_distinctive(text) && names_credential(name, text) {
                self.push(value);
            }
        }
    }

    /// `echo x | base64 -d`.
    pub(super) fn decoded(&mut self) {
        for at in memchr::memmem::find_iter(self.text.as_bytes(), b"| base64 -") {
            let before = &self.text[..at];
            let start = before.rfind([';', '|', '&', '\n', '(']);
            let from = start.map_or(0, |start| start + 1);
            self.distinctive_words(from, &before[from..]);
        }
    }

    /// Tokens of well-known services, identified by their prefixes.
    pub(super) fn tokens(&mut self) {
        let mut end = 0;
        for prefix in TOKEN_PREFIXES.find_iter(self.text) {
            let at = prefix.start();
            if at < end || !self.begins_word(at) {
                continue;
            }
            let rest = &self.text[at..];
            let is_hash = rest.starts_with('$');
            let is_token = |c: char| {
                c.is_ascii_alphanumeric() || "_-./+=".contains(c) || (is_hash && "$,".contains(c))
            };
            let length = rest.find(|c| !is_token(c)).unwrap_or(rest.len());
            end = at + length;
            if length >= (prefix.len() + 10).max(16) && is_distinctive(&rest[..length]) {
                self.push(at..end);
            }
        }
    }
}

/// What follows a value that a template may not have.
const DEFAULT: &str = " | default";

/// Beginning of words such as "password" and "passwort".
const PASSW: &[u8] = b"passw";

/// Schemes of the header `Authorization`.
static SCHEMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([
            "bearer ",
            "basic ",
            "token ",
            "digest ",
            "apikey ",
            "negotiate ",
            "identified by ",
            "convertto-securestring ",
            "vault login ",
        ])
        .expect("few short words")
});

/// Prefixes of tokens of well-known services, and of hashes of passwords. `eyJ` starts a JSON web token.
static TOKEN_PREFIXES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let prefixes = "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- AKIA ASIA xoxa- xoxb- xoxp- xoxr- xoxs- xapp- \
        eyJ sk_live_ sk_test_ rk_live_ rk_test_ AIza npm_ pypi- hf_ hvs. hvb. hvr. dckr_pat_ dckr_oat_ ya29. dop_v1_ \
        doo_v1_ dor_v1_ glptt- glrt- glcbt- glsoat- SG. shpat_ shpss_ xoxe- xoxe. sk-ant- sk-proj- sk-svcacct- gsk_ \
        whsec_ PMAK- lin_api_ figd_ ATATT3 ATBB r8_ nvapi- dapi sntrys_ sntryu_ glc_ glsa_ rubygems_ tskey- \
        AGE-SECRET-KEY-1 CFPAT- sq0atp- sq0csp- EAACE $apr1$ $2a$ $2b$ $2y$ $1$ $5$ $6$ $argon2 $y$ $7$";
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(prefixes.split_whitespace())
        .expect("few short prefixes")
});
