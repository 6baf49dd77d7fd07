//! Which fields of the object an expression is about, as far as its text shows.

use podwright_syntax::{NodeId, SyntaxTree};

/// Names of fields from the object on.
pub(super) type Path = Vec<String>;

/// Words of an expression outside of strings and comments, with what is between them.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let end = match bytes[at] {
            quote @ (b'"' | b'\'') => string(&bytes[at..], quote),
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b if b.is_ascii_alphanumeric() || b == b'_' => {
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            }
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        words.push(&text[at..at + end]);
        at += end;
    }
    words
}

/// Length of a string with its quotes.
fn string(bytes: &[u8], quote: u8) -> usize {
    let is_long = bytes.len() >= 3 && bytes[1] == quote && bytes[2] == quote;
    let mut at = if is_long { 3 } else { 1 };
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
            continue;
        }
        let ends = match is_long {
            true => bytes[at..].starts_with(&[quote; 3]),
            false => bytes[at] == quote,
        };
        if ends {
            return at + if is_long { 3 } else { 1 };
        }
        at += 1;
    }
    bytes.len()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Fields after each use of the variable `name`: `object.spec.replicas`.
fn after(text: &str, name: &str) -> Vec<Path> {
    let words = words(text);
    let mut all = Vec::new();
    for start in 0..words.len() {
        let is_selected = start > 0 && words[start - 1] == ".";
        if words[start] != name || is_selected {
            continue;
        }
        let mut path = Path::new();
        let mut at = start + 1;
        while words.get(at) == Some(&".") {
            at += 1;
            // An optional field.
            if words.get(at) == Some(&"?") {
                at += 1;
            }
            match words.get(at) {
                // A function is not a field.
                Some(word) if is_name(word) && words.get(at + 1) != Some(&"(") => {
                    path.push((*word).to_owned());
                }
                _ => break,
            }
            at += 1;
        }
        all.push(path);
    }
    all
}

/// The fields of the object that an expression uses.
pub(super) fn of(text: &str) -> Vec<Path> {
    after(text, "object")
}

/// The variables of the policy that an expression uses.
pub(super) fn variables(text: &str) -> Vec<String> {
    let all = after(text, "variables").into_iter();
    all.filter_map(|path| path.into_iter().next()).collect()
}

/// The field of an object that all `paths` lead to, or the deepest field around them, if that is more than its `spec`.
/// A path whose last fields are absent leads to the field around them.
pub(super) fn find(tree: &SyntaxTree, object: NodeId, paths: &[Path]) -> Option<NodeId> {
    let mut common: Option<Vec<NodeId>> = None;
    for path in paths {
        // These tell what the object is, not what is wrong with it.
        let is_identity = match path.first().map(String::as_str) {
            None | Some("kind" | "apiVersion") => true,
            Some("metadata") => matches!(
                path.get(1).map(String::as_str),
                Some("name" | "generateName" | "namespace")
            ),
            _ => false,
        };
        if is_identity {
            continue;
        }
        let mut nodes = Vec::new();
        let mut node = object;
        for name in path {
            let Some(entry) = tree.get(node, name) else {
                break;
            };
            node = tree.resolve(entry.value);
            nodes.push(entry.value);
        }
        // A path of another kind of object.
        if nodes.is_empty() || nodes.len() == 1 && path.len() > 2 {
            continue;
        }
        common = Some(match common {
            None => nodes,
            Some(others) => {
                let both = others.iter().zip(&nodes).take_while(|(a, b)| a == b);
                let shared = both.count();
                // The longer one, if one leads on from the other.
                match shared {
                    _ if shared == others.len() => nodes,
                    _ if shared == nodes.len() => others,
                    _ => others[..shared].to_vec(),
                }
            }
        });
    }
    let nodes = common?;
    (nodes.len() > 1).then(|| nodes.last().copied()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{of, variables};

    #[test]
    fn fields_of_an_expression() {
        let paths = |text: &str| {
            let paths = of(text).into_iter();
            paths.map(|path| path.join(".")).collect::<Vec<_>>()
        };
        assert_eq!(
            paths("!has(object.spec.volumes) || object.spec.volumes.all(v, !has(v.hostPath))"),
            ["spec.volumes", "spec.volumes"]
        );
        assert_eq!(
            paths("object.?spec.?replicas.orValue(1) < 5"),
            ["spec.replicas"]
        );
        assert_eq!(paths(r#"'object.a' == "object.b" // object.c"#), [""; 0]);
        assert_eq!(paths("x.object.y == 1"), [""; 0]);
        assert_eq!(
            variables("variables.containers.all(c, c.image in variables . images)"),
            ["containers", "images"]
        );
    }
}
