//! Argo CD: sources of `Application` and of the template of `ApplicationSet`.

use podwright_render::vendor::{Ask, Asked, ChartAsk, GitAsk, Revision};
use podwright_syntax::text::FileId;
use podwright_syntax::{NodeId, SyntaxTree};

use super::{FileObject, at, place, text, text_or_empty};

const GROUP: &str = "argoproj.io";

pub(super) fn asked(file: FileId, object: FileObject<'_>, all: &mut Vec<Asked>) {
    let path: &[&str] = match object.object.kind.text() {
        _ if object.object.group() != Some(GROUP) => return,
        Some("Application") => &["spec"],
        Some("ApplicationSet") => &["spec", "template", "spec"],
        _ => return,
    };
    let Some(spec) = object.at(path) else {
        return;
    };
    let tree = object.tree;
    let sources = sources(tree, spec);
    for &source in &sources {
        let found = of_source(tree, source);
        let found = found.into_iter().chain(of_values(tree, source, &sources));
        all.extend(found.map(|(ask, node)| Asked {
            place: place(file, tree, node),
            ask,
        }));
    }
}

/// `sources`, or else `source` (`ApplicationSpec.GetSources`).
pub(in crate::workspace) fn sources(tree: &SyntaxTree, spec: NodeId) -> Vec<NodeId> {
    let several = at(tree, spec, &["sources"]).filter(|&list| tree.kind(list).is_sequence());
    let several: Vec<NodeId> = several
        .into_iter()
        .flat_map(|list| tree.items(list).map(|item| tree.resolve(item)))
        .collect();
    match several.is_empty() {
        true => at(tree, spec, &["source"]).into_iter().collect(),
        false => several,
    }
}

pub(in crate::workspace) fn of_source(tree: &SyntaxTree, source: NodeId) -> Option<(Ask, NodeId)> {
    let (url, node) = text(tree, source, "repoURL")?;
    let revision = text_or_empty(tree, source, "targetRevision")?;
    if at(tree, source, &["chart"]).is_some() {
        let (chart, node) = text(tree, source, "chart")?;
        // `IsHelmOciRepo`: a registry is written without a scheme.
        let ask = match url.contains("://") && !is_oci(&url) {
            true => ChartAsk::new(&url, &chart, &revision),
            false => {
                let host = url
                    .strip_prefix("oci://")
                    .unwrap_or(&url)
                    .trim_end_matches('/');
                ChartAsk::in_registry(&format!("oci://{host}/{chart}"), &revision)?
            }
        };
        return Some((ask.into(), node));
    }
    if is_oci(&url) {
        return Some((ChartAsk::in_registry(&url, &revision)?.into(), node));
    }
    let (path, node) = text(tree, source, "path")?;
    let ask = GitAsk::new(&url, git_revision(&revision), &path);
    Some((ask.into(), node))
}

/// Files with values in the other sources: `$name/path`, where `name` is the `ref` of one of them.
fn of_values(tree: &SyntaxTree, source: NodeId, sources: &[NodeId]) -> Vec<(Ask, NodeId)> {
    let list = at(tree, source, &["helm", "valueFiles"]);
    let list = list.filter(|&list| tree.kind(list).is_sequence());
    let files = list.into_iter().flat_map(|list| tree.items(list));
    let found = files.filter_map(|file| {
        let file = tree.resolve(file);
        let name = tree.decoded(file);
        let (reference, path) = name.strip_prefix('$')?.split_once('/')?;
        let other = sources.iter().find(|&&other| {
            let own = text(tree, other, "ref");
            own.is_some_and(|(own, _)| own == reference)
        })?;
        let (url, _) = text(tree, *other, "repoURL")?;
        let revision = text_or_empty(tree, *other, "targetRevision")?;
        let is_known = !super::has_placeholder(path) && !path.contains('*');
        let ask = GitAsk::new(&url, git_revision(&revision), path);
        is_known.then(|| (ask.into(), file))
    });
    found.collect()
}

/// A constraint chooses among the tags; everything else is a name (`resolveRef` of `util/git`).
pub(in crate::workspace) fn git_revision(revision: &str) -> Revision {
    let is_range = revision.contains(['*', '<', '>', '=', '^', '~', ' '])
        || revision.contains("||")
        || revision.ends_with(".x");
    match is_range {
        true => Revision::semver(revision),
        false => Revision::named(revision),
    }
}

fn is_oci(url: &str) -> bool {
    url.starts_with("oci://")
}
