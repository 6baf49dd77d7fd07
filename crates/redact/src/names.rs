//! Names that suggest a credential.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use podwright_syntax::text::is_within;

use crate::placeholder::is_placeholder;
use crate::strings::is_distinctive;

/// Whether the name suggests that the value is a credential: `DB_PASSWORD`, `apiKey`, `Authorization`.
///
/// The value can only rule it out: an empty value, a boolean, a reference or the name of a Secret is not a credential.
pub(crate) fn names_credential(name: &str, value: &str) -> bool {
    if !may_name(name) {
        return false;
    }
    let words = words(name);
    let Some(last) = words.last() else {
        return false;
    };
    if is_in(MORE_OF_IT, last) || is_harmless(value) || name == "PWD" {
        return false;
    }
    let core: Vec<&str> = words.iter().map(String::as_str).collect();
    let core = without_qualifiers(&core);
    let squeezed = core.concat();
    if is_variable(name) && words.iter().any(|word| ends_strongly(word)) {
        // A number of tokens is not a token.
        return last != "TOKENS" || value.parse::<u32>().is_err();
    }
    if names_object(&squeezed) && value.len() <= MAX_OBJECT_NAME {
        return !value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    }
    if ends_strongly(&squeezed) {
        let is_reference = squeezed.ends_with("SECRET") || squeezed.ends_with("SECRETS");
        let is_own = ["CLIENT", "APP", "CONSUMER", "SHARED", "OAUTH"]
            .iter()
            .any(|owner| squeezed.trim_end_matches("SECRET").ends_with(owner));
        return (!is_reference || is_own || !is_object_name(value)) && !is_count(&squeezed, value);
    }
    let Some(&last) = core.last() else {
        return false;
    };
    match last {
        "KEY" | "KEYS" => {
            let before = core.len().checked_sub(2).and_then(|at| core.get(at));
            // `secretKey` names a key of a Secret at least as often.
            let is_reference =
                before == Some(&"SECRET") && (is_object_name(value) || is_variable(value));
            let is_other = before.is_some_and(|before| is_in(OTHER_KEYS, before));
            let is_secret = before.is_some_and(|before| is_in(KEY_OF, before));
            // A key of a service, and not that of a queue; a key, and not the name of its file.
            let is_long = before.is_some_and(|before| is_in(LONG_KEYS, before))
                && value.len() >= 20
                && is_distinctive(value);
            (is_variable(name) && !is_other) || (is_secret && !is_reference) || is_long
        }
        "AUTH" => is_variable(name) || (value.len() >= 8 && !is_object_name(value)),
        last => {
            let is_joined =
                is_variable(name) && last.ends_with("PASS") && !is_in("BYPASS COMPASS", last);
            is_in(WEAK, last) || is_joined
        }
    }
}

/// Longest value that is taken for the name of a Secret. What is in a Secret is often longer.
const MAX_OBJECT_NAME: usize = 63;

/// Whether a key names a Secret that is elsewhere: `imagePullSecrets`, `existingSecret`.
fn names_object(squeezed: &str) -> bool {
    let one = squeezed.strip_suffix('S').unwrap_or(squeezed);
    let which = one.strip_suffix("SECRET");
    which.is_some_and(|which| which.ends_with("PULL") || which.ends_with("EXISTING"))
}

/// Whether the name ends with a word for a credential, and the value is not a number, a path, a URL, the name of an object
/// or a word to be replaced.
pub(crate) fn is_named_strongly(name: &str, value: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let core = without_qualifiers(&words);
    let Some((&last, before)) = core.split_last() else {
        return false;
    };
    let squeezed = core.concat();
    let is_named = ends_strongly(&squeezed)
        || is_in("PASS PW PWD CREDS", last)
        || (matches!(last, "KEY" | "KEYS")
            && before.last().is_some_and(|word| is_in(KEY_OF, word)));
    let lower = value.to_ascii_lowercase();
    let is_number = value.parse::<f64>().is_ok();
    // `vault:path#key` and `ref+vault://…` are resolved elsewhere.
    let is_elsewhere = value.starts_with(['/', '$', '#', '%'])
        || value.contains("://")
        || ["vault:", "secret:", "file:", "env:", "ref+"]
            .iter()
            .any(|start| lower.starts_with(start));
    // `GOOGLE_API_KEY_VALUE` is a word to be replaced, too.
    let is_constant = value.contains('_')
        && value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let is_replaced = is_constant || TO_REPLACE.iter().any(|word| lower.contains(word));
    // Names that end with these words refer to an object at least as often.
    let names_object = [
        "SECRET",
        "SECRETS",
        "TOKEN",
        "CREDENTIALS",
        "CREDENTIAL",
        "KEY",
    ]
    .iter()
    .any(|end| squeezed.ends_with(end))
        && is_object_name(value)
        && value.contains(['-', '.', '/']);
    is_named && !is_number && !is_elsewhere && !is_replaced && !names_object
}

/// Words in values that a person replaces.
const TO_REPLACE: [&str; 9] = [
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "replace",
    "your-",
    "your_",
    "your ",
    "placeholder",
];

/// Whether a name contains a stem of the keywords. Most names do not; [`names_credential`] is false for those.
pub(crate) fn may_name(name: &str) -> bool {
    STEMS.is_match(name)
}

/// Ends of the parts of a text that may belong to a name of a credential.
pub(crate) fn parts_of_names(text: &str) -> impl Iterator<Item = usize> {
    STEMS.find_iter(text).map(|found| found.end())
}

/// Stems of the keywords below, ignoring case. Each keyword contains one. Names are too short for a prefilter.
static STEMS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .build([
            "pass", "pw", "pat", "secret", "salt", "token", "key", "auth", "cred", "cookie", "jwt",
            "bearer", "psk", // Each half of the words that may have a typo.
            "word", "hrase", "code", "sec", "ret", "sercet", "api", "acce", "tial", "tok", "toc",
            "tken", "toek", "pas", "pssw",
        ])
        .expect("few short stems")
});

/// Splits a name into uppercase words: `githubToken`, `github-token` and `GITHUB_TOKEN` have two.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let begins = !before.is_ascii_alphanumeric()
            || (c.is_ascii_uppercase() && before.is_ascii_lowercase());
        if c.is_ascii_alphanumeric() {
            match words.last_mut() {
                Some(word) if !begins => word.push(c.to_ascii_uppercase()),
                _ => words.push(c.to_ascii_uppercase().to_string()),
            }
        }
        before = c;
    }
    words
}

/// Removes qualifiers at the end: `KEY_ID`, `TOKEN_2`, `key-data`.
fn without_qualifiers<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    let is_qualifier =
        |word: &&str| is_in(QUALIFIERS, word) || word.bytes().all(|byte| byte.is_ascii_digit());
    let behind = words.iter().rev().take_while(|word| is_qualifier(word));
    &words[..words.len() - behind.count()]
}

/// Names of environment variables are uppercase.
fn is_variable(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn ends_strongly(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    STRONG.split(' ').any(|ending| word.ends_with(ending)) || is_misspelled(word)
}

/// Whether a word is one of the strong ones with a typo.
fn is_misspelled(word: &str) -> bool {
    TYPOS.split(' ').any(|typo| word.ends_with(typo))
        || TYPED
            .split(' ')
            .any(|strong| word != strong && is_within(word, strong, 1))
}

/// Whether `word` is one of the `words`, which are separated by spaces.
pub(crate) fn is_in(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

fn is_count(squeezed: &str, value: &str) -> bool {
    squeezed.ends_with("TOKENS") && value.parse::<u32>().is_ok()
}

fn is_harmless(value: &str) -> bool {
    let value = value.trim().trim_end_matches('.');
    let words = "true false True False TRUE FALSE yes no null ~ none optional required read write on off ON OFF";
    value.is_empty()
        || is_in(words, value)
        || is_path(value)
        || value.starts_with("os.environ")
        || value.starts_with("process.env")
        || is_placeholder(value)
}

/// Unlike a path, base64 contains uppercase letters.
fn is_path(value: &str) -> bool {
    let has_capital = value.bytes().any(|byte| byte.is_ascii_uppercase());
    value.starts_with('/') && !has_capital && value.matches('/').count() > 1
}

/// Whether the value may also be the name of an object, such as a Secret: `web-tls`, with or without a namespace.
pub(crate) fn is_object_name(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./".contains(c);
    value.chars().all(is_name) && (value.contains(['-', '_', '.', '/']) || !is_distinctive(value))
}

/// Endings of names of credentials, whether or not the words are joined.
const STRONG: &str = "\
    PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE SECRET SECRETS TOKEN TOKENS APIKEY \
    ACCESSKEY PRIVATEKEY CREDENTIAL CREDENTIALS REQUIREPASS MASTERAUTH";
/// Strong words that are also recognized with a typo: a letter too many, too few, or wrong, or two swapped.
const TYPED: &str = "PASSWORD PASSPHRASE PASSCODE SECRET APIKEY ACCESSKEY CREDENTIAL CREDENTIALS";
/// Typos of short words.
const TYPOS: &str =
    "TOKN TOKNE TOEKN TKEN TOCKEN TOKENN PASWD PASSW PASSD PSSWD PASSWRD PASWORT PASSWORT";
/// Words that denote a credential at the end of a name or alone.
const WEAK: &str = "\
    PASS PW PWD CRED CREDS SALT COOKIE PAT AUTHORIZATION JWT BEARER PASSKEY PSK BINDPW ROOTPW AUTHTOK RESTUSERKEY";
/// Words before `key` that make it a credential.
const KEY_OF: &str = "\
    ACCESS ACCOUNT API APP AUTH CLIENT CONSUMER CRYPT DEPLOY ENCRYPTION HMAC INTEGRATION JWT \
    LICENSE MASTER PRESHARED PRIVATE SECRET SERVICE SESSION SHARED SIGNATURE SIGNING SSH STORAGE SUBSCRIPTION \
    WEBHOOK";
/// Words before `key` that make it a credential if the value is long.
const LONG_KEYS: &str = "CERTIFICATE ROUTING";
/// Words before `key` that make it data, even in a variable name.
const OTHER_KEYS: &str = "\
    ANNOTATION CACHE FOREIGN LABEL OBJECT PARTITION PRIMARY PUBLIC ROUTING SORT TOPOLOGY";
/// Words that may follow the keyword.
const QUALIFIERS: &str = "ID DATA VALUE B64 BASE64 HEX OLD NEW DEV PROD TEST HASH PLAIN";
/// Last words of names that describe a credential instead of containing one.
const MORE_OF_IT: &str = "\
    NAME NAMES REF REFS FILE FILES FILENAME PATH PATHS DIR DIRECTORY MOUNT ENABLED \
    ENABLE DISABLED REQUIRED OPTIONAL TYPE TYPES KIND MODE METHOD POLICY ALGORITHM \
    FORMAT TTL EXPIRY EXPIRATION LIFETIME TIMEOUT INTERVAL SECONDS MINUTES HOURS LENGTH \
    SIZE COUNT LIMIT MIN MAX VERSION HOST PORT URL URI ENDPOINT ISSUER AUDIENCE \
    NAMESPACE PROVIDER REGION HEADER USER USERS USERNAME";

#[cfg(test)]
mod tests {
    use super::{STRONG, WEAK, may_name};

    #[test]
    fn each_word_has_a_stem() {
        let mut words = STRONG
            .split(' ')
            .chain(WEAK.split(' '))
            .chain(["KEY", "AUTH"]);
        assert!(words.all(|word| may_name(word) && may_name(&word.to_lowercase())));
        let typed = super::TYPED.split(' ').chain(super::TYPOS.split(' '));
        assert!(typed.into_iter().all(may_name));
        assert!(!may_name("metadata") && !may_name("containerPort") && !may_name(""));
    }
}
