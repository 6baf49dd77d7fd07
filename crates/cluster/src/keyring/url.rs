//! The part of Go's `net/url` that the kubelet needs: the host and path of `https://…`.
//!
//! Based on Go 1.26, with which Kubernetes 1.36 is built. Kubelets built with Go before 1.24.8 and 1.25.2 (the security
//! fixes of October 2025) also accept a `[…]` that is not an IPv6 address. Kubelets built with Go before 1.26 also
//! accept several `:` in a host, of which the last one starts the port.

use std::fmt;
use std::net::Ipv6Addr;

/// Parts of a URL that the kubelet compares, percent-decoded. The bytes need not be valid UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct RegistryUrl {
    /// Host with its port.
    pub(super) host: Vec<u8>,
    /// Path with its leading `/`; empty if there is none.
    pub(super) path: Vec<u8>,
}

/// Reason why Go does not parse a string as a URL. It contains no characters of the string, which may contain a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UrlError {
    /// A control character, including line breaks.
    ControlCharacter,
    /// A `%` that is not followed by two hexadecimal digits, or an encoded character that is not allowed there.
    Escape,
    /// A space in the host.
    Blank,
    /// A `\` in the host.
    Backslash,
    /// Another character that is not allowed in a host.
    HostCharacter,
    /// The port is not a number.
    Port,
    /// Brackets that do not contain an IPv6 address.
    Bracket,
    /// A character that is not allowed before an `@`.
    UserInfo,
}

impl fmt::Display for UrlError {
    /// Writes the reason as a clause that can follow a colon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ControlCharacter => "it contains a control character",
            Self::Escape => "it contains an invalid percent-encoding",
            Self::Blank => "the host contains a space",
            Self::Backslash => "the host contains a `\\`",
            Self::HostCharacter => "the host contains an invalid character",
            Self::Port => "the port is not a number",
            Self::Bracket => "`[` does not start an IPv6 address",
            Self::UserInfo => "the user info before `@` is invalid",
        })
    }
}

impl std::error::Error for UrlError {}

impl RegistryUrl {
    /// Parses the part after `https://` as `url.Parse` parses the whole URL.
    ///
    /// # Errors
    ///
    /// Returns [`UrlError`] if Go does not parse it as a URL.
    pub(super) fn parse(text: &[u8]) -> Result<Self, UrlError> {
        let (url, fragment) = cut(text, b'#');
        if url.iter().any(|&byte| byte < b' ' || byte == 0x7f) {
            return Err(UrlError::ControlCharacter);
        }
        let (url, _query) = cut(url, b'?');
        let slash = url.iter().position(|&byte| byte == b'/');
        let (authority, path) = url.split_at(slash.unwrap_or(url.len()));
        let host = authority.iter().rposition(|&byte| byte == b'@');
        let (user, host) = match host {
            Some(at) => (&authority[..at], &authority[at + 1..]),
            None => (&[][..], authority),
        };
        let host = parse_host(host)?;
        user_info(user)?;
        let path = unescape(path, Part::Other)?;
        unescape(fragment, Part::Other)?;
        Ok(Self { host, path })
    }

    /// Splits the host into its labels and its port (`net.SplitHostPort`). The port is empty if there is none.
    #[must_use]
    pub(super) fn split(&self) -> (Vec<&[u8]>, &[u8]) {
        let (host, port) = split_port(&self.host).unwrap_or((&self.host, &[]));
        (host.split(|&byte| byte == b'.').collect(), port)
    }
}

/// Part of a URL that is decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Zone,
    /// User info, path or fragment: any byte is allowed, escaped or unescaped.
    Other,
}

fn cut(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    let found = text.iter().position(|&byte| byte == at);
    found.map_or((text, &[]), |found| (&text[..found], &text[found + 1..]))
}

/// Decodes the host with its port (`parseHost`).
fn parse_host(host: &[u8]) -> Result<Vec<u8>, UrlError> {
    match host.iter().rposition(|&byte| byte == b'[') {
        Some(0) => return parse_literal(host),
        Some(_) => return Err(UrlError::Bracket),
        None => {}
    }
    if let Some(colon) = host.iter().position(|&byte| byte == b':') {
        port(&host[colon..])?;
    }
    unescape(host, Part::Host)
}

/// Parses `[…]` with or without a port.
fn parse_literal(host: &[u8]) -> Result<Vec<u8>, UrlError> {
    let close = host.iter().rposition(|&byte| byte == b']');
    let close = close.ok_or(UrlError::Bracket)?;
    let (inside, behind) = (&host[1..close], &host[close + 1..]);
    port(behind)?;
    let zone = inside.windows(3).position(|window| window == b"%25");
    let (address, zone) = inside.split_at(zone.unwrap_or(inside.len()));
    let mut name = unescape(address, Part::Host)?;
    name.extend(unescape(zone, Part::Zone)?);
    let is_address = std::str::from_utf8(&name).is_ok_and(is_ipv6);
    if !is_address {
        return Err(UrlError::Bracket);
    }
    Ok([b"[", name.as_slice(), b"]", behind].concat())
}

/// Returns whether `text` is an IPv6 address with or without a zone, as `netip.ParseAddr` accepts it.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text
        .split_once('%')
        .map_or((text, None), |(address, zone)| (address, Some(zone)));
    zone != Some("") && address.parse::<Ipv6Addr>().is_ok()
}

/// Checks that `text` is empty, or `:` followed by zero or more digits (`validOptionalPort`).
fn port(text: &[u8]) -> Result<(), UrlError> {
    match text {
        [] => Ok(()),
        [b':', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        _ => Err(UrlError::Port),
    }
}

fn user_info(user: &[u8]) -> Result<(), UrlError> {
    let is_valid = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
    if !user.iter().all(is_valid) {
        return Err(UrlError::UserInfo);
    }
    let (name, password) = cut(user, b':');
    unescape(name, Part::Other)?;
    unescape(password, Part::Other).map(|_| ())
}

fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, UrlError> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        if *byte != b'%' {
            if part != Part::Other && byte.is_ascii() {
                host_character(*byte)?;
            }
            out.push(*byte);
            rest = after;
            continue;
        }
        let [high, low, after @ ..] = after else {
            return Err(UrlError::Escape);
        };
        let decoded = hex(*high).zip(hex(*low)).ok_or(UrlError::Escape)?;
        let decoded = decoded.0 << 4 | decoded.1;
        let is_percent = decoded == b'%';
        let may_stand = match part {
            Part::Host => !decoded.is_ascii() || is_percent,
            Part::Zone => is_percent || decoded == b' ' || is_host_character(decoded),
            Part::Other => true,
        };
        if !may_stand {
            return Err(UrlError::Escape);
        }
        out.push(decoded);
        rest = after;
    }
    Ok(out)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

fn host_character(byte: u8) -> Result<(), UrlError> {
    match byte {
        _ if is_host_character(byte) => Ok(()),
        b' ' => Err(UrlError::Blank),
        b'\\' => Err(UrlError::Backslash),
        _ => Err(UrlError::HostCharacter),
    }
}

/// Returns whether a host may contain this ASCII character unescaped.
fn is_host_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
}

/// Splits host and port like `net.SplitHostPort`; `None` where that function returns an error.
fn split_port(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = text.iter().rposition(|&byte| byte == b':')?;
    let (host, port) = (&text[..colon], &text[colon + 1..]);
    let has = |part: &[u8], signs: &[u8]| part.iter().any(|byte| signs.contains(byte));
    if host.first() == Some(&b'[') {
        let close = text.iter().position(|&byte| byte == b']')?;
        let inside = &text[1..close];
        let is_complete = close + 1 == colon && !has(inside, b"[") && !has(port, b"[]");
        return is_complete.then_some((inside, port));
    }
    (!has(host, b":[]") && !has(port, b"[]")).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(String, String), UrlError> {
        let url = RegistryUrl::parse(text.as_bytes())?;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ok((text(url.host), text(url.path)))
    }

    #[test]
    fn host_and_path_are_what_is_left() {
        for (text, host, path) in [
            ("gcr.io", "gcr.io", ""),
            ("gcr.io/", "gcr.io", "/"),
            ("user:pa%20ss@gcr.io:443/a/b?x/y#z", "gcr.io:443", "/a/b"),
            ("a@b@gcr.io", "gcr.io", ""),
            ("gcr.io?x", "gcr.io", ""),
            ("gcr.io#x?y", "gcr.io", ""),
            ("gcr.io/im%61ges", "gcr.io", "/images"),
            ("gcr.io:", "gcr.io:", ""),
            ("[::1]:5000/x", "[::1]:5000", "/x"),
            ("[fe80::1%25en0]", "[fe80::1%en0]", ""),
            ("HTTPS://gcr.io", "HTTPS:", "//gcr.io"),
            ("*.\"<a>\".io", "*.\"<a>\".io", ""),
            ("h%C3%A9.io", "hé.io", ""),
            ("", "", ""),
        ] {
            assert_eq!(parsed(text), Ok((host.into(), path.into())), "{text}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for (text, error) in [
            ("gcr io", UrlError::Blank),
            ("my\\-registry.io", UrlError::Backslash),
            ("gcr.io^", UrlError::HostCharacter),
            ("gcr.io:*", UrlError::Port),
            ("a:1:2", UrlError::Port),
            ("my-registr[y].io", UrlError::Bracket),
            ("[m]y-registry.io", UrlError::Port),
            ("[m]:5000", UrlError::Bracket),
            ("[1.2.3.4]", UrlError::Bracket),
            ("[::1", UrlError::Bracket),
            ("gcr.io/%zz", UrlError::Escape),
            ("gcr.io/%4", UrlError::Escape),
            ("gc%72.io", UrlError::Escape),
            ("gcr.io#%", UrlError::Escape),
            ("gcr.io\n", UrlError::ControlCharacter),
            ("a b@gcr.io", UrlError::UserInfo),
        ] {
            assert_eq!(parsed(text), Err(error), "{text}");
        }
    }

    #[test]
    fn ports_are_split_off_as_go_does() {
        for (host, labels, port) in [
            ("a.b:80", &["a", "b"][..], "80"),
            ("a.b", &["a", "b"], ""),
            ("a.b:", &["a", "b"], ""),
            (":5000", &[""], "5000"),
            ("[::1]:5000", &["::1"], "5000"),
            ("[::1]", &["[::1]"], ""),
            ("a:b:1", &["a:b:1"], ""),
        ] {
            let url = RegistryUrl {
                host: host.into(),
                path: Vec::new(),
            };
            let labels: Vec<&[u8]> = labels.iter().map(|label| label.as_bytes()).collect();
            assert_eq!(url.split(), (labels, port.as_bytes()), "{host}");
        }
    }
}
