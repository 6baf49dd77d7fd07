//! Credentials in formats that have their own syntax.

use super::Reader;
use crate::names::names_credential;
use crate::strings::is_distinctive;

impl Reader<'_> {
    /// `user:password@tcp(host)`, as in Go database drivers, and `user:password@host.example/path`.
    pub(super) fn data_source(&mut self, at: usize) {
        let behind = &self.text[at + 1..];
        let end =
            behind.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':')));
        let host = &behind[..end.unwrap_or(behind.len())];
        let after = behind[host.len()..].chars().next();
        let ends = after.is_none_or(|c| c.is_whitespace() || "/\"'`,;)]}|\\".contains(c));
        let port = host.rsplit_once(':').map(|(_, port)| port);
        let has_port = port.is_some_and(|port| port.len() > 1 && port.parse::<u16>().is_ok());
        // `//user:password@host/share`
        let before = self.line_before(at);
        let slashes = before.rfind("//").map(|slashes| &before[slashes + 2..]);
        let is_share = slashes.is_some_and(|user| !user.contains(['/', ' ', '"', '\'']));
        let is_host = ends && (host.contains('.') || has_port || host == "localhost" || is_share);
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

    /// `printf "password=%s" "x"`, `printf "user=%s\npassword=%s" me x`: the arguments of a command after a format.
    pub(super) fn arguments(&mut self, format: usize) {
        let rest = self.line_after(format);
        let end = rest.find([';', '|', '&', ')', '}']).unwrap_or(rest.len());
        if let Some(close) = rest[..end].find(['"', '\'', '`']) {
            self.distinctive_words(format + close, &rest[close..end]);
        }
    }

    /// `postgres%3A%2F%2Fuser%3Apassword%40host`, where the slashes end at `from`.
    pub(super) fn encoded_url(&mut self, from: usize) {
        let rest = self.line_after(from);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "%_.~+-".contains(c)));
        let rest = rest[..end.unwrap_or(rest.len())].to_ascii_uppercase();
        let host = rest.find("%2F").unwrap_or(rest.len());
        let Some(end) = rest[..host].rfind("%40") else {
            return;
        };
        if let Some(colon) = rest[..end].find("%3A") {
            self.push(from + colon + 3..from + end);
        }
    }

    /// `{"kty": "oct", "k": "x"}`, and the private part `d` of other keys, in the whole text.
    pub(super) fn web_keys(&mut self) {
        if std::mem::replace(&mut self.has_web_keys, true) {
            return;
        }
        for part in ["\"k", "\"d"] {
            for at in memchr::memmem::find_iter(self.text.as_bytes(), part) {
                let after = self.text[at + 2..].trim_start_matches('\\');
                let Some(after) = after.strip_prefix('"') else {
                    continue;
                };
                let after = after.trim_start();
                if let Some(rest) = after.strip_prefix(':') {
                    let value = self.value_behind(self.text.len() - rest.len());
                    if is_distinctive(&self.text[value.clone()]) {
                        self.push(value);
                    }
                }
            }
        }
    }

    /// `host:port:database:user:password` of PostgreSQL, where the host ends at `colon`.
    pub(super) fn password_file(&mut self, colon: usize) {
        let bytes = self.text.as_bytes();
        // Most colons end a key.
        if !bytes
            .get(colon + 1)
            .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'*')
        {
            return;
        }
        let is_end = |c: char| c.is_whitespace() || "\"'`,;()[]{}<>=/@".contains(c);
        let line = self.line_before(colon);
        let host = line.rsplit(is_end).next().unwrap_or(line);
        let word = self
            .line_after(colon + 1)
            .split(is_end)
            .next()
            .unwrap_or_default();
        let fields: Vec<&str> = word.splitn(4, ':').collect();
        let [port, _, _, password] = fields[..] else {
            return;
        };
        let is_port = port == "*" || (port.len() > 1 && port.parse::<u16>().is_ok());
        // Not an IPv6 address.
        let is_host = host == "*" || host.contains(|c: char| matches!(c, 'g'..='z' | '.'));
        if is_port && is_host && !host.contains(':') && names_credential("password", password) {
            let end = colon + 1 + word.len();
            self.push(end - password.len()..end);
        }
    }
}
