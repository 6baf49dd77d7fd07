//! Links between the Markdown pages of the repository.

use std::path::Path;

use xtask::{links, root};

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for entry in ignore::WalkBuilder::new(root()).require_git(false).build() {
        let entry = entry.unwrap();
        let page = entry.path().strip_prefix(root()).unwrap();
        if page.extension().is_some_and(|extension| extension == "md") {
            broken.extend(links::broken(Path::new(page)).unwrap());
            checked += 1;
        }
    }
    assert!(checked > 280, "only {checked} pages");
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}
