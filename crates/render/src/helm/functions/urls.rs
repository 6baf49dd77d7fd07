//! URLs (`url.go` of sprig, `net/url`).

use podwright_go_template::{Call, Entries, Failure, Function, Key, Type, Value};

use Type::{Map as Dict, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("urlParse", Function::new(&[Str], parse)),
    ("urlJoin", Function::new(&[Dict], join)),
    ("getHostByName", Function::new(&[Str], host)),
];

type Outcome = Result<Value, Failure>;

/// Helm resolves names only with `--enable-dns`.
fn host(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(call.string("", &arguments))
}

fn parse(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let url = Url::parse(text.as_str()).map_err(|why| {
        let shown = podwright_go_template::quoted(text.as_str().split('#').next().unwrap_or(""));
        Failure::message(format!("unable to parse url: parse {shown}: {why}"))
    })?;
    let entries: Entries = [
        ("scheme", &url.scheme),
        ("host", &url.host),
        ("hostname", &url.hostname()),
        ("path", &url.path),
        ("query", &url.query),
        ("opaque", &url.opaque),
        ("fragment", &url.fragment),
        ("userinfo", &url.user),
    ]
    .into_iter()
    .map(|(key, part)| {
        let value = match text.as_str().find(part.as_str()) {
            Some(at) if !part.is_empty() => text.slice(at..at + part.len()).into(),
            _ => call.derived(part.as_str(), &text).into(),
        };
        (Key::from(key), value)
    })
    .collect();
    Ok(Value::map(entries))
}

/// A URL in parts (`net/url`). `user` is encoded, the rest is decoded.
#[derive(Default)]
struct Url {
    scheme: String,
    opaque: String,
    user: String,
    host: String,
    path: String,
    query: String,
    fragment: String,
}

impl Url {
    fn parse(text: &str) -> Result<Self, String> {
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut url = Self::without_fragment(rest)?;
        url.fragment = unescaped(fragment, Part::Fragment)?;
        Ok(url)
    }

    fn without_fragment(text: &str) -> Result<Self, String> {
        let mut url = Self::default();
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        if text == "*" {
            url.path = "*".to_owned();
            return Ok(url);
        }
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        url.query = query.to_owned();
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_owned();
                return Ok(url);
            }
            if rest
                .split('/')
                .next()
                .is_some_and(|first| first.contains(':'))
            {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let mut path = rest;
        let has_authority = !url.scheme.is_empty() || !rest.starts_with("///");
        if let Some(after) = rest.strip_prefix("//").filter(|_| has_authority) {
            let (authority, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
            path = rest;
            let (user, host) = match authority.rsplit_once('@') {
                Some((user, host)) => (Some(user), host),
                None => (None, authority),
            };
            url.host = host_of(&url.scheme, host)?;
            if let Some(user) = user {
                url.user = userinfo(user)?;
            }
        }
        url.path = unescaped(path, Part::Path)?;
        Ok(url)
    }

    /// The host without its port.
    fn hostname(&self) -> String {
        let host = match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &self.host,
        };
        let inner = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        inner.unwrap_or(host).to_owned()
    }
}

/// `getScheme`: the scheme and what follows its colon.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, character) in text.char_indices() {
        match character {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn has_valid_port(port: &str) -> bool {
    match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    }
}

/// `parseHost`
fn host_of(scheme: &str, host: &str) -> Result<String, String> {
    let bad_port = |port: &str| {
        let port = podwright_go_template::quoted(port);
        Err(format!("invalid port {port} after host"))
    };
    match host.rfind('[') {
        Some(0) => {
            let Some(end) = host.rfind(']') else {
                return Err("missing ']' in host".to_owned());
            };
            let (address, port) = (&host[1..end], &host[end + 1..]);
            if !has_valid_port(port) {
                return bad_port(port);
            }
            let zone = address.find("%25").unwrap_or(address.len());
            let (number, zone) = address.split_at(zone);
            let number = unescaped(number, Part::Host)?;
            let zone = unescaped(zone, Part::Zone)?;
            if number.parse::<std::net::Ipv6Addr>().is_err() {
                return Err("invalid IP-literal".to_owned());
            }
            return Ok(format!("[{number}{zone}]{port}"));
        }
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    let colon = match scheme {
        "http" | "https" => host.find(':'),
        _ => host.rfind(':'),
    };
    if let Some(at) = colon.filter(|at| !has_valid_port(&host[*at..])) {
        return bad_port(&host[at..]);
    }
    unescaped(host, Part::Host)
}

/// `Userinfo.String` of what is written there.
fn userinfo(text: &str) -> Result<String, String> {
    let is_valid = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !text.chars().all(is_valid) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) = match text.split_once(':') {
        Some((name, password)) => (name, Some(password)),
        None => (text, None),
    };
    let mut user = escaped(&unescaped(name, Part::User)?, Part::User);
    if let Some(password) = password {
        user.push(':');
        user.push_str(&escaped(&unescaped(password, Part::User)?, Part::User));
    }
    Ok(user)
}

/// A part of a URL, whose encoding is its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    User,
    Host,
    Zone,
    Fragment,
}

/// `shouldEscape`
fn is_escaped(byte: u8, part: Part) -> bool {
    let is_host = matches!(part, Part::Host | Part::Zone);
    match byte {
        byte if byte.is_ascii_alphanumeric() => false,
        b'-' | b'_' | b'.' | b'~' => false,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':'
        | b'[' | b']' | b'<' | b'>' | b'"'
            if is_host =>
        {
            false
        }
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match part {
            Part::Path => byte == b'?',
            Part::User => matches!(byte, b'@' | b'/' | b'?' | b':'),
            Part::Fragment => false,
            Part::Host | Part::Zone => true,
        },
        b'!' | b'(' | b')' | b'*' if part == Part::Fragment => false,
        _ => true,
    }
}

fn escaped(text: &str, part: Part) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_escaped(byte, part) {
            true => out.push_str(&format!("%{byte:02X}")),
            false => out.push(char::from(byte)),
        }
    }
    out
}

/// `unescape`
fn unescaped(text: &str, part: Part) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            let byte = bytes[at];
            if matches!(part, Part::Host | Part::Zone) && byte < 0x80 && is_escaped(byte, part) {
                let shown = podwright_go_template::quoted(&char::from(byte).to_string());
                return Err(format!("invalid character {shown} in host name"));
            }
            out.push(byte);
            at += 1;
            continue;
        }
        let digits = text
            .get(at + 1..at + 3)
            .filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        let wrong = || {
            let mut end = (at + 3).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            let shown = podwright_go_template::quoted(&text[at..end]);
            Err(format!("invalid URL escape {shown}"))
        };
        let Some(value) = value else {
            return wrong();
        };
        let is_percent = &bytes[at..at + 3] == b"%25";
        match part {
            Part::Host if value < 0x80 && !is_percent => return wrong(),
            Part::Zone if !is_percent && value != b' ' && is_escaped(value, Part::Host) => {
                return wrong();
            }
            _ => {}
        }
        out.push(value);
        at += 3;
    }
    Ok(String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn join(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let Some(map) = arguments[0].as_map() else {
        return Ok(Value::string(""));
    };
    let part = |key: &str| match map.get(key) {
        None => Ok(String::new()),
        Some(value) => match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(Failure::message(format!(
                "unable to parse {key} key, must be of type string, but {} found",
                value.kind_name()
            ))),
        },
    };
    let (scheme, host, query, opaque) = (
        part("scheme")?,
        part("host")?,
        part("query")?,
        part("opaque")?,
    );
    let (path, fragment, user) = (part("path")?, part("fragment")?, part("userinfo")?);
    let user = match user.is_empty() {
        true => String::new(),
        // sprig reads it as that of a URL.
        false => {
            Url::parse(&format!("proto://{user}@host"))
                .map_err(|why| {
                    Failure::message(format!("unable to parse userinfo in dict: {why}"))
                })?
                .user
        }
    };
    let mut url = String::new();
    if !scheme.is_empty() {
        url.push_str(&format!("{scheme}:"));
    }
    if opaque.is_empty() {
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                url.push_str("//");
            }
            if !user.is_empty() {
                url.push_str(&format!("{user}@"));
            }
            url.push_str(&escaped(&host, Part::Host));
        }
        let shown = match path == "*" {
            true => path.clone(),
            false => escaped(&path, Part::Path),
        };
        if !shown.is_empty() && !shown.starts_with('/') && !host.is_empty() {
            url.push('/');
        }
        if url.is_empty()
            && shown
                .split('/')
                .next()
                .is_some_and(|first| first.contains(':'))
        {
            url.push_str("./");
        }
        url.push_str(&shown);
    } else {
        url.push_str(&opaque);
    }
    if !query.is_empty() {
        url.push_str(&format!("?{query}"));
    }
    if !fragment.is_empty() {
        url.push_str(&format!("#{}", escaped(&fragment, Part::Fragment)));
    }
    let values: Vec<Value> = map.to_vec().into_iter().map(|(_, value)| value).collect();
    Ok(call.string(url, &values))
}
