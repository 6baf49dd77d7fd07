//! From objects of source files to what the builds make of them, and back.

use podwright_model::{Kustomization, Object};
use podwright_render::Origin;
use podwright_syntax::text::{FileId, Location, Span};
use podwright_syntax::{NodeId, NodeKind, PathSegment, SyntaxTree};
use rustc_hash::FxHashMap;

use super::kustomize::join;
use super::world::{Render, Rendered};
use super::{File, ObjectId, Workspace};

impl Workspace {
    /// Scalars of rendered files that a place of a source file contributes to, by build and in order.
    #[must_use]
    pub fn rendered_scalars(&self, at: Location) -> Vec<(FileId, NodeId)> {
        let mut found = Vec::new();
        for rendered in self.results_using(at.file) {
            let file = self.file(rendered.file);
            let parts: Vec<Span> = rendered.map.coming_from(at).collect();
            found.extend(scalars_in(&file.tree, &parts).map(|node| (rendered.file, node)));
        }
        found
    }

    /// What the builds make of an object of a source file: an object per build, or several if a build uses the file
    /// more than once. Empty for an object of any other file.
    #[must_use]
    pub fn results_of(&self, source: ObjectId) -> Vec<ObjectId> {
        let mut found = Vec::new();
        for rendered in self.results_using(source.file) {
            let span = self.file(source.file).tree.span(self.object(source).node);
            let file = self.file(rendered.file);
            let mut results: Vec<ObjectId> = rendered
                .map
                .copied_from(source.file)
                .filter(|&(_, at)| span.start <= at && at < span.end)
                .filter_map(|(part, _)| object_at(rendered.file, file, part.start))
                .collect();
            results.dedup();
            results.sort_unstable();
            results.dedup();
            results.retain(|&result| self.base_of(result) == Some(source));
            found.extend(results);
        }
        found
    }

    /// The object of a resource file that an object of a rendered file comes from: of those of its kind, the one that
    /// most bytes are copied from. `None` if it is generated, or if `result` is not rendered.
    #[must_use]
    pub fn base_of(&self, result: ObjectId) -> Option<ObjectId> {
        let rendered = self.render_of(result.file)?.result.as_ref().ok()?;
        let object = self.object(result);
        let span = self.file(result.file).tree.span(object.node);
        let mut bytes: FxHashMap<ObjectId, u32> = FxHashMap::default();
        for (part, origin) in rendered.map.runs(span) {
            let Origin::Copied(at) = origin else { continue };
            if rendered.resources.binary_search(&at.file).is_err() {
                continue;
            }
            let source = object_at(at.file, self.file(at.file), at.span.start);
            if let Some(source) = source
                && self.object(source).kind.text() == object.kind.text()
            {
                *bytes.entry(source).or_default() += part.len();
            }
        }
        let most = bytes
            .into_iter()
            .map(|(source, bytes)| (bytes, std::cmp::Reverse(source)));
        most.max().map(|(_, std::cmp::Reverse(source))| source)
    }

    /// The node of the object `to` in the same place as the node `node` of the object `from`. One of the objects is
    /// rendered, and the other is a source of it. Items of lists are matched by what they are copied from.
    #[must_use]
    pub fn counterpart(&self, from: ObjectId, node: NodeId, to: ObjectId) -> Option<NodeId> {
        let (here, there) = (&self.file(from.file).tree, &self.file(to.file).tree);
        let path = here.path(node);
        let steps = path.get(here.path(self.object(from).node).len()..)?;
        let mut at = (self.object(from).node, self.object(to).node);
        for step in steps {
            at = match step {
                PathSegment::Key(key) => (here.get(at.0, key)?.value, there.get(at.1, key)?.value),
                PathSegment::Index(index) => {
                    let item = here.items(here.resolve(at.0)).nth(*index)?;
                    let items: Vec<NodeId> = there.items(there.resolve(at.1)).collect();
                    (item, self.same_item((from.file, item), (to.file, &items))?)
                }
            };
        }
        Some(at.1)
    }

    /// The one of `items` that most bytes of `item` are copied from or to.
    fn same_item(
        &self,
        (file, item): (FileId, NodeId),
        (other_file, items): (FileId, &[NodeId]),
    ) -> Option<NodeId> {
        let span = self.file(file).tree.span(item);
        let spans = items
            .iter()
            .map(|&item| self.file(other_file).tree.span(item));
        let copied = |rendered: FileId, part: Span, source: Location| -> u32 {
            let render = self
                .render_of(rendered)
                .and_then(|render| render.result.as_ref().ok());
            let runs = render.into_iter().flat_map(|render| render.map.runs(part));
            runs.map(|(part, origin)| match origin {
                Origin::Copied(at) if at.file == source.file && source.span.contains(at.span) => {
                    part.len()
                }
                _ => 0,
            })
            .sum()
        };
        let is_rendered = self.render_of(file).is_some();
        let counts = spans.map(|other| match is_rendered {
            true => copied(
                file,
                span,
                Location {
                    file: other_file,
                    span: other,
                },
            ),
            false => copied(other_file, other, Location { file, span }),
        });
        let mut best: Option<(u32, NodeId)> = None;
        for (count, &other) in counts.zip(items) {
            if count > best.map_or(0, |(most, _)| most) {
                best = Some((count, other));
            }
        }
        best.map(|(_, other)| other)
    }

    /// Objects of resource files that a place of another source file, such as a patch, contributes to.
    #[must_use]
    pub fn changed_objects(&self, at: Location) -> Vec<ObjectId> {
        let mut found: Vec<ObjectId> = Vec::new();
        for rendered in self.results_using(at.file) {
            let file = self.file(rendered.file);
            let parts = rendered.map.coming_from(at);
            let mut results: Vec<ObjectId> = parts
                .filter_map(|part| object_at(rendered.file, file, part.start))
                .collect();
            results.dedup();
            for base in results
                .into_iter()
                .filter_map(|result| self.base_of(result))
            {
                if !found.contains(&base) {
                    found.push(base);
                }
            }
        }
        found
    }

    /// The object that contains a place, if its file has one there.
    #[must_use]
    pub fn object_at(&self, at: Location) -> Option<ObjectId> {
        object_at(at.file, self.file(at.file), at.span.start)
    }

    /// The file that an entry of a kustomization means: its path relative to the kustomization, or the kustomization
    /// file of a directory. `None` if no file of the workspace is there.
    #[must_use]
    pub fn listed_file(&self, kustomization: FileId, entry: &str) -> Option<FileId> {
        let path = join(self.file(kustomization).directory(), entry);
        let mut files = self
            .files
            .iter()
            .zip(0..)
            .map(|(file, id)| (&**file, FileId(id)));
        let is_it = |file: &File| {
            file.source.path == path
                || (Kustomization::is_file_name(file.name()) && file.directory() == path)
        };
        files.find(|(file, _)| is_it(file)).map(|(_, id)| id)
    }

    /// Displayed paths that builds look for in vain: entries without a file in kustomizations in which a build fails or
    /// for which its result is not complete.
    #[must_use]
    pub fn missing_files(&self) -> Vec<String> {
        let renders = self.renders().iter();
        let mut files: Vec<FileId> = renders
            .flat_map(|render| match &render.result {
                Ok(rendered) => rendered
                    .unknown
                    .iter()
                    .map(|part| part.place.file)
                    .collect(),
                Err(error) => vec![error.place.file],
            })
            .collect();
        files.sort_unstable();
        files.dedup();
        let mut missing = Vec::new();
        for id in files {
            let file = self.file(id);
            let entries = path_entries(&file.tree).into_iter();
            let entries = entries.chain(generator_entries(&file.tree));
            for node in entries {
                let entry = file.tree.decoded(node);
                let entry = entry.split_once('=').map_or(&*entry, |(_, path)| path);
                if self.listed_file(id, entry).is_none() {
                    missing.push(join(file.directory(), entry));
                }
            }
        }
        missing
    }

    /// Kustomizations with an entry that means the file, each with the scalar of the entry.
    #[must_use]
    pub fn listing_entries(&self, of: FileId) -> Vec<(FileId, NodeId)> {
        let file = self.file(of);
        let is_kustomization = Kustomization::is_file_name(file.name());
        let mut found = Vec::new();
        for (one, id) in self.files.iter().zip(0..) {
            if one.kustomization.is_none() || FileId(id) == of {
                continue;
            }
            for node in path_entries(&one.tree) {
                let path = join(one.directory(), &one.tree.decoded(node));
                let is_directory = is_kustomization && path == file.directory();
                if path == file.source.path || is_directory {
                    found.push((FileId(id), node));
                }
            }
        }
        found
    }

    fn results_using(&self, file: FileId) -> impl Iterator<Item = &Rendered> {
        let renders = self.renders_using(file);
        renders.filter_map(|render: &Render| render.result.as_ref().ok())
    }
}

/// Fields of a kustomization that list files or directories.
const PATH_LISTS: [&str; 9] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "patchesStrategicMerge",
];

/// Items of a list in the first document.
fn items(tree: &SyntaxTree, key: &str) -> Vec<NodeId> {
    let document = tree.documents().first();
    let list = document.and_then(|document| tree.get(document.root, key));
    let list = list.map(|entry| tree.resolve(entry.value));
    let items = list.into_iter().flat_map(|list| tree.items(list));
    items.map(|item| tree.resolve(item)).collect()
}

/// Scalars of a kustomization that are files of generators, as paths or as `key=path`.
fn generator_entries(tree: &SyntaxTree) -> Vec<NodeId> {
    let generators = ["configMapGenerator", "secretGenerator"];
    let mut found = Vec::new();
    for generator in generators.iter().flat_map(|key| items(tree, key)) {
        for list in ["files", "envs"] {
            let list = tree
                .get(generator, list)
                .map(|entry| tree.resolve(entry.value));
            let items = list.into_iter().flat_map(|list| tree.items(list));
            found.extend(items.map(|item| tree.resolve(item)));
        }
        found.extend(
            tree.get(generator, "env")
                .map(|entry| tree.resolve(entry.value)),
        );
    }
    found.retain(|&node| tree.kind(node).is_scalar());
    found
}

/// Scalars of a kustomization that may be paths of files or directories.
fn path_entries(tree: &SyntaxTree) -> Vec<NodeId> {
    let items = |key: &str| items(tree, key);
    let mut found: Vec<NodeId> = PATH_LISTS.iter().flat_map(|key| items(key)).collect();
    for key in ["patches", "patchesJson6902", "replacements"] {
        let paths = items(key)
            .into_iter()
            .filter_map(|item| tree.get(item, "path"));
        found.extend(paths.map(|path| tree.resolve(path.value)));
        // An old form of `patches` is a list of paths.
        found.extend(items(key));
    }
    found.retain(|&node| tree.kind(node).is_scalar());
    found
}

/// The object of a file that contains the offset.
fn object_at(id: FileId, file: &File, offset: u32) -> Option<ObjectId> {
    let start = |object: &Object| file.tree.span(object.node).start;
    let after = file
        .objects
        .partition_point(|object| start(object) <= offset);
    let index = after.checked_sub(1)?;
    let is_in = offset <= file.tree.span(file.objects[index].node).end;
    is_in.then_some(ObjectId { file: id, index })
}

/// Values of scalars that overlap one of the parts, which are sorted. Keys do not count.
fn scalars_in<'t>(tree: &'t SyntaxTree, parts: &'t [Span]) -> impl Iterator<Item = NodeId> + 't {
    let touched = |span: Span| {
        let first = parts.partition_point(|part| part.end <= span.start);
        parts.get(first).is_some_and(|part| part.start < span.end)
    };
    tree.documents()
        .iter()
        .filter(move |document| touched(document.span))
        .flat_map(move |document| values_in(tree, document.root, &touched))
}

fn values_in(tree: &SyntaxTree, root: NodeId, touched: &impl Fn(Span) -> bool) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut rest = vec![root];
    while let Some(node) = rest.pop() {
        if !touched(tree.span(node)) {
            continue;
        }
        match tree.kind(node) {
            kind if kind.is_mapping() => rest.extend(tree.entries(node).map(|entry| entry.value)),
            kind if kind.is_sequence() => rest.extend(tree.items(node)),
            NodeKind::Alias => {}
            _ => found.push(node),
        }
    }
    found.sort_by_key(|&node| tree.span(node).start);
    found
}
