//! Grammar of distribution/reference. Each function checks one range of the text.

use std::ops::Range;

use super::{ImageError, ImageErrorKind as Kind};
use crate::KubernetesVersion;

/// First Kubernetes release whose parser accepts `[…]` hosts and treats an uppercase first segment as a host.
pub(super) const REFERENCE_0_5: KubernetesVersion = KubernetesVersion(29);
/// First Kubernetes release that limits the length of the path instead of the whole name.
pub(super) const REFERENCE_0_6: KubernetesVersion = KubernetesVersion(32);

const NAME_LIMIT: usize = 255;
const TAG_LIMIT: usize = 128;
/// Algorithms that go-digest supports, with their number of hexadecimal digits.
const ALGORITHMS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];
const SCHEME_LIMIT: usize = 16;

/// Checks the text before it is split.
pub(super) fn text(text: &str) -> Result<(), ImageError> {
    if text.is_empty() {
        return Err(ImageError::new(Kind::Empty, 0..0));
    }
    let core = text.trim_matches(is_space);
    if core.is_empty() {
        return Err(ImageError::new(Kind::Blank, 0..text.len()));
    }
    let start = text.len() - text.trim_start_matches(is_space).len();
    let end = start + core.len();
    if start > 0 {
        return Err(ImageError::new(Kind::LeadingWhitespace, 0..start));
    }
    if end < text.len() {
        return Err(ImageError::new(Kind::TrailingWhitespace, end..text.len()));
    }
    if let Some(scheme) = scheme_length(text) {
        return Err(ImageError::new(Kind::Scheme, 0..scheme));
    }
    if let Some(at) = text.find(is_space) {
        let rest = &text[at..];
        let length = rest.len() - rest.trim_start_matches(is_space).len();
        return Err(ImageError::new(Kind::InnerWhitespace, at..at + length));
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii()) {
        return Err(ImageError::new(Kind::NonAscii(c), at..at + c.len_utf8()));
    }
    if text.len() == 64 && text.bytes().all(is_lower_hex) {
        return Err(ImageError::new(Kind::BareIdentifier, 0..64));
    }
    Ok(())
}

/// Whether the parser treats a first segment as a host, which it decides before applying the grammar.
pub(super) fn is_host(segment: &str, version: KubernetesVersion) -> bool {
    segment == "localhost"
        || segment.contains(['.', ':'])
        || (version >= REFERENCE_0_5 && segment.bytes().any(|b| b.is_ascii_uppercase()))
}

/// `domain := (label ("." label)* | "[" hexcolon+ "]") [":" digit+]`
pub(super) fn domain(
    text: &str,
    at: Range<usize>,
    version: KubernetesVersion,
) -> Result<(), ImageError> {
    let host = &text[at.clone()];
    let name = if host.starts_with('[') {
        let Some(close) = host.find(']') else {
            return Err(ImageError::new(Kind::Ipv6, at));
        };
        if close == 1 || !host[1..close].bytes().all(is_hex_or_colon) {
            return Err(ImageError::new(Kind::Ipv6, at.start..at.start + close + 1));
        }
        if version < REFERENCE_0_5 {
            return Err(ImageError::new(
                Kind::Ipv6Unsupported,
                at.start..at.start + close + 1,
            ));
        }
        &host[..=close]
    } else {
        let name = host.split(':').next().unwrap_or(host);
        if !name.split('.').all(is_label) {
            return Err(ImageError::new(Kind::Host, at.start..at.start + name.len()));
        }
        name
    };
    let rest = &host[name.len()..];
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Ok(()),
        None => Err(ImageError::new(Kind::Host, at)),
        Some(port) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        Some(port) => Err(ImageError::new(Kind::Port, at.end - port.len()..at.end)),
    }
}

/// `path := comp ("/" comp)*`. `leading` indicates that the path is the whole name.
pub(super) fn path(text: &str, at: Range<usize>, leading: bool) -> Result<(), ImageError> {
    let mut start = at.start;
    for part in text[at.clone()].split('/') {
        let range = start..start + part.len();
        let is_last = range.end == at.end;
        if part.is_empty() {
            let slashes = |from: usize| {
                let run = text[from..].bytes().take_while(|&b| b == b'/').count();
                from..from + run
            };
            return Err(if leading && start == at.start && !is_last {
                ImageError::new(Kind::LeadingSlash, slashes(start))
            } else if is_last {
                ImageError::new(Kind::TrailingSlash, start.saturating_sub(1)..start)
            } else {
                ImageError::new(Kind::DoubleSlash, start - 1..slashes(start).end)
            });
        }
        component(text, range, is_last)?;
        start += part.len() + 1;
    }
    Ok(())
}

/// `comp := [a-z0-9]+ ( sep [a-z0-9]+ )*`, `sep := "." | "_" | "__" | "-"+`
pub(super) fn component(text: &str, at: Range<usize>, is_last: bool) -> Result<(), ImageError> {
    let part = &text[at.clone()];
    for (offset, c) in part.char_indices() {
        let here = at.start + offset..at.start + offset + c.len_utf8();
        match c {
            'a'..='z' | '0'..='9' | '.' | '_' | '-' => {}
            'A'..='Z' => return Err(ImageError::new(Kind::Uppercase, at)),
            ':' if !is_last => return Err(ImageError::new(Kind::ColonInPath, here)),
            c => return Err(ImageError::new(Kind::NameCharacter(c), here)),
        }
    }
    let is_separator = |b: u8| matches!(b, b'.' | b'_' | b'-');
    let bytes = part.as_bytes();
    let mut offset = 0;
    while offset < bytes.len() {
        if !is_separator(bytes[offset]) {
            offset += 1;
            continue;
        }
        let run = bytes[offset..]
            .iter()
            .take_while(|&&b| is_separator(b))
            .count();
        let here = at.start + offset..at.start + offset + run;
        if offset == 0 || offset + run == bytes.len() {
            return Err(ImageError::new(Kind::SeparatorAtEdge, here));
        }
        let separator = &bytes[offset..offset + run];
        let allowed = run == 1 || separator == b"__" || separator.iter().all(|&b| b == b'-');
        if !allowed {
            return Err(ImageError::new(Kind::RepeatedSeparator, here));
        }
        offset += run;
    }
    Ok(())
}

/// `tag := [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
pub(super) fn tag(text: &str, at: Range<usize>) -> Result<(), ImageError> {
    let tag = &text[at.clone()];
    if tag.is_empty() || tag.starts_with(':') {
        return Err(ImageError::new(Kind::EmptyTag, at.start - 1..at.start));
    }
    if tag.starts_with(['.', '-']) {
        return Err(ImageError::new(Kind::TagStart, at.start..at.start + 1));
    }
    for (offset, c) in tag.char_indices() {
        let here = at.start + offset..at.start + offset + c.len_utf8();
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' | '-' => {}
            ':' => return Err(ImageError::new(Kind::SecondTag, here.start..at.end)),
            c => return Err(ImageError::new(Kind::TagCharacter(c), here)),
        }
    }
    if tag.len() > TAG_LIMIT {
        let length = tag.len();
        return Err(ImageError::new(Kind::TagTooLong { length }, at));
    }
    Ok(())
}

/// `digest := alg ":" hex{32,}`, plus the requirements of go-digest for its three algorithms.
pub(super) fn digest(text: &str, at: Range<usize>) -> Result<(), ImageError> {
    let digest = &text[at.clone()];
    let Some((algorithm, hex)) = digest.split_once(':') else {
        return Err(ImageError::new(Kind::NotADigest, at.start - 1..at.end));
    };
    if !is_algorithm(algorithm) {
        return Err(ImageError::new(Kind::NotADigest, at.start - 1..at.end));
    }
    let algorithm_at = at.start..at.start + algorithm.len();
    let hex_at = algorithm_at.end + 1..at.end;
    let known = |name: &str| ALGORITHMS.iter().find(|(known, _)| *known == name);
    let Some(&(_, expected)) = known(&algorithm.to_ascii_lowercase()) else {
        return Err(ImageError::new(Kind::DigestAlgorithm, algorithm_at));
    };
    if let Some(colon) = hex.find(':') {
        let colon_at = hex_at.start + colon;
        return Err(ImageError::new(Kind::DigestBeforeTag, colon_at..at.end));
    }
    if known(algorithm).is_none() {
        return Err(ImageError::new(Kind::DigestAlgorithmCase, algorithm_at));
    }
    if let Some((offset, c)) = hex.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let from = hex_at.start + offset;
        return Err(ImageError::new(
            Kind::DigestCharacter(c),
            from..from + c.len_utf8(),
        ));
    }
    if hex.len() != expected {
        let found = hex.len();
        return Err(ImageError::new(
            Kind::DigestLength { expected, found },
            hex_at,
        ));
    }
    if !hex.bytes().all(is_lower_hex) {
        return Err(ImageError::new(Kind::DigestCase, hex_at));
    }
    Ok(())
}

/// Checks the length limit of the name as completed by Kubernetes.
pub(super) fn length(
    domain: &str,
    path: &str,
    at: Range<usize>,
    version: KubernetesVersion,
) -> Result<(), ImageError> {
    let path_only = version >= REFERENCE_0_6;
    let length = if path_only || domain.is_empty() {
        path.len()
    } else {
        domain.len() + 1 + path.len()
    };
    if length > NAME_LIMIT {
        return Err(ImageError::new(Kind::NameTooLong { path_only, length }, at));
    }
    Ok(())
}

/// Unicode whitespace, which the API server trims, and invisible characters.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// Length of `scheme://` at the start of `text`.
fn scheme_length(text: &str) -> Option<usize> {
    let length = text.find("://")?;
    let scheme = &text[..length];
    let fits = length <= SCHEME_LIMIT
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    fits.then_some(length + 3)
}

/// `label := [A-Za-z0-9] | [A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]`
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// `[A-Za-z][A-Za-z0-9]*` components joined by one of `-_+.`
fn is_algorithm(name: &str) -> bool {
    name.split(['-', '_', '+', '.']).all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn is_lower_hex(b: u8) -> bool {
    matches!(b, b'0'..=b'9' | b'a'..=b'f')
}

fn is_hex_or_colon(b: u8) -> bool {
    b.is_ascii_hexdigit() || b == b':'
}
