/// Whether what stands in a variable of that name may be a credential, so that it is shown nowhere.
///
/// A guess, on the safe side: by the name's words, and by a password in a URL.
#[must_use]
pub fn is_credential(name: &str, value: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let mut words = upper.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| WORDS.contains(&word) || ENDINGS.iter().any(|ending| word.ends_with(ending)))
        || has_password(value)
        || BEGINNINGS.iter().any(|begin| value.starts_with(begin))
        || value.contains("-----BEGIN ")
}

/// How the tokens of well-known services begin; `eyJ` is a token of JSON.
const BEGINNINGS: [&str; 9] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "xoxb-",
    "xoxp-",
    "eyJ",
];

/// Words of names that stand alone.
const WORDS: [&str; 13] = [
    "PASS", "PW", "PWD", "KEY", "KEYS", "AUTH", "TOKENS", "CRED", "CREDS", "SALT", "DSN", "COOKIE",
    "PAT",
];
/// How words of names end, joined to others or not.
const ENDINGS: [&str; 11] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "APIKEY",
    "ACCESSKEY",
    "PRIVATEKEY",
    "CREDENTIAL",
    "CREDENTIALS",
];

/// `scheme://user:password@host`, and `password=…` in a list of settings; not where the password is a reference.
fn has_password(value: &str) -> bool {
    let in_url = value.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or(rest);
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':'))
            .is_some_and(|(_, password)| !is_reference(password))
    });
    let lower = value.to_ascii_lowercase();
    let is_set = |word: &str| {
        lower.match_indices(word).any(|(at, _)| {
            let rest = lower[at + word.len()..].trim_start_matches(['"', '\'']);
            let set = rest.strip_prefix(['=', ':', ' ']).map(str::trim_start);
            set.is_some_and(|set| !set.is_empty() && !set.starts_with("$("))
        })
    };
    let settings = [
        "password", "passwd", "pwd", "secret", "token", "api_key", "apikey",
    ];
    in_url || settings.into_iter().any(is_set)
}

/// Whether a text is one `$(NAME)` and nothing more.
fn is_reference(text: &str) -> bool {
    let name = text
        .strip_prefix("$(")
        .and_then(|text| text.strip_suffix(')'));
    name.is_some_and(|name| !name.contains(['(', ')']))
}

#[cfg(test)]
mod tests {
    use super::is_credential;

    #[test]
    fn names_and_urls_tell() {
        for (name, value) in [
            ("DB_PASSWORD", ""),
            ("PGPASSWORD", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("githubToken", "x"),
            ("spring.datasource.password", "x"),
            ("URL", "postgres://me:x@db/"),
            ("OPTS", "--password=x"),
            ("OPTS", "{\"password\": \"x\"}"),
            ("URL", "postgres://me:$(A)x@db/"),
            ("CERT", "-----BEGIN PRIVATE KEY-----"),
        ] {
            assert!(is_credential(name, value), "{name}={value}");
        }
        for (name, value) in [
            ("LOG_LEVEL", "debug"),
            ("URL", "http://db:80/a@b"),
            ("KEYBOARD", "de"),
            ("COMPASS", "n"),
            ("URL", "postgres://me:$(DB_PASSWORD)@db/"),
            ("OPTS", "--password=$(DB_PASSWORD)"),
        ] {
            assert!(!is_credential(name, value), "{name}={value}");
        }
    }
}
