//! Credentials recognized by their format, in text of any language.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::names::{is_in, may_name, names_credential, parts_of_names};
use crate::placeholder::is_placeholder;
use crate::strings::is_distinctive;
use crate::urls;

/// Byte ranges of the credentials in a text, in order, recognized by their format: passwords in URLs, tokens of
/// well-known services, private keys, `password=…`, `--token …`, `Authorization: …`, and pairs of `name` and `value`.
/// References such as `$(NAME)` are not credentials.
pub(crate) fn credentials_in(text: &str) -> Vec<Range<usize>> {
    let reader = Reader {
        text,
        name: None,
        found: Vec::new(),
    };
    reader.read()
}

/// Scanner of one text.
struct Reader<'t> {
    text: &'t str,
    /// Offset of the value of the last `name` or `key`, for the `value` that follows.
    name: Option<usize>,
    found: Vec<Range<usize>>,
}

impl<'t> Reader<'t> {
    fn read(mut self) -> Vec<Range<usize>> {
        for (at, byte) in self.text.bytes().enumerate() {
            if MARKS[usize::from(byte)] {
                self.mark(at, byte);
            }
        }
        self.prose();
        self.schemes();
        self.words();
        self.decoded();
        self.tokens();
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

    /// Handles one of the [`MARKS`]. Not inlined, which keeps the loop over all bytes fast.
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
            b':' | b'=' => self.setting(at),
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

    /// Whether no ASCII letter or digit precedes.
    fn begins_word(&self, at: usize) -> bool {
        let before = self.text.as_bytes()[..at].last();
        !before.is_some_and(u8::is_ascii_alphanumeric)
    }

    fn push(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        if text.contains(char::is_alphanumeric) && !is_placeholder(text) {
            self.found.push(range);
        }
    }

    /// `scheme://user:password@host`, or with a token instead of the user.
    fn url(&mut self, from: usize) {
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

    /// `user:password@tcp(host)`, as in Go database drivers, and `user:password@host.example/path`.
    fn data_source(&mut self, at: usize) {
        let behind = &self.text[at + 1..];
        let end =
            behind.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':')));
        let host = &behind[..end.unwrap_or(behind.len())];
        let after = behind[host.len()..].chars().next();
        let ends = after.is_none_or(|c| c.is_whitespace() || "/\"'`,;)]}|\\".contains(c));
        let port = host.rsplit_once(':').map(|(_, port)| port);
        let has_port = port.is_some_and(|port| port.len() > 1 && port.parse::<u16>().is_ok());
        let is_host = ends && (host.contains('.') || has_port || host == "localhost");
        let is_net = ["tcp(", "unix(", "("]
            .iter()
            .any(|net| behind.starts_with(net));
        if !is_host && !is_net {
            return;
        }
        let before = &self.text[..at];
        let word = before.rfind(|c: char| c.is_whitespace() || "\"'`=/,".contains(c));
        let start = word.map_or(0, |word| word + 1);
        let user = before[start..].split_once(':').map(|(user, _)| user);
        if let Some(user) = user.filter(|user| *user != "mailto") {
            self.push(start + user.len() + 1..at);
        }
    }

    /// `name=value`, `name: value`, `"name": "value"`, `\"name\":\"value\"`.
    fn setting(&mut self, at: usize) {
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
            _ if !may_name(words) => return,
            _ => {}
        }
        let value = self.value_behind(at + 1);
        let text = &self.text[value.clone()];
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
    fn parameter(&mut self, from: usize) {
        let rest = &self.text[from..];
        let end = rest.find(|c: char| c.is_whitespace() || "&;#\"'`<>\\,|)]}".contains(c));
        self.push(from..from + end.unwrap_or(rest.len()));
    }

    /// `<name>value</name>`.
    fn element(&mut self, at: usize) {
        let Some(name) = self.name_before(at) else {
            return;
        };
        if name.start == 0 || self.text.as_bytes()[name.start - 1] != b'<' {
            return;
        }
        let rest = &self.text[at + 1..];
        let end = rest
            .find(['<', '\n'])
            .filter(|&end| rest[end..].starts_with("</"));
        let value = at + 1..at + 1 + end.unwrap_or(0);
        if names_credential(&self.text[name], &self.text[value.clone()]) {
            self.push(value);
        }
    }

    /// Name before a `=` or `:`, optionally separated by a quote and spaces.
    fn name_before(&self, at: usize) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut end = at;
        while end > 0 && matches!(bytes[end - 1], b' ' | b'"' | b'\'' | b'\\') && at - end < 4 {
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
    fn value_behind(&self, from: usize) -> Range<usize> {
        let rest = &self.text[from..];
        let lead = rest.len() - rest.trim_start_matches([' ', '\t', '=', '>', '[']).len();
        let mut start = from + lead;
        let rest = &self.text[start..];
        let escape = rest.len() - rest.trim_start_matches('\\').len();
        let quote = rest[escape..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''));
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

    /// `--password x`, and `-p x`, `-px`, `-u me:x` and `-a x` for programs that take passwords this way.
    fn flag(&mut self, at: usize) {
        let rest = &self.text[at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
        let flag = &rest[..end.unwrap_or(rest.len())];
        let name = flag.trim_start_matches('-');
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
            [b'p', ..] if flag.len() == name.len() + 1 && is_after("mysql mariadb") => {
                let word = rest.find(|c: char| c.is_whitespace() || "\"',;".contains(c));
                self.push(at + 2..at + word.unwrap_or(rest.len()));
            }
            [b'a'] if is_after("redis-cli") => self.push(next),
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
    fn command_before(&self, at: usize) -> &'t str {
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
    fn next_word(&self, from: usize) -> Range<usize> {
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

    /// Content between the delimiter lines of a private key.
    fn private_key(&mut self, at: usize) {
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
    fn prose(&mut self) {
        let bytes = self.text.as_bytes();
        for last in memchr::memchr2_iter(b'w', b'W', bytes) {
            let at = (last + 1).saturating_sub(PASSW.len());
            if bytes[at..=last].eq_ignore_ascii_case(PASSW) && self.begins_word(at) {
                self.password_in_prose(at);
            }
        }
    }

    fn password_in_prose(&mut self, at: usize) {
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
    fn schemes(&mut self) {
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
    fn words(&mut self) {
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
            if bytes.get(end) != Some(&b' ') {
                continue;
            }
            let before = bytes[..end].iter().rev().take_while(|byte| is_name(byte));
            let name = &self.text[end - before.take(128).count()..end];
            let value = self.value_behind(end);
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
    fn decoded(&mut self) {
        for at in memchr::memmem::find_iter(self.text.as_bytes(), b"| base64 -") {
            let before = &self.text[..at];
            let start = before.rfind([';', '|', '&', '\n', '(']);
            let mut from = start.map_or(0, |start| start + 1);
            for word in before[from..].split_inclusive([' ', '"', '\'']) {
                let bare = word.trim_end_matches([' ', '"', '\'']);
                if is_distinctive(bare) || bare.len() >= 16 {
                    self.push(from..from + bare.len());
                }
                from += word.len();
            }
        }
    }

    /// Tokens of well-known services, identified by their prefixes.
    fn tokens(&mut self) {
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

/// Offset of the password if a flag has a user and a password, as in `-u user:password`.
pub(crate) fn user_and_password(flag: &str, value: &str) -> Option<usize> {
    const FLAGS: &str =
        "u user userpass user-pass auth basic-auth basicauth creds credentials login proxy-user";
    if !is_in(FLAGS, flag) {
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
        && !(is_number(user) && is_number(password));
    (is_pair && !is_placeholder(password)).then_some(user.len() + 1)
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

/// Bytes at which a credential may start or end. A table, because branches for ranges of bytes are mispredicted.
const MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let mut bytes: &[u8] = b":=->@{}";
    while let [byte, rest @ ..] = bytes {
        marks[*byte as usize] = true;
        bytes = rest;
    }
    marks
};

/// Whether a flag or the first line of a private key may follow the byte.
const fn is_boundary(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'"' | b'\'' | b'`' | b'[' | b'(' | b'{' | b',' | b';' | b'=' | b'|'
        )
}

/// Beginning of words such as "password" and "passwort".
const PASSW: &[u8] = b"passw";

/// Programs whose `-p` is a password.
const LOGINS: &str = "mysql mariadb mongo sshpass login skopeo crane ldap smbclient clickhouse";

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

#[cfg(test)]
mod tests {
    use super::credentials_in;

    /// The credentials are enclosed in `«»`.
    #[test]
    fn texts_tell() {
        for marked in [
            "see https://me:«pa55»@r.example/x and http://db:80/a@b",
            "amqp://«ghp_0123456789abcdef0123»@r.example",
            "root:«pa55»@tcp(db:3306)/shop",
            "image: me:«pa55»@r.example/a:1, me:«pa55»@r.example:5000/a",
            "r.example/a:1@sha256:abc/ git@github.com:a/b a:1@b",
            "image: 'me:«pa55»@r.example', me:«pa55»@db:5432, me:«pa55»@localhost",
            "https://r.example/x?sv=1&sig=«a%3D»&se=2 https://r.example/?X-Amz-Signature=«abc»#x",
            "https://f.example/api?code=«abc==»&clientId=x https://r.example/a?tag=1&name=b",
            "https://hooks.slack.com/services/«T0000000A»/«B0000000A»/«abcdEFGH1234» x",
            "https://api.telegram.org/bot123456789:«AAabcdefGH12»/sendMessage",
            "https://open.example/open-apis/bot/v2/hook/«0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9»",
            "https://webhook.shop.svc:443/validate-apps-v1-deployment?timeout=10s",
            "Authorization failed: bearer «abcd1234» and Basic «cm9ib3Q6aHVudGVy», token «abcd1234»",
            "the bearer of a token expires in basic terms; token authentication",
            "args: ['-u', 'a:«b»'] -u 1000:1000 --user me:«b»",
            "me:«$apr1$x1y2z3w4$abcdefghij0123456789ab» me:«$2y$10$abcdefghijklmnopqrstuv»",
            "DB_PASWORD=«abc» apitokne: «abc1» spec: ok",
            "PGPASSWORD=«abc» psql",
            "requirepass «hunter2canary»\nport 1",
            "set X-Api-Key \"«hunter2canary»\"; stats auth admin:«b»",
            "password required for access1234 x",
            "private_key = '''«a\nb»'''",
            "CREATE USER a IDENTIFIED BY '«hunter2canary»';",
            "echo «aHVudGVyMmNhbmFyeQ==» | base64 -d > x",
            "cannot read https:/me:«pa55»@x/y",
            "x ghp_ «ghp_0123456789abcdef0123456789abcdef0123» y",
            "--password=«pa55» --user=me --token «abc» --verbose",
            "args: [\"--api-key\", \"«abc»\", \"--port\", \"80\"]",
            "- --password\n- «pa55»\n- --port\n- 80",
            "mysql -uroot -p«pa55» shop",
            "curl -u me:«pa55» -H 'Authorization: Bearer «abc»' http://x",
            "redis-cli -a «pa55» ping",
            "mkdir -p /data; nc -p 8080; docker login x && mkdir -p bin",
            "- --token\nenv:\n",
            "password: # to be filled in\n",
            "<password>\n</x>",
            "creds: [{\"type\": \"insecure\"}]",
            "\"--db_password=$(PW)\", \"x\"",
            "{\\\"password\\\": \\\"«pa55»\\\", \\\"user\\\": \\\"me\\\"}",
            "{\"name\":\"DB_PASSWORD\",\"value\":\"«pa55»\"},{\"name\":\"A\",\"value\":\"b\"}",
            "- name: DB_PASSWORD\n  value: «pa55»\n- name: A\n  value: b",
            "# the password is «hunter2canary», not more",
            "# a password is wanted here",
            "-----BEGIN RSA PRIVATE KEY-----«\nabc\n»-----END RSA PRIVATE KEY-----",
            "<password>«pa55»</password><user>me</user>",
            "image: quay.io/x/token:v1.2.3",
            "secretKeyRef: {name: db, key: password}",
            "password: $(DB) token: ${X} secret: {{ .x }} token: <a b> passwd: $a-b",
            "token: \"«token»\"\n---\nother: \"x\"",
            "Authorization: token «abc»",
            "failed to fetch oauth token: unexpected status from /token?scope=a: 401",
            "tokenPath: /x\nsecretName: y",
        ] {
            let mut text = String::new();
            let mut wanted = Vec::new();
            for c in marked.chars() {
                match c {
                    '«' => wanted.push(text.len()..text.len()),
                    '»' => wanted.last_mut().unwrap().end = text.len(),
                    c => text.push(c),
                }
            }
            assert_eq!(credentials_in(&text), wanted, "{marked}");
        }
    }
}
