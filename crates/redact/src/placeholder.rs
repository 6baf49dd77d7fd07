//! Values that are set elsewhere.

use crate::strings::is_distinctive;

/// Maximum length in bytes of a reference, so that many that are not closed take linear time.
pub(crate) const MAX_REFERENCE: usize = 1_024;

/// Whether the value is set elsewhere: a reference, a template, or a word to be replaced.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let variable = value.strip_prefix("$$").or_else(|| value.strip_prefix('$'));
    let is_variable = variable.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && rest.chars().all(is_name)
    });
    if has_default(value) {
        return false;
    }
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

/// Whether the value is a reference or a template with a string of its own: `${DB_PASSWORD:-x1y2}`,
/// `{{ .Values.password | default "abcd1234" }}`, `<%= ENV["A"] || "abcd1234" %>`.
fn has_default(value: &str) -> bool {
    // The rest of a line belongs to a reference that is not closed.
    let mut ends = (0..=value.len().min(MAX_REFERENCE)).rev();
    let end = ends.find(|&at| value.is_char_boundary(at)).unwrap_or(0);
    let value = &value[..end];
    if let Some((_, inner)) = value
        .split_once("${")
        .filter(|(_, inner)| !inner.starts_with('{'))
    {
        let inner = inner.split_once('}').map_or(inner, |(inner, _)| inner);
        let default = inner.split_once(":-").or_else(|| inner.split_once(":="));
        let is_own = default
            .is_some_and(|(_, default)| !default.is_empty() && !default.starts_with(['$', '{']));
        let short = inner.split_once(['-', '=']);
        if is_own || short.is_some_and(|(_, default)| is_distinctive(default)) {
            return true;
        }
    }
    let is_template = value.starts_with("{{") || value.starts_with("<%");
    let mut parts = value.split(['"', '\'', '`']).skip(1).step_by(2);
    is_template && parts.any(is_distinctive)
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
