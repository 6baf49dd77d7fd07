//! Credentials in the paths and queries of URLs.

use std::ops::Range;

use crate::names::{is_object_name, split};

/// Parameters of a query that are credentials, although their names do not say so elsewhere: signatures of storage
/// services, and keys of functions and maps.
const PARAMETERS: [&str; 32] = split(
    "\
    sig signature x-amz-signature x-amz-security-token x-amz-credential x-goog-signature x-goog-credential \
    x-oss-signature x-ms-signature hmac code key auth sas ticket session sessionid sid passwd pass pwd jwt \
    subscription-key hash apikey api-key api_key appid app_key st se_sig policy",
);

/// Whether the parameter of a query is a credential.
pub(crate) fn is_parameter(name: &str) -> bool {
    PARAMETERS.contains(&&*name.to_ascii_lowercase())
}

/// Parts of a URL after which its path contains a token: `https://hooks.slack.com/services/…`,
/// `https://api.telegram.org/bot…`.
const BEFORE_TOKENS: [&str; 12] = [
    "hook",
    "/bot",
    "/services/",
    "/with/key/",
    "/integration/",
    "/push/",
    "/ping/",
    "/robot/",
    "hc-ping.com/",
    "/token/",
    "/key/",
    "/secret/",
];

/// Adds the tokens in the path of the URL whose authority starts at `from`.
pub(crate) fn tokens_in_path(text: &str, from: usize, found: &mut Vec<Range<usize>>) {
    let rest = &text[from..];
    let end = rest.find(|c: char| c.is_whitespace() || "\"'`<>?#\\,|)]}".contains(c));
    let url = &rest[..end.unwrap_or(rest.len())];
    let Some(path) = url.find('/') else {
        return;
    };
    // URLs are short; this bounds the time for a text with many of them.
    let start = url.chars().take(2048);
    let lower: String = start.map(|c| c.to_ascii_lowercase()).collect();
    let first = BEFORE_TOKENS
        .iter()
        .filter_map(|part| Some(lower.find(part)? + part.len()));
    let Some(first) = first.min() else {
        return;
    };
    let mut at = path;
    for segment in url[path..].split_inclusive('/') {
        let bare = segment.trim_end_matches('/');
        let start = at.max(first);
        let end = at + bare.len();
        at += segment.len();
        if end <= first {
            continue;
        }
        // `bot123:token`
        let part = &url[start..end];
        let token = part.rfind(':').map_or(start, |colon| start + colon + 1);
        if is_random(&url[token..end]) {
            found.push(from + token..from + end);
        }
    }
}

/// Whether a segment of a path is random, and not a name.
fn is_random(segment: &str) -> bool {
    let count = |is: fn(&u8) -> bool| segment.bytes().filter(is).count();
    let digits = count(u8::is_ascii_digit);
    let letters = count(u8::is_ascii_alphabetic);
    let is_mixed = segment.bytes().any(|byte| byte.is_ascii_uppercase())
        && segment.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_word = segment.bytes().all(|byte| byte.is_ascii_alphabetic());
    match segment.len() {
        0..8 => false,
        _ if is_object_name(segment) => segment.len() >= 16 && digits >= 4 && letters > 0,
        8..16 => digits > 0 && letters > 0,
        _ => (digits > 0 && letters > 0) || (is_mixed && is_word),
    }
}
