//! Placeholders in strings.

use podwright_model::{has_template_syntax, is_placeholder};

/// Returns whether a string is a placeholder that another tool fills in.
pub(crate) fn is_unknown(text: &str) -> bool {
    let is_capitals = |text: &str| {
        text.len() > 1
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
            && text.starts_with(|c: char| c.is_ascii_uppercase())
    };
    is_placeholder(text) || has_template_syntax(text) || is_capitals(text)
}
