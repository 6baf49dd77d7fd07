//! Encodings in which a secret may leak, and the search for them.

use std::collections::HashMap;

/// Minimum length in characters of a part of a secret that counts as a leak.
const MAX_SHOWN: usize = 8;

/// Every part of [`MAX_SHOWN`] characters of every encoding of the secrets, with the name of the secret.
pub(crate) struct Needles(HashMap<Vec<u8>, Vec<(usize, String)>>);

impl Needles {
    /// Creates the search patterns of the secrets, each given with a name.
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let mut needles: HashMap<Vec<u8>, Vec<(usize, String)>> = HashMap::new();
        for (name, secret) in secrets {
            for (form, text, unit) in forms(secret) {
                // An escape sequence or a pair of hexadecimal digits represents one character of the secret.
                let length = MAX_SHOWN * unit;
                for window in text.as_bytes().windows(length) {
                    let known = needles.entry(window[..MAX_SHOWN].to_vec()).or_default();
                    known.push((
                        length,
                        format!("{name} ({form})\u{0}{}", String::from_utf8_lossy(window)),
                    ));
                }
            }
        }
        Self(needles)
    }

    /// Returns the names and encodings of the secrets found in `text`, without duplicates.
    pub(crate) fn find(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let bytes = text.as_bytes();
        for (at, window) in bytes.windows(MAX_SHOWN).enumerate() {
            let window = window.to_ascii_lowercase();
            for (length, needle) in self.0.get(&window).into_iter().flatten() {
                let (name, wanted) = needle.split_once('\u{0}').unwrap();
                let there = bytes.get(at..at + length);
                if there.is_some_and(|there| there.eq_ignore_ascii_case(wanted.as_bytes())) {
                    found.push(name.to_owned());
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Encodings in lower case, because the search is case-insensitive, with the number of characters per character of
/// the secret.
fn forms(secret: &str) -> Vec<(&'static str, String, usize)> {
    let of_bytes = |form: fn(u8) -> String| -> String { secret.bytes().map(form).collect() };
    let mut forms = vec![
        ("plain", secret.to_owned(), 1),
        ("reversed", secret.chars().rev().collect(), 1),
        ("hexadecimal", of_bytes(|byte| format!("{byte:02x}")), 2),
        (
            "percent-encoded",
            of_bytes(|byte| format!("%{byte:02x}")),
            3,
        ),
        (
            "escaped as JSON",
            of_bytes(|byte| format!("\\u{byte:04x}")),
            6,
        ),
    ];
    for lead in 0..3 {
        // Preceding bytes shift the secret relative to the base64 groups; only characters that encode the secret
        // alone are searched for.
        let bytes: Vec<u8> = vec![0; lead].into_iter().chain(secret.bytes()).collect();
        let encoded = base64(&bytes);
        let encoded = encoded.trim_end_matches('=');
        let begin = (lead * 8).div_ceil(6);
        let end = bytes.len() * 8 / 6;
        forms.push(("base64", encoded[begin..end].to_owned(), 1));
        let url = encoded[begin..end].replace('+', "-").replace('/', "_");
        forms.push(("base64 for URLs", url, 1));
    }
    for form in &mut forms {
        form.1 = form.1.to_ascii_lowercase();
    }
    forms
}

/// Base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_usize, |group, &byte| group << 8 | usize::from(byte));
        let group = group << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let is_there = at <= chunk.len();
            out.push(if is_there {
                char::from(ALPHABET[group >> (18 - 6 * at) & 63])
            } else {
                '='
            });
        }
    }
    out
}

#[test]
fn every_encoding_is_found() {
    let needles = Needles::new([("a", "Zq7kTn4wXv9bGh2m")]);
    for text in [
        "xZq7kTn4wx",
        "n4wXv9bG",
        "m2hGb9vX",
        "zq7ktn4wxv",
        "5a71376b546e3477",
        "%5A%71%37%6B%54%6E%34%77",
        "\\u005a\\u0071\\u0037\\u006b\\u0054\\u006e\\u0034\\u0077",
        &base64(b"Zq7kTn4wXv9bGh2m"),
        &base64(b"robot:Zq7kTn4wXv9bGh2m"),
        &base64(b"{\"a\":Zq7kTn4wXv9bGh2m"),
        &base64(b"robots:Zq7kTn4wXv9bGh2m,"),
    ] {
        assert!(!needles.find(text).is_empty(), "{text}");
    }
    assert!(needles.find("Zq7kTn4 wXv9bG h2m").is_empty());
    assert_eq!(base64(b"ab"), "YWI=");
}
