//! Values that are set elsewhere.

/// Whether the value is set elsewhere: a reference, a template, or a word to be replaced.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let variable = value.strip_prefix("$$").or_else(|| value.strip_prefix('$'));
    let is_variable = variable.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && rest.chars().all(is_name)
    });
    let is_blank = value.len() >= 3 && value.chars().all(|c| matches!(c, '*' | '.' | 'x' | 'X'));
    value.starts_with("{{")
        || value.starts_with("${{")
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('{')
            && value.ends_with('}')
            && value[1..].chars().rev().skip(1).all(is_name))
        || is_variable
        || is_blank
        || matches!(value, "%s" | "%v" | "%q")
        || are_references(value)
}

/// Whether the value consists of `$(NAME)` and `${NAME}` with only punctuation between them. The last one may be
/// incomplete.
fn are_references(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        rest = rest.trim_start_matches(['/', ':', '@', '-', '_', '.']);
        let close = match rest.as_bytes() {
            [b'$', b'(', ..] => ')',
            [b'$', b'{', ..] => '}',
            [] => return true,
            _ => return false,
        };
        rest = rest.split_once(close).map_or("", |(_, rest)| rest);
    }
    !value.is_empty()
}
