use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// Formats `path` for display: relative to `here` if it is below it, separated by `/`, with `.` and `x/..` removed.
///
/// Bytes that are not valid UTF-8 become U+FFFD.
pub(super) fn path(here: &Path, path: &Path) -> String {
    let path = lexical(path);
    let path = path.strip_prefix(here).unwrap_or(&path);
    let shown = path.to_string_lossy();
    match MAIN_SEPARATOR {
        _ if shown.is_empty() => ".".to_owned(),
        '/' => shown.into_owned(),
        separator => shown.replace(separator, "/"),
    }
}

/// Joins a relative `path` to `here` and removes `.` and `x/..` lexically.
pub(super) fn absolute(here: &Path, path: &Path) -> PathBuf {
    lexical(&here.join(path))
}

fn lexical(path: &Path) -> PathBuf {
    if is_short(path) {
        return path.to_owned();
    }
    let is_detour = |part: Component<'_>| matches!(part, Component::CurDir | Component::ParentDir);
    if !path.components().any(is_detour) {
        return path.components().collect();
    }
    let mut short = PathBuf::new();
    for component in path.components() {
        match (component, short.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                short.pop();
            }
            (Component::ParentDir, Some(Component::RootDir | Component::Prefix(_))) => {}
            _ => short.push(component),
        }
    }
    short
}

/// Whether the text of a path shows that nothing is to be removed. True for most paths, and faster than their components.
fn is_short(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let has_detour = || text.windows(2).any(|two| matches!(two, b"//" | b"/."));
    MAIN_SEPARATOR == '/' && !text.starts_with(b".") && !text.ends_with(b"/") && !has_detour()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_short_and_has_slashes() {
        let shown = |text: &str| path(Path::new("/home/x"), Path::new(text));
        assert_eq!(shown("./a/./b.yaml"), "a/b.yaml");
        assert_eq!(shown("/home/x/a/b.yaml"), "a/b.yaml");
        assert_eq!(shown("/home/x//a/b/"), "a/b");
        assert_eq!(shown("a/.b/../.c.yaml"), "a/.c.yaml");
        assert_eq!(shown("/home/x/../x/b.yaml"), "b.yaml");
        assert_eq!(shown("/home/y/b.yaml"), "/home/y/b.yaml");
        assert_eq!(shown("../y/b.yaml"), "../y/b.yaml");
        assert_eq!(shown("a/../b.yaml"), "b.yaml");
        assert_eq!(shown("../../b.yaml"), "../../b.yaml");
        assert_eq!(shown("/../b.yaml"), "/b.yaml");
        assert_eq!(shown("."), ".");
        assert_eq!(shown("/"), "/");
    }

    #[test]
    fn absolute_paths_have_no_detours() {
        let from = |text: &str| absolute(Path::new("/home/x"), Path::new(text));
        assert_eq!(from("../y/./b.yaml"), Path::new("/home/y/b.yaml"));
        assert_eq!(from("/a/b/../c"), Path::new("/a/c"));
    }
}
