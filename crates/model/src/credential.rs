//! Detects credentials in text, by the name of a value or by its format.
//!
//! This is a heuristic that prefers false positives. What it finds is never shown.

mod name;
mod written;

use std::ops::Range;

pub use name::{is_object_name, may_name as may_name_credential, names_credential};

/// Bitmap of the first two letters of each keyword, ignoring case. Used as a fast reject before the full match.
struct Pairs([u32; 32]);

impl Pairs {
    /// Creates the bitmap. The words must be ASCII and have at least two letters.
    const fn of(words: &[&str]) -> Self {
        let mut second = [0; 32];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            second[(word[0] & 31) as usize] |= 1 << (word[1] & 31);
            at += 1;
        }
        Self(second)
    }

    /// Whether a keyword may start with these two letters. `false` is certain.
    fn may_be(&self, one: u8, two: u8) -> bool {
        self.0[usize::from(one & 31)] >> (two & 31) & 1 == 1
    }
}

/// Whether the value of a variable, header or mapping key with this name may be a credential.
#[must_use]
pub fn is_credential(name: &str, value: &str) -> bool {
    names_credential(name, value) || !credentials_in(value).is_empty()
}

/// Byte ranges of the credentials in a text, in order, detected by format: passwords in URLs, tokens of well-known
/// services, private keys, `password=…`, `--token …`, `Authorization: …`, and pairs of `name` and `value`. The text may
/// be in any language. References such as `$(NAME)` are not credentials.
#[must_use]
pub fn credentials_in(text: &str) -> Vec<Range<usize>> {
    written::Reader::new(text).read()
}

/// Replaces each of the [`credentials_in`] the text with `***`.
#[must_use]
pub fn without_credentials(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in credentials_in(text) {
        out.push_str(&text[from..range.start]);
        out.push_str("***");
        from = range.end;
    }
    out + &text[from..]
}

/// Whether the value is set elsewhere: a reference, a template, or a word to be replaced.
fn is_placeholder(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let variable = value.strip_prefix("$$").or_else(|| value.strip_prefix('$'));
    let is_variable = variable.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && rest.chars().all(is_name)
    });
    let is_blank = value.len() >= 3 && value.chars().all(|c| matches!(c, '*' | '.' | 'x' | 'X'));
    value.starts_with("{{")
        || value.starts_with("${{")
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('{')
            && value.ends_with('}')
            && value[1..].chars().rev().skip(1).all(is_name))
        || is_variable
        || is_blank
        || matches!(value, "%s" | "%v" | "%q")
        || are_references(value)
}

/// Whether the value consists of `$(NAME)` and `${NAME}` with only punctuation between them. The last one may be
/// incomplete.
fn are_references(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        rest = rest.trim_start_matches(['/', ':', '@', '-', '_', '.']);
        let close = match rest.as_bytes() {
            [b'$', b'(', ..] => ')',
            [b'$', b'{', ..] => '}',
            [] => return true,
            _ => return false,
        };
        rest = rest.split_once(close).map_or("", |(_, rest)| rest);
    }
    !value.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{credentials_in, is_credential};

    #[test]
    fn names_and_values_tell() {
        for (name, value) in [
            ("DB_PASSWORD", "x"),
            ("PGPASSWORD", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("githubToken", "x1"),
            ("spring.datasource.password", "x1"),
            ("password", "123456"),
            ("client-key-data", "LS0t"),
            ("clientSecret", "mysecret"),
            ("example.com/api-token", "abc"),
            ("Authorization", "Basic YTpi"),
            ("X-Api-Key", "abc"),
            ("secret", "s3cr3tvalue"),
            ("auth", "cm9ib3Q6aHVudGVy"),
            ("URL", "postgres://me:x1@db/"),
            ("OPTS", "--password=x1"),
            ("OPTS", "{\"password\": \"x1\"}"),
            ("URL", "postgres://me:$(A)x1@db/"),
            ("CERT", "-----BEGIN PRIVATE KEY-----\nabc"),
        ] {
            assert!(is_credential(name, value), "{name}={value}");
        }
        for (name, value) in [
            ("LOG_LEVEL", "info"),
            ("URL", "http://db:80/a@b"),
            ("KEYBOARD", "de"),
            ("COMPASS", "n"),
            ("PWD", "/app"),
            ("SECRET_NAME", "db"),
            ("TOKEN_TTL", "3600"),
            ("MAX_TOKENS", "4096"),
            ("AUTH_ENABLED", "yes"),
            ("PASSWORD_FILE", "/run/pw"),
            ("automountServiceAccountToken", "false"),
            ("secretName", "web-tls"),
            ("secretKey", "api_key"),
            ("privateKey", "/etc/tls/key.pem"),
            ("TOKEN", "${{ secrets.TOKEN }}"),
            ("secret", "web-tls"),
            ("nginx.ingress.kubernetes.io/auth-type", "basic"),
            ("key", "password"),
            ("topologyKey", "kubernetes.io/hostname"),
            ("DB_PASSWORD", "$(OTHER)"),
            ("URL", "postgres://me:$(DB_PASSWORD)@db/"),
            ("OPTS", "--password=$(DB_PASSWORD)"),
            ("CA", "-----BEGIN CERTIFICATE-----\nabc"),
        ] {
            assert!(!is_credential(name, value), "{name}={value}");
        }
    }

    /// The credentials are enclosed in `«»`.
    #[test]
    fn texts_tell() {
        for marked in [
            "see https://me:«pa55»@r.example/x and http://db:80/a@b",
            "amqp://«ghp_0123456789abcdef0123»@r.example",
            "root:«pa55»@tcp(db:3306)/shop",
            "image: me:«pa55»@r.example/a:1, me:«pa55»@r.example:5000/a",
            "r.example/a:1@sha256:abc/ git@github.com:a/b a:1@b",
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
