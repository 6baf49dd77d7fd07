//! Objects of the workspace by their names.

use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_syntax::text::{FileId, Location};

/// Maximum number of objects in an answer. Editors ask again with each letter.
const MAX_SYMBOLS: usize = 200;

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// `Kind/namespace/name`, without a namespace if none is known.
    pub name: String,
    /// Where the name is written.
    pub place: Location,
}

/// How well a name matches a query; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Whole,
    Start,
    Part,
    Letters,
}

/// The objects whose kind, namespace and name have the letters of the query in this order, the best matches first: those
/// of the files, and those that builds and charts make of them. At most [`MAX_SYMBOLS`].
#[must_use]
pub fn symbols(workspace: &Workspace, query: &str) -> Vec<Symbol> {
    let query = query.to_lowercase();
    let mut found: Vec<(Match, usize, String, ObjectId)> = Vec::new();
    for (file, id) in workspace.files.iter().zip(0..) {
        // Its objects are those of the builds.
        if workspace.is_rendered_elsewhere(FileId(id)) {
            continue;
        }
        for (object, index) in file.objects.iter().zip(0..) {
            let (Some(kind), Some(name)) = (object.kind.text(), object.metadata.name.text()) else {
                continue;
            };
            let id = ObjectId {
                file: FileId(id),
                index,
            };
            let own = name.to_lowercase();
            let shown = match workspace.namespace(id) {
                Some(namespace) => format!("{kind}/{namespace}/{name}"),
                None => format!("{kind}/{name}"),
            };
            if let Some(quality) = matches(&own, &shown.to_lowercase(), &query) {
                found.push((quality, shown.len(), shown, id));
            }
        }
    }
    found.sort();
    let mut symbols: Vec<Symbol> = Vec::new();
    for (.., name, id) in found {
        let place = workspace.in_sources(workspace.object_place(id));
        let symbol = Symbol { name, place };
        // Builds of one file make the same object several times.
        if symbols.last() != Some(&symbol) {
            symbols.push(symbol);
        }
        if symbols.len() == MAX_SYMBOLS {
            break;
        }
    }
    redacted(workspace, symbols)
}

/// A name may contain a credential.
fn redacted(workspace: &Workspace, mut symbols: Vec<Symbol>) -> Vec<Symbol> {
    let names: Vec<&str> = symbols.iter().map(|symbol| &*symbol.name).collect();
    let text = workspace.without_credentials(names.join("\n"));
    let names: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if names.len() == symbols.len() {
        for (symbol, name) in symbols.iter_mut().zip(names) {
            symbol.name = name;
        }
        return symbols;
    }
    Vec::new()
}

fn matches(name: &str, whole: &str, query: &str) -> Option<Match> {
    if name == query {
        return Some(Match::Whole);
    }
    if name.starts_with(query) {
        return Some(Match::Start);
    }
    if whole.contains(query) {
        return Some(Match::Part);
    }
    let mut letters = whole.chars();
    let mut wanted = query.chars().filter(|c| !c.is_whitespace());
    let has_all = wanted.all(|wanted| letters.any(|letter| letter == wanted));
    has_all.then_some(Match::Letters)
}

#[cfg(test)]
mod tests {
    use super::{Match, matches};

    #[test]
    fn queries_match_letters_in_order() {
        let of = |query: &str| matches("web", "deployment/shop/web", query);
        for (query, expected) in [
            ("web", Some(Match::Whole)),
            ("we", Some(Match::Start)),
            ("", Some(Match::Start)),
            ("shop/w", Some(Match::Part)),
            ("depweb", Some(Match::Letters)),
            ("dep web", Some(Match::Letters)),
            ("webdep", None),
            ("webb", None),
        ] {
            assert_eq!(of(query), expected, "{query}");
        }
    }
}
