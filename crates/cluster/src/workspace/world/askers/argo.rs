//! Argo CD: sources of `Application`, and `ApplicationSet`.
//!
//! Follows `reposerver/repository/repository.go` of Argo CD 2.14. A repository is this one if the path is there, relative
//! to a directory above the object. What needs a plug-in, the network or a cluster is not known.

mod layers;
mod release;
mod repository;

use std::path::PathBuf;
use std::sync::Arc;

use podwright_render::argo::{Directory, Environment, Overrides};
use podwright_render::kustomize::{FILE_NAMES, Why};
use podwright_render::vendor::Ask;
use podwright_render::{Files, Found, Part, argo};
use podwright_syntax::text::FileId;
use podwright_syntax::{NodeId, PathSegment, SyntaxTree};

use super::super::super::asks::argo::{git_revision, of_source, sources};
use super::super::super::asks::{at, text};
use super::super::super::disk::RunFiles;
use super::super::super::{File, ObjectId};
use super::super::make::Plan;
use super::super::render::{ArgoSource, ArgoTool, Recipe, UnknownPart};
use super::{Awaited, Cluster, Context, Wanted};
use layers::Layers;
use repository::Repository;

/// What an Application or an ApplicationSet asks for.
pub(super) fn wanted(context: &Context<'_>, asker: ObjectId) -> Wanted {
    let mut wanted = Wanted::default();
    let run = context.view.run;
    let file = context.file(asker.file);
    let object = &file.objects[asker.index];
    let Some(name) = object.metadata.name.text() else {
        return wanted;
    };
    let repository = Repository::of(run, asker.file);
    if object.kind.text() == Some("ApplicationSet") {
        let source = ArgoSource {
            name: name.to_owned(),
            namespace: object.metadata.namespace.text().map(str::to_owned),
            tool: ArgoTool::Applications(argo::ApplicationSet {
                object: part(run, asker.file, object.document, object.node),
                roots: repository.roots().to_vec(),
                remotes: repository.remotes().to_vec(),
            }),
        };
        wanted.plans.push(Plan {
            root: asker.file,
            recipe: Recipe::Argo(Arc::new(source)),
            asked_by: Some(asker),
        });
        return wanted;
    }
    let tree = &file.tree;
    let Some(spec) = at(tree, object.node, &["spec"]) else {
        return wanted;
    };
    let destination = at(tree, spec, &["destination"]);
    let cluster = destination.and_then(|destination| cluster(tree, destination));
    let clusters = cluster.map(|cluster| (asker, cluster));
    wanted.destinations.extend(clusters);
    let all = sources(tree, spec);
    let application = Application {
        context,
        run,
        asker,
        file,
        name,
        namespace: destination
            .and_then(|destination| text(tree, destination, "namespace"))
            .map(|(namespace, _)| namespace),
        repository,
        sources: all.clone(),
    };
    for source in all {
        application.plan(source, &mut wanted);
    }
    wanted
}

/// The cluster that a destination names.
fn cluster(tree: &SyntaxTree, destination: NodeId) -> Option<Cluster> {
    let field = |key| text(tree, destination, key).map(|(value, _)| value);
    match (field("name"), field("server")) {
        (Some(name), _) if name == "in-cluster" => {
            Some(Cluster::Server("https://kubernetes.default.svc".to_owned()))
        }
        (Some(name), _) => Some(Cluster::Name(name)),
        (None, Some(server)) => Some(Cluster::Server(server)),
        (None, None) => None,
    }
}

/// Where a node of a file is.
fn part(run: &RunFiles<'_>, file: FileId, document: usize, node: NodeId) -> Part {
    let path = run.files[file.0 as usize].tree.path(node).into_iter();
    Part {
        file: run.path_of(file),
        document,
        path: path
            .map(|step| match step {
                PathSegment::Key(key) => key,
                PathSegment::Index(index) => index.to_string(),
            })
            .collect(),
    }
}

/// An `Application`.
struct Application<'r> {
    context: &'r Context<'r>,
    run: &'r RunFiles<'r>,
    asker: ObjectId,
    file: &'r File,
    name: &'r str,
    namespace: Option<String>,
    repository: Repository<'r>,
    sources: Vec<NodeId>,
}

/// Where a source is.
struct Located {
    /// Real path of the directory, or of the packed chart.
    path: PathBuf,
    /// Real path of the repository.
    root: PathBuf,
    /// Whether it is certainly this repository, of which all files are here.
    is_certain: bool,
}

impl Application<'_> {
    fn tree(&self) -> &SyntaxTree {
        &self.file.tree
    }

    fn source_text(&self, source: NodeId, key: &str) -> Option<String> {
        text(self.tree(), source, key).map(|(text, _)| text)
    }

    /// Notes that something is not known.
    fn not_known(&self, at: NodeId, why: Why, name: String, wanted: &mut Wanted) {
        // What is not a chart may have objects for any namespace.
        let namespace = match why {
            Why::RemoteDirectory | Why::Program => None,
            _ => self.namespace.clone(),
        };
        wanted.awaited.push(Awaited {
            namespace,
            part: UnknownPart {
                place: self.context.place(self.asker.file, at),
                why,
                name,
            },
        });
    }

    /// Adds what a source asks for (`GenerateManifests`).
    fn plan(&self, source: NodeId, wanted: &mut Wanted) {
        if let Some(plugin) = at(self.tree(), source, &["plugin"]) {
            let name = text(self.tree(), plugin, "name").map_or_else(String::new, |(name, _)| name);
            self.not_known(plugin, Why::Program, name, wanted);
            return;
        }
        let Some(located) = self.locate(source, wanted) else {
            return;
        };
        let layers = self.layers(source, &located.path);
        match self.tool(&layers, &located.path) {
            Some("helm") => self.release(source, &layers, &located, wanted),
            Some("kustomize") => self.kustomization(source, &layers, &located, wanted),
            Some("directory") => self.directory(&layers, &located, wanted),
            _ => {}
        }
    }

    /// Where a source is. Notes what is on another machine.
    fn locate(&self, source: NodeId, wanted: &mut Wanted) -> Option<Located> {
        let tree = self.tree();
        let url = self.source_text(source, "repoURL")?;
        let ask = of_source(tree, source);
        if at(tree, source, &["chart"]).is_none()
            && let Some(path) = self.source_text(source, "path")
            && let Some((root, Found::Directory(path))) = self.repository.find(&url, &path)
        {
            let is_certain = self.repository.is(&url);
            return Some(Located {
                path,
                root,
                is_certain,
            });
        }
        let (ask, node) = ask?;
        let directory = self.run.directory_of(self.asker.file);
        if let Some(stored) = self.run.vendored(&directory, &ask) {
            return Some(Located {
                path: stored.path,
                root: stored.root,
                is_certain: false,
            });
        }
        let (why, name) = match &ask {
            Ask::Chart(chart) => (Why::HelmChart, chart.name.clone()),
            Ask::Git(_) => (Why::RemoteDirectory, ask.to_string()),
        };
        self.not_known(node, why, name, wanted);
        None
    }

    fn environment(&self, source: NodeId) -> Environment {
        let field = |key| self.source_text(source, key);
        let (url, path, revision) = (field("repoURL"), field("path"), field("targetRevision"));
        Environment::new(
            self.name,
            self.namespace.as_deref(),
            [url.as_deref(), path.as_deref(), revision.as_deref()],
        )
    }

    fn add(&self, root: Option<FileId>, tool: ArgoTool, wanted: &mut Wanted) {
        wanted.plans.push(Plan {
            root: root.unwrap_or(self.asker.file),
            recipe: Recipe::Argo(Arc::new(ArgoSource {
                name: self.name.to_owned(),
                namespace: self.namespace.clone(),
                tool,
            })),
            asked_by: Some(self.asker),
        });
    }

    fn kustomization(
        &self,
        source: NodeId,
        layers: &Layers,
        located: &Located,
        wanted: &mut Wanted,
    ) {
        let file = FILE_NAMES
            .iter()
            .find_map(|name| self.run.id(&located.path.join(name)));
        let fields = layers.all.iter().filter_map(|layer| {
            at(layer.tree(), layer.node, &["kustomize"])?;
            Some(layer.part.at(&["kustomize"]))
        });
        let fields: Vec<Part> = fields.collect();
        let is_as_written = fields.is_empty() && self.namespace.is_none();
        if file.is_some() && is_as_written {
            return;
        }
        let overrides = (!fields.is_empty()).then(|| Overrides {
            fields,
            environment: self.environment(source),
        });
        let tool = ArgoTool::Kustomize {
            directory: located.path.clone(),
            overrides,
        };
        self.add(file, tool, wanted);
    }

    /// The files of a directory. Those of the run are judged as they are.
    fn directory(&self, layers: &Layers, located: &Located, wanted: &mut Wanted) {
        if self.repository.is_above(&located.path) {
            return;
        }
        let tool = ArgoTool::Directory(Directory {
            path: located.path.clone(),
            is_recursive: layers.is_set(&["directory", "recurse"]),
            include: layers.text(&["directory", "include"]),
            exclude: layers.text(&["directory", "exclude"]),
        });
        self.add(None, tool, wanted);
    }

    /// The path of a file with its variables replaced. `$name` of another source is not a variable.
    fn expanded(&self, environment: &Environment, path: &str) -> String {
        let parts = path.strip_prefix('$').and_then(|path| path.split_once('/'));
        match parts {
            Some((name, rest)) if self.source_with_ref(name).is_some() => {
                format!("${name}/{}", environment.expand(rest))
            }
            _ => environment.expand(path),
        }
    }

    fn source_with_ref(&self, name: &str) -> Option<NodeId> {
        let mut all = self.sources.iter().copied();
        all.find(|&source| self.source_text(source, "ref").as_deref() == Some(name))
    }

    /// A file that `valueFiles` or `fileParameters` name: relative to the source, or `$name/path` in another one.
    fn values_file(&self, located: &Located, name: &str) -> ValuesFile {
        if name.contains("://") {
            return ValuesFile::Remote(name.to_owned());
        }
        let Some((reference, path)) = name.strip_prefix('$').and_then(|name| name.split_once('/'))
        else {
            let path = match name.strip_prefix('/') {
                Some(path) => located.root.join(path),
                None => located.path.join(name),
            };
            let is_packed = matches!(self.run.find(&located.path), Some(Found::File(_)));
            return match self.run.find(&path) {
                Some(Found::File(path)) => ValuesFile::Here(path),
                _ if is_packed => ValuesFile::Remote(name.to_owned()),
                _ => ValuesFile::Missing {
                    is_certain: located.is_certain,
                },
            };
        };
        let Some(other) = self.source_with_ref(reference) else {
            return ValuesFile::Remote(name.to_owned());
        };
        let Some(url) = self.source_text(other, "repoURL") else {
            return ValuesFile::Remote(name.to_owned());
        };
        if let Some((_, Found::File(path))) = self.repository.find(&url, path) {
            return ValuesFile::Here(path);
        }
        let revision = self
            .source_text(other, "targetRevision")
            .unwrap_or_default();
        let ask = podwright_render::vendor::GitAsk::new(&url, git_revision(&revision), path);
        let ask = Ask::from(ask);
        let directory = self.run.directory_of(self.asker.file);
        match self.run.vendored(&directory, &ask) {
            Some(stored) => ValuesFile::Here(stored.path),
            None => ValuesFile::Remote(ask.to_string()),
        }
    }
}

/// A file with values.
enum ValuesFile {
    /// Its path.
    Here(PathBuf),
    /// It is not where it should be.
    Missing {
        /// Whether it is not in another repository either.
        is_certain: bool,
    },
    /// It is not on this machine: its name.
    Remote(String),
}
