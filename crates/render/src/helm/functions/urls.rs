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
    let url = text.as_str();
    let fail = |why: &str| {
        let url = podwright_go_template::quoted(url);
        Err(Failure::message(format!(
            "unable to parse url: parse {url}: {why}"
        )))
    };
    if url.chars().any(char::is_control) {
        return fail("net/url: invalid control character in URL");
    }
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, after)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), after),
        Some(("", _)) => return fail("missing protocol scheme"),
        Some((before, _)) if !before.contains('/') && !before.contains('?') => {
            return fail("first path segment in URL cannot contain colon");
        }
        _ => (String::new(), rest),
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (mut opaque, mut user, mut authority, mut path) = ("", "", "", rest);
    if let Some(after) = rest.strip_prefix("//") {
        let end = after.find('/').unwrap_or(after.len());
        (authority, path) = after.split_at(end);
        if let Some((before, after)) = authority.rsplit_once('@') {
            (user, authority) = (before, after);
        }
    } else if !scheme.is_empty() && !rest.starts_with('/') && !rest.is_empty() {
        (opaque, path) = (rest, "");
    }
    let hostname = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host),
    };
    let entries: Entries = [
        ("scheme", scheme.as_str()),
        ("host", authority),
        ("hostname", hostname),
        ("path", path),
        ("query", query),
        ("opaque", opaque),
        ("fragment", fragment),
        ("userinfo", user),
    ]
    .into_iter()
    .map(|(key, part)| {
        let value = match text.as_str().find(part) {
            Some(at) if !part.is_empty() => text.slice(at..at + part.len()).into(),
            _ => call.derived(part, &text).into(),
        };
        (Key::from(key), value)
    })
    .collect();
    Ok(Value::map(entries))
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
    let mut url = String::new();
    let (scheme, host, user) = (part("scheme")?, part("host")?, part("userinfo")?);
    if !scheme.is_empty() {
        url.push_str(&format!("{scheme}:"));
    }
    let opaque = part("opaque")?;
    if opaque.is_empty() {
        let path = part("path")?;
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                url.push_str("//");
            }
            if !user.is_empty() {
                url.push_str(&format!("{user}@"));
            }
            url.push_str(&host);
        }
        if !path.is_empty() && !path.starts_with('/') && !host.is_empty() {
            url.push('/');
        }
        url.push_str(&path);
    } else {
        url.push_str(&opaque);
    }
    let (query, fragment) = (part("query")?, part("fragment")?);
    if !query.is_empty() {
        url.push_str(&format!("?{query}"));
    }
    if !fragment.is_empty() {
        url.push_str(&format!("#{fragment}"));
    }
    let values: Vec<Value> = map.to_vec().into_iter().map(|(_, value)| value).collect();
    Ok(call.string(url, &values))
}
