//! URLs: `library/urls.go` of the API server, and `net/url` of Go.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Answer, Context, failed};
use crate::value::{Key, ListKind, Map, Value};

/// A URL.
#[derive(Clone, Debug)]
pub struct Url {
    text: String,
    scheme: String,
    host: String,
    path: String,
    query: String,
}

pub(super) fn call(name: &str, arguments: &[Value], context: &mut Context<'_>) -> Option<Answer> {
    Some(match (name, arguments) {
        ("url", [Value::Text(text)]) => {
            // The second time, a fragment is cut off.
            let checked = Url::parse(text, true);
            match checked.and_then(|_| {
                let before = text.split_once('#').map_or(&**text, |(before, _)| before);
                Url::parse(before, false)
            }) {
                Ok(mut url) => {
                    url.text = text.to_string();
                    Ok(Value::Url(Arc::new(url)))
                }
                Err(message) => failed(format!(
                    "URL parse error during conversion from string: {message}"
                )),
            }
        }
        ("isURL", [Value::Text(text)]) => Ok(Value::Bool(Url::parse(text, true).is_ok())),
        ("getScheme", [Value::Url(url)]) => Ok(Value::text(&url.scheme)),
        ("getHost", [Value::Url(url)]) => Ok(Value::text(&url.host)),
        ("getHostname", [Value::Url(url)]) => Ok(Value::text(url.split_host().0)),
        ("getPort", [Value::Url(url)]) => Ok(Value::text(url.split_host().1)),
        ("getEscapedPath", [Value::Url(url)]) => Ok(Value::text(&url.escaped_path())),
        ("getQuery", [Value::Url(url)]) => match context.make(url.query.len() * 16) {
            Ok(()) => Ok(query(&url.query)),
            Err(error) => Err(error),
        },
        _ => return None,
    })
}

impl Url {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// `url.parse`
    fn parse(text: &str, is_request: bool) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("parse {text:?}: {what}"));
        if text.bytes().any(|b| b < b' ' || b == 0x7f) {
            return wrong("net/url: invalid control character in URL");
        }
        if text.is_empty() && is_request {
            return wrong("empty url");
        }
        let mut url = Self {
            text: text.to_owned(),
            scheme: String::new(),
            host: String::new(),
            path: String::new(),
            query: String::new(),
        };
        if text == "*" {
            text.clone_into(&mut url.path);
            return Ok(url);
        }
        let is_scheme = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        let length = text.bytes().take_while(|b| is_scheme(*b)).count();
        let mut rest = text;
        if text.as_bytes().get(length) == Some(&b':') {
            if length == 0 {
                return wrong("missing protocol scheme");
            }
            if text.as_bytes()[0].is_ascii_alphabetic() {
                url.scheme = text[..length].to_ascii_lowercase();
                rest = &text[length + 1..];
            }
        }
        if let Some((before, query)) = rest.split_once('?') {
            rest = before;
            query.clone_into(&mut url.query);
        }
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                // Opaque, as in `mailto:a@b`.
                return Ok(url);
            }
            if is_request {
                return wrong("invalid URI for request");
            }
            if rest
                .split('/')
                .next()
                .is_some_and(|first| first.contains(':'))
            {
                return wrong("first path segment in URL cannot contain colon");
            }
        }
        if (!url.scheme.is_empty() || !is_request && !rest.starts_with("///"))
            && let Some(after) = rest.strip_prefix("//")
        {
            let end = after.find('/').unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            rest = path;
            match host(authority) {
                Ok(host) => url.host = host,
                Err(message) => return wrong(&message),
            }
        }
        if unescape(rest, false).is_none() {
            return wrong("invalid URL escape");
        }
        rest.clone_into(&mut url.path);
        Ok(url)
    }

    /// `Hostname` and `Port`
    fn split_host(&self) -> (&str, &str) {
        let (host, port) = match self.host.rfind(':') {
            Some(at) if self.host[at + 1..].bytes().all(|b| b.is_ascii_digit()) => {
                (&self.host[..at], &self.host[at + 1..])
            }
            _ => (&*self.host, ""),
        };
        let inner = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        (inner.unwrap_or(host), port)
    }

    /// `EscapedPath`
    fn escaped_path(&self) -> String {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@!'()*[]%".contains(&b);
        if self.path.bytes().all(is_plain) {
            return self.path.clone();
        }
        let mut escaped = String::new();
        for byte in unescape(&self.path, false).unwrap_or_default() {
            if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
                escaped.push(char::from(byte));
            } else {
                escaped.push_str(&format!("%{byte:02X}"));
            }
        }
        escaped
    }
}

/// `parseAuthority` and `parseHost`
fn host(authority: &str) -> Result<String, String> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user, host),
        None => ("", authority),
    };
    let is_user = |b: u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b);
    if !user.bytes().all(is_user) || unescape(user, false).is_none() {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let port = if let Some(inner) = host.strip_prefix('[') {
        let Some((_, port)) = inner.rsplit_once(']') else {
            return Err("missing ']' in host".to_owned());
        };
        port
    } else {
        host.find(':').map_or("", |at| &host[at..])
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    if !is_port {
        return Err(format!("invalid port {port:?} after host"));
    }
    let is_host =
        |b: u8| b >= 0x80 || b.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&b);
    if let Some(letter) = host.chars().find(|c| c.is_ascii() && !is_host(*c as u8)) {
        return Err(format!(
            "invalid character {:?} in host name",
            letter.to_string()
        ));
    }
    match unescape(host, false) {
        Some(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        None => Err("invalid URL escape".to_owned()),
    }
}

/// `url.unescape`
fn unescape(text: &str, is_query: bool) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut found = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        found.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' if is_query => b' ',
            _ => byte,
        });
    }
    Some(found)
}

/// `url.ParseQuery`
fn query(text: &str) -> Value {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let decoded = |text: &str| {
        let bytes = unescape(text, true)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    for pair in text.split('&') {
        if pair.is_empty() || pair.contains(';') {
            continue;
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if let (Some(key), Some(value)) = (decoded(key), decoded(value)) {
            found.entry(key).or_default().push(Value::text(&value));
        }
    }
    let mut map = Map::default();
    for (key, values) in found {
        map.insert(Key::Text(key.into()), Value::list(values, ListKind::Plain));
    }
    Value::Map(Arc::new(map))
}
