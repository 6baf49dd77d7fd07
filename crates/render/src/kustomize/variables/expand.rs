//! `$(NAME)` in a text (`api/filters/refvar/expand.go`).

use crate::Text;
use crate::node::Scalar;
use crate::scalar::ScalarType;

/// A text with its variables replaced.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expansion {
    /// The whole text is one variable: its value, with its type.
    Whole(Scalar),
    /// A text.
    Text(Text),
}

/// Replaces the variables that have a value. `$$` is `$`.
pub(super) fn expand<'v>(
    text: &Text,
    mut value: impl FnMut(&str) -> Option<&'v Scalar>,
) -> Expansion {
    let string = text.as_str();
    let bytes = string.as_bytes();
    let mut out = Text::default();
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = string[at..].find('$') {
        let start = at + found;
        match bytes.get(start + 1) {
            None => break,
            Some(b'$') => {
                out.push(&text.slice(done..start + 1));
                done = start + 2;
                at = done;
            }
            Some(b'(') => {
                let Some(length) = string[start + 2..].find(')') else {
                    // No variable ends any more, but `$$` may follow.
                    at = start + 2;
                    continue;
                };
                let end = start + 2 + length + 1;
                let found = value(&string[start + 2..end - 1]);
                if let Some(value) = found {
                    if start == 0 && end == string.len() {
                        return Expansion::Whole(value.clone());
                    }
                    out.push(&text.slice(done..start));
                    out.push(&printed(value));
                    done = end;
                }
                at = end;
            }
            // kustomize copies the next byte too, so that a `$` after it is not special either.
            Some(_) => at = next_boundary(string, start + 2),
        }
    }
    if done == 0 {
        return Expansion::Text(text.clone());
    }
    out.push(&text.slice(done..string.len()));
    Expansion::Text(out)
}

fn next_boundary(string: &str, at: usize) -> usize {
    (at..string.len())
        .find(|at| string.is_char_boundary(*at))
        .unwrap_or(string.len())
}

/// The value inside of a text: a number as Go prints it.
fn printed(value: &Scalar) -> Text {
    let text = value.as_str();
    let printed = match value.kind {
        ScalarType::Bool => text.to_ascii_lowercase(),
        ScalarType::Float => match text.parse::<f64>() {
            Ok(number) if (1e-4..1e21).contains(&number.abs()) || number == 0.0 => {
                number.to_string()
            }
            _ => return value.text.clone(),
        },
        _ => return value.text.clone(),
    };
    match value.text.location() {
        Some(at) if printed != text => value.text.derived(printed, at),
        _ => value.text.clone(),
    }
}
