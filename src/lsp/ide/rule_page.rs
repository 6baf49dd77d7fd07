/// Returns the documentation page of a rule without its examples, for display in an editor.
#[must_use]
pub fn rule_page(name: &str) -> Option<String> {
    let page = podwright_rules::find(name)?.meta.page;
    let Some((before, rest)) = page.split_once("\n## Examples") else {
        return Some(page.to_owned());
    };
    let after = rest.find("\n## ").map_or("", |at| &rest[at..]);
    Some(format!("{}\n{after}", before.trim_end()))
}
