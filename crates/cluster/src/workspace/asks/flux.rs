//! Flux: charts of `HelmRelease` and `HelmChart`, repositories of `Kustomization`.

use podwright_render::vendor::{Ask, Asked, ChartAsk, GitAsk, Revision};
use podwright_syntax::text::FileId;
use podwright_syntax::{NodeId, SyntaxTree};
use rustc_hash::FxHashMap;

use super::{FileObject, at, place, text, text_or_empty};
use crate::workspace::File;

const HELM: &str = "helm.toolkit.fluxcd.io";
const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
const SOURCE: &str = "source.toolkit.fluxcd.io";

/// The branch of a `GitRepository` without `ref` (source-controller, `api/v1/gitrepository_types.go`).
const DEFAULT_BRANCH: &str = "master";

/// The tag of an `OCIRepository` without `ref` (source-controller, `internal/controller/ocirepository_controller.go`).
const DEFAULT_TAG: &str = "latest";

/// Objects that say where a chart or a repository is, by kind and name.
#[derive(Debug, Default)]
pub struct FluxSources<'f> {
    by_name: FxHashMap<(&'f str, &'f str), Vec<FileObject<'f>>>,
}

impl<'f> FluxSources<'f> {
    /// The sources in these files.
    #[must_use]
    pub fn new(files: impl Iterator<Item = (FileId, &'f File)>) -> Self {
        let mut sources = Self::default();
        for (_, file) in files {
            for object in &file.objects {
                let names = (object.kind.text(), object.metadata.name.text());
                if let (Some(kind), Some(name)) = names
                    && object.group() == Some(SOURCE)
                {
                    let tree = &file.tree;
                    let all = sources.by_name.entry((kind, name)).or_default();
                    all.push(FileObject { tree, object });
                }
            }
        }
        sources
    }

    /// The object that a reference names. `namespace` is the one of the reference, or else of the object that has it.
    /// `None` also if several may be meant.
    fn get(&self, kind: &str, name: &str, namespace: Option<&str>) -> Option<FileObject<'f>> {
        let all = self.by_name.get(&(kind, name))?;
        let own = |source: &FileObject<'_>| {
            let namespace = source.object.metadata.namespace.text();
            namespace.map(str::to_owned)
        };
        let same = all
            .iter()
            .find(|source| own(source).as_deref() == namespace);
        // A namespace that is not in the file is set by what applies it.
        let mut may_be = all
            .iter()
            .filter(|source| namespace.is_none() || own(source).is_none());
        let only = may_be.next().filter(|_| may_be.next().is_none());
        same.or(only).copied()
    }

    /// The object that the reference at a node names.
    fn refer(&self, from: FileObject<'_>, reference: NodeId) -> Option<(String, FileObject<'f>)> {
        let kind = text(from.tree, reference, "kind")?.0;
        let name = text(from.tree, reference, "name")?.0;
        let namespace = text_or_empty(from.tree, reference, "namespace")?;
        let namespace = match namespace.as_str() {
            "" => from.object.metadata.namespace.text(),
            namespace => Some(namespace),
        };
        let source = self.get(&kind, &name, namespace)?;
        Some((kind, source))
    }
}

pub(super) fn asked(
    sources: &FluxSources<'_>,
    file: FileId,
    object: FileObject<'_>,
    all: &mut Vec<Asked>,
) {
    let (group, kind) = (object.object.group(), object.object.kind.text());
    let asked = match (group, kind) {
        (Some(HELM), Some("HelmRelease")) => of_release(sources, object),
        (Some(SOURCE), Some("HelmChart")) => {
            let spec = object.at(&["spec"]);
            spec.and_then(|spec| of_chart(sources, object, spec))
        }
        (Some(KUSTOMIZE), Some("Kustomization")) => of_kustomization(sources, object),
        _ => None,
    };
    all.extend(asked.map(|(ask, node)| Asked {
        place: place(file, object.tree, node),
        ask,
    }));
}

fn of_release(sources: &FluxSources<'_>, release: FileObject<'_>) -> Option<(Ask, NodeId)> {
    if let Some(spec) = release.at(&["spec", "chart", "spec"]) {
        return of_chart(sources, release, spec);
    }
    let reference = release.at(&["spec", "chartRef"])?;
    let (kind, source) = sources.refer(release, reference)?;
    let ask = match kind.as_str() {
        "OCIRepository" => of_oci_repository(source)?.into(),
        "HelmChart" => of_chart(sources, source, source.at(&["spec"])?)?.0,
        _ => return None,
    };
    let (_, name) = text(release.tree, reference, "name")?;
    Some((ask, name))
}

/// `chart`, `version` and `sourceRef` of a `HelmChart`, or of the template for one in a `HelmRelease`.
fn of_chart(
    sources: &FluxSources<'_>,
    from: FileObject<'_>,
    spec: NodeId,
) -> Option<(Ask, NodeId)> {
    let (chart, node) = text(from.tree, spec, "chart")?;
    let version = text_or_empty(from.tree, spec, "version")?;
    let (kind, source) = sources.refer(from, at(from.tree, spec, &["sourceRef"])?)?;
    let ask = match kind.as_str() {
        "HelmRepository" => of_helm_repository(source, &chart, &version)?.into(),
        "GitRepository" => of_git_repository(source, &chart)?.into(),
        _ => return None,
    };
    Some((ask, node))
}

fn of_helm_repository(source: FileObject<'_>, chart: &str, version: &str) -> Option<ChartAsk> {
    let spec = source.at(&["spec"])?;
    let (url, _) = text(source.tree, spec, "url")?;
    let kind = text_or_empty(source.tree, spec, "type")?;
    let mut ask = match kind.as_str() {
        "oci" => {
            let url = format!("{}/{chart}", url.trim_end_matches('/'));
            ChartAsk::in_registry(&url, version)?
        }
        _ => ChartAsk::new(&url, chart, version),
    };
    ask.is_plain_http = is_insecure(source.tree, spec);
    Some(ask)
}

/// `digest` overrides `semver`, which overrides `tag` (`OCIRepositoryRef`).
fn of_oci_repository(source: FileObject<'_>) -> Option<ChartAsk> {
    let spec = source.at(&["spec"])?;
    let (url, _) = text(source.tree, spec, "url")?;
    let version = match at(source.tree, spec, &["ref"]) {
        Some(reference) => {
            let mut given = ["digest", "semver", "tag"].iter();
            let given = given.find_map(|key| text(source.tree, reference, key));
            given.map_or_else(|| DEFAULT_TAG.to_owned(), |(version, _)| version)
        }
        None => DEFAULT_TAG.to_owned(),
    };
    let mut ask = ChartAsk::in_registry(&url, &version)?;
    ask.is_plain_http = is_insecure(source.tree, spec);
    Some(ask)
}

/// `commit` overrides `name`, which overrides `semver`, then `tag`, then `branch` (`GitRepositoryRef`).
fn of_git_repository(source: FileObject<'_>, path: &str) -> Option<GitAsk> {
    let spec = source.at(&["spec"])?;
    let (url, _) = text(source.tree, spec, "url")?;
    let default = || Revision::branch(DEFAULT_BRANCH);
    let revision = match at(source.tree, spec, &["ref"]) {
        Some(reference) => match given(source.tree, reference)? {
            Some(("semver", range)) => Revision::semver(&range),
            Some(("tag", name)) => Revision::tag(&name),
            Some(("branch", name)) => Revision::branch(&name),
            Some((_, name)) => Revision::named(&name),
            None => default(),
        },
        None => default(),
    };
    Some(GitAsk::new(&url, revision, path))
}

/// The field of `ref` that counts, with its value. `None` if that has a placeholder.
fn given(tree: &SyntaxTree, reference: NodeId) -> Option<Option<(&'static str, String)>> {
    for key in ["commit", "name", "semver", "tag", "branch"] {
        let value = text_or_empty(tree, reference, key)?;
        if !value.is_empty() {
            return Some(Some((key, value)));
        }
    }
    Some(None)
}

fn of_kustomization(
    sources: &FluxSources<'_>,
    kustomization: FileObject<'_>,
) -> Option<(Ask, NodeId)> {
    let spec = kustomization.at(&["spec"])?;
    let reference = at(kustomization.tree, spec, &["sourceRef"])?;
    let (kind, source) = sources.refer(kustomization, reference)?;
    if kind != "GitRepository" {
        return None;
    }
    let path = text_or_empty(kustomization.tree, spec, "path")?;
    let node = match text(kustomization.tree, spec, "path") {
        Some((_, node)) => node,
        None => text(kustomization.tree, reference, "name")?.1,
    };
    Some((of_git_repository(source, &path)?.into(), node))
}

fn is_insecure(tree: &SyntaxTree, spec: NodeId) -> bool {
    text(tree, spec, "insecure").is_some_and(|(text, _)| text == "true")
}
