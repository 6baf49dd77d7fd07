use super::escape::escape_line;

/// Escapes text for an XML attribute or element. Characters that XML does not allow are shown as escapes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in escape_line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_cannot_end_an_element_or_contain_invisible_characters() {
        assert_eq!(
            escape("a<b>&\"c\u{202e}"),
            "a&lt;b&gt;&amp;&quot;c\\u{202e}"
        );
    }
}
