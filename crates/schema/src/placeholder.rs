//! Placeholders in strings.

use podwright_model::{has_template_syntax, is_filled_in};

/// Returns whether a string is a placeholder that another tool fills in.
pub(crate) fn is_unknown(text: &str) -> bool {
    is_filled_in(text) || has_template_syntax(text)
}
