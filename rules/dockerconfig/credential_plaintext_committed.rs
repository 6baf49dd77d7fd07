use super::entries;
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "credential-plaintext-committed",
    summary: "file contains a credential that looks real",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    // Node credentials belong in files on nodes.
    if cx.file().on_nodes.is_some() {
        return;
    }
    for entry in entries(document) {
        let Some(credential) = &entry.credential else {
            continue;
        };
        let (username, password) = credential.expose();
        let Some(kind) = kind(username, password) else {
            continue;
        };
        let is_known =
            matches!(kind, Kind::Token | Kind::KeyFile) && !is_example(&cx.file().source.path);
        let ceiling = if is_known {
            Severity::Warning
        } else {
            Severity::Info
        };
        let what = match kind {
            Kind::Token => "a token",
            Kind::KeyFile => "a service account key",
            Kind::Random => "what looks like a real password",
        };
        let message = format!("this file contains {what} for `{}`", entry.registry);
        cx.report_registry(document, entry, message)
            .at_most(ceiling)
            .note(
                "base64 is not encryption: anyone who has or had read access to the repository can use the \
                 credential",
            )
            .help(
                "revoke it at the registry, and store the new one encrypted (SOPS, SealedSecrets) or outside the \
                 repository",
            );
    }
}

/// Kind of credential that a password looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It starts with the token prefix of a known registry.
    Token,
    /// JSON key of a Google Cloud service account.
    KeyFile,
    /// Random characters.
    Random,
}

/// Prefixes of registry tokens, with the minimum number of characters after the prefix.
const TOKENS: [(&str, usize); 12] = [
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("ghu_", 36),
    ("github_pat_", 50),
    ("glpat-", 20),
    ("gldt-", 20),
    ("dckr_pat_", 20),
    ("dckr_oat_", 20),
    ("AKCp", 60),
    ("dop_v1_", 60),
    ("nvapi-", 50),
];

/// Words that indicate an example password. A real password that contains one by chance is ignored.
const WORDS: [&str; 34] = [
    "pass",
    "secret",
    "example",
    "change",
    "dummy",
    "test",
    "fake",
    "sample",
    "token",
    "xxx",
    "your",
    "todo",
    "redact",
    "placeholder",
    "replace",
    "insert",
    "foo",
    "bar",
    "hunter",
    "admin",
    "user",
    "demo",
    "mock",
    "1234",
    "abcd",
    "qwer",
    "asdf",
    "lorem",
    "hello",
    "docker",
    "registry",
    "...",
    "***",
    "0000",
];

fn kind(username: &[u8], password: &[u8]) -> Option<Kind> {
    let text = std::str::from_utf8(password).ok()?;
    if username == b"_json_key" || username == b"_json_key_base64" {
        let is_key = text.contains("-----BEGIN PRIVATE KEY-----") && text.len() > 1_000;
        return (is_key && !is_made_up(text, 5.0)).then_some(Kind::KeyFile);
    }
    // Amazon ECR passwords expire after 12 hours.
    if username == b"AWS" || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    for (begin, length) in TOKENS {
        if let Some(rest) = text.strip_prefix(begin) {
            return (rest.len() >= length && !is_made_up(rest, 3.0)).then_some(Kind::Token);
        }
    }
    let small = text.to_ascii_lowercase();
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    let is_mixed =
        has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    let is_word = WORDS.iter().any(|word| small.contains(word));
    (text.len() >= 16 && is_mixed && !is_word && !is_made_up(text, 3.4)).then_some(Kind::Random)
}

/// Returns whether the entropy of `text` is below `bits` per character, so that it is not random.
fn is_made_up(text: &str, bits: f64) -> bool {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let shares = counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / length);
    let entropy: f64 = shares.map(|share| -share * share.log2()).sum();
    entropy < bits
}

/// Returns whether a path looks like test data or an example.
fn is_example(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    parts.any(|part| {
        let part = part.to_ascii_lowercase();
        let words = [
            "example", "sample", "test", "fixture", "mock", "demo", "e2e", "doc", "tutorial",
        ];
        words.iter().any(|word| part.starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Assembled at run time, so that secret scanners do not report them.
    fn token(begin: &str) -> String {
        format!("{begin}{}", "k3Jq8ZtR5wLx2VnB7yHc9PdF4gSm6TaUe1Wo")
    }

    #[test]
    fn what_looks_real_is_told_from_what_is_made_up() {
        let of = |password: &str| kind(b"robot", password.as_bytes());
        assert_eq!(of(&token("ghp_")), Some(Kind::Token));
        assert_eq!(of(&token("glpat-")), Some(Kind::Token));
        assert_eq!(of("k3Jq8ZtR5wLx2VnB7y"), Some(Kind::Random));
        for made_up in [
            "",
            "example",
            "hunter2",
            "changeMe123456789",
            "Passw0rdPassw0rdPassw0rd",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_token",
            "glpat-AAAAAAAAAAAAAAAAAAAAAAAA",
            "a-long-and-wordy-phrase",
            "AbCdEfGh12345678",
            "9f86d081884c7d65",
            "k3Jq8 ZtR5wLx2VnB7y",
        ] {
            assert_eq!(of(made_up), None, "{made_up}");
        }
        assert_eq!(kind(b"AWS", b"k3Jq8ZtR5wLx2VnB7y"), None);
        assert_eq!(
            kind(
                b"_json_key",
                b"{\"private_key\": \"-----BEGIN PRIVATE KEY-----\"}"
            ),
            None
        );
    }

    #[test]
    fn examples_are_known_by_their_directories() {
        for path in [
            "pkg/testdata/secret.yaml",
            "examples/a.yaml",
            "docs/pull.yaml",
            "a/secret-sample.yaml",
            "tests/x",
        ] {
            assert!(is_example(path), "{path}");
        }
        assert!(!is_example("apps/shop/regcred.yaml"));
    }
}
