use std::borrow::Cow;

/// Truncates the text to at most `most` bytes, and adds an ellipsis if it was longer.
#[must_use]
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let mut ends = (0..=most).rev();
    let end = ends.find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn characters_stay_whole() {
        assert_eq!(shortened("aé", 3), "aé");
        assert_eq!(shortened("aéb", 3), "aé…");
        assert_eq!(shortened("aéb", 2), "a…");
        assert_eq!(shortened("é", 1), "…");
    }
}
