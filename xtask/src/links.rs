//! Links of Markdown pages.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use regex::Regex;

use crate::{Result, root};

/// A link in the text of a page.
pub struct Link {
    /// Byte range of the target in the page.
    pub range: Range<usize>,
    /// Path relative to the page, or a URL.
    pub target: String,
    /// The part after `#`.
    pub anchor: Option<String>,
}

impl Link {
    /// Returns the path in the repository to which the link on a page refers, or `None` for a URL.
    #[must_use]
    pub fn path(&self, page: &Path) -> Option<PathBuf> {
        if self.target.contains("://") || self.target.starts_with("mailto:") {
            return None;
        }
        if self.target.is_empty() {
            return Some(page.to_owned());
        }
        Some(normalized(&page.parent()?.join(&self.target)))
    }
}

/// Resolves `..` without asking the file system.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if parts.pop() => {}
            Component::CurDir => {}
            other => parts.push(other),
        }
    }
    parts
}

/// Returns the links of a page that are not in code.
#[must_use]
pub fn links(text: &str) -> Vec<Link> {
    let code = Regex::new(r"(?ms)^ *```.*?^ *```|`[^`\n]*`").unwrap();
    let link = Regex::new(r#"\]\(\s*([^()\s]*)\)|(?:src|srcset|href)="([^"]*)""#).unwrap();
    let code: Vec<Range<usize>> = code.find_iter(text).map(|found| found.range()).collect();
    link.captures_iter(text)
        .filter_map(|captures| captures.get(1).or(captures.get(2)))
        .filter(|target| !code.iter().any(|code| code.contains(&target.start())))
        .map(|target| {
            let (path, anchor) = match target.as_str().split_once('#') {
                Some((path, anchor)) => (path, Some(anchor.to_owned())),
                None => (target.as_str(), None),
            };
            Link {
                range: target.range(),
                target: path.to_owned(),
                anchor,
            }
        })
        .collect()
}

/// Returns what is wrong with the links of a page, a path in the repository: missing files and headings.
///
/// # Errors
///
/// Returns an error if the page cannot be read.
pub fn broken(page: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root().join(page))?;
    let mut broken = Vec::new();
    for link in links(&text) {
        let Some(path) = link.path(page) else {
            continue;
        };
        let line = text[..link.range.start].lines().count();
        let at = format!("{}:{line}: {}", page.display(), &text[link.range.clone()]);
        if !root().join(&path).exists() {
            broken.push(format!("{at}: no such file"));
        } else if let Some(anchor) = link.anchor
            && path.extension().is_some_and(|extension| extension == "md")
        {
            let target = fs::read_to_string(root().join(&path))?;
            if !anchors(&target).contains(&anchor) {
                broken.push(format!("{at}: no such heading"));
            }
        }
    }
    Ok(broken)
}

/// Returns the anchors of all headings, as GitHub and mdBook form them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut in_code = false;
    let mut anchors = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code && line.starts_with('#') {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            });
            anchors.insert(kept.collect());
        }
    }
    anchors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_code_do_not_count() {
        let text = "[a](b.md#c)\n`[d](e)`\n```text\n[f](g)\n```\n[h](https://i.example/)";
        let found: Vec<_> = links(text).into_iter().map(|link| link.target).collect();
        assert_eq!(found, ["b.md", "https://i.example/"]);
        let links = links(text);
        assert_eq!(
            links[0].path(Path::new("docs/x.md")),
            Some("docs/b.md".into())
        );
        assert_eq!(links[1].path(Path::new("docs/x.md")), None);
    }

    #[test]
    fn anchors_are_those_of_github() {
        let found = anchors("# A `--b` (c)\n```\n# no\n```\n## What, then?\n");
        assert_eq!(found, ["a---b-c".to_owned(), "what-then".to_owned()].into());
    }
}
