//! The page about credentials: each example file is followed by what is shown of it.

use std::path::Path;
use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File};
use podwright_redact::without_redacted;

#[test]
fn each_example_is_shown_as_the_page_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/credentials.md");
    let page = std::fs::read_to_string(page).unwrap();
    let context = Arc::new(ClusterContext::default());
    let mut fences = page.split("```").skip(1).step_by(2);
    let mut count = 0;
    while let Some(example) = fences.next() {
        let (head, text) = example.split_once('\n').unwrap();
        let (_, path) = head.split_once(' ').expect("a file name");
        let shown = fences.next().and_then(|fence| fence.strip_prefix("text\n"));
        let shown = shown.expect("what is shown");
        let file = File::from_bytes(path.to_owned(), text.as_bytes().to_vec(), &context);
        assert_eq!(without_redacted(file.shown()), shown, "{path}");
        count += 1;
    }
    assert!(count >= 7, "{count}");
}
