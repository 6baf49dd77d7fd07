use std::fmt::Write;

/// Converts a path to a URI reference: relative to the root of the repository, which should be the working directory,
/// or a `file:` URI for an absolute path.
pub(super) fn reference(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn paths_are_escaped() {
        assert_eq!(reference("a b/ü#1.yaml"), "a%20b/%C3%BC%231.yaml");
        assert_eq!(reference("/x/y.yaml"), "file:///x/y.yaml");
    }
}
