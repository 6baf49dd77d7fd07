use super::Cursor;
use podwright_explain::explain_object;
use podwright_report::explain::text;

/// What podwright says about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Kind and name.
    pub title: String,
    /// Markdown text.
    pub markdown: String,
}

/// Maximum number of objects that builds make of one, and that are explained.
const MAX_RESULTS: usize = 8;

/// Explains what happens to the Pods of the object at the cursor, as `podwright explain` does. For an object of a source
/// file, these are the objects that the builds make of it. Returns `None` if there is no object with Pods.
#[must_use]
pub fn explain(cursor: &Cursor<'_>) -> Option<Explained> {
    let workspace = cursor.workspace;
    let (id, object) = cursor.object()?;
    let mut objects = workspace.results_of(id);
    if objects.is_empty() {
        objects = vec![id];
    }
    objects.truncate(MAX_RESULTS);
    let pods = objects
        .into_iter()
        .flat_map(|id| explain_object(workspace, id, cursor.versions));
    let pods: Vec<_> = pods.collect();
    if pods.is_empty() {
        return None;
    }
    let mut text = Vec::new();
    text::write_pods(&pods, &mut text).ok()?;
    let text = String::from_utf8_lossy(&text);
    let kind = object.kind.text().unwrap_or("object");
    let name = object.metadata.name.text().unwrap_or("?");
    let title = workspace.without_credentials(format!("{kind} {name}"));
    let text = workspace.without_credentials(text.into_owned());
    Some(Explained {
        markdown: format!("# {title}\n\n{}", fenced(&text)),
        title,
    })
}

/// A code block, with a fence that is not in the text.
fn fenced(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}
