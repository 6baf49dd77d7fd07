//! Paths (`path`, and `path/filepath` on Linux).

use podwright_go_template::{Call, Data, Failure, Function, Type, Value, text};
use podwright_syntax::provenance::Text;

use Type::String as Str;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("base", Function::new(&[Str], base)),
    ("dir", Function::new(&[Str], dir)),
    ("clean", Function::new(&[Str], cleaned)),
    ("ext", Function::new(&[Str], ext)),
    ("isAbs", Function::new(&[Str], is_abs)),
    ("osBase", Function::new(&[Str], base)),
    ("osDir", Function::new(&[Str], dir)),
    ("osClean", Function::new(&[Str], cleaned)),
    ("osExt", Function::new(&[Str], ext)),
    ("osIsAbs", Function::new(&[Str], is_abs)),
];

type Outcome = Result<Value, Failure>;

/// `path.Clean`
fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") | None if !is_rooted => parts.push(".."),
                None => {}
                Some(_) => {
                    parts.pop();
                }
            },
            part => parts.push(part),
        }
    }
    match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// The string, as a part of the text if it is one.
fn result(call: &Call<'_>, text: &Text, string: String) -> Value {
    match text.as_str().find(&string) {
        Some(at) if !string.is_empty() => text.slice(at..at + string.len()).into(),
        _ => call.derived(string, text).into(),
    }
}

fn cleaned(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    Ok(result(call, &text, clean(text.as_str())))
}

fn base(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let path = text.as_str();
    if path.is_empty() {
        return Ok(call.derived(".", &text).into());
    }
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(match name.is_empty() {
        true => call.derived("/", &text).into(),
        false => text::part(&text, name).into(),
    })
}

fn dir(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let directory = text
        .as_str()
        .rfind('/')
        .map_or("", |at| &text.as_str()[..=at]);
    Ok(result(call, &text, clean(directory)))
}

fn ext(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let path = text.as_str();
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let from = path[start..].rfind('.').map_or(path.len(), |at| start + at);
    Ok(text.slice(from..path.len()).into())
}

fn is_abs(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let holds = super::text(&arguments, 0).as_str().starts_with('/');
    Ok(call.value(Data::Bool(holds), &arguments))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn paths_are_cleaned_as_in_go() {
        for (path, expected) in [
            ("a/../b//c", "b/c"),
            ("", "."),
            ("/..", "/"),
            ("../a", "../a"),
            ("a/../..", ".."),
            ("/a/./b/", "/a/b"),
        ] {
            assert_eq!(clean(path), expected);
        }
    }
}
