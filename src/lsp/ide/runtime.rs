//! Hovers for RuntimeClasses: the changes by admission, and the runtimes of the nodes.

use super::{Cursor, Hover};
use podwright_cluster::runtime::setups_for;
use podwright_cluster::workspace::ObjectId;
use podwright_explain::{SourceLocation, explain_runtime, node_line, runtime_lines, runtime_nodes};
use podwright_model::{Body, RuntimeClass};
use podwright_syntax::NodeId;
use podwright_syntax::text::Location;

/// Hover on `runtimeClassName`: the class, its effects and the runtimes of the nodes.
pub(super) fn class_name(cursor: &Cursor<'_>) -> Option<Hover> {
    let (id, _, pod) = cursor.pods().find(|(_, _, pod)| {
        let node = pod.runtime_class_name.node();
        node.is_some_and(|node| cursor.touches_node(node))
    })?;
    let node = pod.runtime_class_name.known()?.1;
    let answer = explain_runtime(cursor.workspace, id, pod);
    let mut lines = runtime_lines(&answer, path).into_iter();
    let (_, head) = lines.next()?;
    let rest: Vec<String> = lines
        .map(|(word, text)| format!("- {word} {text}"))
        .collect();
    let mut letters = head.chars();
    let head: String = letters.next()?.to_uppercase().chain(letters).collect();
    Some(hover(cursor, node, &head, &rest))
}

/// Hover on the handler of a RuntimeClass: the runtime of each node.
pub(super) fn handler(cursor: &Cursor<'_>) -> Option<Hover> {
    let (id, class) = class(cursor)?;
    let (name, node) = class
        .handler
        .known()
        .filter(|(_, node)| cursor.touches_node(*node))?;
    let nodes = runtime_nodes(cursor.workspace, id, Some(name));
    if nodes.is_empty() {
        return None;
    }
    let lines: Vec<String> = nodes
        .iter()
        .map(|node| format!("- {}", node_line(node, &path)))
        .collect();
    Some(hover(
        cursor,
        node,
        &format!("Handler `{name}` on the nodes:"),
        &lines,
    ))
}

/// Returns the tables of the handler's runtime in the configurations of the nodes.
pub(super) fn handler_tables(cursor: &Cursor<'_>) -> Vec<Location> {
    let Some((_, class)) = class(cursor) else {
        return Vec::new();
    };
    let Some((name, _)) = class
        .handler
        .known()
        .filter(|(_, node)| cursor.touches_node(*node))
    else {
        return Vec::new();
    };
    let mut places = Vec::new();
    for setup in setups_for(cursor.workspace, cursor.file) {
        let tables = setup
            .handler(name)
            .map_or(&[][..], |handler| &handler.tables);
        for &(file, node) in tables.iter().rev() {
            let place = cursor.workspace.place(file, node);
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

fn class<'w>(cursor: &Cursor<'w>) -> Option<(ObjectId, &'w RuntimeClass)> {
    let (id, object) = cursor.object()?;
    match &object.body {
        Body::RuntimeClass(class) => Some((id, class)),
        _ => None,
    }
}

fn path(place: SourceLocation<'_>) -> String {
    place.path().to_owned()
}

fn hover(cursor: &Cursor<'_>, node: NodeId, head: &str, lines: &[String]) -> Hover {
    Hover {
        span: cursor.tree().span(node),
        markdown: match lines.is_empty() {
            true => head.to_owned(),
            false => format!("{head}\n\n{}", lines.join("\n")),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, sync::Arc};

    use super::*;
    use crate::lsp::ide::{definitions, hover};
    use podwright_cluster::workspace::{
        ClusterContext, File, NodeDirectory, NodePath, NodeRole, OnNodes, Workspace,
    };
    use podwright_model::{Engine, VersionRange};
    use podwright_syntax::text::{FileId, Source};

    const MANIFESTS: &str = "\
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: kata
overhead: {podFixed: {cpu: 250m}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {runtimeClassName: sandbox, containers: [{name: web, image: nginx}]}
";
    const NODE: &str = "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kata]\n\
                        runtime_type = 'io.containerd.kata.v2'\n";

    fn workspace() -> Workspace {
        let directory = NodeDirectory {
            name: "a".into(),
            root: PathBuf::from("/a"),
        };
        let context = Arc::new(ClusterContext {
            nodes: vec![directory.clone()],
            ..ClusterContext::default()
        });
        let path = NodePath {
            root: directory.root,
            path: "/etc/containerd/config.toml".into(),
        };
        let on_nodes = OnNodes {
            role: NodeRole::Runtime(Engine::Containerd),
            paths: vec![path],
        };
        let manifests = File::read(Source::new("pods.yaml", MANIFESTS), &context);
        let node = File::on_nodes(
            Source::new("a/config.toml", NODE),
            &context,
            Some(Box::new(on_nodes)),
        );
        Workspace::new(vec![manifests, node])
    }

    fn at<'w>(workspace: &'w Workspace, text: &str) -> Cursor<'w> {
        Cursor {
            workspace,
            file: FileId(0),
            offset: u32::try_from(MANIFESTS.find(text).unwrap()).unwrap(),
            versions: VersionRange::default(),
        }
    }

    #[test]
    fn a_class_tells_what_it_brings_and_which_runtime_the_nodes_have() {
        let workspace = workspace();
        let said = hover(&at(&workspace, "sandbox, containers"))
            .unwrap()
            .markdown;
        assert_eq!(
            said,
            "Class `sandbox`, pods.yaml, with handler `kata`\n\n- admission adds overhead cpu 250m\n\
             - on the node a: containerd 2.3, `kata` (io.containerd.kata.v2), a/config.toml"
        );
        let said = hover(&at(&workspace, "kata\n")).unwrap().markdown;
        assert!(
            said.starts_with("Handler `kata` on the nodes:\n\n- a: containerd 2.3"),
            "{said}"
        );
    }

    #[test]
    fn a_handler_leads_to_the_table_of_the_node() {
        let workspace = workspace();
        let places = definitions(&at(&workspace, "kata\n"));
        assert_eq!(places.len(), 1);
        assert_eq!(places[0].file, FileId(1));
        assert_eq!(&NODE[places[0].span.range()], "kata");
        let places = definitions(&at(&workspace, "sandbox, containers"));
        assert_eq!(places[0].file, FileId(0), "a name leads to the class");
    }
}
