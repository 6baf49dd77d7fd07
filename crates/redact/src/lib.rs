//! Finds credentials and hides them. Everything that podwright shows goes through this crate.
//!
//! A credential is recognized by the kind of its object (`by_kind`), by its key (`by_key`), by its format (`forms`), or
//! because it is a copy: in a comment (`comments`) or elsewhere (`strings`). This is a heuristic that prefers false
//! positives.
//!
//! - Files: [`Contents::redacted`] finds the spans, which are stored in the [`Source`](podwright_syntax::text::Source).
//! - Text about files, such as the message of a finding: [`Redactor`].
//! - Text from elsewhere, such as arguments and event messages: [`text`].

mod by_key;
mod by_kind;
mod by_shape;
mod comments;
mod contents;
mod earlier;
mod forms;
mod names;
mod output;
mod placeholder;
mod source;
mod span;
mod strings;
mod urls;

use std::ops::Range;

pub use contents::Contents;
pub use earlier::Earlier;
use forms::credentials_in;
pub use output::{Redactor, ShownSpan, may_show_edit, shown_span, visible_span, without_redacted};
pub use podwright_syntax::text::REDACTED;

/// Whether the value of a variable, header or mapping key with this name may be a credential.
#[must_use]
pub fn is_credential(name: &str, value: &str) -> bool {
    names::names_credential(name, value) || !credentials_in(value).is_empty()
}

/// Whether the value of a variable or mapping key with this name is very likely a credential in plain text. Stricter
/// than [`is_credential`]: it is for findings, not for hiding.
#[must_use]
pub fn is_plain_credential(name: &str, value: &str) -> bool {
    let is_named = names::names_credential(name, value) && names::is_named_strongly(name, value);
    is_named || !credentials_in(value).is_empty()
}

/// Replaces the credentials in a text that are recognized by their format.
#[must_use]
pub fn text(text: &str) -> String {
    replace(text, credentials_in(text))
}

/// Replaces the user information of URLs, even if it is not a credential.
#[must_use]
pub fn url_users(text: &str) -> String {
    let mut users = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("://") {
        from += at + 3;
        let rest = &text[from..];
        let end = rest.find(|c: char| c.is_whitespace() || "/\"'?#".contains(c));
        if let Some(user) = rest[..end.unwrap_or(rest.len())].rfind('@') {
            users.push(from..from + user);
            from += user;
        }
    }
    replace(text, users)
}

/// Replaces everything in double quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    let parts = text.split('"').enumerate();
    let shown = parts.map(|(index, part)| if index % 2 == 0 { part } else { REDACTED });
    shown.collect::<Vec<_>>().join("\"")
}

/// Replaces `ranges`, which are in order and do not overlap.
fn replace(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        out.push_str(&text[from..range.start]);
        out.push_str(REDACTED);
        from = range.end;
    }
    out + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::{is_credential, is_plain_credential, url_users};

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
            ("imagePullSecret", "eyJhdXRocyI6e30K=="),
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
            ("pullSecrets", "myRegistryKey"),
            ("existingSecret", "MyDatabase"),
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

    #[test]
    fn findings_need_more_than_a_word() {
        for (name, value) in [
            ("DB_PASSWORD", "hunter2"),
            ("SECRET_KEY", "abc"),
            (
                "AWS_SECRET_ACCESS_KEY",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ),
            ("spring.datasource.password", "x1"),
            ("DATABASE_URL", "postgres://me:x1@db/"),
            ("API_KEY", "0123abcd"),
        ] {
            assert!(is_plain_credential(name, value), "{name}={value}");
        }
        for (name, value) in [
            ("SECRET_NAME", "my-secret"),
            ("TLS_SECRET", "web-tls"),
            ("API_TOKEN_FILE", "/run/t"),
            ("TOKEN_URL", "https://a/token"),
            ("PASSWORD_MIN_LENGTH", "8"),
            ("SORT_KEY", "name"),
            ("SECRET_SOURCE", "vault"),
            ("OAUTH_TOKEN", "https://login.example/token"),
            ("DB_PASSWORD", "changeme"),
            ("DB_PASSWORD", "<your password>"),
            ("DB_PASSWORD", "vault:secret/data/db#password"),
            ("MAX_TOKENS", "4096"),
            ("ENABLE_TOKEN", "true"),
            ("HF_TOKEN", "HF_TOKEN"),
        ] {
            assert!(!is_plain_credential(name, value), "{name}={value}");
        }
    }

    #[test]
    fn users_of_urls_are_replaced() {
        let text = "get \"https://me:hunter2@r.example/v2/\": EOF, https://r.example/a@b";
        assert_eq!(
            url_users(text),
            "get \"https://***@r.example/v2/\": EOF, https://r.example/a@b"
        );
        assert_eq!(url_users("x://"), "x://");
    }
}
