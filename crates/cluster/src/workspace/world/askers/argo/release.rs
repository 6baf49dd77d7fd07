//! Charts (`helmTemplate` of `reposerver/repository`, `template` of `util/helm`).

use std::sync::Arc;

use podwright_render::Files;
use podwright_render::helm::{self, Given, Hooks, SetKind};
use podwright_render::kustomize::Why;
use podwright_syntax::NodeId;

use super::super::super::make::Plan;
use super::super::super::render::{ChartRelease, Recipe, ValuesSet};
use super::super::Wanted;
use super::{Application, Layers, Located, ValuesFile};

impl Application<'_> {
    /// Adds the release that a source with a chart asks for.
    pub(super) fn release(
        &self,
        source: NodeId,
        layers: &Layers,
        located: &Located,
        wanted: &mut Wanted,
    ) {
        let field = |name: &str| layers.text(&["helm", name]);
        let Some(given) = self.given(source, layers, located, wanted) else {
            return;
        };
        let name = field("releaseName").unwrap_or_else(|| self.name.to_owned());
        let namespace = field("namespace").or_else(|| self.namespace.clone());
        let release = self.file.context.versions.newest;
        let more = layers.items(&["helm", "apiVersions"]).into_iter();
        let more: Vec<String> = more
            .map(|item| item.tree.decoded(item.node).into_owned())
            .collect();
        let options = helm::Options {
            release: name,
            namespace: namespace.unwrap_or_else(|| "default".to_owned()),
            kubernetes_version: field("kubeVersion").unwrap_or_else(|| format!("{release}.0")),
            api_versions: match more.is_empty() {
                true => (*self.context.capabilities.of(release)).clone(),
                false => {
                    let defaults = helm::Options::default().api_versions.into_iter();
                    defaults.chain(more).collect()
                }
            },
            given,
            includes_crds: !layers.is_set(&["helm", "skipCrds"]),
            hooks: match layers.is_set(&["helm", "skipTests"]) {
                true => Hooks::NoTests,
                false => Hooks::All,
            },
            ..helm::Options::default()
        };
        let root = self.run.id(&located.path.join("Chart.yaml"));
        wanted.plans.push(Plan {
            root: root.unwrap_or(self.asker.file),
            recipe: Recipe::Helm(Arc::new(ChartRelease {
                chart: located.path.clone(),
                options,
                values: ValuesSet::Asked,
                namespace: self.namespace.clone(),
                flux: None,
            })),
            asked_by: Some(self.asker),
        });
    }

    /// The values in their order: files, `valuesObject` or else `values`, parameters, strings, and content of files.
    /// `None` if something is not known.
    fn given(
        &self,
        source: NodeId,
        layers: &Layers,
        located: &Located,
        wanted: &mut Wanted,
    ) -> Option<Vec<Given>> {
        let environment = self.environment(source);
        let mut given = Vec::new();
        let ignores_missing = layers.is_set(&["helm", "ignoreMissingValueFiles"]);
        for entry in layers.items(&["helm", "valueFiles"]) {
            let name = self.expanded(&environment, &entry.tree.decoded(entry.node));
            if is_pattern(&name) {
                given.extend(self.matching(located, &name).into_iter().map(Given::File));
                continue;
            }
            match self.values_file(located, &name) {
                ValuesFile::Here(path) => given.push(Given::File(path)),
                ValuesFile::Missing { .. } if ignores_missing => {}
                ValuesFile::Missing { is_certain: true } => given.push(Given::Missing(entry.part)),
                ValuesFile::Missing { .. } => {
                    self.not_known(source, Why::RemoteFile, name, wanted);
                    return None;
                }
                ValuesFile::Remote(name) => {
                    self.not_known(source, Why::RemoteFile, name, wanted);
                    return None;
                }
            }
        }
        if let Some(values) = layers.get(&["helm", "valuesObject"]) {
            given.push(Given::Part {
                file: values.part.file,
                document: values.part.document,
                path: values.part.path,
            });
        } else if let Some(values) = layers.get(&["helm", "values"]) {
            given.push(Given::Text {
                file: values.part.file,
                document: values.part.document,
                path: values.part.path,
            });
        }
        let mut strings = Vec::new();
        for parameter in layers.items(&["helm", "parameters"]) {
            let field = |key: &str| {
                let value = super::at(parameter.tree, parameter.node, &[key])?;
                Some(parameter.tree.decoded(value).into_owned())
            };
            let (Some(name), value) = (field("name"), field("value").unwrap_or_default()) else {
                continue;
            };
            let is_string = field("forceString").as_deref() == Some("true");
            let assigned = Given::Assigned {
                kind: match is_string {
                    true => SetKind::String,
                    false => SetKind::Typed,
                },
                text: format!("{name}={}", escaped(&environment.expand(&value))),
                part: parameter.part.at(&["value"]),
            };
            match is_string {
                true => strings.push(assigned),
                false => given.push(assigned),
            }
        }
        given.append(&mut strings);
        for parameter in layers.items(&["helm", "fileParameters"]) {
            let field = |key: &str| {
                let value = super::at(parameter.tree, parameter.node, &[key])?;
                Some(parameter.tree.decoded(value).into_owned())
            };
            let (Some(name), Some(path)) = (field("name"), field("path")) else {
                continue;
            };
            match self.values_file(located, &self.expanded(&environment, &path)) {
                ValuesFile::Here(path) => {
                    let path = escaped(&path.to_string_lossy());
                    given.push(Given::Set(SetKind::File, format!("{name}={path}")));
                }
                ValuesFile::Missing { is_certain: true } => {
                    given.push(Given::Missing(parameter.part.at(&["path"])));
                }
                ValuesFile::Missing { .. } => {
                    self.not_known(source, Why::RemoteFile, path, wanted);
                    return None;
                }
                ValuesFile::Remote(name) => {
                    self.not_known(source, Why::RemoteFile, name, wanted);
                    return None;
                }
            }
        }
        Some(given)
    }

    /// Files in one directory that a pattern matches, sorted.
    fn matching(&self, located: &Located, pattern: &str) -> Vec<std::path::PathBuf> {
        let (directory, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        if is_pattern(directory) || directory.starts_with('$') {
            return Vec::new();
        }
        let directory = match directory.strip_prefix('/') {
            Some(directory) => located.root.join(directory),
            None => located.path.join(directory),
        };
        let mut names = self.run.entries(&directory);
        names.retain(|entry| podwright_render::argo::matches(name, entry));
        names.sort();
        names.into_iter().map(|name| directory.join(name)).collect()
    }
}

fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// The value of a parameter for `--set` (`cleanSetParameters`).
fn escaped(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut before = None;
    for c in value.chars() {
        if c == ',' && before != Some('\\') {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}
