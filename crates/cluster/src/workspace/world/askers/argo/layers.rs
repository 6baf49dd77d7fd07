//! Where the fields of a source are.

use std::path::Path;
use std::sync::Arc;

use podwright_render::kustomize::FILE_NAMES;
use podwright_render::{Files, Found, Part, SourceFile};
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

use super::super::super::super::File;
use super::super::super::super::asks::at;
use super::{Application, part};

/// A source, and the files `.argocd-source.yaml` in its directory, which change it (`mergeSourceParameters`).
pub(super) struct Layers {
    pub(super) all: Vec<Layer>,
}

/// Where fields of a source are.
pub(super) struct Layer {
    source: LayerFile,
    pub(super) node: NodeId,
    pub(super) part: Part,
}

enum LayerFile {
    /// The file of the object.
    Object(Arc<File>),
    Other(Arc<SourceFile>),
}

impl Layer {
    pub(super) fn tree(&self) -> &SyntaxTree {
        match &self.source {
            LayerFile::Object(file) => &file.tree,
            LayerFile::Other(file) => file.tree(),
        }
    }
}

/// A field of a source.
#[derive(Clone)]
pub(super) struct FieldAt<'l> {
    pub(super) tree: &'l SyntaxTree,
    pub(super) node: NodeId,
    pub(super) part: Part,
}

impl Layers {
    /// The field that counts; an empty one is absent.
    pub(super) fn get(&self, path: &[&str]) -> Option<FieldAt<'_>> {
        self.all.iter().rev().find_map(|layer| {
            let tree = layer.tree();
            let node = at(tree, layer.node, path)?;
            let kind = tree.kind(node);
            let is_empty = match kind {
                kind if kind.is_mapping() => tree.entries(node).next().is_none(),
                kind if kind.is_sequence() => tree.items(node).next().is_none(),
                _ => tree.decoded(node).is_empty() || matches!(tree.scalar(node), Scalar::Null),
            };
            (!is_empty).then(|| FieldAt {
                tree,
                node,
                part: layer.part.at(path),
            })
        })
    }

    pub(super) fn text(&self, path: &[&str]) -> Option<String> {
        let found = self.get(path)?;
        let is_scalar = found.tree.kind(found.node).is_scalar();
        is_scalar.then(|| found.tree.decoded(found.node).into_owned())
    }

    pub(super) fn is_set(&self, path: &[&str]) -> bool {
        self.text(path).as_deref() == Some("true")
    }

    pub(super) fn items(&self, path: &[&str]) -> Vec<FieldAt<'_>> {
        let Some(list) = self.get(path) else {
            return Vec::new();
        };
        let items = list.tree.items(list.node).enumerate();
        items
            .map(|(index, item)| FieldAt {
                tree: list.tree,
                node: list.tree.resolve(item),
                part: list.part.at(&[&index.to_string()]),
            })
            .collect()
    }
}

impl Application<'_> {
    pub(super) fn layers(&self, source: NodeId, directory: &Path) -> Layers {
        let run = self.run;
        let document = self.file.objects[self.asker.index].document;
        let mut all = vec![Layer {
            source: LayerFile::Object(Arc::clone(&run.files[self.asker.file.0 as usize])),
            node: source,
            part: part(run, self.asker.file, document, source),
        }];
        for name in [
            ".argocd-source.yaml".to_owned(),
            format!(".argocd-source-{}.yaml", self.name),
        ] {
            if let Some(Found::File(path)) = run.find(&directory.join(name))
                && let Ok(file) = run.read(&path)
                && let Some(document) = file.tree().documents().first()
            {
                let node = document.root;
                all.push(Layer {
                    source: LayerFile::Other(file),
                    node,
                    part: Part {
                        file: path,
                        document: 0,
                        path: Vec::new(),
                    },
                });
            }
        }
        Layers { all }
    }

    /// The tool for a directory (`GetAppSourceType`): the one whose field is there, or that fits the files. `None` if
    /// several fields are there, which is an error.
    pub(super) fn tool(&self, layers: &Layers, path: &Path) -> Option<&'static str> {
        let tools = ["kustomize", "helm", "directory"];
        let explicit: Vec<&str> = tools
            .into_iter()
            .filter(|tool| layers.get(&[tool]).is_some())
            .collect();
        match explicit[..] {
            [] => {}
            [_] => return tools.into_iter().find(|tool| layers.get(&[tool]).is_some()),
            _ => return None,
        }
        let has = |name: &str| matches!(self.run.find(&path.join(name)), Some(Found::File(_)));
        let is_packed = matches!(self.run.find(path), Some(Found::File(_)));
        Some(match () {
            () if FILE_NAMES.iter().any(|name| has(name)) => "kustomize",
            () if is_packed || has("Chart.yaml") => "helm",
            () => "directory",
        })
    }
}
