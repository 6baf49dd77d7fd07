//! Preprocessor of the mdBook in `docs/`: adds the rule pages to the book and adapts the links.
//!
//! In the repository, pages link to each other and to other files by relative paths, so that the links work there. In
//! the book, `docs/src` is the root and the rule pages are below `rules/`; links to other files go to GitHub: to the tag in
//! `PODWRIGHT_TAG` if it is set, otherwise to the branch.

use std::fs;
use std::path::{Path, PathBuf};

use podwright_rule::REVISION;
use podwright_rules::RULES;
use serde_json::{Value, json};

use crate::{Result, links, root, rule_page};

const REPOSITORY: &str = "https://github.com/podwright/podwright/blob";

/// Chapter below which the rule pages are added.
const RULES_PAGE: &str = "rules.md";

/// Processes the input of a preprocessor, `[context, book]`, and returns the new book.
///
/// # Errors
///
/// Returns an error if the input is not valid, or if a rule page cannot be read.
pub fn preprocess(input: &str) -> Result<String> {
    let mut input: Value = serde_json::from_str(input)?;
    let mut book = input[1].take();
    let items = book["items"].as_array_mut().ok_or("a book without items")?;
    // Separators and titles of parts are items too.
    for chapter in items.iter_mut().filter_map(|item| item.get_mut("Chapter")) {
        if chapter["path"] == RULES_PAGE {
            chapter["sub_items"] = groups(&chapter["number"])?;
        }
        let Some(path) = chapter["path"].as_str() else {
            continue;
        };
        let page = Path::new("docs/src").join(path);
        let content = chapter["content"].as_str().unwrap_or_default();
        chapter["content"] = adapted(content, &page).into();
    }
    Ok(book.to_string())
}

/// Returns a draft chapter for each group, with the rules of the group below it.
fn groups(number: &Value) -> Result<Value> {
    let mut groups: Vec<Value> = Vec::new();
    for rule in RULES {
        let meta = &rule.meta;
        if groups
            .last()
            .is_none_or(|group| group["Chapter"]["name"] != meta.group)
        {
            let number = below(number, groups.len() + 1);
            groups.push(chapter(meta.group, &number, &["Rules"], None));
        }
        let page = rule_page::path(rule);
        let content = fs::read_to_string(root().join(&page))?;
        let group = &mut groups.last_mut().ok_or("no group")?["Chapter"];
        let number = below(
            &group["number"],
            group["sub_items"].as_array().map_or(0, Vec::len) + 1,
        );
        let content = Some((page.as_path(), adapted(&content, &page)));
        let rule = chapter(meta.name, &number, &["Rules", meta.group], content);
        group["sub_items"]
            .as_array_mut()
            .ok_or("no list")?
            .push(rule);
    }
    Ok(groups.into())
}

/// Returns the number of the `index`th chapter below a chapter.
fn below(number: &Value, index: usize) -> Value {
    let mut number = number.as_array().cloned().unwrap_or_default();
    number.push(index.into());
    number.into()
}

fn chapter(name: &str, number: &Value, parents: &[&str], page: Option<(&Path, String)>) -> Value {
    let (path, content) = page.unzip();
    json!({ "Chapter": {
        "name": name,
        "content": content.unwrap_or_default(),
        "number": number,
        "sub_items": [],
        "path": path,
        "source_path": path.map(|path| Path::new("../..").join(path)),
        "parent_names": parents,
    } })
}

/// Adapts the links of a page, a path in the repository, to the book.
fn adapted(text: &str, page: &Path) -> String {
    let own = in_book(page).unwrap_or_default();
    let mut out = text.to_owned();
    for link in links::links(text).into_iter().rev() {
        let Some(path) = link.path(page) else {
            continue;
        };
        let target = match in_book(&path) {
            _ if link.target.is_empty() => continue,
            Some(target) => {
                let depth = own.components().count() - 1;
                let up: PathBuf = std::iter::repeat_n("..", depth).collect();
                up.join(target).display().to_string()
            }
            None => format!("{REPOSITORY}/{REVISION}/{}", path.display()),
        };
        let anchor = link.anchor.map(|anchor| format!("#{anchor}"));
        out.replace_range(link.range, &(target + &anchor.unwrap_or_default()));
    }
    out
}

/// Returns the path in the book of a file in the repository.
fn in_book(path: &Path) -> Option<PathBuf> {
    let is_rule =
        path.starts_with("rules") && path.extension().is_some_and(|extension| extension == "md");
    match path.strip_prefix("docs/src") {
        Ok(path) => Some(path.to_owned()),
        Err(_) => is_rule.then(|| path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_chapters_or_to_the_repository() {
        let text = "[a](rules.md#index) [b](../../rules/pull/x.md) [c](../../README.md) [d](#e) ![f](images/g.svg)";
        let expected = format!(
            "[a](rules.md#index) [b](rules/pull/x.md) [c]({REPOSITORY}/{REVISION}/README.md) [d](#e) ![f](images/g.svg)"
        );
        assert_eq!(adapted(text, Path::new("docs/src/ci.md")), expected);
        let text = "[a](y.md) [b](../image/z.md) [c](../../docs/src/ci.md#d)";
        let expected = "[a](../../rules/pull/y.md) [b](../../rules/image/z.md) [c](../../ci.md#d)";
        assert_eq!(adapted(text, Path::new("rules/pull/x.md")), expected);
    }
}
