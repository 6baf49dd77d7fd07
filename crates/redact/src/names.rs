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
    let upper = name.to_ascii_uppercase();
    let words = words(name, &upper);
    let Some(&last) = words.last() else {
        return false;
    };
    if MORE_OF_IT.contains(&last) || is_harmless(value) || name == "PWD" {
        return false;
    }
    let core = without_qualifiers(&words);
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
            let is_other = before.is_some_and(|before| OTHER_KEYS.contains(before));
            let is_secret = before.is_some_and(|before| KEY_OF.contains(before));
            // A key of a service, and not that of a queue; a key, and not the name of its file.
            let is_long = before.is_some_and(|before| LONG_KEYS.contains(before))
                && value.len() >= 20
                && is_distinctive(value);
            (is_variable(name) && !is_other) || (is_secret && !is_reference) || is_long
        }
        "AUTH" => is_variable(name) || (value.len() >= 8 && !is_object_name(value)),
        last => {
            let is_joined = is_variable(name)
                && last.ends_with("PASS")
                && !matches!(last, "BYPASS" | "COMPASS");
            WEAK.contains(&last) || is_joined
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
    let upper = name.to_ascii_uppercase();
    let words = words(name, &upper);
    let core = without_qualifiers(&words);
    let Some((&last, before)) = core.split_last() else {
        return false;
    };
    let squeezed = core.concat();
    let is_named = ends_strongly(&squeezed)
        || matches!(last, "PASS" | "PW" | "PWD" | "CREDS")
        || (matches!(last, "KEY" | "KEYS")
            && before.last().is_some_and(|word| KEY_OF.contains(word)));
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

/// Whether a name contains one of the [`STEMS`]. Most names do not; [`names_credential`] is false for those.
pub(crate) fn may_name(name: &str) -> bool {
    AUTOMATON.is_match(name)
}

/// Stems of the keywords below, in any case. Each keyword contains one.
pub(crate) const STEMS: [&str; 28] = split(
    "pass pw pat secret salt token key auth cred cookie jwt bearer psk \
    word hrase code sec ret sercet api acce tial tok toc tken toek pas pssw",
);

/// Names are too short for a prefilter.
static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .build(STEMS)
        .expect("few short stems")
});

/// Splits a name, of which `upper` is the uppercase form, into uppercase words: `githubToken`, `github-token` and
/// `GITHUB_TOKEN` have two.
fn words<'u>(name: &str, upper: &'u str) -> Vec<&'u str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = b' ';
    for (at, &byte) in name.as_bytes().iter().enumerate() {
        let begins = byte.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins || !byte.is_ascii_alphanumeric() {
            words.push(start..at);
            start = at + usize::from(!begins);
        }
        before = byte;
    }
    words.push(start..name.len());
    let words = words.into_iter().filter(|word| !word.is_empty());
    words.map(|word| &upper[word]).collect()
}

/// Removes qualifiers at the end: `KEY_ID`, `TOKEN_2`, `key-data`.
fn without_qualifiers<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    let is_qualifier =
        |word: &&str| QUALIFIERS.contains(word) || word.bytes().all(|byte| byte.is_ascii_digit());
    let behind = words.iter().rev().take_while(|word| is_qualifier(word));
    &words[..words.len() - behind.count()]
}

/// Names of environment variables are uppercase.
fn is_variable(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn ends_strongly(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    STRONG.iter().any(|ending| word.ends_with(ending)) || is_misspelled(word)
}

/// Whether a word is one of the strong ones with a typo.
fn is_misspelled(word: &str) -> bool {
    TYPOS.iter().any(|typo| word.ends_with(typo))
        || TYPED
            .iter()
            .any(|strong| word != *strong && is_within(word, strong, 1))
}

/// The words of a text in which spaces separate them. The compiler says so if there are not `N`.
pub(crate) const fn split<const N: usize>(text: &'static str) -> [&'static str; N] {
    let mut words = [""; N];
    let mut rest = text;
    let mut found = 0;
    while !rest.is_empty() {
        let mut end = 0;
        while end < rest.len() && rest.as_bytes()[end] != b' ' {
            end += 1;
        }
        let (word, after) = rest.split_at(end);
        words[found] = word;
        found += 1;
        rest = match after.split_at_checked(1) {
            Some((_, after)) => after,
            None => after,
        };
    }
    assert!(found == N, "as many words as declared");
    words
}

fn is_count(squeezed: &str, value: &str) -> bool {
    squeezed.ends_with("TOKENS") && value.parse::<u32>().is_ok()
}

fn is_harmless(value: &str) -> bool {
    let value = value.trim().trim_end_matches('.');
    value.is_empty()
        || SWITCHES.contains(&value)
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
const STRONG: [&str; 16] = split(
    "\
    PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE SECRET SECRETS TOKEN TOKENS APIKEY \
    ACCESSKEY PRIVATEKEY CREDENTIAL CREDENTIALS REQUIREPASS MASTERAUTH",
);
/// Strong words that are also recognized with a typo: a letter too many, too few, or wrong, or two swapped.
const TYPED: [&str; 8] =
    split("PASSWORD PASSPHRASE PASSCODE SECRET APIKEY ACCESSKEY CREDENTIAL CREDENTIALS");
/// Typos of short words.
const TYPOS: [&str; 13] =
    split("TOKN TOKNE TOEKN TKEN TOCKEN TOKENN PASWD PASSW PASSD PSSWD PASSWRD PASWORT PASSWORT");
/// Words that denote a credential at the end of a name or alone.
const WEAK: [&str; 17] = split(
    "\
    PASS PW PWD CRED CREDS SALT COOKIE PAT AUTHORIZATION JWT BEARER PASSKEY PSK BINDPW ROOTPW AUTHTOK RESTUSERKEY",
);
/// Values that switch something on or off, or say that there is none.
const SWITCHES: [&str; 19] = split(
    "true false True False TRUE FALSE yes no null ~ none optional required read write on off ON OFF",
);
/// Words before `key` that make it a credential.
const KEY_OF: [&str; 27] = split(
    "\
    ACCESS ACCOUNT API APP AUTH CLIENT CONSUMER CRYPT DEPLOY ENCRYPTION HMAC INTEGRATION JWT \
    LICENSE MASTER PRESHARED PRIVATE SECRET SERVICE SESSION SHARED SIGNATURE SIGNING SSH STORAGE SUBSCRIPTION \
    WEBHOOK",
);
/// Words before `key` that make it a credential if the value is long.
const LONG_KEYS: [&str; 2] = split("CERTIFICATE ROUTING");
/// Words before `key` that make it data, even in a variable name.
const OTHER_KEYS: [&str; 11] = split(
    "\
    ANNOTATION CACHE FOREIGN LABEL OBJECT PARTITION PRIMARY PUBLIC ROUTING SORT TOPOLOGY",
);
/// Words that may follow the keyword.
const QUALIFIERS: [&str; 13] =
    split("ID DATA VALUE B64 BASE64 HEX OLD NEW DEV PROD TEST HASH PLAIN");
/// Last words of names that describe a credential instead of containing one.
const MORE_OF_IT: [&str; 55] = split(
    "\
    NAME NAMES REF REFS FILE FILES FILENAME PATH PATHS DIR DIRECTORY MOUNT ENABLED \
    ENABLE DISABLED REQUIRED OPTIONAL TYPE TYPES KIND MODE METHOD POLICY ALGORITHM \
    FORMAT TTL EXPIRY EXPIRATION LIFETIME TIMEOUT INTERVAL SECONDS MINUTES HOURS LENGTH \
    SIZE COUNT LIMIT MIN MAX VERSION HOST PORT URL URI ENDPOINT ISSUER AUDIENCE \
    NAMESPACE PROVIDER REGION HEADER USER USERS USERNAME",
);

#[cfg(test)]
mod tests {
    use super::{STRONG, WEAK, may_name};

    #[test]
    fn each_word_has_a_stem() {
        let mut words = STRONG.into_iter().chain(WEAK).chain(["KEY", "AUTH"]);
        assert!(words.all(|word| may_name(word) && may_name(&word.to_lowercase())));
        let typed = super::TYPED.into_iter().chain(super::TYPOS);
        assert!(typed.into_iter().all(may_name));
        assert!(!may_name("metadata") && !may_name("containerPort") && !may_name(""));
    }
}
